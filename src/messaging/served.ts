import type { NumberType, PhoneNumber } from "../numbers/number.ts";
import type { Channel } from "./message.ts";

/** Kinds of numbers that charge the caller, or that no message reaches. */
const NEVER: ReadonlySet<NumberType> = new Set([
  "premium-rate",
  "shared-cost",
  "toll-free",
  "personal-number",
  "pager",
  "uan",
  "voicemail",
]);

/** Why nothing is sent to a number, or null. @param countries ISO 3166 alpha-2; null: all */
export function notServed(
  number: PhoneNumber,
  channel: Channel,
  countries: ReadonlySet<string> | null,
): "country" | "kind" | null {
  // Calling codes of no country are satellites and paid services, expensive to send to.
  if (number.country === null || number.type === null || NEVER.has(number.type)) return "kind";
  if (countries !== null && !countries.has(number.country)) return "country";
  // A landline can be called. Where the plan cannot tell it from a mobile (US), both are tried.
  return channel === "sms" && number.type === "fixed-line" ? "kind" : null;
}
