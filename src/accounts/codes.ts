import type { Language } from "../language/language.ts";
import type { Messages, SendRefusal } from "../messaging/messages.ts";
import type { Channel } from "../messaging/message.ts";
import { coarse, type Network } from "../messaging/network.ts";
import type { E164, PhoneNumber } from "../numbers/number.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import type { Challenge, ProveAnswer, RequestAnswer } from "./challenge-object.ts";
import type { CodePurpose } from "./sending.ts";

export type { CodePurpose };

/** Why no code is sent. Seconds. */
export type CodeRefusal =
  | { readonly reason: "not-configured" }
  | { readonly reason: "not-served"; readonly why: "country" | "kind" }
  | { readonly reason: "too-many"; readonly quota: CodeQuota; readonly retryAfter: number }
  | { readonly reason: "not-sent"; readonly retryAfter: number };

/** A quota of codes: its name, how many it allows, and its window in seconds. */
export interface CodeQuota {
  readonly name: "codes" | "network" | "operator" | "range" | "country" | "money";
  readonly allows: number;
  readonly window: number;
}

export type CodeAnswer =
  | { readonly ok: true; readonly challengeId: string; readonly expiresIn: number; readonly resendAfter: number }
  | ({ readonly ok: false } & CodeRefusal);

export type Proved =
  | { readonly ok: true; readonly number: E164 }
  | { readonly ok: false; readonly reason: "wrong" | "expired" | "used-up" };

/** What codes work with. */
export interface CodeParts {
  readonly vault: Vault;
  readonly challenges: DurableObjectNamespace<Challenge>;
  /** Whether a message can go to a number at all. */
  readonly messages: Pick<Messages, "never">;
}

const DAY_S = 86_400;
const HOUR_S = 3600;
/** After a message that the outbox did not take. */
const NOT_SENT_RETRY_S = 60;
const HANDLE = "handle";

/**
 * Codes that prove a number. The answer is the same for every number, whether it has an account or not: no account is
 * read before the code is proved.
 */
export class Codes {
  readonly #parts: CodeParts;

  constructor(parts: CodeParts) {
    this.#parts = parts;
  }

  /** Sends a code, unless one was sent moments ago. Accepted means that the message will go out. @param now ms */
  async request(
    asked: {
      readonly purpose: CodePurpose;
      readonly number: PhoneNumber;
      readonly language: Language;
      readonly channel: Channel;
      readonly network: Network;
    },
    now: number,
  ): Promise<CodeAnswer> {
    const { vault, challenges, messages } = this.#parts;
    const { purpose, number: to, language, channel } = asked;
    const never = messages.never(to, channel);
    if (never !== null) return never;
    const name = await vault.keyedHash("challenge", `${purpose}\u0000${to.e164}`);
    const reserved = purpose === "ownership";
    const network = coarse(asked.network);
    const answer = await onStore<RequestAnswer>("objects", async () =>
      challenges.getByName(name).request({ purpose, to, language, channel, network, reserved }, now),
    );
    if (answer.ok) {
      const { id, expiresIn, resendAfter } = answer.opened;
      const challengeId = await vault.sealText({ table: "challenges", id: `${HANDLE}/${purpose}` }, `${name} ${id}`);
      return { ok: true, challengeId, expiresIn, resendAfter };
    }
    switch (answer.reason) {
      case "day":
        return tooMany({ name: "codes", allows: answer.allows, window: DAY_S }, answer.retryAfter);
      case "not-sent":
        return refusalOf(answer.refusal);
    }
  }

  /** The number that a code proves, once. Whatever is no challenge of this purpose has expired. @param now ms */
  async prove(purpose: CodePurpose, challengeId: string, code: string, now: number): Promise<Proved> {
    const { vault, challenges } = this.#parts;
    const handle = await vault.openText({ table: "challenges", id: `${HANDLE}/${purpose}` }, challengeId);
    if (!handle.ok) return { ok: false, reason: "expired" };
    const [name = "", id = ""] = handle.text.split(" ", 2);
    const hash = await vault.keyedHash("code", `${id}\u0000${code}`);
    const proved = await onStore<ProveAnswer>("objects", async () => challenges.getByName(name).prove(id, hash, now));
    return proved.ok ? { ok: true, number: proved.number as E164 } : proved;
  }
}

function tooMany(quota: CodeQuota, retryAfter: number): { ok: false } & CodeRefusal {
  return { ok: false, reason: "too-many", quota, retryAfter };
}

function refusalOf(refusal: SendRefusal): { ok: false } & CodeRefusal {
  switch (refusal.reason) {
    case "over": {
      const { by, allows, window, retryAfter } = refusal;
      return tooMany({ name: by, allows, window: window === "day" ? DAY_S : HOUR_S }, retryAfter);
    }
    case "not-configured":
      return { ok: false, reason: "not-configured" };
    case "not-served":
      return { ok: false, reason: "not-served", why: refusal.why };
    case "opted-out":
    case "full":
      return { ok: false, reason: "not-sent", retryAfter: NOT_SENT_RETRY_S };
  }
}
