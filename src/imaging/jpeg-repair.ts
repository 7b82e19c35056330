const EOI = [0xff, 0xd9] as const;
const LONGEST_SEGMENT_WALK = 4096;

/**
 * Repairs two faults that viewers tolerate and strict decoders do not: a missing end marker, and a sequential scan whose
 * spectral selection is not 0 to 63 (ITU T.81, B.2.3). Null where there is neither. Never throws, and changes no pixel.
 */
export function repairedJpeg(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  const ended = endsWithMarker(bytes);
  const repaired = new Uint8Array(bytes.length + (ended ? 0 : EOI.length));
  repaired.set(bytes);
  if (!ended) repaired.set(EOI, bytes.length);
  const mended = mendScan(repaired);
  return mended || !ended ? repaired : null;
}

/** Whether the file ends with the end marker; some programs write fill bytes or zeros after it. */
function endsWithMarker(bytes: Uint8Array): boolean {
  let end = bytes.length;
  while (end > 2 && bytes[end - 1] === 0) end -= 1;
  return bytes[end - 2] === EOI[0] && bytes[end - 1] === EOI[1];
}

/** Sets the spectral selection of the first scan of a sequential picture. @returns whether it was wrong */
function mendScan(bytes: Uint8Array): boolean {
  let sequential = false;
  let at = 2;
  for (let walked = 0; walked < LONGEST_SEGMENT_WALK && at + 4 <= bytes.length; walked += 1) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) return false;
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    if (marker === 0xc0 || marker === 0xc1) sequential = true;
    if (marker !== 0xda) {
      at += 2 + Math.max(2, length);
      continue;
    }
    // Ns components of two bytes each stand before Ss, Se and the byte of approximation.
    const selection = at + 5 + 2 * (bytes[at + 4] ?? 0);
    if (!sequential || selection + 3 > at + 2 + length || selection + 3 > bytes.length) return false;
    const right = [0, 63, 0];
    const wrong = right.some((value, n) => bytes[selection + n] !== value);
    bytes.set(right, selection);
    return wrong;
  }
  return false;
}
