import { retryDelay } from "../time/retry.ts";

/** KV accepts one write per second and key: runs of a slot are never closer together than this. */
export const RUN_SPACING_MS = 1000;
/** Set before a run begins: if the run dies, the next one starts after this long. */
export const SAFETY_MS = 30_000;
/** How long publishers wait for more of an import or a drop: its batches come one after the other, each to all slots. */
export const BULK_PATIENCE_MS = 3000;
const LONGEST_RETRY_MS = 60_000;

/** What a publisher keeps in memory between runs; what must survive is in D1's marks and the alarm. */
export interface PublisherState {
  /** Start of the last run, ms; 0 before the first. */
  readonly lastRun: number;
  /** Consecutive runs that met a failing store. */
  readonly failures: number;
  /** Whether it was poked during a run. */
  readonly poked: boolean;
  /** The latest run that a poke was told of, ms: what became dirty until then relies on it, without a poke of its own. */
  readonly promised: number;
}

export const RESTED: PublisherState = { lastRun: 0, failures: 0, poked: false, promised: 0 };

/** When a run requested now may start, ms. @param patience ms for which it may wait for more to do */
export function earliestRun(state: PublisherState, now: number, patience = 0): number {
  return Math.max(now + patience, state.lastRun + RUN_SPACING_MS);
}

/** The state of a run that starts now. */
export function started(state: PublisherState, now: number): PublisherState {
  return { ...state, lastRun: now, poked: false };
}

/** The outcome of a run: everything was published, some is left, or a store failed. */
export type RunEnd = "done" | "more" | "failed";

/** The state after a run, and the time of the next one in ms, or null if nothing is left to do. */
export function ended(state: PublisherState, end: RunEnd, now: number): { state: PublisherState; next: number | null } {
  if (end === "failed") {
    const failures = state.failures + 1;
    const wait = retryDelay(failures, LONGEST_RETRY_MS);
    return { state: { ...state, failures }, next: now + wait };
  }
  const rested = { ...state, failures: 0 };
  const due = end === "more" || state.poked ? earliestRun(rested, now) : null;
  // An earlier run than the promised one was asked for by others.
  const next = due ?? (state.promised > state.lastRun ? Math.max(state.promised, earliestRun(rested, now)) : null);
  return { state: rested, next };
}
