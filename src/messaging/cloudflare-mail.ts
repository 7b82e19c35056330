import type { CloudflareMailAccount } from "../mail-settings.ts";
import type { Attempt, Parcel, Provider } from "./provider.ts";

/** What the binding says of a message that it certainly did not take, and that can be tried again. */
const LATER = new Set(["E_RATE_LIMIT_EXCEEDED", "E_DAILY_LIMIT_EXCEEDED"]);
/** And what operators can mend before it expires. */
const MENDABLE = new Set(["E_SENDER_NOT_VERIFIED", "E_SENDER_DOMAIN_NOT_AVAILABLE"]);
/** Its own list of addresses that bounced or complained. */
const SUPPRESSED = "E_RECIPIENT_SUPPRESSED";
/** What it did not take and never will. */
const REFUSED =
  /^E_(?:VALIDATION_ERROR|FIELD_MISSING|TOO_MANY_RECIPIENTS|TOO_MANY_ATTACHMENTS|RECIPIENT_NOT_ALLOWED|CONTENT_TOO_LARGE|HEADERS?_\w+)$/;
const MENDABLE_WAIT_MS = 60_000;

/** Cloudflare's `send_email` binding. It recognises no repeats and calls nobody back: what it took counts as accepted. */
export class CloudflareMail implements Provider {
  readonly knowsRepeats = false;
  readonly #binding: SendEmail;
  readonly #account: CloudflareMailAccount;

  constructor(binding: SendEmail, account: CloudflareMailAccount) {
    this.#binding = binding;
    this.#account = account;
  }

  async ready(): Promise<boolean> {
    return true;
  }

  async send({ to, body, mail }: Parcel): Promise<Attempt> {
    const { name, address } = this.#account.sender;
    try {
      await this.#binding.send({
        from: name === null ? address : { name, email: address },
        to,
        subject: mail?.subject ?? "",
        text: body,
        html: mail?.html ?? "",
        headers: { ...mail?.headers },
      });
      return { outcome: "accepted" };
    } catch (thrown) {
      return outcomeOf(typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : null);
    }
  }
}

/** What a failure means; of all others, such as E_DELIVERY_FAILED, it is not known whether the message was taken. */
function outcomeOf(code: unknown): Attempt {
  if (typeof code !== "string") return { outcome: "unknown" };
  if (LATER.has(code)) return { outcome: "not-sent", waitMs: 0, error: 0 };
  if (MENDABLE.has(code)) return { outcome: "not-sent", waitMs: MENDABLE_WAIT_MS, error: 0 };
  if (code === SUPPRESSED) return { outcome: "refused", error: 0, ended: "gone" };
  return REFUSED.test(code) ? { outcome: "refused", error: 0 } : { outcome: "unknown" };
}
