const PREFIX_SCALE = 0.1;
const LONGEST_PREFIX = 4;

/**
 * Similarity of two words, 0 to 1 (M. A. Jaro 1989, W. E. Winkler 1990). Our own thirty lines, because maintained packages
 * either differ from the published measure (a wider window, transpositions counted twice) or include many others.
 */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const window = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Uint8Array(b.length);
  let common = "";
  for (let i = 0; i < a.length; i += 1) {
    const last = Math.min(b.length, i + window + 1);
    for (let j = Math.max(0, i - window); j < last; j += 1) {
      if (taken[j] === 1 || a.charCodeAt(i) !== b.charCodeAt(j)) continue;
      taken[j] = 1;
      common += a.charAt(i);
      break;
    }
  }
  const matches = common.length;
  if (matches === 0) return 0;
  let moved = 0;
  for (let j = 0, k = 0; j < b.length; j += 1) {
    if (taken[j] !== 1) continue;
    if (b.charCodeAt(j) !== common.charCodeAt(k)) moved += 1;
    k += 1;
  }
  const jaro = (matches / a.length + matches / b.length + (matches - moved / 2) / matches) / 3;
  return jaro + commonPrefix(a, b) * PREFIX_SCALE * (1 - jaro);
}

function commonPrefix(a: string, b: string): number {
  const longest = Math.min(LONGEST_PREFIX, a.length, b.length);
  let length = 0;
  while (length < longest && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}
