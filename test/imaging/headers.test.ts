import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { dimensionsOf } from "../../src/imaging/dimensions.ts";
import { kindOf, type PictureKind } from "../../src/imaging/kind.ts";
import { bareWebp } from "../../src/imaging/webp.ts";
import { animation, flag, tell, type Format } from "../support/pictures.ts";

const FORMATS = ["jpeg", "png", "gif", "webp", "avif"] as const;
const made = new Map<Format, Uint8Array<ArrayBuffer>>();

beforeAll(async () => {
  for (const format of FORMATS) made.set(format, Uint8Array.from(await tell(format, 301, 77)));
});

describe("headers", () => {
  it.each(FORMATS)("tell the kind and size of %s", (format) => {
    const file = made.get(format) ?? new Uint8Array(0);
    expect(kindOf(file)).toBe(format);
    expect(dimensionsOf(format, file)).toEqual({ width: 301, height: 77 });
  });

  it("tell the size of every kind of WebP and of a progressive JPEG", async () => {
    const raw = { raw: { width: 33, height: 17, channels: 3 } } as const;
    const image = (): Sharp => sharp(pixels, raw);
    const pixels = await flag(33, 17);
    const files = [
      image().webp({ lossless: true }),
      image().webp({ lossless: false }),
      image().ensureAlpha(0.5).webp(),
      image().ensureAlpha(0.5).webp({ lossless: true }),
    ];
    for (const file of files) {
      const bytes = Uint8Array.from(await file.toBuffer());
      expect(dimensionsOf("webp", bytes)).toEqual({ width: 33, height: 17 });
    }
    const progressive = await image().jpeg({ progressive: true }).toBuffer();
    expect(dimensionsOf("jpeg", progressive)).toEqual({ width: 33, height: 17 });
  });

  it("of any bytes whatsoever throw nothing", () => {
    const kinds: PictureKind[] = ["jpeg", "png", "gif", "webp", "avif", "heic"];
    const start = fc
      .constantFrom(...FORMATS)
      .chain((format) =>
        fc.nat({ max: 400 }).map((length) => (made.get(format) ?? new Uint8Array(0)).slice(0, length)),
      );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), start), fc.uint8Array({ maxLength: 64 }), (head, tail) => {
        const bytes = Uint8Array.from([...head, ...tail]);
        kindOf(bytes);
        for (const kind of kinds) {
          const size = dimensionsOf(kind, bytes);
          if (size !== null) expect(Math.min(size.width, size.height)).toBeGreaterThan(0);
        }
        bareWebp(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it("that were changed never make a WebP of two minds", () => {
    const file = made.get("webp") ?? new Uint8Array(0);
    fc.assert(
      fc.property(fc.nat({ max: 400 }), fc.nat({ max: 255 }), (at, byte) => {
        const changed = Uint8Array.from(file, (before, place) => (place === at ? byte : before));
        const bare = bareWebp(changed);
        if (bare === null) return;
        expect(bareWebp(bare.webp)?.webp).toEqual(bare.webp);
        expect(bare.webp.byteLength).toBeLessThanOrEqual(changed.byteLength);
      }),
    );
  });
});

describe("a WebP", () => {
  it("loses what stands beside the picture, and only that", async () => {
    const file = made.get("webp") ?? new Uint8Array(0);
    const bare = bareWebp(file);
    expect(bare).toMatchObject({ width: 301, height: 77 });
    const pixels = async (of: Uint8Array): Promise<Buffer> => sharp(of).raw().toBuffer();
    expect(await pixels(bare?.webp ?? file)).toEqual(await pixels(file));
    expect((await sharp(bare?.webp ?? file).metadata()).exif).toBeUndefined();
  });

  it("that moves is none", async () => {
    expect(bareWebp(Uint8Array.from(await animation("webp")))).toBeNull();
  });
});
