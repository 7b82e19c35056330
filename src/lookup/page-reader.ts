import { Memory } from "../memory/memory.ts";
import type { BlockId } from "../vault/vault.ts";
import type { BlockEvidence } from "../verdict/evidence.ts";

/** The two stores of pages. Null means that there is no page; a failure throws. */
export interface PageStores {
  fromKv(block: BlockId): Promise<BlockEvidence | null>;
  fromD1(block: BlockId): Promise<BlockEvidence | null>;
}

/** Where an answer came from; `none` when no store answered in time. */
export type PageSource = "memory" | "kv" | "d1" | "none";

export interface PageRead {
  /** The block's evidence; empty if nothing is known or no store answered. */
  readonly evidence: BlockEvidence;
  readonly source: PageSource;
  /** True when a store that was asked failed or did not answer in its time. */
  readonly degraded: boolean;
}

/** How long a page, or its absence, stays in the isolate's memory unless configured. */
export const MEMORY_MS = 15_000;
/** Pages in memory: about 2 MB of usual pages, 40 MB if all were full. */
export const MEMORY_PAGES = 2000;
/** A KV read that takes longer than this gets a D1 read beside it. */
const KV_SLOW_MS = 40;

const NOTHING: BlockEvidence = new Map();

interface Outcome {
  readonly source: "kv" | "d1";
  /** The page, null if there is none, undefined if the store failed. */
  readonly evidence: BlockEvidence | null | undefined;
}

/** Memory, then KV, then one row of D1. Writes nothing, never throws, and never takes longer than its budget. */
export class PageReader {
  readonly #stores: PageStores;
  readonly #memory = new Memory<BlockId, BlockEvidence>(MEMORY_PAGES);

  readonly #memoryMs: number;

  /** @param memoryMs how long a page is remembered; null: as long as usual */
  constructor(stores: PageStores, memoryMs: number | null = null) {
    this.#stores = stores;
    this.#memoryMs = memoryMs ?? MEMORY_MS;
  }

  /** The page from memory, or null. */
  held(block: BlockId, now: number): PageRead | null {
    const evidence = this.#memory.get(block, now);
    return evidence === undefined ? null : { evidence, source: "memory", degraded: false };
  }

  /** The page from the stores. @param budgetMs the longest that this may take */
  async read(block: BlockId, now: number, budgetMs: number): Promise<PageRead> {
    const read = await this.#ask(block, budgetMs);
    if (read.source !== "none") this.#memory.put(block, read.evidence, now + this.#memoryMs);
    return read;
  }

  async #ask(block: BlockId, budgetMs: number): Promise<PageRead> {
    const begun = Date.now();
    const left = (): number => budgetMs - (Date.now() - begun);
    const kv = attempt("kv", () => this.#stores.fromKv(block));
    const first = await within(kv, Math.min(KV_SLOW_MS, budgetMs / 2));
    if (first?.evidence) return found(first, false);

    // KV has no page, failed, or is slow: D1 is asked while KV may still answer.
    const d1 = attempt("d1", () => this.#stores.fromD1(block));
    const second = await within(first === undefined ? Promise.race([d1, pageOf(kv)]) : d1, left());
    // If KV answered "no page" nothing is missing; if it failed or is silent the answer is degraded.
    if (second?.evidence !== undefined) return found(second, second.source === "d1" && first?.evidence === undefined);
    if (second === undefined) return UNREACHED;

    const last = await within(kv, left());
    return last?.evidence ? found(last, true) : UNREACHED;
  }
}

const UNREACHED: PageRead = { evidence: NOTHING, source: "none", degraded: true };

function found(outcome: Outcome, degraded: boolean): PageRead {
  return { evidence: outcome.evidence ?? NOTHING, source: outcome.source, degraded };
}

async function attempt(source: Outcome["source"], read: () => Promise<BlockEvidence | null>): Promise<Outcome> {
  try {
    return { source, evidence: await read() };
  } catch {
    return { source, evidence: undefined };
  }
}

/** Settles only with a page: a slow KV that turns out empty or broken must not outrun D1. */
function pageOf(outcome: Promise<Outcome>): Promise<Outcome> {
  return new Promise((resolve) => {
    void outcome.then((settled) => {
      if (settled.evidence) resolve(settled);
    });
  });
}

/** What settles in time, or undefined: one timer and one promise, since every read of a store runs this. */
function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    void promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
