/** The area codes that the directory's callers have; each holds 80,000 blocks. */
const LISTED = ["201", "202", "206", "212", "213", "303", "305", "312", "313", "404", "412", "415", "503", "512"];
/** An area code of which the directory knows nothing. */
const UNLISTED = ["617"];
const EXCHANGES = 800;
const BLOCKS_AN_EXCHANGE = 100;
const BLOCKS_AN_AREA = EXCHANGES * BLOCKS_AN_EXCHANGE;

/** Callers that a directory can have at most. */
export const MOST_CALLERS = LISTED.length * BLOCKS_AN_AREA;

/** The n-th caller of the directory in E.164; each has a block of its own, as nearly all have in real complaint data. */
export function caller(n: number): string {
  return numberIn(LISTED, n);
}

/** The n-th of 80,000 valid numbers in blocks of which the directory knows nothing. */
export function stranger(n: number): string {
  return numberIn(UNLISTED, n);
}

/** The n-th of 80,000 texts that lack the last digit of a number, as typed numbers do. */
export function mistyped(n: number): string {
  return numberIn(UNLISTED, n).slice(0, -1);
}

function numberIn(areas: readonly string[], n: number): string {
  const area = areas[Math.floor(n / BLOCKS_AN_AREA)];
  if (area === undefined) throw new Error(`there is no caller ${n}`);
  const exchange = 200 + (Math.floor(n / BLOCKS_AN_EXCHANGE) % EXCHANGES);
  const block = String(n % BLOCKS_AN_EXCHANGE).padStart(2, "0");
  const line = String((n * 37) % 100).padStart(2, "0");
  return `+1${area}${exchange}${block}${line}`;
}
