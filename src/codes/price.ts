import type { CodeSizes } from "../config.ts";
import type { E164 } from "../numbers/number.ts";
import { utf8 } from "../vault/bytes.ts";
import type { Vault } from "../vault/vault.ts";
import type { Payment } from "./challenge-state.ts";
import type { CodePurpose } from "./sending.ts";

/** How long a phone has to find a proof. */
const PROOF_MS = 5 * 60_000;
/** How long a ticket is good once it was waited out. */
const TICKET_MS = 10 * 60_000;
/** A challenge of some 130 characters, a dot, and a nonce. */
const PROOF = /^([A-Za-z0-9_-]{1,300})\.([A-Za-z0-9_-]{1,64})$/;

/** What a client is asked to work on: `bits` zero bits in front of the SHA-256 of `<challenge>.<nonce>`. */
export interface ProofAsked {
  readonly challenge: string;
  readonly bits: number;
  /** ms. */
  readonly expiresAt: number;
}

/** What a visitor of a page waits out instead. */
export interface Ticket {
  readonly ticket: string;
  /** ms; it is good from then on. */
  readonly notBefore: number;
}

/** Who pays for what: nothing paid for one number or purpose is good for another. */
export interface Bought {
  readonly purpose: CodePurpose;
  readonly number: E164;
}

/** How something is paid: by work, as the header `X-Proof` has it, or by having waited. */
export type Pay = { readonly proof: string | null } | { readonly ticket: string | null };

/** What is sealed into a challenge and into a ticket. */
type Sealed = Payment & { readonly notBefore: number };

/**
 * What asking for a code costs above the soft limits. Challenges and tickets are sealed and stored nowhere; that one was
 * used is noted in the object of the number that it was for, until it expires.
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
   * A ticket: the longest wait where the work would be the hardest. Waited out it is worth the highest price, so that
   * nobody waits twice. @param now ms
   */
  async wait(bought: Bought, bits: number, now: number): Promise<Ticket> {
    const { bits: range, wait } = this.#sizes;
    const share = (bits - range.lowest) / Math.max(1, range.highest - range.lowest);
    const notBefore = now + Math.round(wait.shortest + share * (wait.longest - wait.shortest)) * 1000;
    const id = crypto.randomUUID();
    const sealed: Sealed = { id, bits: range.highest, notBefore, until: notBefore + TICKET_MS };
    return { ticket: await this.#seal("ticket", bought, sealed), notBefore };
  }

  /** What was paid, or null: nothing, too early, too late, too little, or for something else. One hash. @param now ms */
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

/** Bound in as associated data: what is sealed for one number opens for no other. */
function placeOf(kind: "proof" | "ticket", { purpose, number }: Bought): { table: "challenges"; id: string } {
  return { table: "challenges", id: `${kind}/${purpose}/${number}` };
}

/** Zero bits in front of the first one. */
export function leadingZeros(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? bytes.length * 8 : first * 8 + Math.clz32(bytes[first] ?? 0) - 24;
}
