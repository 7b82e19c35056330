import {
  blockOf,
  callerOf,
  lineOf,
  parseNumber,
  type Country,
  type E164,
  type PhoneNumber,
} from "../numbers/number.ts";
import type { Vault } from "../vault/vault.ts";
import { weekOf } from "../verdict/decay.ts";
import type { AreaAnswer } from "../verdict/areas.ts";
import type { Verification } from "../verdict/call.ts";
import type { BallotPart, BlockEvidence } from "../verdict/evidence.ts";
import { judge } from "../verdict/verdict.ts";
import { composeAnswer, type LookupAnswer, type Wholeness } from "./answer.ts";
import type { AreaReader } from "./area-reader.ts";
import type { PageRead, PageReader, PageSource } from "./page-reader.ts";

/** Time limit of a lookup, ms; clients may ask for another within these bounds. */
export const BUDGET_MS = { least: 50, most: 4500, usual: 1000 } as const;
/** Reserved for our own work and the response, ms. */
const OWN_MS = 15;

/** When a request arrived, ms, and the origin of addresses in the answer. */
export interface Asked {
  readonly now: number;
  readonly origin: string;
}

/** What a client sends besides the number. None of it is stored. */
export interface Said {
  /** For numbers in national format. */
  readonly country?: Country | undefined;
  readonly verification?: Verification | undefined;
}

export interface Answered {
  readonly answer: LookupAnswer;
  /** Where the page came from; null if none was needed (the text is no number). */
  readonly source: PageSource | null;
}

const WHOLE: Wholeness = { degraded: false, pending: false };

/** A number in, an answer out. Writes nothing, logs nothing, and never throws because a store is down. */
export class Lookups {
  readonly #vault: Vault;
  readonly #pages: PageReader;
  readonly #areas: AreaReader;

  constructor(vault: Vault, pages: PageReader, areas: AreaReader) {
    this.#vault = vault;
    this.#pages = pages;
    this.#areas = areas;
  }

  /** @param text a number in any form that people write @param budgetMs within `BUDGET_MS` */
  async answer(text: string, said: Said, { now, origin }: Asked, budgetMs: number): Promise<Answered> {
    const { country, verification = "none" } = said;
    const parsed = parseNumber(text, country);
    const caller = callerOf(parsed);
    if (caller === null) {
      return { answer: composeAnswer(parsed, null, WHOLE, verification, origin), source: null };
    }
    const { e164 } = caller;
    // An isolate's first table is read beside the page. Whoever has the page does not wait for it.
    this.#areas.of(e164, now);
    const page = await this.page(e164, now, budgetMs);
    const { area, ...wholeness } = this.#areas.of(e164, now);
    const verdict = judge(page.evidence, lineOf(e164), weekOf(now), area);
    const whole = { ...wholeness, degraded: wholeness.degraded || page.degraded };
    return { answer: composeAnswer(parsed, verdict, whole, verification, origin), source: page.source };
  }

  /** The answer on a number that can call, as it will be once its ballot's part is published. */
  async answerWith(number: PhoneNumber, ballot: BallotPart | null, { now, origin }: Asked): Promise<LookupAnswer> {
    const { e164 } = number;
    const [page, area] = await Promise.all([this.page(e164, now, BUDGET_MS.usual), this.area(e164, now)]);
    const line = lineOf(e164);
    const verdict = judge(withBallot(page.evidence, line, ballot), line, weekOf(now), area);
    return composeAnswer(parseNumber(e164), verdict, { degraded: page.degraded, pending: false }, "none", origin);
  }

  /** The answer on a number that can call, as it will be once its block's evidence is published. */
  async answerOn({ e164 }: PhoneNumber, evidence: BlockEvidence, { now, origin }: Asked): Promise<LookupAnswer> {
    const verdict = judge(evidence, lineOf(e164), weekOf(now), await this.area(e164, now));
    return composeAnswer(parseNumber(e164), verdict, WHOLE, "none", origin);
  }

  /** What the published areas say of a number; the isolate's first table is waited for. */
  async area(number: E164, now: number): Promise<AreaAnswer> {
    return (await this.#areas.wait(number, now, BUDGET_MS.usual)).area;
  }

  /** The published page of a number's block. */
  async page(number: E164, now: number, budgetMs: number): Promise<PageRead> {
    const block = await this.#vault.blockId(blockOf(number));
    return this.#pages.held(block, now) ?? (await this.#pages.read(block, now, budgetMs - OWN_MS));
  }
}

/** A block's evidence with one line's ballot put in place of the published one. */
function withBallot(block: BlockEvidence, line: number, ballot: BallotPart | null): BlockEvidence {
  const before = block.get(line);
  const week = Math.max(before?.week ?? Number.NEGATIVE_INFINITY, ballot?.week ?? Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(week)) return block;
  const nothing = { official: null, complaints: [], category: null };
  return new Map(block).set(line, { ...(before ?? nothing), ballot, week });
}

/** The budget that a header asks for, within bounds; the default without one. */
export function readBudget(header: string | null): number {
  if (header === null || !/^\d{1,9}$/.test(header)) return BUDGET_MS.usual;
  return Math.min(BUDGET_MS.most, Math.max(BUDGET_MS.least, Number(header)));
}
