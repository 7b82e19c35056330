import type { Vault } from "../vault/vault.ts";
import type { Principal } from "./authentication.ts";
import type { LimitName } from "./endpoint.ts";
import type { Refusal } from "./problem.ts";

/** A limiter with what its binding in wrangler.toml is set to; the platform does not tell. */
interface Limit {
  readonly binding: RateLimit;
  /** Requests a window. */
  readonly quota: number;
  /** Seconds. */
  readonly window: number;
}

type Bindings = Pick<Env, "CALM_LOOKUPS" | "BURST_LOOKUPS" | "CALLS" | "COSTLY_CALLS">;

/**
 * Limits per account, by the platform's limiter: approximate, and each of Cloudflare's locations counts for itself.
 * Whatever tells what is known of a number counts as a lookup, at the pace of its token; everything else as a call.
 */
export class Limits {
  readonly #limits: Readonly<Record<"calm" | "burst" | "calls" | "costly", Limit>> | null;
  readonly #vault: Vault;

  /** @param on false switches all limits off (development only) */
  constructor(env: Bindings, vault: Vault, on: boolean) {
    this.#limits = on
      ? {
          calm: { binding: env.CALM_LOOKUPS, quota: 10, window: 60 },
          burst: { binding: env.BURST_LOOKUPS, quota: 60, window: 60 },
          calls: { binding: env.CALLS, quota: 600, window: 60 },
          costly: { binding: env.COSTLY_CALLS, quota: 20, window: 60 },
        }
      : null;
    this.#vault = vault;
  }

  /** The refusal of a request over its limit, or null to let it pass. */
  async check(name: LimitName, { account, pace }: Principal): Promise<Refusal | null> {
    if (this.#limits === null) return null;
    const { binding, quota, window } =
      this.#limits[name === "costly" ? name : name === "lookup" && pace !== null ? pace : "calls"];
    try {
      const { success } = await binding.limit({ key: await this.#vault.keyedHash("limit", account) });
      return success ? null : { code: "rate-limited", retryAfter: window, policy: `"${name}";q=${quota};w=${window}` };
    } catch {
      // A broken limiter must not silence a phone that is ringing.
      return null;
    }
  }
}
