import { weekOfDay, dayOf } from "../../src/verdict/decay.ts";
import type { BlockEvidence, LineEvidence } from "../../src/verdict/evidence.ts";
import { judge } from "../../src/verdict/verdict.ts";
import { readTable } from "./names-file.ts";

export interface ComplaintsResult {
  /** Of the complaints of each day but the first, the share about numbers that the days before it had flagged. */
  readonly caught: number;
  /** Numbers known to be legitimate. */
  readonly legitimate: number;
  /** Of those, how many all days together flag. Flagged: the app would be told to warn or to block. */
  readonly flagged: number;
  readonly complaints: number;
  /** Caught of each day but the first: more, the longer the days before it. */
  readonly byDay: readonly { readonly day: string; readonly caught: number }[];
  /** The same with a wider neighbourhood, which a page of 100 numbers does not hold: what it would be worth. */
  readonly wider: { readonly caught: number; readonly flagged: number };
}

/** Ten digits of a North American number that can exist. */
const NUMBER = /^[2-9]\d{2}[2-9]\d{6}$/;

/**
 * Complaints day by day, as a dataset would bring them, and numbers that nobody should be warned of. The legitimate are
 * judged as unknown callers: as official ones they could not be flagged.
 * @param complaints CSV with the columns `file_date` and `company_phone_number` @param legitimate CSV with a column `phone`
 */
export function complaintsResult(complaints: string, legitimate: string): ComplaintsResult {
  const perDay = new Map<string, string[]>();
  for (const { file_date: date = "", company_phone_number: number = "" } of readTable(complaints)) {
    if (NUMBER.test(number)) perDay.set(date, [...(perDay.get(date) ?? []), number]);
  }
  const past = new Past();
  const days: { day: string; complaints: number; caught: number; wider: number }[] = [];
  for (const [day, numbers] of [...perDay].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const week = weekOfDay(dayOf(Date.parse(day)));
    const caught = numbers.filter((number) => past.flags(number, week));
    const wider = numbers.filter((number) => past.flags(number, week) || past.flagsWider(number));
    days.push({ day, complaints: numbers.length, caught: caught.length, wider: wider.length });
    for (const number of numbers) past.add(number, week);
  }
  const week = weekOfDay(dayOf(Date.parse(days.at(-1)?.day ?? "1970-01-01")));
  const known = [...new Set(readTable(legitimate).map((row) => row["phone"] ?? ""))].filter((number) =>
    NUMBER.test(number),
  );
  const next = days.slice(1);
  const all = next.reduce((sum, day) => sum + day.complaints, 0);
  const share = (of: (day: (typeof next)[number]) => number): number =>
    all === 0 ? 0 : next.reduce((sum, day) => sum + of(day), 0) / all;
  return {
    caught: share(({ caught }) => caught),
    legitimate: known.length,
    flagged: known.filter((number) => past.flags(number, week)).length,
    complaints: all,
    byDay: next.map(({ day, complaints, caught }) => ({ day, caught: caught / complaints })),
    wider: {
      caught: share(({ wider }) => wider),
      flagged: known.filter((number) => past.flags(number, week) || past.flagsWider(number)).length,
    },
  };
}

/** A wider block rule: so many other numbers, in so many hundreds of the thousand, are complained of. */
const WIDER = { numbers: 4, hundreds: 3 } as const;

/** What the days before have brought. */
class Past {
  readonly #blocks = new Map<string, Map<number, LineEvidence>>();
  readonly #thousands = new Map<string, Set<string>>();

  /** One more complaint in thousandths; those of earlier weeks are few enough here to be left undecayed. */
  add(number: string, week: number): void {
    const [block, line] = [number.slice(0, 8), Number(number.slice(8))];
    const lines = this.#blocks.get(block) ?? new Map<number, LineEvidence>();
    const [before] = lines.get(line)?.complaints ?? [];
    const complaints = [{ mass: (before?.mass ?? 0) + 1000, week, count: (before?.count ?? 0) + 1 }];
    this.#blocks.set(block, lines.set(line, { official: null, complaints, category: null, week }));
    const thousand = number.slice(0, 7);
    this.#thousands.set(thousand, (this.#thousands.get(thousand) ?? new Set()).add(number));
  }

  /** What the service says. */
  flags(number: string, week: number): boolean {
    const block: BlockEvidence = this.#blocks.get(number.slice(0, 8)) ?? new Map();
    return judge(block, Number(number.slice(8)), week).advice !== "allow";
  }

  flagsWider(number: string): boolean {
    const others = [...(this.#thousands.get(number.slice(0, 7)) ?? [])].filter((other) => other !== number);
    return others.length >= WIDER.numbers && new Set(others.map((other) => other.charAt(7))).size >= WIDER.hundreds;
  }
}
