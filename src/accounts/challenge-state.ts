import { DAY_MS, dayOf } from "./time.ts";

/** How long a code is good for. */
export const CODE_MS = 10 * 60_000;
/** Wrong tries that a code bears; the next one finds it used up. */
export const TRIES = 5;
/** Codes a day (UTC), number and purpose: with `TRIES` of each, 25 guesses at a million. */
export const CODES_A_DAY = 5;
/** How long to wait after the n-th code of a day before another one; the last for all that follow. */
const WAITS_MS = [30_000, 60_000, 300_000] as const;

/** The code that was made last. */
export interface Live {
  /** Random; the message's id too. */
  readonly id: string;
  /** Keyed hash of id and code; null once proved or expired. */
  readonly hash: string | null;
  readonly madeAt: number;
  readonly wrong: number;
}

/** All that is known of the codes of one number and purpose. Times in ms. */
export interface ChallengeState {
  /** The day that `codes` counts. */
  readonly day: number;
  readonly codes: number;
  readonly live: Live | null;
}

/** What a challenge answers to whoever asked for a code. Seconds. */
export interface Opened {
  readonly id: string;
  readonly expiresIn: number;
  readonly resendAfter: number;
}

export type RequestDecision =
  /** Nothing is sent: the code that was sent moments ago stands. */
  | { readonly kind: "stands"; readonly opened: Opened }
  | { readonly kind: "used-up"; readonly retryAfter: number }
  | { readonly kind: "due" };

/** What a request for a code meets. It changes nothing. */
export function decide(state: ChallengeState | null, now: number): RequestDecision {
  if (state === null) return { kind: "due" };
  const { live } = state;
  // One that was proved is nobody's any more: whoever asks again wants another.
  const early = live !== null && live.hash !== null && now < nextAt(state, live);
  // Whoever asks again too early gets the same answer again: an app that lost the first one can go on.
  if (early && live.wrong < TRIES) return { kind: "stands", opened: openedOf(state, live, now) };
  const codes = state.day === dayOf(now) ? state.codes : 0;
  if (codes >= CODES_A_DAY) return { kind: "used-up", retryAfter: seconds((dayOf(now) + 1) * DAY_MS - now) };
  // A code that was tried too often proves nothing, and does not hasten the next.
  return early ? { kind: "used-up", retryAfter: seconds(nextAt(state, live) - now) } : { kind: "due" };
}

/** The state with a new code; the one before is good no more. */
export function opened(
  state: ChallengeState | null,
  { id, hash }: { readonly id: string; readonly hash: string },
  now: number,
): ChallengeState {
  const day = dayOf(now);
  const before = state?.day === day ? state.codes : 0;
  return { day, codes: before + 1, live: { id, hash, madeAt: now, wrong: 0 } };
}

/** The state after a message that could not be taken in: as if the code had not been asked for. */
export function takenBack(state: ChallengeState, id: string): ChallengeState {
  if (state.live?.id !== id) return state;
  return { ...state, codes: state.codes - 1, live: null };
}

/** What is told of a live code. */
export function openedOf(state: ChallengeState, live: Live, now: number): Opened {
  return {
    id: live.id,
    expiresIn: seconds(live.madeAt + CODE_MS - now),
    resendAfter: seconds(nextAt(state, live) - now),
  };
}

export type Proof = "right" | "wrong" | "expired" | "used-up";

/**
 * What a try is worth, and the state after it. Counted before it is answered; a code proves once.
 * @param hash keyed hash of the challenge's id and the code that was given
 */
export function tried(
  state: ChallengeState | null,
  id: string,
  hash: string,
  now: number,
): { readonly proof: Proof; readonly state: ChallengeState | null } {
  const live = state?.live ?? null;
  if (state === null || live === null || live.id !== id || now >= live.madeAt + CODE_MS) {
    return { proof: "expired", state };
  }
  if (live.hash === null || live.wrong >= TRIES) return { proof: "used-up", state };
  if (live.hash === hash) return { proof: "right", state: { ...state, live: { ...live, hash: null } } };
  return { proof: "wrong", state: { ...state, live: { ...live, wrong: live.wrong + 1 } } };
}

/** When nothing of the state matters any more: its code is over and its day has passed. */
export function forgettableAt(state: ChallengeState): number {
  return Math.max((state.day + 1) * DAY_MS, (state.live?.madeAt ?? 0) + CODE_MS);
}

/** When another code may be sent. */
function nextAt({ codes }: ChallengeState, { madeAt }: Live): number {
  const wait = WAITS_MS[Math.min(codes, WAITS_MS.length) - 1] ?? WAITS_MS[0];
  return madeAt + wait;
}

function seconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000));
}
