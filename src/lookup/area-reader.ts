import { Kept } from "../memory/kept.ts";
import type { E164 } from "../numbers/number.ts";
import { areaOf, fittedFor, type AreaAnswer, type AreaTable } from "../verdict/areas.ts";
import { weekOf } from "../verdict/decay.ts";
import { within } from "./within.ts";

/** How long an isolate holds a calling code's table, or that none is published, before it looks again. */
export const TABLE_MS = 15 * 60_000;
const NO_TABLE_MS = 60_000;
const RETRY_MS = 5_000;

/** What the published areas say of a number. */
export interface AreaRead {
  readonly area: AreaAnswer;
  /** True when there is no table because KV failed. */
  readonly degraded: boolean;
  /** True when the isolate's first table is still being read: a little later more may be known. */
  readonly pending: boolean;
}

/**
 * The tables of areas in the isolate's memory, one for each calling code with a formula. Read beside lookups: an old table
 * serves while it is read anew, and as long as KV fails.
 */
export class AreaReader {
  readonly #read: (callingCode: string) => Promise<AreaTable | null>;
  readonly #background: (work: Promise<unknown>) => void;
  readonly #tables = new Map<string, Kept<AreaTable | null>>();

  /**
   * @param read a calling code's published table, or null if there is none; a failure throws
   * @param background lets a read go on when its lookup is answered
   */
  constructor(
    read: (callingCode: string) => Promise<AreaTable | null>,
    background: (work: Promise<unknown>) => void = () => undefined,
  ) {
    this.#read = read;
    this.#background = background;
  }

  /** What is at hand, without waiting; begins a read where it is time for one. */
  of(number: E164, now: number): AreaRead {
    const kept = this.#tableOf(number);
    const table = kept?.get(now);
    return {
      area: answer(number, table, now),
      degraded: kept?.isMissing === true,
      pending: kept !== null && table === undefined,
    };
  }

  /** The same for whoever can wait for the isolate's first table, which takes one KV read. @param ms at most so long */
  async wait(number: E164, now: number, ms: number): Promise<AreaRead> {
    const kept = this.#tableOf(number);
    if (kept !== null) await within(kept.read(now), ms);
    return this.of(number, now);
  }

  /** Null where no formula is fitted: such a table is never asked for. */
  #tableOf(number: E164): Kept<AreaTable | null> | null {
    const fitted = fittedFor(number);
    if (fitted === null) return null;
    const { callingCode } = fitted;
    const held = this.#tables.get(callingCode);
    if (held !== undefined) return held;
    const kept = new Kept({
      read: () => this.#read(callingCode),
      freshMs: (table) => (table === null ? NO_TABLE_MS : TABLE_MS),
      retryMs: RETRY_MS,
      background: this.#background,
    });
    this.#tables.set(callingCode, kept);
    return kept;
  }
}

/** Before its first table is published a country is judged as one without a formula. */
function answer(number: E164, table: AreaTable | null | undefined, now: number): AreaAnswer {
  return table === null ? "unfitted" : areaOf(table ?? null, number, weekOf(now));
}
