import { blockOf, lineOf, parseNumber, type Country } from "../numbers/number.ts";
import type { Vault } from "../vault/vault.ts";
import { weekOf } from "../verdict/decay.ts";
import { judge } from "../verdict/verdict.ts";
import { composeAnswer, type LookupAnswer } from "./answer.ts";
import type { PageReader, PageSource } from "./page-reader.ts";

/** The longest that a lookup may take, ms: clients may ask for another within these bounds. */
export const BUDGET_MS = { least: 50, most: 4500, usual: 1000 } as const;
/** Kept back from the stores for our own work and the way out. */
const OWN_MS = 15;

export interface Answered {
  readonly answer: LookupAnswer;
  /** Where the page came from; null when none was needed (an invalid number). */
  readonly source: PageSource | null;
}

/** A number in, an answer out. Writes nothing, logs nothing, and never throws because a store is down. */
export class Lookups {
  readonly #vault: Vault;
  readonly #pages: PageReader;

  constructor(vault: Vault, pages: PageReader) {
    this.#vault = vault;
    this.#pages = pages;
  }

  /** @param text a number in any form that people write @param country for national digits @param now ms @param budgetMs within `BUDGET_MS` */
  async answer(text: string, country: Country | undefined, now: number, budgetMs: number): Promise<Answered> {
    const parsed = parseNumber(text, country);
    if (!parsed.valid) return { answer: composeAnswer(parsed, null, false), source: null };
    const { e164 } = parsed.number;
    const block = await this.#vault.blockId(blockOf(e164));
    const page = this.#pages.held(block, now) ?? (await this.#pages.read(block, now, budgetMs - OWN_MS));
    const verdict = judge(page.evidence, lineOf(e164), weekOf(now));
    return { answer: composeAnswer(parsed, verdict, page.degraded), source: page.source };
  }
}

/** The budget that a header asks for, bounded; the usual one when it asks for none. */
export function readBudget(header: string | null): number {
  if (header === null || !/^\d{1,9}$/.test(header)) return BUDGET_MS.usual;
  return Math.min(BUDGET_MS.most, Math.max(BUDGET_MS.least, Number(header)));
}
