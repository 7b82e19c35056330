import type { CodeSizes } from "../config.ts";
import type { Language } from "../language/language.ts";
import type { Messages } from "../messaging/messages.ts";
import type { Channel } from "../messaging/message.ts";
import { askerOf, coarse, type Network } from "../messaging/network.ts";
import type { E164, PhoneNumber } from "../numbers/number.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import type { ChallengeObject, RequestAnswer } from "./challenge-object.ts";
import type { Asking, Proof } from "./challenge-state.ts";
import { Prices, type Bought, type Pay, type ProofAsked, type Ticket } from "./price.ts";
import type { CodePurpose, Letter } from "./sending.ts";
import { DAY_S } from "../time/days.ts";

export type { CodePurpose };

/** Why no code is sent. Seconds. */
export type CodeRefusal =
  | { readonly reason: "not-configured" }
  | { readonly reason: "not-served"; readonly why: "country" | "kind" }
  /** Above the soft limits: the price, in bits. */
  | { readonly reason: "price"; readonly bits: number; readonly quota: CodeQuota; readonly retryAfter: number };

/** A quota of codes: its name, how many it allows, and its window in seconds. */
export interface CodeQuota {
  readonly name: "codes";
  readonly allows: number;
  readonly window: number;
}

export type CodeAnswer =
  | { readonly ok: true; readonly challengeId: string; readonly expiresIn: number; readonly resendAfter: number }
  | ({ readonly ok: false } & CodeRefusal);

export type Proved =
  | { readonly ok: true; readonly number: E164 }
  | { readonly ok: false; readonly reason: Exclude<Proof, "right"> };

/** What codes work with. */
export interface CodeDeps {
  readonly vault: Vault;
  readonly challenges: DurableObjectNamespace<ChallengeObject>;
  /** Whether a message may be sent. */
  readonly messages: Pick<Messages, "weigh">;
  readonly sizes: CodeSizes;
}

/** A request for a code. */
export interface CodeRequest {
  readonly purpose: CodePurpose;
  readonly number: PhoneNumber;
  readonly language: Language;
  readonly channel: Channel;
  readonly network: Network;
  /** The payment, if one is needed. */
  readonly pay: Pay;
}

/** Digits of a free code, and of a paid one, which allows many tries. */
const DIGITS = 6;
const PAID_DIGITS = 9;

/**
 * Codes that prove a number. The answer is the same for every number, whether it has an account or not: no account is
 * read before the answer is given.
 */
export class Codes {
  readonly #deps: CodeDeps;
  readonly #prices: Prices;

  constructor(deps: CodeDeps) {
    this.#deps = deps;
    this.#prices = new Prices(deps.vault, deps.sizes);
  }

  /**
   * Opens a challenge for a code on its way, or has a new one sent. Accepted means that the message is sent now, or within
   * ten minutes if the limits allow it: numbers with an account and proofs of ownership have reserves, and no answer tells
   * who has one. @param now ms
   */
  async request(asked: CodeRequest, now: number): Promise<CodeAnswer> {
    const { vault, challenges, messages, sizes } = this.#deps;
    const { purpose, number: to, channel, network, pay } = asked;
    const bought: Bought = { purpose, number: to.e164 };
    const weighed = await messages.weigh({ to, kind: `${purpose}-code`, channel, network, reserved: null }, now);
    if (!weighed.ok && weighed.reason !== "over") return weighed;
    // Over the limits nobody is refused, since some have a reserve: whoever pays waits.
    const fullness = weighed.ok ? weighed.fullness : 1;
    const payment = await this.#prices.paid(bought, pay, now);
    const name = await this.#nameOf(bought);
    const asking: Asking = {
      asker: await vault.keyedHash("challenge", `asker\u0000${name}\u0000${askerOf(network.address)}`),
      challenge: crypto.randomUUID(),
      fresh: await this.#freshCode(name, asked, payment === null ? DIGITS : PAID_DIGITS),
      payment,
      fullness,
    };
    const answer = await onStore<RequestAnswer>("objects", async () => challenges.getByName(name).request(asking, now));
    switch (answer.kind) {
      case "opened": {
        const { challenge, code, expiresIn, resendAfter } = answer.opened;
        const challengeId = await vault.sealText(handleOf(purpose), `${to.e164} ${challenge} ${code}`);
        return { ok: true, challengeId, expiresIn, resendAfter };
      }
      case "price": {
        const quota = { name: "codes", allows: sizes.soft, window: DAY_S } as const;
        return { ok: false, reason: "price", bits: answer.bits, quota, retryAfter: answer.retryAfter };
      }
    }
  }

  /** The proof of work that a client has to send with its next request. @param now ms */
  work(bought: Bought, bits: number, now: number): Promise<ProofAsked> {
    return this.#prices.work(bought, bits, now);
  }

  /** The ticket with which a visitor of a page can ask again after a wait. @param now ms */
  wait(bought: Bought, bits: number, now: number): Promise<Ticket> {
    return this.#prices.wait(bought, bits, now);
  }

  /** The number that a code proves, once. An unknown challenge id counts as expired. @param now ms */
  async prove(purpose: CodePurpose, challengeId: string, digits: string, now: number): Promise<Proved> {
    const { vault, challenges } = this.#deps;
    const handle = await vault.openText(handleOf(purpose), challengeId);
    if (!handle.ok) return { ok: false, reason: "expired" };
    const [e164 = "", id = "", code = ""] = handle.text.split(" ", 3);
    const number = e164 as E164;
    const [name, hash] = await Promise.all([this.#nameOf({ purpose, number }), hashOf(vault, code, digits)]);
    const proof = await onStore<Proof>("objects", async () => challenges.getByName(name).prove(id, hash, now));
    return proof === "right" ? { ok: true, number } : { ok: false, reason: proof };
  }

  /** The name of a number's object. */
  #nameOf({ purpose, number }: Bought): Promise<string> {
    return this.#deps.vault.keyedHash("challenge", `${purpose}\u0000${number}`);
  }

  /** A new code, made before the object is asked, so that the object can decide without awaiting. */
  async #freshCode(name: string, asked: CodeRequest, length: number): Promise<Asking["fresh"]> {
    const { vault } = this.#deps;
    const { number: to, language, channel, purpose, network } = asked;
    const id = crypto.randomUUID();
    const code = randomDigits(length);
    const letter: Letter = { id, to, language, channel, purpose, code, network: coarse(network) };
    const [hash, sealed] = await Promise.all([
      hashOf(vault, id, code),
      vault.sealText({ table: "challenges", id: `${name}/${id}` }, JSON.stringify(letter)),
    ]);
    return { id, hash, letter: sealed, channel };
  }
}

function handleOf(purpose: CodePurpose): { table: "challenges"; id: string } {
  return { table: "challenges", id: `handle/${purpose}` };
}

function hashOf(vault: Vault, code: string, digits: string): Promise<string> {
  return vault.keyedHash("code", `${code}\u0000${digits}`);
}

/** Random digits, uniformly distributed. */
function randomDigits(length: number): string {
  const [all, bytes] = [10 ** length, new Uint32Array(1)];
  // Values above the last multiple would favour low numbers: drawn again.
  do crypto.getRandomValues(bytes);
  while ((bytes[0] ?? 0) >= 2 ** 32 - (2 ** 32 % all));
  return String((bytes[0] ?? 0) % all).padStart(length, "0");
}
