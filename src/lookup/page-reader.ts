import { Kept } from "../memory/kept.ts";
import { Memory } from "../memory/memory.ts";
import type { BlockId } from "../vault/vault.ts";
import type { BlockEvidence } from "../verdict/evidence.ts";
import { within } from "./within.ts";

/** The two stores of pages. Null means that there is no page; a failure throws. */
export interface PageStores {
  fromKv(block: BlockId): Promise<BlockEvidence | null>;
  fromD1(block: BlockId): Promise<BlockEvidence | null>;
  /** Whether KV has every page, so that what is not there is nowhere. One KV read. */
  isKvComplete(): Promise<boolean>;
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

/** How long an isolate takes KV for complete, or for incomplete, before it looks again. */
export const COMPLETE_MS = 15 * 60_000;
const INCOMPLETE_MS = 30_000;
const RETRY_MS = 5_000;

const NOTHING: BlockEvidence = new Map();

interface Outcome {
  readonly source: "kv" | "d1";
  /** The page, empty if there is none anywhere, null if the store has none, undefined if it failed. */
  readonly evidence: BlockEvidence | null | undefined;
}

/** How a reader remembers. */
export interface Remembering {
  /** How long a page is remembered, ms; null: as long as usual. */
  readonly memoryMs?: number | null;
  /** Lets a read go on when its lookup is answered. */
  readonly background?: (work: Promise<unknown>) => void;
}

/**
 * Memory, then one KV read; one row of D1 only where KV fails, is slow, or is not known to be complete. Writes nothing,
 * never throws, and never takes longer than its budget.
 */
export class PageReader {
  readonly #stores: PageStores;
  readonly #memory = new Memory<BlockId, BlockEvidence>(MEMORY_PAGES);
  readonly #complete: Kept<boolean>;
  readonly #memoryMs: number;

  constructor(stores: PageStores, { memoryMs = null, background = () => undefined }: Remembering = {}) {
    this.#stores = stores;
    this.#memoryMs = memoryMs ?? MEMORY_MS;
    this.#complete = new Kept({
      read: () => stores.isKvComplete(),
      freshMs: (complete) => (complete ? COMPLETE_MS : INCOMPLETE_MS),
      retryMs: RETRY_MS,
      background,
    });
  }

  /** The page from memory, or null. */
  held(block: BlockId, now: number): PageRead | null {
    const evidence = this.#memory.get(block, now);
    return evidence === undefined ? null : { evidence, source: "memory", degraded: false };
  }

  /** The page from the stores. @param budgetMs the longest that this may take */
  async read(block: BlockId, now: number, budgetMs: number): Promise<PageRead> {
    const read = await this.#ask(block, now, budgetMs);
    if (read.source !== "none") this.#memory.put(block, read.evidence, now + this.#memoryMs);
    return read;
  }

  async #ask(block: BlockId, now: number, budgetMs: number): Promise<PageRead> {
    const begun = Date.now();
    const left = (): number => budgetMs - (Date.now() - begun);
    const kv = attempt("kv", () => this.#askKv(block, now));
    const first = await within(kv, Math.min(KV_SLOW_MS, budgetMs / 2));
    if (first?.evidence) return found(first, false);

    // KV cannot say, failed, or is slow: D1 is asked while KV may still answer.
    const d1 = attempt("d1", () => this.#stores.fromD1(block));
    const second = await within(first === undefined ? Promise.race([d1, pageOf(kv)]) : d1, left());
    // If KV answered that it has no page nothing is missing; if it failed or is silent the answer is degraded.
    if (second?.evidence !== undefined) return found(second, second.source === "d1" && first?.evidence === undefined);
    if (second === undefined) return UNREACHED;

    const last = await within(kv, left());
    return last?.evidence ? found(last, true) : UNREACHED;
  }

  /** KV's answer; that it has no page is one where it is complete. Whether it is is read beside, and not again soon. */
  async #askKv(block: BlockId, now: number): Promise<BlockEvidence | null> {
    const complete = this.#complete.read(now);
    const page = await this.#stores.fromKv(block);
    return page ?? ((await complete) === true ? NOTHING : null);
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

/** Settles only with an answer: a slow KV that cannot say, or turns out broken, must not outrun D1. */
function pageOf(outcome: Promise<Outcome>): Promise<Outcome> {
  return new Promise((resolve) => {
    void outcome.then((settled) => {
      if (settled.evidence) resolve(settled);
    });
  });
}
