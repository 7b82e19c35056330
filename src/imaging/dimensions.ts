import { heifDimensions, type Dimensions } from "./heif-dimensions.ts";
import { latin, type PictureKind } from "./kind.ts";

/**
 * Width and height of a picture from its headers, of the largest part where there are several; null when they do not say.
 * Nothing is decoded, so that a decompression bomb is refused first. Never throws.
 */
export function dimensionsOf(kind: PictureKind, bytes: Uint8Array): Dimensions | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (kind) {
    case "jpeg":
      return jpegDimensions(view);
    case "png":
      if (bytes.byteLength < 24 || latin(bytes, 12, 4) !== "IHDR") return null;
      return sized(view.getUint32(16), view.getUint32(20));
    case "gif":
      return gifDimensions(view);
    case "webp":
      return webpDimensions(bytes, view);
    case "avif":
    case "heic":
      return heifDimensions(bytes);
  }
}

function sized(width: number, height: number): Dimensions | null {
  return width > 0 && height > 0 ? { width, height } : null;
}

/** The frame header (SOF) that comes before the first scan (ITU T.81, B.2). */
function jpegDimensions(view: DataView): Dimensions | null {
  let at = 2;
  while (at + 4 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) {
      at += 1; // Decoders skip bytes between segments, too.
      continue;
    }
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker === 0xd9 || marker === 0xda) return null;
    else if (isFrame(marker)) {
      return at + 9 <= view.byteLength ? sized(view.getUint16(at + 7), view.getUint16(at + 5)) : null;
    } else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return null;
}

/** SOF0 to SOF15, among which stand the tables DHT (C4), JPG (C8) and DAC (CC). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** The screen, widened by frames that exceed it, because decoders allocate room for them. */
function gifDimensions(view: DataView): Dimensions | null {
  if (view.byteLength < 13) return null;
  let width = view.getUint16(6, true);
  let height = view.getUint16(8, true);
  let at = 13 + colourTable(view.getUint8(10));
  while (at < view.byteLength) {
    const block = view.getUint8(at);
    if (block === 0x21) at = afterSubBlocks(view, at + 2);
    else if (block === 0x2c && at + 10 <= view.byteLength) {
      width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
      height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
      at = afterSubBlocks(view, at + 11 + colourTable(view.getUint8(at + 9)));
    } else break;
  }
  return sized(width, height);
}

function colourTable(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

function afterSubBlocks(view: DataView, from: number): number {
  let at = from;
  while (at < view.byteLength) {
    const size = view.getUint8(at);
    at += size + 1;
    if (size === 0) break;
  }
  return at;
}

/** The canvas of an extended file, else that of its one bitstream (RFC 9649). */
function webpDimensions(bytes: Uint8Array, view: DataView): Dimensions | null {
  if (bytes.byteLength < 30) return null;
  switch (latin(bytes, 12, 4)) {
    case "VP8X":
      return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
    case "VP8 ":
      return sized(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return view.getUint8(20) === 0x2f ? { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) } : null;
    }
    default:
      return null;
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}
