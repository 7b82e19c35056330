import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import exifr from "exifr";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestHarness, type TestHarness } from "wrangler";
import {
  animation,
  bomb,
  corners,
  flag,
  noise,
  photograph,
  photographs,
  riffChunks,
  tell,
  TOLD,
  turned,
  type Format,
} from "../support/pictures.ts";

const MIB = 1024 * 1024;
/** Pictures that went wrong once lie beside the repository, or not at all. */
const CASES = join(import.meta.dirname, "../../../shared/data/cases");

/** What the room makes of bytes: a picture, or a reason. */
interface Made {
  readonly reason: string | null;
  readonly webp: Uint8Array;
  readonly width: number;
  readonly height: number;
}

let harness: TestHarness;

beforeAll(async () => {
  harness = createTestHarness({
    workers: [
      {
        config: {
          name: "darkroom",
          main: join(import.meta.dirname, "../support/darkroom.ts"),
          compatibility_date: "2026-11-01",
          images: { binding: "IMAGES" },
        },
      },
    ],
  });
  await harness.listen();
});
afterAll(() => harness.close());

async function develop(bytes: Uint8Array, { side = 2560, most = 2 * MIB } = {}): Promise<Made> {
  const response = await harness
    .getWorker()
    .fetch(`http://darkroom/?side=${side}&bytes=${most}`, { method: "POST", body: bytes });
  expect([200, 422]).toContain(response.status);
  const answered = new Uint8Array(await response.arrayBuffer());
  const webp = response.status === 200 ? answered : new Uint8Array(0);
  return {
    reason: response.status === 200 ? null : Buffer.from(answered).toString(),
    webp,
    width: Number(response.headers.get("x-width")),
    height: Number(response.headers.get("x-height")),
  };
}

/** Nothing but the picture: known chunks only, no flag that promises more, no words, no second picture inside. */
async function expectBare({ webp, width, height }: Made, words: readonly string[]): Promise<void> {
  for (const { type, bytes } of riffChunks(webp)) {
    expect(["VP8X", "ALPH", "VP8 ", "VP8L"]).toContain(type);
    if (type === "VP8X") expect((bytes[0] ?? 0) & ~0x10).toBe(0);
  }
  const text = Buffer.from(webp).toString("latin1");
  for (const word of [...words, "Exif\u0000", "http://ns.adobe.com", "Photoshop", "8BIM", "acsp", "xmpmeta"]) {
    expect(text).not.toContain(word);
  }
  const seen = await sharp(webp).metadata();
  expect([seen.format, seen.width, seen.height, seen.orientation]).toEqual(["webp", width, height, undefined]);
  expect([seen.exif, seen.xmp, seen.iptc, seen.icc, seen.tifftagPhotoshop, seen.comments]).toEqual(
    Array.from({ length: 6 }, () => undefined),
  );
}

describe("a picture made anew", () => {
  it.each<Format>(["jpeg", "png", "gif", "webp", "avif"])(
    "of %s is WebP with nothing but the picture",
    async (format) => {
      const told = await tell(format);
      const made = await develop(told);
      expect(made.reason).toBeNull();
      await expectBare(made, TOLD);
      expect([made.width, made.height, await corners(made.webp)]).toEqual([64, 48, "rgbw"]);
    },
  );

  it("had something to lose", async () => {
    const parsed = (await exifr.parse(Buffer.from(await tell("jpeg")), { xmp: true, iptc: true })) as object;
    expect(parsed).toMatchObject({ Make: TOLD[0], Artist: TOLD[1], latitude: 52.5, longitude: 13.4 });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("is upright from orientation %i", async (orientation) => {
    const made = await develop(await turned(orientation, 120, 60));
    expect([made.width, made.height, await corners(made.webp)]).toEqual([120, 60, "rgbw"]);
  });

  it("of an animation shows the first frame", async () => {
    for (const format of ["gif", "webp"] as const) {
      const made = await develop(await animation(format));
      expect([made.reason, made.width, made.height]).toEqual([null, 20, 10]);
      expect(await corners(made.webp), format).toBe("rrrr");
    }
  });

  it("keeps transparency", async () => {
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const glass = await sharp({ create: { width: 8, height: 8, channels: 4, background: clear } })
      .png()
      .toBuffer();
    const made = await develop(glass);
    await expectBare(made, []);
    expect((await sharp(made.webp).stats()).isOpaque).toBe(false);
  });

  it("has at most so many pixels a side, and is not enlarged", async () => {
    const wide = await sharp(await flag(1000, 40), { raw: { width: 1000, height: 40, channels: 3 } })
      .png()
      .toBuffer();
    expect(await develop(wide, { side: 100 })).toMatchObject({ reason: null, width: 100, height: 4 });
    expect(await develop(wide, { side: 2560 })).toMatchObject({ reason: null, width: 1000, height: 40 });
  });

  it("has at most so many bytes", async () => {
    const noisy = await noise(900, 600, "jpeg");
    for (const most of [100_000, 10_000]) {
      const made = await develop(noisy, { most });
      expect(made.reason).toBeNull();
      expect(made.webp.byteLength).toBeLessThanOrEqual(most);
      expect(made.webp.byteLength).toBeGreaterThan(most / 5);
      expect(made.width / made.height).toBeCloseTo(1.5, 1);
    }
    expect((await develop(noisy, { most: 10 })).reason).toBe("too-many-pixels");
  });
});

describe("what is no picture", () => {
  const ascii = (text: string): Uint8Array => Buffer.from(text.padEnd(64, "\u0000"), "latin1");

  it.each([
    ["MP3 with tags", "ID3\u0004"],
    ["MP3", "\u00ff\u00fb\u0090\u0044"],
    ["AAC", "\u00ff\u00f1\u0050\u0080"],
    ["AMR", "#!AMR\n"],
    ["AMR-WB", "#!AMR-WB\n"],
    ["Ogg, Opus", "OggS\u0000\u0002"],
    ["FLAC", "fLaC"],
    ["WAV", "RIFF\u0024\u0000\u0000\u0000WAVEfmt "],
    ["AIFF", "FORM\u0000\u0000\u0000\u0000AIFF"],
    ["M4A", "\u0000\u0000\u0000\u001cftypM4A \u0000\u0000\u0002\u0000M4A isom"],
    ["3GP", "\u0000\u0000\u0000\u0018ftyp3gp4\u0000\u0000\u0000\u00003gp43gp6"],
    ["MP4", "\u0000\u0000\u0000\u0018ftypmp42\u0000\u0000\u0000\u0000mp42isom"],
    ["WebM", "\u001aE\u00df\u00a3\u0001"],
    ["WMA", "0&\u00b2u\u008ef\u00cf\u0011"],
    ["CAF", "caff\u0000\u0001"],
    ["AU", ".snd\u0000\u0000"],
  ])("%s is refused as sound", async (_, start) => {
    expect((await develop(ascii(start))).reason).toBe("audio");
  });

  it.each([
    ["TIFF", "II*\u0000", "unsupported-picture"],
    ["BMP", "BM", "unsupported-picture"],
    ["SVG", "<svg xmlns=", "unsupported-picture"],
    ["JPEG XL", "\u00ff\u000a", "unsupported-picture"],
    ["PDF", "%PDF-1.7", "not-a-picture"],
    ["HTML", "<!doctype html>", "not-a-picture"],
    ["text in UTF-16", "\u00ff\u00feH\u0000i\u0000", "not-a-picture"],
    ["zeros", "", "not-a-picture"],
    ["a name only", "RIFF\u0000\u0000\u0000\u0000WEBP", "damaged-picture"],
  ])("%s is refused", async (_, start, reason) => {
    expect((await develop(ascii(start))).reason).toBe(reason);
  });

  it("is nothing, or a byte", async () => {
    expect((await develop(new Uint8Array(0))).reason).toBe("not-a-picture");
    expect((await develop(new Uint8Array([0xff]))).reason).toBe("not-a-picture");
  });

  it("is HEIC where the platform does not decode it", async () => {
    const heic = Buffer.from("AAAAGGZ0eXBoZWljAAAAAG1pZjFoZWlj", "base64");
    const ispe = Buffer.from([0, 0, 0, 20, 0x69, 0x73, 0x70, 0x65, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8]);
    const box = (type: string, ...parts: Buffer[]): Buffer => {
      const body = Buffer.concat(parts);
      const head = Buffer.alloc(8);
      head.writeUInt32BE(8 + body.length);
      head.write(type, 4, "latin1");
      return Buffer.concat([head, body]);
    };
    const file = Buffer.concat([heic, box("meta", Buffer.alloc(4), box("iprp", box("ipco", ispe)))]);
    expect((await develop(file)).reason).toBe("unsupported-picture");
  });
});

describe("what would harm", () => {
  it("is refused by its pixels before it is decoded", async () => {
    const small = await bomb(10_001, 10_000);
    expect(small.byteLength).toBeLessThan(200_000);
    expect((await develop(small)).reason).toBe("too-many-pixels");
    expect((await develop(await bomb(12_001, 10))).reason).toBe("too-many-pixels");
    // The headers alone promise more than any decoder should try.
    const gif = Buffer.from(await animation("gif"));
    gif.writeUInt16LE(65_535, 6);
    gif.writeUInt16LE(65_535, 8);
    expect((await develop(gif)).reason).toBe("too-many-pixels");
  });

  it("is refused or mended when it is cut off or scrambled, and the platform's words stay inside", async () => {
    const reasons = new Set<string | null>();
    for (const format of ["jpeg", "png", "gif", "webp", "avif"] as const) {
      const whole = await tell(format);
      for (const share of [0.1, 0.5, 0.9]) {
        const { reason } = await develop(whole.subarray(0, Math.floor(whole.byteLength * share)));
        reasons.add(reason);
      }
      const scrambled = Uint8Array.from(whole, (byte, at) => (at % 97 === 96 ? byte ^ 0x55 : byte));
      reasons.add((await develop(scrambled)).reason);
    }
    for (const reason of reasons)
      expect([null, "damaged-picture", "unsupported-picture", "too-many-pixels"]).toContain(reason);
    expect(reasons).toContain("damaged-picture");
  });
});

/** A JPEG's bytes up to its first scan's header, and from there. */
function atScan(jpeg: Uint8Array): number {
  const at = Buffer.from(jpeg).indexOf(Buffer.from([0xff, 0xda, 0x00, 0x0c, 0x03]));
  if (at < 0) throw new Error("no scan of three components");
  return at;
}

describe("what viewers show although it is not quite right", () => {
  const faults: [string, (jpeg: Buffer) => Uint8Array][] = [
    ["has no end marker", (jpeg) => jpeg.subarray(0, -2)],
    ["has zeros for its end marker", (jpeg) => Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(9)])],
    [
      "says that its scan holds the first coefficient alone",
      (jpeg) => jpeg.fill(0, atScan(jpeg) + 11, atScan(jpeg) + 14),
    ],
    [
      "has both faults, and a comment before its scan",
      (jpeg) => {
        jpeg.fill(0, atScan(jpeg) + 11, atScan(jpeg) + 14);
        return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, 4, 65, 66]), jpeg.subarray(2, -2)]);
      },
    ],
  ];
  it.each(faults)("is taken with every pixel: a JPEG that %s", async (_, spoil) => {
    const whole = Buffer.from(await tell("jpeg", 200, 120));
    const right = await develop(whole);
    const made = await develop(spoil(Buffer.from(whole)));
    expect(made.reason).toBeNull();
    expect(Buffer.from(made.webp).equals(right.webp)).toBe(true);
  });
});

describe.skipIf(!existsSync(CASES))("pictures that went wrong once", () => {
  it.each(["no-eoi.jpg", "sos-se0.jpg"])("%s is taken", async (name) => {
    const made = await develop(readFileSync(join(CASES, name)));
    expect(made.reason).toBeNull();
    expect(made.webp.length).toBeGreaterThan(0);
  });
});

describe.skipIf(photographs.length === 0)("photographs of other people", () => {
  it.each(photographs)("%s", async (name) => {
    const original = photograph(name);
    const made = await develop(original);
    if (made.reason !== null) {
      expect(["damaged-picture", "unsupported-picture"]).toContain(made.reason);
      return;
    }
    const told = ((await exifr.parse(original, true).catch(() => undefined)) ?? {}) as Record<string, unknown>;
    const words = Object.values(told).filter((value): value is string => typeof value === "string" && value.length > 5);
    await expectBare(made, words);
    const upright = await sharp(original, { failOn: "none" }).metadata();
    const shown = upright.autoOrient;
    const scale = Math.min(1, 2560 / Math.max(shown.width, shown.height));
    expect(Math.abs(made.width - shown.width * scale)).toBeLessThanOrEqual(1);
    expect(Math.abs(made.height - shown.height * scale)).toBeLessThanOrEqual(1);
  });
});
