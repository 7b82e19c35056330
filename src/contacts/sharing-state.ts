import { DAY_S, type Quota } from "../quotas/quotas.ts";

/** Numbers that one holder of a number may share in a day, and take back one by one: each wakes a ballot. */
export const NUMBERS_A_DAY = 2000;
/** Share ids begun in a day: each one revoked is looked for by the whole service for weeks. */
export const SHARES_A_DAY = 5;

export const QUOTAS = {
  contacts: { name: "contacts", allows: NUMBERS_A_DAY, window: DAY_S },
  back: { name: "contacts-back", allows: NUMBERS_A_DAY, window: DAY_S },
  shares: { name: "shares", allows: SHARES_A_DAY, window: DAY_S },
} as const satisfies Record<string, Quota>;

const HOUR_MS = 3_600_000;

/** The hour of a time, hours since 1970. @param now ms since 1970 */
export function hourOf(now: number): number {
  return Math.floor(now / HOUR_MS);
}
