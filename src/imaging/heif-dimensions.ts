import { latin } from "./kind.ts";

/** Width and height in pixels as stored, before the orientation is applied. */
export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

/** Container boxes on the way to the sizes, and how many bytes of their own precede their children. */
const CONTAINERS: Readonly<Record<string, number>> = { meta: 4, iprp: 0, ipco: 0 };
const MAX_BOXES = 4096;

/**
 * The largest of the sizes (`ispe`) in the item properties of a HEIF or AVIF file (ISO/IEC 23008-12, 6.5.3): that of
 * the whole picture, not of its tiles or its thumbnail. Null when there is none.
 */
export function heifDimensions(bytes: Uint8Array): Dimensions | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const open = [{ at: 0, end: bytes.byteLength }];
  let largest: Dimensions | null = null;
  for (let boxes = 0; boxes < MAX_BOXES; boxes += 1) {
    const level = open.at(-1);
    if (level === undefined) break;
    const { at, end } = level;
    const box = at + 8 <= end ? boxAt(view, at, end) : null;
    if (box === null) {
      open.pop();
      continue;
    }
    level.at = box.end;
    const type = latin(bytes, at + 4, 4);
    const own = CONTAINERS[type];
    if (own !== undefined) open.push({ at: box.content + own, end: box.end });
    else if (type === "ispe" && box.content + 12 <= box.end) {
      const [width, height] = [view.getUint32(box.content + 4), view.getUint32(box.content + 8)];
      if (largest === null || width * height > largest.width * largest.height) largest = { width, height };
    }
  }
  return largest !== null && largest.width > 0 && largest.height > 0 ? largest : null;
}

/** Where a box's content begins and ends; null for a box that exceeds its parent. */
function boxAt(view: DataView, at: number, end: number): { content: number; end: number } | null {
  const size = view.getUint32(at);
  if (size === 0) return { content: at + 8, end };
  if (size >= 8) return at + size <= end ? { content: at + 8, end: at + size } : null;
  if (size !== 1 || at + 16 > end) return null;
  const large = view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12);
  return large >= 16 && at + large <= end ? { content: at + 16, end: at + large } : null;
}
