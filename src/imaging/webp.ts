import { dimensionsOf } from "./dimensions.ts";
import type { Dimensions } from "./heif-dimensions.ts";
import { latin } from "./kind.ts";

/** A still WebP without metadata. */
export interface Webp extends Dimensions {
  readonly webp: Uint8Array<ArrayBuffer>;
}

/** Chunks of the picture itself. All others (EXIF, XMP, ICCP, unknown ones) are metadata. */
const PICTURE_CHUNKS = new Set(["ALPH", "VP8 ", "VP8L"]);
const HAS_ALPHA = 0x10;

/**
 * Removes everything from a WebP file except the picture (RFC 9649, section 2.7); null for anything but a still WebP.
 */
export function bareWebp(file: Uint8Array<ArrayBuffer>): Webp | null {
  if (latin(file, 0, 4) !== "RIFF" || latin(file, 8, 4) !== "WEBP") return null;
  const dimensions = dimensionsOf("webp", file);
  if (dimensions === null) return null;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const kept: Uint8Array[] = [];
  let hasPicture = false;
  for (let at = 12; at + 8 <= file.byteLength;) {
    const type = latin(file, at, 4);
    const size = view.getUint32(at + 4, true);
    if (at + 8 + size > file.byteLength) return null;
    if (PICTURE_CHUNKS.has(type)) kept.push(padded(file.subarray(at, at + 8 + size)));
    if (type === "VP8X") kept.push(extendedHeader(file.subarray(at, at + 8 + size)));
    hasPicture ||= type === "VP8 " || type === "VP8L";
    at += 8 + size + (size % 2);
  }
  if (!hasPicture) return null;
  return { ...dimensions, webp: riff(kept) };
}

/** The header of an extended file with all flags removed except transparency. */
function extendedHeader(chunk: Uint8Array): Uint8Array {
  const header = chunk.slice();
  header.fill(0, 9, 12);
  header[8] = (header[8] ?? 0) & HAS_ALPHA;
  return header;
}

function padded(chunk: Uint8Array): Uint8Array {
  if (chunk.byteLength % 2 === 0) return chunk;
  const even = new Uint8Array(chunk.byteLength + 1);
  even.set(chunk);
  return even;
}

function riff(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 12);
  const file = new Uint8Array(size);
  file.set([0x52, 0x49, 0x46, 0x46, 0, 0, 0, 0, 0x57, 0x45, 0x42, 0x50]); // RIFF, size, WEBP
  new DataView(file.buffer).setUint32(4, size - 8, true);
  let at = 12;
  for (const chunk of chunks) {
    file.set(chunk, at);
    at += chunk.byteLength;
  }
  return file;
}
