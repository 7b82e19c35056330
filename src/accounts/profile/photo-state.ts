import type { Quota, Spending } from "../../quotas/quotas.ts";
import { DAY_S } from "../../time/days.ts";

/** Photos that the holder of a number can set in a day (UTC). */
export const PHOTOS_A_DAY = 10;
/** Uploads for a photo in a day: a refused one costs work, too. */
export const PHOTO_TRIES_A_DAY = 30;

const QUOTAS = {
  photos: { name: "photos", allows: PHOTOS_A_DAY, window: DAY_S },
  tries: { name: "photo-tries", allows: PHOTO_TRIES_A_DAY, window: DAY_S },
} as const satisfies Record<string, Quota>;

/** What an upload uses of the daily quotas, counted before the work. */
export const PHOTO_TRIED: readonly Spending[] = [
  { quota: QUOTAS.photos, n: 1 },
  { quota: QUOTAS.tries, n: 1 },
];

/** What is given back if it fails: the attempt stays counted. */
export const NO_PHOTO: readonly Spending[] = [{ quota: QUOTAS.photos, n: 1 }];
