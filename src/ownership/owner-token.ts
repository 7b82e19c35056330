import type { E164 } from "../numbers/number.ts";
import type { Signer } from "../vault/signer.ts";
import type { Vault } from "../vault/vault.ts";

/** Lifetime of a proof, seconds: time to read what is stored and to decide. */
export const OWNER_TOKEN_SECONDS = 600;

/**
 * Tokens of scope `owner`, for one number: `sub` is its keyed id, `own` the number itself, sealed for that id. Nothing is
 * stored of them.
 */
export class OwnerTokens {
  readonly #vault: Vault;
  readonly #signer: Signer;

  constructor(vault: Vault, signer: Signer) {
    this.#vault = vault;
    this.#signer = signer;
  }

  /** A token for a number that was just proved. @param sid random @param now ms */
  async issue(number: E164, sid: string, now: number): Promise<string> {
    const sub = await this.#vault.numberId(number);
    const own = await this.#vault.sealText(placeOf(sub), number);
    return this.#signer.accessToken({ sub, sid, scope: "owner", more: { own }, seconds: OWNER_TOKEN_SECONDS }, now);
  }

  /** The number of a verified token, or null if it cannot be opened. @param owned its claim `own` */
  async numberOf(sub: string, owned: string | null): Promise<E164 | null> {
    if (owned === null) return null;
    const opened = await this.#vault.openText(placeOf(sub), owned);
    return opened.ok ? (opened.text as E164) : null;
  }
}

function placeOf(sub: string): { readonly table: "owners"; readonly id: string } {
  return { table: "owners", id: `token ${sub}` };
}
