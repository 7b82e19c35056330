import type { ResendAccount, Sender } from "../mail-settings.ts";
import type { Attempt, Parcel, Provider } from "./provider.ts";
import { isUnreached, waitOf } from "./http-outcomes.ts";

const TIMEOUT_MS = 10_000;
const KNOCK_TIMEOUT_MS = 4000;

/**
 * Resend's API, by plain HTTP. Each message goes under its id as `Idempotency-Key`, by which Resend recognises a repeat for
 * a day: an unknown outcome is tried again, and sends once.
 */
export class Resend implements Provider {
  readonly knowsRepeats = true;
  readonly #account: ResendAccount;
  readonly #timeoutMs: number;

  /** @param timeoutMs time limit for an answer */
  constructor(account: ResendAccount, timeoutMs = TIMEOUT_MS) {
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

  async send({ id, to, body, mail, kind, day }: Parcel): Promise<Attempt> {
    const { api, apiKey, sender } = this.#account;
    let response: Response;
    try {
      response = await fetch(`${api}/emails`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${apiKey}`,
          "content-type": "application/json",
          accept: "application/json",
          "idempotency-key": id,
          // It refuses requests without one.
          "user-agent": "konnections",
        },
        body: JSON.stringify({
          from: fromField(sender),
          to: [to],
          subject: mail?.subject,
          text: body,
          html: mail?.html,
          headers: mail?.headers,
          // They come back with its callbacks: what became of the message is counted by them alone.
          tags: [
            { name: "message", value: id },
            { name: "kind", value: kind },
            { name: "day", value: String(day) },
          ],
        }),
        // Redirects are not followed: only the configured address is contacted.
        redirect: "manual",
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
    } catch {
      return { outcome: "unknown" };
    }
    // Of the answer the status alone is read: its words may repeat the address.
    await response.body?.cancel().catch(() => {});
    return outcomeOf(response.status, response.headers.get("retry-after"));
  }
}

function fromField({ name, address }: Sender): string {
  return name === null ? address : `${name} <${address}>`;
}

/**
 * What an answer means. 429 says that a rate or a quota was met, 401 and 403 that key or domain are not in order, which
 * operators can mend before the message expires, 409 that the same message is being taken at this moment.
 */
function outcomeOf(status: number, retryAfter: string | null): Attempt {
  if (status === 200 || status === 201) return { outcome: "accepted" };
  if ([401, 403, 409, 429].includes(status)) return { outcome: "not-sent", waitMs: waitOf(retryAfter), error: status };
  if (isUnreached(status)) return { outcome: "not-sent", waitMs: 0, error: 0 };
  if (status < 400 || status >= 500) return { outcome: "unknown" };
  return { outcome: "refused", error: status };
}
