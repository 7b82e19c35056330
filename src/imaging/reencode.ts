import { StoreFailure } from "../telemetry/store-failure.ts";
import { dimensionsOf } from "./dimensions.ts";
import { repairedJpeg } from "./jpeg-repair.ts";
import { kindOf, type PictureKind } from "./kind.ts";
import { bareWebp, type Webp } from "./webp.ts";

/** Why a file is refused as a picture. */
export type PictureRefusal = "not-a-picture" | "unsupported-picture" | "too-many-pixels" | "damaged-picture" | "audio";

export type Reencoded = ({ readonly ok: true } & Webp) | { readonly ok: false; readonly reason: PictureRefusal };

/** Limits of the result: pixels a side, and bytes. */
export interface PictureBounds {
  readonly maxSide: number;
  readonly maxBytes: number;
}

// What the platform accepts: 100 megapixels, 12,000 a side. Checked here, before anything is decoded.
const MAX_PIXELS = 100_000_000;
const MAX_SIDE = 12_000;

/** Qualities to try at full size, then the one at which the picture is scaled down. */
const QUALITIES = [82, 60] as const;
const LAST_QUALITY = 60;
const MAX_ATTEMPTS = 12;
const PIECE_BYTES = 64 * 1024;

// Codes of the Images service: too large in bytes, pixels or work; no quota, timeout; unknown format.
const TOO_LARGE = new Set([9402, 9413, 9522]);
const UNAVAILABLE = new Set([9422, 9529]);
const UNREADABLE = new Set([9412, 9511, 9520]);

/**
 * Re-encodes a picture as WebP within bounds: upright, the first frame of an animation, without metadata. The format is
 * detected from the bytes. The platform's error texts are not repeated.
 * @throws StoreFailure when the platform cannot decode any picture at the moment
 */
export async function reencode(
  images: ImagesBinding,
  bytes: Uint8Array<ArrayBuffer>,
  { maxSide, maxBytes }: PictureBounds,
): Promise<Reencoded> {
  const kind = kindOf(bytes);
  if (kind === "audio") return { ok: false, reason: "audio" };
  if (kind === "other") return { ok: false, reason: "not-a-picture" };
  if (kind === "unsupported") return { ok: false, reason: "unsupported-picture" };
  const size = dimensionsOf(kind, bytes);
  if (size === null) return { ok: false, reason: "damaged-picture" };
  if (size.width > MAX_SIDE || size.height > MAX_SIDE || size.width * size.height > MAX_PIXELS) {
    return { ok: false, reason: "too-many-pixels" };
  }

  let source = bytes;
  let repair = kind === "jpeg" ? repairedJpeg : null;
  let side = maxSide;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    let encoded: Encoded;
    try {
      encoded = await encode(images, source, side, QUALITIES[attempt] ?? LAST_QUALITY, maxBytes);
    } catch (thrown) {
      const reason = await whyNot(images, kind, thrown);
      const repaired = reason === "damaged-picture" ? repair?.(bytes) : null;
      if (!repaired) return { ok: false, reason };
      [source, repair] = [repaired, null];
      attempt -= 1; // A repair does not count as an attempt.
      continue;
    }
    if (encoded.file !== null) {
      const bare = bareWebp(encoded.file);
      if (bare === null || bare.width > maxSide || bare.height > maxSide) {
        throw new StoreFailure("images", new Error("not the picture that was asked for"));
      }
      return { ok: true, ...bare };
    }
    // Bytes grow with the area; scale a little more than needed, so that the next attempt fits.
    if (attempt > 0) {
      side = Math.floor(Math.min(side, Math.max(size.width, size.height)) * shrink(maxBytes / encoded.size));
    }
    if (side < 1) break;
  }
  return { ok: false, reason: "too-many-pixels" };
}

function shrink(ratio: number): number {
  return Math.min(0.9, Math.sqrt(ratio) * 0.95);
}

/** The result of an attempt: the file, or null when it is too large. */
interface Encoded {
  readonly size: number;
  readonly file: Uint8Array<ArrayBuffer> | null;
}

async function encode(
  images: ImagesBinding,
  bytes: Uint8Array<ArrayBuffer>,
  side: number,
  quality: number,
  maxBytes: number,
): Promise<Encoded> {
  const result = await images
    .input(streamOf(bytes))
    .transform({ width: side, height: side, fit: "scale-down" })
    .output({ format: "image/webp", quality, anim: false });
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of result.image()) {
    size += part.byteLength;
    if (size <= maxBytes) parts.push(part);
    else parts = []; // Counted to the end to know by how much it is too large, but not kept.
  }
  return { size, file: size > maxBytes ? null : joined(parts, size) };
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** Streams views of the bytes: a stream made by the platform would copy all of them. */
function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.byteLength) return controller.close();
      controller.enqueue(bytes.subarray(at, (at += PIECE_BYTES)));
    },
  });
}

/** Why the platform did not decode a picture: an internal error can be the file's fault or the platform's. */
async function whyNot(images: ImagesBinding, kind: PictureKind, thrown: unknown): Promise<PictureRefusal> {
  const code = thrown instanceof Error && "code" in thrown && typeof thrown.code === "number" ? thrown.code : 0;
  if (TOO_LARGE.has(code)) return "too-many-pixels";
  if (UNAVAILABLE.has(code) || !(await decodes(images))) throw new StoreFailure("images", thrown);
  if (kind === "heic" || kind === "avif") return "unsupported-picture";
  return UNREADABLE.has(code) && kind !== "jpeg" && kind !== "png" ? "unsupported-picture" : "damaged-picture";
}

/** A GIF of one pixel. */
const ONE_PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

/** Whether the platform decodes a valid picture at the moment. */
async function decodes(images: ImagesBinding): Promise<boolean> {
  try {
    const { file } = await encode(images, Uint8Array.fromBase64(ONE_PIXEL), 1, LAST_QUALITY, PIECE_BYTES);
    return file !== null;
  } catch {
    return false;
  }
}
