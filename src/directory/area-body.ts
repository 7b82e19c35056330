import { AREAS, type AreaRow, type OwnArea, type TenThousand } from "../verdict/areas.ts";

/** Numbers of a block. */
const HUNDRED = 100;

/** What is stored of a ten thousand, sealed: its digits with `+`, and what its complaints make suspected. */
export interface AreaBody extends Pick<TenThousand, "rows" | "own"> {
  readonly digits: string;
}

/** As it is sealed: arrays, since keys would be most of it; areas are indices of `AREAS`. */
type SealedBody = readonly [
  digits: string,
  rows: readonly (readonly [digits: string, area: number, until: number])[],
  own: readonly (readonly [number: number, area: number, until: number])[],
];

/** The plaintext of a ten thousand's row. The same rows in the same order give the same text. */
export function encodeBody({ digits, rows, own }: AreaBody): string {
  const body: SealedBody = [
    digits,
    rows.map((row) => [row.digits, AREAS.indexOf(row.area), row.until]),
    own.map(({ number, area, until }) => [number, AREAS.indexOf(area), until]),
  ];
  return JSON.stringify(body);
}

/** The ten thousand of a row's plaintext, as parsed; null of anything else, so that one bad row stops no other. */
export function decodeBody(body: SealedBody | object): AreaBody | null {
  if (!isBody(body)) return null;
  const [digits, rows, own] = body;
  const said = (area: number): AreaRow["area"] => AREAS[area] ?? "ten-thousand";
  return {
    digits,
    rows: rows.map(([prefix, area, until]) => ({ digits: prefix, area: said(area), until })),
    own: own.map(([number, area, until]): OwnArea => ({ number, area: said(area), until })),
  };
}

function isBody(body: object): body is SealedBody {
  return Array.isArray(body) && typeof body[0] === "string" && Array.isArray(body[1]) && Array.isArray(body[2]);
}

export type { SealedBody };

/** The blocks in which numbers say something else of themselves than before: their last two digits. */
export function changedBlocks(before: readonly OwnArea[], after: readonly OwnArea[]): string[] {
  const was = new Set(before.map(textOf));
  const is = new Set(after.map(textOf));
  const changed = [...before.filter((own) => !is.has(textOf(own))), ...after.filter((own) => !was.has(textOf(own)))];
  return [...new Set(changed.map(({ number }) => blockAt(number)))];
}

/** What the numbers of a block say of themselves, by line. @param hundred the last two digits of the block */
export function ownOfBlock({ own }: AreaBody, hundred: string): ReadonlyMap<number, Pick<OwnArea, "area" | "until">> {
  const mine = own.filter(({ number }) => blockAt(number) === hundred);
  return new Map(mine.map(({ number, area, until }) => [number % HUNDRED, { area, until }]));
}

/** The last two digits of the block of a number of a ten thousand. @param number 0 to 9,999 */
function blockAt(number: number): string {
  return String(Math.floor(number / HUNDRED)).padStart(2, "0");
}

function textOf({ number, area, until }: OwnArea): string {
  return `${number} ${area} ${until}`;
}
