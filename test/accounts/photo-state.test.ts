import { expect, it } from "vitest";
import {
  NO_PHOTOS,
  photoMade,
  PHOTO_TRIES_A_DAY,
  PHOTOS_A_DAY,
  tryPhoto,
  type PhotoUse,
} from "../../src/accounts/photo-state.ts";

const tried = (use: PhotoUse, day: number): PhotoUse => {
  const next = tryPhoto(use, day);
  if ("allows" in next) throw new Error(next.name);
  return next;
};

it("lets ten photos and thirty tries a day, and begins anew the next", () => {
  let use = NO_PHOTOS;
  for (let at = 0; at < PHOTOS_A_DAY; at += 1) use = photoMade(tried(use, 7));
  expect(tryPhoto(use, 7)).toMatchObject({ name: "photos", allows: PHOTOS_A_DAY });
  use = tried(use, 8);
  for (let at = 1; at < PHOTO_TRIES_A_DAY; at += 1) use = tried(use, 8);
  expect(tryPhoto(use, 8)).toMatchObject({ name: "photo-tries", allows: PHOTO_TRIES_A_DAY });
  expect(tried(use, 9)).toEqual({ day: 9, photos: 0, tries: 1 });
});
