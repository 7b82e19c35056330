/**
 * Promise: the raw bytes of every store show no image, and who copies them can build no link. (Privacy notice,
 * section 6.)
 *
 * In the life of test/support/life the service runs as `npm run dev` starts it. Pictures are sent, seen, reported, saved and sent again under the same
 * Idempotency-Key; then the raw bytes of all that it wrote are searched, while it runs and after it was stopped, for
 * pieces of the pictures as they came and as they are kept, for what was written into them, for the numbers that they
 * were sent to, and for the tokens of their links.
 *
 * Seen to fail on a copy of the sources with each of these changes: the bytes put into R2 as they are; the id of a
 * picture made of its token as it is; the first answer kept unsealed.
 */
import { beforeAll, expect, it } from "vitest";
import { theLife, type Life } from "../support/life/life.ts";
import { NUMBERS } from "../support/life/pictures.ts";
import { addNumber, addPieces, addText, Needles } from "../support/needles.ts";
import { TOLD } from "../support/pictures.ts";
import { filesOf } from "../support/state.ts";

const needles = new Needles();
let life: Life;
let seen = 0;

beforeAll(async () => {
  life = await theLife();
  for (const [number, national] of NUMBERS) addNumber(needles, number, national);
  for (const [n, { token, came, kept }] of life.pictures.pictures.entries()) {
    addPieces(needles, came, `picture ${n} as it came`);
    addPieces(needles, kept, `picture ${n} as it is kept`);
    seen += kept.length;
    addText(needles, token, `token ${n}`);
    needles.add(Buffer.from(token, "base64url"), `token ${n}, raw`);
  }
  for (const word of TOLD) addText(needles, word, word);
});

it("there are pictures to be found, in a bucket that is there", () => {
  expect(seen).toBeGreaterThan(5000);
  expect(needles.count).toBeGreaterThan(100);
  for (const { state } of [life.running, life.left]) {
    expect(filesOf(state).some((path) => path.includes("/r2/") && path.includes("/blobs/"))).toBe(true);
  }
});

it("nothing of them stands in a copy taken while the service runs", () =>
  expect(life.running.search(needles)).toEqual({}));

it("nothing of them stands in a copy taken after it was stopped", () => expect(life.left.search(needles)).toEqual({}));

it("nor in its log", () => expect(needles.find(Buffer.from(life.log))).toEqual([]));
