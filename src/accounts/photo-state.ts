const DAY_S = 86_400;

/** Photos that an account sets in a day (UTC). */
export const PHOTOS_A_DAY = 10;
/** Pictures that it has made into photos in a day: what is refused as no picture is worked on, too. */
export const PHOTO_TRIES_A_DAY = 30;

/** What an account has used of a day (days since 1970-01-01). */
export interface PhotoUse {
  readonly day: number;
  readonly photos: number;
  readonly tries: number;
}

export const NO_PHOTOS: PhotoUse = { day: 0, photos: 0, tries: 0 };

/** A quota of photos that is used up. */
export interface PhotoQuota {
  readonly name: "photos" | "photo-tries";
  readonly allows: number;
  /** Seconds. */
  readonly window: number;
}

/** The use after one more try, counted before the work, or the quota that has no room for it. */
export function tryPhoto(before: PhotoUse, day: number): PhotoUse | PhotoQuota {
  const use = before.day === day ? before : { ...NO_PHOTOS, day };
  if (use.photos >= PHOTOS_A_DAY) return { name: "photos", allows: PHOTOS_A_DAY, window: DAY_S };
  if (use.tries >= PHOTO_TRIES_A_DAY) return { name: "photo-tries", allows: PHOTO_TRIES_A_DAY, window: DAY_S };
  return { ...use, tries: use.tries + 1 };
}

/** The use after a try has come to a photo. */
export function photoMade(before: PhotoUse): PhotoUse {
  return { ...before, photos: before.photos + 1 };
}
