import {
  areaOf,
  countsOf,
  FITTED_AREAS,
  neighbourhoodOf,
  scoreOf,
  suspectedIn,
  type AreaRow,
  type Complained,
  type Counts,
  type FittedAreas,
  type Neighbourhood,
  type TenThousand,
} from "../../src/verdict/areas.ts";
import { decaySpam, type Week } from "../../src/verdict/decay.ts";
import type { LineEvidence } from "../../src/verdict/evidence.ts";
import { judge } from "../../src/verdict/verdict.ts";
import type { Arrived } from "./complaint-files.ts";

/** How far a verdict looks around a number: the service's way, and what less of it is worth. */
export const REACHES = ["areas", "block", "own complaints"] as const;
export type Reach = (typeof REACHES)[number];

/** The formula of North American numbers, which are all that these files hold. */
export function fittedHere(): FittedAreas {
  const fitted = FITTED_AREAS.find(({ callingCode }) => callingCode === "1");
  if (fitted === undefined) throw new Error("Nothing is fitted for calling code 1.");
  return fitted;
}

/** What the days before have brought, as the directory keeps it. Numbers are ten digits. */
export class Past {
  readonly #blocks = new Map<string, Map<number, LineEvidence>>();
  readonly #complained = new Map<string, Complained[]>();
  /** Of one week; cleared when it or the evidence changes. */
  #week: Week | null = null;
  readonly #counts = new Map<string, Counts>();
  readonly #found = new Map<string, TenThousand>();

  add({ numbers, week, dated }: Pick<Arrived, "numbers" | "week" | "dated">): void {
    this.#week = null;
    for (const number of numbers) {
      const [block, line, area] = [number.slice(0, 8), Number(number.slice(8)), number.slice(0, 6)];
      const lines = this.#blocks.get(block) ?? new Map<number, LineEvidence>();
      const [before] = lines.get(line)?.complaints ?? [];
      const mass = decaySpam(before?.mass ?? 0, week - (before?.week ?? week)) + 1000;
      const complaints = [{ mass, week, count: (before?.count ?? 0) + 1 }];
      this.#blocks.set(block, lines.set(line, { official: null, complaints, category: null, week }));
      const complained = this.#complained.get(area) ?? [];
      complained.push({ number: Number(number.slice(6)), mass: 1000, week, dated });
      this.#complained.set(area, complained);
    }
  }

  /** Whether the app would be told to warn or to block. */
  flags(number: string, week: Week, reach: Reach): boolean {
    const [block, line] = [this.#blocks.get(number.slice(0, 8)), Number(number.slice(8))];
    const page = block ?? new Map<number, LineEvidence>();
    if (reach === "block") return judge(page, line, week, "unfitted").advice !== "allow";
    if (reach === "own complaints") return judge(page, line, week, null).advice !== "allow";
    const { rows, own } = this.suspected(number.slice(0, 6), week);
    const table = new Map([[`+1${number.slice(0, 6)}`, rows]]);
    const evidence = page.get(line);
    const area = own.find((one) => one.number === Number(number.slice(6))) ?? null;
    // Only a number with complaints can be suspected for its own.
    const said = evidence === undefined ? page : new Map([[line, { ...evidence, area }]]);
    return judge(said, line, week, areaOf(table, `+1${number}`, week)).advice !== "allow";
  }

  /** What the complaints of a ten thousand make suspected, as the service's table has it. @param area six digits */
  suspected(area: string, week: Week): TenThousand {
    this.#at(week);
    const found = this.#found.get(area) ?? suspectedIn(fittedHere(), this.#complained.get(area) ?? [], week);
    this.#found.set(area, found);
    return found;
  }

  /** What a number's score is made of. */
  around(number: string, week: Week): Neighbourhood {
    this.#at(week);
    const area = number.slice(0, 6);
    const counts = this.#counts.get(area) ?? countsOf(this.#complained.get(area) ?? [], week);
    this.#counts.set(area, counts);
    return neighbourhoodOf(counts, number.slice(6), "ten-thousand");
  }

  scoreOf(number: string, week: Week, { weights }: Pick<FittedAreas, "weights">): number {
    return scoreOf(weights, this.around(number, week));
  }

  /** Ten thousands with complaints, six digits each, sorted. */
  areas(): string[] {
    return [...this.#complained.keys()].sort();
  }

  /** Blocks with complaints, and those that show something of a number by itself. */
  pages(week: Week): { readonly complained: number; readonly published: number } {
    let published = 0;
    for (const [block, lines] of this.#blocks) {
      const own = this.suspected(block.slice(0, 6), week).own.map(({ number }) => Math.floor(number / 100));
      const twice = [...lines.values()].some(({ complaints }) => complaints.some(({ count }) => count > 1));
      if (twice || own.includes(Number(block.slice(6)))) published += 1;
    }
    return { complained: this.#blocks.size, published };
  }

  #at(week: Week): void {
    if (week === this.#week) return;
    this.#week = week;
    this.#counts.clear();
    this.#found.clear();
  }
}

/** How many numbers of a ten thousand its rows make suspected. */
export function numbersIn(rows: readonly AreaRow[]): number {
  return rows
    .filter(({ digits }) => !rows.some((row) => row.digits !== digits && digits.startsWith(row.digits)))
    .filter(({ digits }, index, kept) => kept.findIndex((row) => row.digits === digits) === index)
    .reduce((sum, { digits }) => sum + 10 ** (4 - digits.length), 0);
}
