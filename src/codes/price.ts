import type { CodeSizes } from "../config.ts";
import type { E164 } from "../numbers/number.ts";
import { utf8 } from "../vault/bytes.ts";
import type { Vault } from "../vault/vault.ts";
import type { Payment } from "./challenge-state.ts";
import type { CodePurpose } from "./sending.ts";

/** How long a proof of work may take. */
const PROOF_MS = 5 * 60_000;
/** How long a ticket is valid after its wait. */
const TICKET_MS = 10 * 60_000;
/** A challenge of about 130 characters, a dot, and a nonce. */
const PROOF = /^([A-Za-z0-9_-]{1,300})\.([A-Za-z0-9_-]{1,64})$/;

/** What a client is asked to work on: `bits` zero bits in front of the SHA-256 of `<challenge>.<nonce>`. */
export interface ProofAsked {
  readonly challenge: string;
  readonly bits: number;
  /** ms. */
  readonly expiresAt: number;
}

/** What a visitor of a page gets instead: a wait. */
export interface Ticket {
  readonly ticket: string;
  /** ms; it is valid from then on. */
  readonly notBefore: number;
}

/** What is paid for: a payment for one number and purpose is not valid for another. */
export interface Bought {
  readonly purpose: CodePurpose;
  readonly number: E164;
}

/** A payment: a proof of work (the header `X-Proof`), or a ticket. */
export type Pay = { readonly proof: string | null } | { readonly ticket: string | null };

/** What is sealed into a challenge and into a ticket. */
type Sealed = Payment & { readonly notBefore: number };

/**
 * The price of a code above the soft limits. Challenges and tickets are sealed and not stored; the number's object records
 * that one was used, until it expires.
 */
export class Prices {
  readonly #vault: Vault;
  readonly #sizes: Pick<CodeSizes, "bits" | "wait">;

  constructor(vault: Vault, sizes: Pick<CodeSizes, "bits" | "wait">) {
    this.#vault = vault;
    this.#sizes = sizes;
  }

  /** A challenge of so many bits. @param now ms */
  async work(bought: Bought, bits: number, now: number): Promise<ProofAsked> {
    const expiresAt = now + PROOF_MS;
    const sealed: Sealed = { id: crypto.randomUUID(), bits, notBefore: 0, until: expiresAt };
    return { challenge: await this.#seal("proof", bought, sealed), bits, expiresAt };
  }

  /**
   * A ticket: the harder the work would be, the longer the wait. Afterwards it is worth the highest price, so that nobody
   * waits twice. @param now ms
   */
  async wait(bought: Bought, bits: number, now: number): Promise<Ticket> {
    const { bits: range, wait } = this.#sizes;
    const share = (bits - range.lowest) / Math.max(1, range.highest - range.lowest);
    const notBefore = now + Math.round(wait.shortest + share * (wait.longest - wait.shortest)) * 1000;
    const id = crypto.randomUUID();
    const sealed: Sealed = { id, bits: range.highest, notBefore, until: notBefore + TICKET_MS };
    return { ticket: await this.#seal("ticket", bought, sealed), notBefore };
  }

  /** The payment, or null if it is missing, early, late, too small, or for something else. One hash. @param now ms */
  async paid(bought: Bought, pay: Pay, now: number): Promise<Payment | null> {
    if ("ticket" in pay) return this.#open("ticket", bought, pay.ticket ?? "", now);
    const [, challenge = ""] = PROOF.exec(pay.proof ?? "") ?? [];
    const asked = await this.#open("proof", bought, challenge, now);
    if (asked === null) return null;
    const digest = await crypto.subtle.digest("SHA-256", utf8(pay.proof ?? ""));
    return leadingZeros(new Uint8Array(digest)) >= asked.bits ? asked : null;
  }

  #seal(kind: "proof" | "ticket", bought: Bought, sealed: Sealed): Promise<string> {
    return this.#vault.sealText(placeOf(kind, bought), JSON.stringify(sealed));
  }

  async #open(kind: "proof" | "ticket", bought: Bought, text: string, now: number): Promise<Payment | null> {
    const opened = await this.#vault.openText(placeOf(kind, bought), text);
    if (!opened.ok) return null;
    const { id, bits, notBefore, until } = JSON.parse(opened.text) as Sealed;
    return now < notBefore || now >= until ? null : { id, bits, until };
  }
}

/** Associated data: what is sealed for one number opens for no other. */
function placeOf(kind: "proof" | "ticket", { purpose, number }: Bought): { table: "challenges"; id: string } {
  return { table: "challenges", id: `${kind}/${purpose}/${number}` };
}

/** Zero bits in front of the first one. */
export function leadingZeros(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? bytes.length * 8 : first * 8 + Math.clz32(bytes[first] ?? 0) - 24;
}
