import type { Vault } from "../vault/vault.ts";
import type { LimitName } from "./endpoint.ts";
import type { Principal } from "./authentication.ts";
import type { Refusal } from "./problem.ts";

/** A limiter with what its binding in wrangler.toml is set to; the platform does not tell. */
interface Limit {
  readonly binding: RateLimit;
  /** Requests a window. */
  readonly quota: number;
  /** Seconds. */
  readonly window: number;
}

/** Limits per account, by the platform's limiter: approximate, per location, and a brake rather than an account book. */
export class Limits {
  readonly #limits: Readonly<Record<LimitName, Limit>> | null;
  readonly #vault: Vault;

  /** @param on false switches all limits off (development only) */
  constructor(env: Pick<Env, "LOOKUP_LIMIT">, vault: Vault, on: boolean) {
    this.#limits = on ? { lookup: { binding: env.LOOKUP_LIMIT, quota: 600, window: 60 } } : null;
    this.#vault = vault;
  }

  /** The refusal of a request over its limit, or null to let it pass. */
  check(name: LimitName, principal: Principal): Promise<Refusal | null> | null {
    return this.#limits === null ? null : this.#count(name, this.#limits[name], principal);
  }

  async #count(name: LimitName, { binding, quota, window }: Limit, principal: Principal): Promise<Refusal | null> {
    try {
      const { success } = await binding.limit({ key: await this.#vault.keyedHash("limit", principal.account) });
      return success ? null : { code: "rate-limited", retryAfter: window, policy: `"${name}";q=${quota};w=${window}` };
    } catch {
      // A broken limiter must not silence a phone that is ringing.
      return null;
    }
  }
}
