import type { Channel } from "./message.ts";

/** What a message costs where no price is known, in micro-dollars. */
const ELSEWHERE: Readonly<Record<Channel, number>> = { sms: 200_000, voice: 300_000 };

/** What a message to a country (ISO 3166 alpha-2) costs, in micro-dollars, rounded up. */
export function priceOf(country: string | null, channel: Channel): number {
  void country;
  return ELSEWHERE[channel];
}
