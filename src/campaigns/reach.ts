import { askedLanguage, languageOfCountry } from "../language/language.ts";
import { mailAddress, mailboxOf } from "../messaging/mail-address.ts";
import type { Announcement, Mailed, Telephoned } from "../messaging/message.ts";
import type { Message, Messages } from "../messaging/messages.ts";
import { parseNumber, type PhoneNumber } from "../numbers/number.ts";
import { HOUR_MS, DAY_MS, dayOf } from "../time/days.ts";
import { languageFor, type Draft, type Reached, type Skip } from "./campaign-state.ts";
import { hoursIn } from "./quiet-hours.ts";

/** What an account says of itself; by its keyed id. */
export interface Addressees {
  /** Where it is written to, and whether it consents to promotion now; null if it is no more. */
  addressed(account: string): Promise<{
    readonly number: string;
    readonly email: string | null;
    readonly language: string | null;
    readonly promotional: boolean;
  } | null>;
  /**
   * Counts a promotion of the account: `taken`, or `enough` where it had two in 31 days; `before` where this one was taken
   * on an earlier day than yesterday, so that no outbox remembers it. @param day days since 1970-01-01
   */
  takePromotion(account: string, campaign: string, day: number): Promise<"taken" | "before" | "enough">;
  /** The message did not leave. */
  giveBackPromotion(account: string, campaign: string): Promise<void>;
}

/** Promotion that its provider does not take within this time is not sent any more, ms. */
const PROMOTION_MS = 2 * HOUR_MS;
/** Outboxes remember a message until a day after: longer than any failure that a batch is repeated after. */
const SERVICE_MS = 6 * DAY_MS;
/** An account for which too many messages wait is looked at again after this, ms. */
const FULL_MS = HOUR_MS;

/**
 * Sends an account what a campaign says, once, or says why not. Repeatable: a message is known by campaign and recipient,
 * so that whoever has two accounts of one address gets it once, too.
 */
export async function reach(
  { messages, accounts }: { readonly messages: Messages; readonly accounts: Addressees },
  { id, draft }: { readonly id: string; readonly draft: Draft },
  account: string,
  now: number,
): Promise<Reached> {
  const addressed = await accounts.addressed(account);
  if (addressed === null) return skipped("gone");
  const { number } = parseNumber(addressed.number);
  if (number === null) return skipped("gone");
  if (draft.countries !== null && !draft.countries.includes(number.country ?? "")) return skipped("other-country");
  const promotion = draft.kind === "promotion";
  if (promotion && !addressed.promotional) return skipped("no-consent");
  const way = wayTo(draft, number, addressed.email);
  if (way === null) return skipped("no-address");
  if (way.channel !== "email" && messages.never(way.to, way.channel) !== null) return skipped("not-served");

  const hours = promotion ? hoursIn(number.country, now) : null;
  if (promotion && hours === null) return skipped("not-served");
  if (hours !== null && !hours.open) return { is: "later", at: hours.opens };
  const written = languageFor(draft.texts, [askedLanguage(addressed.language), languageOfCountry(number.country)]);
  if (written === null) return skipped("not-served");
  if (promotion) {
    const taken = await accounts.takePromotion(account, id, dayOf(now));
    if (taken === "enough") return skipped("enough");
    if (taken === "before") return { is: "sent" };
  }

  const text: Announcement = { kind: promotion ? "promotional" : "service", ...written.text, origin: draft.origin };
  const common = { id: `${id}\u0000${nameOf(way)}`, language: written.language, network: null, reserved: null, text };
  const expiresAt = hours === null ? now + SERVICE_MS : Math.min(now + PROMOTION_MS, hours.closes);
  const message: Message = { ...common, ...way, expiresAt };
  const sent = await messages.send(message, now);
  if (sent.ok) return { is: "sent" };
  if (promotion) await accounts.giveBackPromotion(account, id);
  switch (sent.reason) {
    case "over": {
      const at = now + sent.retryAfter * 1000;
      return sent.by === "campaigns" ? { is: "stop", at } : { is: "later", at };
    }
    case "full":
      return { is: "later", at: now + FULL_MS };
    case "opted-out":
      return skipped("ended");
    case "not-served":
    case "not-configured":
      return skipped("not-served");
  }
}

function wayTo({ channel }: Draft, number: PhoneNumber, email: string | null): Telephoned | Mailed | null {
  if (channel === "sms") return { to: number, channel };
  const to = mailAddress(email ?? "");
  return to === null ? null : { to, channel };
}

function nameOf({ to }: Telephoned | Mailed): string {
  return "e164" in to ? to.e164 : mailboxOf(to);
}

function skipped(why: Skip): Reached {
  return { is: "skipped", why };
}
