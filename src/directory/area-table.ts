import { AREAS, type AreaRow, type AreaTable } from "../verdict/areas.ts";
import type { Week } from "../verdict/decay.ts";

/**
 * Version of the form below; a reader that meets another one has no table. All numbers are varints (LEB128, unsigned): the
 * week of the table, the count of ten thousands, and for each of these in ascending order
 *
 *     gap of its digits · count of its rows · for each row: gap of its place, 4 × weeks that it lasts + area
 *
 * The digits are the national ones with a 1 before them, so that zeros count. The place of a row is that of its digits among
 * "", "0"–"9", "00"–"99", "000"–"999"; the area an index of `AREAS`. A gap is the difference to the one before, from −1 on.
 */
const FORM = 1;

/** Places of the first row of 0, 1, 2 and 3 digits. */
const PLACES = [0, 1, 11, 111] as const;

/** A calling code's table as bytes, without what has ended before the week. The same rows give the same bytes. */
export function encodeAreaTable(callingCode: string, table: AreaTable, week: Week): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [FORM];
  const put = (value: number): void => {
    let left = value;
    for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
    bytes.push(left);
  };
  const areas = [...table]
    .map(([digits, rows]) => [Number(`1${digits.slice(callingCode.length + 1)}`), lasting(rows, week)] as const)
    .filter(([, rows]) => rows.length > 0)
    .sort(([a], [b]) => a - b);
  put(week);
  put(areas.length);
  let before = -1;
  for (const [digits, rows] of areas) {
    put(digits - before);
    before = digits;
    put(rows.length);
    let last = -1;
    for (const { place, until, area } of rows) {
      put(place - last);
      last = place;
      put((until - week) * AREAS.length + AREAS.indexOf(area));
    }
  }
  return new Uint8Array(bytes);
}

function lasting(rows: readonly AreaRow[], week: Week): (AreaRow & { readonly place: number })[] {
  return rows
    .filter(({ until }) => until >= week)
    .map((row) => ({ ...row, place: placeOf(row.digits) }))
    .sort((a, b) => a.place - b.place);
}

/** A table's rows, or null if the bytes are of a form that this version does not know. */
export function decodeAreaTable(callingCode: string, bytes: Uint8Array): AreaTable | null {
  if (bytes[0] !== FORM) return null;
  let at = 1;
  const take = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const week = take();
  const table = new Map<string, AreaRow[]>();
  let digits = -1;
  for (let areas = take(); areas > 0; areas -= 1) {
    digits += take();
    const rows: AreaRow[] = [];
    let place = -1;
    for (let left = take(); left > 0; left -= 1) {
      place += take();
      const said = take();
      const area = AREAS[said % AREAS.length] ?? "ten-thousand";
      rows.push({ digits: digitsAt(place), area, until: week + Math.floor(said / AREAS.length) });
    }
    table.set(`+${callingCode}${String(digits).slice(1)}`, rows);
  }
  // Nothing may be missing, and nothing be left.
  return at === bytes.length ? table : null;
}

function placeOf(digits: string): number {
  return (PLACES[digits.length] ?? 0) + Number(digits);
}

function digitsAt(place: number): string {
  const length = PLACES.findLastIndex((first) => first <= place);
  return length === 0 ? "" : String(place - (PLACES[length] ?? 0)).padStart(length, "0");
}
