import type { Language } from "../language/language.ts";
import type { E164, NumberType, PhoneNumber } from "../numbers/number.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import { BRAKES, type BrakeKind } from "./brake-state.ts";
import { brakePoints, type Network } from "./brakes.ts";
import type { Challenge, ProveAnswer, RequestAnswer } from "./challenge-object.ts";
import type { CodePurpose } from "./sending.ts";

export type { CodePurpose };

/** Why no code is sent. Seconds. */
export type CodeRefusal =
  | { readonly reason: "not-served"; readonly why: "country" | "kind" }
  | { readonly reason: "too-many"; readonly quota: CodeQuota; readonly retryAfter: number }
  | { readonly reason: "not-sent"; readonly retryAfter: number };

/** A quota of codes: its name, how many it allows, and its window in seconds. */
export interface CodeQuota {
  readonly name: "codes" | BrakeKind;
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
  /** Countries (ISO 3166 alpha-2) to which the operator sends; null: all of them. */
  readonly countries: ReadonlySet<string> | null;
}

/** Numbers that ring for somebody else's gain, or that no message reaches. */
const NOT_SERVED: ReadonlySet<NumberType> = new Set([
  "premium-rate",
  "shared-cost",
  "personal-number",
  "pager",
  "uan",
  "voicemail",
]);

/** Why no message is sent to a number that others chose; null when one is. @param countries ISO 3166 alpha-2, null: all */
export function notServed(number: PhoneNumber, countries: ReadonlySet<string> | null): "country" | "kind" | null {
  if (countries !== null && !countries.has(number.country ?? "")) return "country";
  // Calling codes of no country are satellites and paid services, dear to send to.
  return number.country === null || (number.type !== null && NOT_SERVED.has(number.type)) ? "kind" : null;
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
      readonly network: Network;
    },
    now: number,
  ): Promise<CodeAnswer> {
    const { vault, challenges, countries } = this.#parts;
    const { purpose, number, language, network } = asked;
    const why = notServed(number, countries);
    if (why !== null) return { ok: false, reason: "not-served", why };
    const { e164: to, country } = number;
    const name = await vault.keyedHash("challenge", `${purpose}\u0000${to}`);
    const brakes = await brakePoints(vault, number, network);
    const answer = await onStore<RequestAnswer>("objects", async () =>
      challenges.getByName(name).request({ purpose, to, country, language, brakes }, now),
    );
    if (answer.ok) {
      const { id, expiresIn, resendAfter } = answer.opened;
      const challengeId = await vault.sealText({ table: "challenges", id: `${HANDLE}/${purpose}` }, `${name} ${id}`);
      return { ok: true, challengeId, expiresIn, resendAfter };
    }
    switch (answer.reason) {
      case "day":
        return tooMany({ name: "codes", allows: answer.allows, window: DAY_S }, answer.retryAfter);
      case "brake": {
        const { kind, window, retryAfter } = answer;
        const quota = { name: kind, allows: BRAKES[kind][window], window: window === "day" ? DAY_S : HOUR_S };
        return tooMany(quota, retryAfter);
      }
      case "not-sent":
        return { ok: false, reason: "not-sent", retryAfter: NOT_SENT_RETRY_S };
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
