import type { BlockId } from "../vault/vault.ts";

/** What D1 knows of its copy in KV: who compares them, how far, and whether all of it is being written anew. */
export interface CopyState {
  /** Random: names this D1's directory in the marker in KV. */
  readonly directory: string;
  /** When this was written, ms since 1970, never less than before. So the marker in KV is only younger if D1 was set back. */
  readonly at: number;
  /** The comparison under way. */
  readonly round: Round;
  /** The one before. */
  readonly last: Pick<Round, "began" | "pages" | "differed"> | null;
  readonly republishing: Republishing | null;
  /** The last republication that came to its end. */
  readonly republished: { readonly run: string; readonly at: number; readonly pages: number } | null;
}

/** A comparison of all pages of D1 and KV, from its beginning on. */
export interface Round {
  readonly began: number;
  /** The last page of D1 that was compared, null before the first and after the last. */
  readonly after: BlockId | null;
  /** KV's own cursor of the pages that were looked for in D1. */
  readonly cursor: string | null;
  /** Pages of D1 compared so far, and pages of both that differed. */
  readonly pages: number;
  readonly differed: number;
}

/** A republication: first what areas are computed from is marked, then all pages of D1 are marked, then those that KV has and D1 has not, then it waits. */
export interface Republishing {
  readonly run: string;
  readonly began: number;
  readonly phase: "beginning" | "areas" | "pages" | "strays" | "publishing";
  /** The last page marked; in `areas` the last batch, in `strays` KV's cursor. */
  readonly after: string | null;
  readonly marked: number;
  /** Pages that D1 had at the beginning. */
  readonly total: number;
  /** When the last step was taken, ms. */
  readonly stepped: number;
}

/** A directory that nobody has looked at. @param directory random */
export function newCopy(directory: string, now: number): CopyState {
  return { directory, at: now, round: newRound(now), last: null, republishing: null, republished: null };
}

function newRound(now: number): Round {
  return { began: now, after: null, cursor: null, pages: 0, differed: 0 };
}

/** The state after a part of a comparison. `after` and `cursor` are null where D1 and KV have no more. */
export function compared(
  state: CopyState,
  part: Pick<Round, "after" | "cursor" | "pages" | "differed">,
  now: number,
): CopyState {
  const { began, pages, differed } = state.round;
  const round = { ...part, began, pages: pages + part.pages, differed: differed + part.differed };
  if (part.after !== null) return { ...state, at: later(state, now), round };
  // KV's own pages go round by themselves: their cursor goes on.
  const last = { began, pages: round.pages, differed: round.differed };
  return { ...state, at: later(state, now), last, round: { ...newRound(now), cursor: part.cursor } };
}

/**
 * The state where the marker in KV is not of this D1 as it is: everything is compared from the beginning.
 * @param directory random: a marker that is still seen somewhere must not be taken for its own
 */
export function estranged(state: CopyState, directory: string, now: number): CopyState {
  return { ...state, directory, at: later(state, now), round: newRound(now), republishing: null };
}

function later({ at }: CopyState, now: number): number {
  return Math.max(at, now);
}

/** The state in which a republication begins. @param run random @param total pages of D1 */
export function begun(state: CopyState, run: string, total: number, now: number): CopyState {
  const republishing = { run, began: now, phase: "beginning", after: null, marked: 0, total, stepped: now } as const;
  return { ...state, at: later(state, now), republishing };
}

/** The state after a step of a republication. */
export function stepped(
  state: CopyState,
  step: Partial<Pick<Republishing, "phase" | "after" | "marked">>,
  now: number,
): CopyState {
  const { republishing } = state;
  return republishing === null
    ? state
    : { ...state, at: later(state, now), republishing: { ...republishing, ...step, stepped: now } };
}

/** The state when a republication is through. */
export function republished(state: CopyState, now: number): CopyState {
  const { republishing } = state;
  if (republishing === null) return state;
  const { run, marked } = republishing;
  return { ...state, at: later(state, now), republishing: null, republished: { run, at: now, pages: marked } };
}
