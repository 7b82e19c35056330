import { retryDelay } from "../time/retry.ts";

/** KV takes one write a second and key: runs of one slot are never closer than this. */
export const RUN_SPACING_MS = 1000;
/** Set before a run begins: should the run die, the next one starts by itself after this long. */
export const SAFETY_MS = 30_000;
/** How long publishers wait for more of an import or a drop: its batches come one after the other, each to all slots. */
export const BULK_PATIENCE_MS = 3000;
const LONGEST_RETRY_MS = 60_000;

/** What a publisher remembers between runs. Memory alone: what must survive is in D1's marks and the alarm. */
export interface PublisherState {
  /** Start of the last run, ms; 0 before the first. */
  readonly lastRun: number;
  /** Runs in a row that met a failing store. */
  readonly failures: number;
  /** Whether somebody poked while a run was going on. */
  readonly poked: boolean;
}

export const RESTED: PublisherState = { lastRun: 0, failures: 0, poked: false };

/** When a run that is asked for now may start, ms. @param patience ms for which it may wait for more to do */
export function earliestRun(state: PublisherState, now: number, patience = 0): number {
  return Math.max(now + patience, state.lastRun + RUN_SPACING_MS);
}

/** The state of a run that starts now. */
export function started(state: PublisherState, now: number): PublisherState {
  return { lastRun: now, failures: state.failures, poked: false };
}

/** How a run ended: everything was published, some is left, or a store failed. */
export type RunEnd = "done" | "more" | "failed";

/** The state after a run and the time of the next one in ms, or null when there is nothing left to do. */
export function ended(state: PublisherState, end: RunEnd, now: number): { state: PublisherState; next: number | null } {
  if (end === "failed") {
    const failures = state.failures + 1;
    const wait = retryDelay(failures, LONGEST_RETRY_MS);
    return { state: { ...state, failures }, next: now + wait };
  }
  const rested = { ...state, failures: 0 };
  const next = end === "more" || state.poked ? earliestRun(rested, now) : null;
  return { state: rested, next };
}
