import type { TwilioAccount } from "../config.ts";
import type { Language } from "../language/language.ts";
import { isUnreached, waitOf } from "./http-outcomes.ts";
import type { Attempt, Parcel, Provider } from "./provider.ts";

/** The address of Twilio's callbacks; the query has the message's id and what is counted of it. */
export const STATUS_PATH = "/v1/webhooks/twilio/status";

const TIMEOUT_MS = 10_000;
const KNOCK_TIMEOUT_MS = 4000;
/** Twilio's error for a recipient who said STOP to it. */
const RECIPIENT_STOPPED = 21610;
/** Seconds that a phone rings, and that a call may last. */
const RING_S = 30;
const LONGEST_CALL_S = 60;
const MAX_ANSWER_CHARS = 16 * 1024;

/**
 * Twilio's Messages and Calls resources, by plain HTTP. It is asked for nothing first (`HEAD /`): the platform says the same of a
 * connection that was refused and of one that broke after the message had gone, and only of the first is it certain that
 * nothing was sent.
 */
export class Twilio implements Provider {
  readonly knowsRepeats = false;
  readonly #account: TwilioAccount;
  readonly #timeoutMs: number;

  /** @param timeoutMs time limit for an answer */
  constructor(account: TwilioAccount, timeoutMs = TIMEOUT_MS) {
    this.#account = account;
    this.#timeoutMs = timeoutMs;
  }

  /** Whether it answers at all, whatever the answer. */
  async ready(): Promise<boolean> {
    try {
      const { status } = await fetch(this.#account.api, {
        method: "HEAD",
        redirect: "manual",
        signal: AbortSignal.timeout(Math.min(KNOCK_TIMEOUT_MS, this.#timeoutMs)),
      });
      return status < 500;
    } catch {
      return false;
    }
  }

  async send(parcel: Parcel, now: number): Promise<Attempt> {
    const { api, accountSid, apiKey, apiSecret } = this.#account;
    let response: Response;
    try {
      const resource = parcel.channel === "voice" ? "Calls" : "Messages";
      response = await fetch(`${api}/2010-04-01/Accounts/${accountSid}/${resource}.json`, {
        method: "POST",
        headers: {
          authorization: `Basic ${btoa(`${apiKey}:${apiSecret}`)}`,
          "content-type": "application/x-www-form-urlencoded",
          accept: "application/json",
        },
        body: this.#form(parcel, now).toString(),
        // Redirects are not followed: only the configured address is contacted.
        redirect: "manual",
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
    } catch {
      return { outcome: "unknown" };
    }
    if (response.status === 201 || response.status === 200) {
      // It was sent, whatever happens to the rest of the answer.
      await response.body?.cancel().catch(() => {});
      return { outcome: "accepted" };
    }
    const error = await errorOf(response);
    return outcomeOf(response.status, error, response.headers.get("retry-after"));
  }

  #form(parcel: Parcel, now: number): URLSearchParams {
    const { sender, caller, callbacks } = this.#account;
    const { id, to, body, language, kind, channel, country, day, expiresAt } = parcel;
    const query = new URLSearchParams({ message: id, kind, channel, country, day: String(day) });
    const StatusCallback = `${callbacks}${STATUS_PATH}?${query.toString()}`;
    if (channel === "voice") {
      return new URLSearchParams({
        To: to,
        From: caller ?? "",
        Twiml: spokenTwice(body, language),
        // One event, sent when the call is over, whatever its outcome.
        StatusCallback,
        Timeout: String(RING_S),
        TimeLimit: String(LONGEST_CALL_S),
      });
    }
    // Twilio takes 1 s to 10 h for how long it may hold a message back.
    const validSeconds = Math.min(36_000, Math.max(1, Math.floor((expiresAt - now) / 1000)));
    return new URLSearchParams({
      To: to,
      [sender.startsWith("MG") ? "MessagingServiceSid" : "From"]: sender,
      Body: body,
      StatusCallback,
      ValidityPeriod: String(validSeconds),
    });
  }
}

/** Voices of Amazon Polly that Twilio speaks with, each with the language that Twilio knows it by. */
const VOICES: Readonly<Record<Language, readonly [language: string, voice: string]>> = {
  en: ["en-US", "Polly.Joanna"],
  es: ["es-ES", "Polly.Lucia"],
  fr: ["fr-FR", "Polly.Lea"],
  de: ["de-DE", "Polly.Vicki"],
  hi: ["hi-IN", "Polly.Aditi"],
  ar: ["arb", "Polly.Zeina"],
};

/** TwiML that says a text twice, digits that stand together one by one: a code is no number of six figures. */
export function spokenTwice(body: string, language: Language): string {
  const [locale, voice] = VOICES[language];
  const slowly = body.replaceAll(/\d{2,}/g, (digits) => digits.split("").join(", "));
  const text = slowly.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const say = `<Say language="${locale}" voice="${voice}">${text}</Say>`;
  return `<Response><Pause length="1"/>${say}<Pause length="1"/>${say}</Response>`;
}

/**
 * What an answer means. 429 says that the request was not taken; so does a 503 in Twilio's own form. Every other 5xx may
 * come from something on the way, after the message was taken. 401 is a key that operators can mend before the message
 * expires; every other refusal is one of this message.
 */
export function outcomeOf(status: number, error: number | null, retryAfter: string | null): Attempt {
  if (status === 429 || status === 401 || (status === 503 && error !== null)) {
    return { outcome: "not-sent", waitMs: waitOf(retryAfter), error: error ?? 0 };
  }
  if (isUnreached(status)) return { outcome: "not-sent", waitMs: 0, error: 0 };
  if (status < 400 || status >= 500) return { outcome: "unknown" };
  const refused = { outcome: "refused", error: error ?? 0 } as const;
  return error === RECIPIENT_STOPPED ? { ...refused, ended: "said" } : refused;
}

/** The `code` of Twilio's own error answer, or null when the answer is not one. */
async function errorOf(response: Response): Promise<number | null> {
  try {
    const text = (await response.text()).slice(0, MAX_ANSWER_CHARS);
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== "object" || answer === null || !("code" in answer)) return null;
    return typeof answer.code === "number" && Number.isSafeInteger(answer.code) ? answer.code : null;
  } catch {
    return null;
  }
}
