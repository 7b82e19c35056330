import { decaySpam, weekOfDay, type Week } from "../../src/verdict/decay.ts";
import type { BlockEvidence, LineEvidence } from "../../src/verdict/evidence.ts";
import { complainedUntil, withAround } from "../../src/verdict/thousand.ts";
import { judge } from "../../src/verdict/verdict.ts";
import { columnOf, dayIn, numberIn, readTable } from "./table.ts";

/** How far a verdict looks around a number: the service's way, and what parts of it are worth. */
export const REACHES = ["thousand", "thousand of blocks with complaints", "block"] as const;
export type Reach = (typeof REACHES)[number];

/** What the days before flagged. Flagged: the app would be told to warn or to block. */
export interface Caught {
  /** Of the complaints of each day but the first, the share about numbers that the days before it had flagged. */
  readonly caught: number;
  /** Of the legitimate numbers, how many all days together flag. */
  readonly flagged: number;
}

export interface ComplaintsResult extends Caught {
  /** Numbers known to be legitimate. */
  readonly legitimate: number;
  readonly complaints: number;
  /** Caught of each day but the first: more, the longer the days before it. */
  readonly byDay: readonly { readonly day: string; readonly caught: number }[];
  /** The same with a narrower look around. */
  readonly reaches: Readonly<Record<Reach, Caught>>;
  /** Blocks with complaints, and the pages more that bad thousands need. */
  readonly pages: { readonly complained: number; readonly around: number };
}

/** What the columns are called: as in the files of `shared/data`, then as their publishers call them. */
const DAY_COLUMNS = ["file_date", "date", "day", "created_date"];
const COMPLAINT_COLUMNS = ["company_phone_number", "phone_number", "phone", "number"];
const LEGITIMATE_COLUMNS = ["phone", "telephone_number", "phone_number", "telephone", "number"];

/**
 * Complaints day by day, as a dataset would bring them, and numbers that nobody should be warned of. The legitimate are
 * judged as unknown callers: as official ones they could not be flagged.
 * Rows without a number or a day are left out; their order does not matter.
 * @param complaints CSV with a day and a number @param legitimate CSV with a number
 */
export function complaintsResult(complaints: string, legitimate: string): ComplaintsResult {
  const past = new Past();
  const days: { day: string; complaints: number; caught: Record<Reach, number> }[] = [];
  let week = 0;
  for (const [day, numbers] of [...complaintsByDay(complaints)].sort(([a], [b]) => a - b)) {
    week = weekOfDay(day);
    const caught = perReach((reach) => past.count(numbers, week, reach));
    days.push({ day: new Date(day * 86_400_000).toISOString().slice(0, 10), complaints: numbers.length, caught });
    for (const number of numbers) past.add(number, week);
  }
  const known = numbersIn(legitimate);
  const next = days.slice(1);
  const all = next.reduce((sum, day) => sum + day.complaints, 0);
  const reaches = perReach((reach) => ({
    caught: all === 0 ? 0 : next.reduce((sum, { caught }) => sum + caught[reach], 0) / all,
    flagged: past.count(known, week, reach),
  }));
  return {
    ...reaches.thousand,
    legitimate: known.length,
    complaints: all,
    byDay: next.map(({ day, complaints, caught }) => ({ day, caught: caught.thousand / complaints })),
    reaches,
    pages: past.pages(week),
  };
}

function complaintsByDay(file: string): Map<number, string[]> {
  const rows = readTable(file);
  const [dayColumn, numberColumn] = [columnOf(rows, file, DAY_COLUMNS), columnOf(rows, file, COMPLAINT_COLUMNS)];
  const perDay = new Map<number, string[]>();
  for (const row of rows) {
    const [day, number] = [dayIn(row[dayColumn] ?? ""), numberIn(row[numberColumn] ?? "")];
    if (day === null || number === null) continue;
    const numbers = perDay.get(day) ?? [];
    numbers.push(number);
    perDay.set(day, numbers);
  }
  return perDay;
}

function numbersIn(file: string): string[] {
  const rows = readTable(file);
  const column = columnOf(rows, file, LEGITIMATE_COLUMNS);
  return [...new Set(rows.flatMap((row) => numberIn(row[column] ?? "") ?? []))];
}

function perReach<T>(of: (reach: Reach) => T): Record<Reach, T> {
  return Object.fromEntries(REACHES.map((reach) => [reach, of(reach)])) as Record<Reach, T>;
}

/** What the days before have brought: evidence by block, as the directory folds it. */
class Past {
  readonly #blocks = new Map<string, Map<number, LineEvidence>>();

  /** One more complaint in thousandths. */
  add(number: string, week: Week): void {
    const [block, line] = [number.slice(0, 8), Number(number.slice(8))];
    const lines = this.#blocks.get(block) ?? new Map<number, LineEvidence>();
    const [before] = lines.get(line)?.complaints ?? [];
    const complaints = [
      {
        mass: decaySpam(before?.mass ?? 0, week - (before?.week ?? week)) + 1000,
        week,
        count: (before?.count ?? 0) + 1,
      },
    ];
    this.#blocks.set(block, lines.set(line, { official: null, complaints, category: null, week }));
  }

  /** How many of the numbers the service flags. */
  count(numbers: readonly string[], week: Week, reach: Reach): number {
    const pages = new Map<string, BlockEvidence>();
    return numbers.filter((number) => {
      const block = number.slice(0, 8);
      const page = pages.get(block) ?? this.#page(block, week, reach);
      pages.set(block, page);
      return judge(page, Number(number.slice(8)), week, "unfitted").advice !== "allow";
    }).length;
  }

  /** The page of a block, as the publisher makes it. */
  #page(block: string, week: Week, reach: Reach): BlockEvidence {
    const lines = this.#blocks.get(block) ?? new Map<number, LineEvidence>();
    const alone = reach === "block" || (lines.size === 0 && reach !== "thousand");
    return alone ? lines : withAround(lines, this.#othersUntil(block), week);
  }

  #othersUntil(block: string): Week[] {
    const siblings = Array.from({ length: 10 }, (_, hundred) => `${block.slice(0, -1)}${hundred}`);
    return siblings.flatMap((sibling) => {
      const lines = sibling === block ? undefined : this.#blocks.get(sibling);
      return lines === undefined ? [] : (complainedUntil(lines) ?? []);
    });
  }

  pages(week: Week): ComplaintsResult["pages"] {
    const thousands = [...new Set([...this.#blocks.keys()].map((block) => block.slice(0, -1)))];
    const absent = thousands.flatMap((thousand) =>
      Array.from({ length: 10 }, (_, hundred) => `${thousand}${hundred}`).filter(
        (block) => !this.#blocks.has(block) && this.#page(block, week, "thousand").around !== undefined,
      ),
    );
    return { complained: this.#blocks.size, around: absent.length };
  }
}
