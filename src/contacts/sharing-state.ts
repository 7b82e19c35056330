import type { Quota } from "../quotas/quotas.ts";
import { DAY_S } from "../time/days.ts";

/** Numbers that one holder of a number may share in a day, and withdraw individually: each wakes a ballot. */
export const NUMBERS_A_DAY = 2000;
/** Share ids created in a day: the whole service checks for each revoked one for weeks. */
export const SHARES_A_DAY = 5;

export const QUOTAS = {
  contacts: { name: "contacts", allows: NUMBERS_A_DAY, window: DAY_S },
  back: { name: "contacts-back", allows: NUMBERS_A_DAY, window: DAY_S },
  shares: { name: "shares", allows: SHARES_A_DAY, window: DAY_S },
} as const satisfies Record<string, Quota>;
