import { askerOf } from "../messaging/network.ts";
import { policyOf } from "../quotas/quotas.ts";
import type { Vault } from "../vault/vault.ts";
import type { Principal } from "./authentication.ts";
import type { LimitName } from "./endpoint.ts";
import type { Refusal } from "./problem.ts";

/** A limiter with the settings of its binding in wrangler.toml, which cannot be read at run time. */
interface Limit {
  readonly binding: RateLimit;
  /** Requests a window. */
  readonly quota: number;
  /** Seconds. */
  readonly window: number;
}

type Bindings = Pick<
  Env,
  "CALM_LOOKUPS" | "BURST_LOOKUPS" | "CALLS" | "COSTLY_CALLS" | "ADDRESS_CALLS" | "PICTURE_VIEWS"
>;
type Name = "calm" | "burst" | "calls" | "costly" | "address" | "views";

/**
 * Limits per account, address and picture, by the platform's limiter: approximate, and each of Cloudflare's locations counts for itself.
 * Whatever tells what is known of a number counts as a lookup, at the pace of its token; everything else as a call.
 */
export class Limits {
  readonly #limits: Readonly<Record<Name, Limit>> | null;
  readonly #vault: Vault;

  /** @param on false switches all limits off (development only) */
  constructor(env: Bindings, vault: Vault, on: boolean) {
    this.#limits = on
      ? {
          calm: { binding: env.CALM_LOOKUPS, quota: 10, window: 60 },
          burst: { binding: env.BURST_LOOKUPS, quota: 60, window: 60 },
          calls: { binding: env.CALLS, quota: 600, window: 60 },
          costly: { binding: env.COSTLY_CALLS, quota: 20, window: 60 },
          address: { binding: env.ADDRESS_CALLS, quota: 1200, window: 60 },
          views: { binding: env.PICTURE_VIEWS, quota: 10, window: 60 },
        }
      : null;
    this.#vault = vault;
  }

  /** The refusal of an account's request over its limit, or null. */
  check(name: LimitName, { account, pace }: Principal): Promise<Refusal | null> {
    const counted = name === "costly" ? name : name === "lookup" && pace !== null ? pace : "calls";
    return this.#count(name, counted, account);
  }

  /**
   * The same for a request without an account, by its address; a high limit, because thousands may share one. Unknown
   * addresses are not limited.
   */
  async checkAddress({ headers }: Request): Promise<Refusal | null> {
    const address = headers.get("cf-connecting-ip");
    return address === null ? null : this.#count("address", "address", `address ${askerOf(address)}`);
  }

  /** The refusal of a picture that was shown ten times within a minute; only checked for who may see it. */
  readonly overShown = (picture: string): Promise<Refusal | null> =>
    this.#count("views", "views", `picture ${picture}`);

  async #count(name: LimitName | "views", counted: Name, whose: string): Promise<Refusal | null> {
    if (this.#limits === null) return null;
    const { binding, quota, window } = this.#limits[counted];
    try {
      const { success } = await binding.limit({ key: await this.#vault.keyedHash("limit", whose) });
      return success
        ? null
        : { code: "rate-limited", retryAfter: window, policy: policyOf({ name, allows: quota, window }) };
    } catch {
      // A broken limiter must not silence a phone that is ringing.
      return null;
    }
  }
}
