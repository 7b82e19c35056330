/** The order of day, month and year, where separators do not show it. */
export type DayOrder = "mdy" | "dmy" | "ymd";

// An XML date can have a time zone without a time.
const TIME = String.raw`(?:Z|[+-]\d{2}:\d{2}|[T\s,]+\d{1,2}(?:[:.h]\d{2}|\s*[ap]\.?m).*)?`;
const NUMERIC = new RegExp(String.raw`^(\d{1,4})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{1,2})${TIME}$`, "i");
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})(?:T?\s*\d{4,6}(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const MONTHS = monthNames(["en", "es", "fr", "de", "hi", "ar", "it", "pt", "nl"]);
const DAY_MS = 86_400_000;
/** Excel counts days from 1899-12-30. */
const EXCEL_EPOCH = 25_569;

/**
 * Reads a day as `YYYY-MM-DD` and drops its time: ISO with or without zeros and dashes, numbers in `order`
 * (with dots the day is first), month names in nine languages, Unix time in seconds or milliseconds, Excel's day numbers.
 * Null for anything else, and for days that do not exist. @param stated whether the user gave the order, or the file proves it: then it holds for dots too
 */
export function readDay(cell: string, order: DayOrder, stated = false): string | null {
  const text = cell.normalize("NFKC").trim();
  const numeric = NUMERIC.exec(text);
  if (numeric !== null) {
    const [, first = "", separator, second = "", third = ""] = numeric;
    if (first.length > 2) return first.length === 4 ? dayOf(first, second, third) : null;
    const used = separator === "." && !stated ? "dmy" : order;
    if (used === "ymd") return dayOf(first, second, third);
    return used === "mdy" ? dayOf(third, first, second) : dayOf(third, second, first);
  }
  const compact = COMPACT.exec(text);
  if (compact !== null) return dayOf(compact[1], compact[2], compact[3]);
  if (/^\d+(?:[.,]\d*)?$/.test(text)) return counted(Number(text.replace(",", ".")));
  return spelt(text);
}

/** The order that cells prove (a number above 12 is a day); "both" if they contradict each other, null without proof. */
export function provenOrder(cells: Iterable<string>): "mdy" | "dmy" | "both" | null {
  let proven: "mdy" | "dmy" | null = null;
  for (const cell of cells) {
    const [, first = "", separator, second = ""] = NUMERIC.exec(cell.normalize("NFKC").trim()) ?? [];
    if (separator === undefined || first.length > 2) continue;
    const found = isDayAlone(first) ? "dmy" : isDayAlone(second) ? "mdy" : null;
    if (found === null) continue;
    if (proven !== null && proven !== found) return "both";
    proven = found;
  }
  return proven;
}

function isDayAlone(text: string): boolean {
  return Number(text) > 12 && Number(text) <= 31;
}

/** The customary order of a country (ISO 3166 alpha-2). */
export function usualOrder(country: string): "mdy" | "dmy" {
  const parts = new Intl.DateTimeFormat(new Intl.Locale("und", { region: country }).maximize()).formatToParts(0);
  const at = (type: string): number => parts.findIndex((part) => part.type === type);
  return at("month") < at("day") ? "mdy" : "dmy";
}

/** Reads an order given by the user: `mdy`, `MM/DD/YYYY`, `iso`. Null if it is not one. */
export function orderOf(text: string): DayOrder | null {
  const letters = text
    .toLowerCase()
    .replaceAll(/[^a-z]/g, "")
    .replaceAll(/(.)\1+/g, "$1");
  if (letters === "iso") return "ymd";
  return letters === "mdy" || letters === "dmy" || letters === "ymd" ? letters : null;
}

function counted(value: number): string | null {
  if (value >= 20_000 && value < 80_000) return isoOf(Math.floor(value) - EXCEL_EPOCH);
  if (value >= 1e9 && value < 1e10) return isoOf(Math.floor((value * 1000) / DAY_MS));
  return value >= 1e12 && value < 1e13 ? isoOf(Math.floor(value / DAY_MS)) : null;
}

/** `Nov 1 2025`, `1 de noviembre de 2025`, `Sat, 01-Nov-25 10:00`: one month's name, one day, one year. */
function spelt(text: string): string | null {
  const words = text.split(/[\s,/-]+/).map((word) => word.toLowerCase().replace(/\.$/, ""));
  const months = words.flatMap((word) => MONTHS.get(bare(word)) ?? []);
  const numbers = words.flatMap((word) => /^(\d{1,4})(?:st|nd|rd|th|er|º|°)?$/.exec(word)?.[1] ?? []);
  const [month] = months;
  if (month === undefined || months.length > 1 || numbers.length !== 2) return null;
  const [first = "", second = ""] = numbers;
  return first.length === 4 ? dayOf(first, month, second) : dayOf(second, month, first);
}

function dayOf(year = "", month: string | number = "", day = ""): string | null {
  if (year.length !== 4 && year.length !== 2) return null;
  const full = year.length === 2 ? 2000 + Number(year) : Number(year);
  const date = new Date(Date.UTC(full, Number(month) - 1, Number(day)));
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return exists ? date.toISOString().slice(0, 10) : null;
}

function isoOf(days: number): string {
  return new Date(days * DAY_MS).toISOString().slice(0, 10);
}

function monthNames(languages: readonly string[]): Map<string, number> {
  const names = new Map<string, number>();
  for (const language of languages) {
    for (const width of ["long", "short"] as const) {
      const format = new Intl.DateTimeFormat(language, { month: width, timeZone: "UTC" });
      for (let month = 0; month < 12; month += 1) names.set(bare(format.format(Date.UTC(2025, month, 15))), month + 1);
    }
  }
  return names;
}

/** A month's name without accents, case and the dot of its short form. */
function bare(word: string): string {
  return word
    .normalize("NFD")
    .replaceAll(/[\u0300-\u036f.]/g, "")
    .toLowerCase();
}
