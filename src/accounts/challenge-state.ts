import type { CodeSizes } from "../config.ts";
import type { Channel } from "../messaging/message.ts";
import { DAY_MS, dayOf, HOUR_MS } from "../time/days.ts";

/** How long a code is good for once it has left. */
export const CODE_MS = 10 * 60_000;
/**
 * How long a code waits for room among what is counted; later it is given up. Whether it waited shows in no answer, since
 * numbers with an account have room of their own: all that is told counts from when a code was due.
 */
export const ROOM_MS = 10 * 60_000;
/** Wrong tries that a challenge bears; the next one finds it used up. */
export const TRIES = 5;
/** How long to wait after the n-th free code of a day before another one; the last for all that follow. */
const FREE_WAITS_MS = [30_000, 60_000, 300_000] as const;
/** The same for codes that were paid for, until the day's hard bound. */
const PAID_WAIT_MS = 10 * 60_000;
/** Whoever asks within this of a code being due is told to use it: enough of it is left. */
const FRESH_MS = CODE_MS / 2;
/** Of what was asked for on a day above the free part, so many raise the price by a bit: twice the work. */
const ASKED_A_BIT = 8;
/** A proof may be so many bits short: the price may rise while a phone is paying. */
const SLACK_BITS = 1;

/** A code: made, waiting to leave, gone. Times in ms. */
export interface Code {
  /** Random; the message's id too. */
  readonly id: string;
  /** Keyed hash of id and digits; null once it has proved the number. */
  readonly hash: string | null;
  /** Paid for: it has nine digits, so that many may try it. */
  readonly paid: boolean;
  readonly channel: Channel;
  /** When it is to leave. */
  readonly dueAt: number;
  /** When the outbox took it; null before. */
  readonly leftAt: number | null;
  /** Where it goes and what it says, sealed, until it has left. */
  readonly letter: string | null;
}

/** What one asker may try one code with. */
export interface Challenge {
  readonly id: string;
  /** The code's id. */
  readonly code: string;
  /** Keyed hash of the asker's network. */
  readonly asker: string;
  readonly wrong: number;
}

/** What was paid with, once: a proof of work, or a ticket that was waited out. */
export interface Payment {
  readonly id: string;
  /** What it was worth. */
  readonly bits: number;
  /** ms; afterwards it is good for nothing. */
  readonly until: number;
}

/** All that is known of the codes of one number and purpose. */
export interface ChallengeState {
  /** The day (UTC) that the counts are of. */
  readonly day: number;
  /** Challenges that were opened. */
  readonly asked: number;
  /** Codes that were made. */
  readonly codes: number;
  /** When the latest code was or is due, ms; null when another may leave at once. */
  readonly last: number | null;
  readonly live: readonly Code[];
  readonly challenges: readonly Challenge[];
  readonly spent: readonly Omit<Payment, "bits">[];
}

/** What is told to whoever asked for a code. Seconds. */
export interface Opened {
  readonly challenge: string;
  readonly code: string;
  readonly expiresIn: number;
  readonly resendAfter: number;
}

/** A request for a code. */
export interface Asking {
  readonly asker: string;
  /** What the challenge will be called, if one is opened. */
  readonly challenge: string;
  /** The code that is made if one is due. */
  readonly fresh: Pick<Code, "id" | "hash" | "letter" | "channel">;
  readonly payment: Payment | null;
  /** Whether it must be paid for whatever is known of the number. */
  readonly price: boolean;
  /** Whether the room of all codes is taken: this one leaves within ten minutes, or not at all. */
  readonly full: boolean;
}

export type Asked =
  | { readonly kind: "opened"; readonly opened: Opened; readonly state: ChallengeState }
  /** Pay so many bits and ask again, or ask after so many seconds. */
  | { readonly kind: "price"; readonly bits: number; readonly retryAfter: number }
  /** As many challenges are open as there may be, of this asker or of all. */
  | { readonly kind: "full"; readonly allows: number; readonly retryAfter: number };

const NOTHING: Omit<ChallengeState, "day"> = { asked: 0, codes: 0, last: null, live: [], challenges: [], spent: [] };

/**
 * What a request for a code meets. A challenge belongs to who asked: five tries of its own at one code. Whoever asks while
 * a code is on its way, or has just left, gets a challenge at that code and no message: so a stranger's request can
 * neither keep a code from a phone nor flood it.
 */
export function ask(before: ChallengeState | null, asking: Asking, sizes: CodeSizes, now: number): Asked {
  const state = current(before, now);
  const { asker, payment } = asking;
  const next = nextAt(state, sizes, now);
  // Whoever cannot read a message is not helped by one.
  const latest = state.live.findLast(({ channel }) => channel === asking.fresh.channel);
  const standing = latest !== undefined && joinable(latest, next, now) ? latest : null;

  // An app that lost its answer asks again: as long as nothing was tried, the same challenge is its answer.
  const same = state.challenges.find((one) => one.code === standing?.id && one.asker === asker && one.wrong === 0);
  if (same !== undefined && standing !== null) {
    return { kind: "opened", opened: openedOf(same, standing, next, asking.full, now), state };
  }

  const owes = asking.price || state.codes >= sizes.soft || state.asked >= sizes.asks;
  if (owes) {
    const bits = price(state, sizes);
    const pays = payment !== null && payment.until > now && payment.bits + SLACK_BITS >= bits;
    if (!pays || state.spent.some(({ id }) => id === payment.id)) {
      const ends = asking.price ? Math.floor(now / HOUR_MS + 1) * HOUR_MS : (state.day + 1) * DAY_MS;
      return { kind: "price", bits, retryAfter: seconds(ends - now) };
    }
  }
  const own = state.challenges.filter((one) => one.asker === asker).length;
  const all = state.challenges.length;
  // The second half is for as many networks as there is room: a few with many proofs do not keep the others out.
  const allows = all < sizes.open / 2 ? sizes.ofAsker : 1;
  if (own >= allows || all >= sizes.open) {
    return { kind: "full", allows, retryAfter: seconds(Math.min(...state.live.map(endOf)) - now) };
  }

  // Six digits are for the few that are asked for free: many tries would be many guesses.
  const joins = standing !== null && (!owes || standing.paid) ? standing : null;
  const dueAt = Math.max(now, next);
  const code: Code = joins ?? { ...asking.fresh, paid: owes, dueAt, leftAt: null };
  const challenge = { id: asking.challenge, code: code.id, asker, wrong: 0 };
  const after: ChallengeState = {
    day: state.day,
    asked: state.asked + 1,
    ...(joins === null
      ? { codes: state.codes + 1, last: dueAt, live: [...state.live, code] }
      : { codes: state.codes, last: state.last, live: state.live }),
    challenges: [...state.challenges, challenge],
    spent: owes && payment !== null ? [...state.spent, { id: payment.id, until: payment.until }] : state.spent,
  };
  const opened = openedOf(challenge, code, nextAt(after, sizes, now), asking.full, now);
  return { kind: "opened", opened, state: after };
}

export type Proof = "right" | "wrong" | "expired" | "used-up";

/**
 * What a try is worth, and the state after it. Counted before it is answered; a code proves once, whoever's challenge it
 * was.
 * @param hash keyed hash of the code's id and the digits that were given
 */
export function tried(
  before: ChallengeState | null,
  id: string,
  hash: string,
  now: number,
): { readonly proof: Proof; readonly state: ChallengeState | null } {
  const state = before === null ? null : current(before, now);
  const challenge = state?.challenges.find((one) => one.id === id);
  const code = state?.live.find((one) => one.id === challenge?.code);
  if (state === null || challenge === undefined || code === undefined) return { proof: "expired", state: before };
  if (code.hash === null || challenge.wrong >= TRIES) return { proof: "used-up", state: before };
  if (code.hash === hash) {
    // Good for ten minutes from when it left; only who has read it is told. It may be read before it is noted as gone.
    if (code.leftAt !== null && now >= code.leftAt + CODE_MS) return { proof: "expired", state: before };
    const live = state.live.map((one) => (one.id === code.id ? { ...one, hash: null } : one));
    // It is nobody's any more: whoever asks again wants another.
    const last = state.live.at(-1)?.id === code.id ? null : state.last;
    return { proof: "right", state: { ...state, last, live } };
  }
  const challenges = state.challenges.map((one) => (one.id === id ? { ...one, wrong: one.wrong + 1 } : one));
  return { proof: "wrong", state: { ...state, challenges } };
}

/** Codes that are to leave by now. */
export function due(state: ChallengeState, now: number): Code[] {
  return current(state, now).live.filter(({ letter, dueAt }) => letter !== null && dueAt <= now);
}

/** The state after a code has left: it is good for ten minutes from now on. */
export function left(state: ChallengeState, id: string, now: number): ChallengeState {
  const live = state.live.map((one) => (one.id === id ? { ...one, leftAt: now, letter: null } : one));
  return { ...state, live };
}

/** The state without what is over. */
export function current(before: ChallengeState | null, now: number): ChallengeState {
  // A clock that goes back (another machine's) does not begin a day anew.
  const day = Math.max(before?.day ?? 0, dayOf(now));
  if (before === null) return { day, ...NOTHING };
  const live = before.live
    .filter((code) => endOf(code) > now)
    .map((code) => (code.letter !== null && now >= code.dueAt + ROOM_MS ? { ...code, letter: null } : code));
  const challenges = before.challenges.filter(({ code }) => live.some(({ id }) => id === code));
  const spent = before.spent.filter(({ until }) => until > now);
  const { asked, codes } = before.day === day ? before : NOTHING;
  return { day, asked, codes, last: before.last, live, challenges, spent };
}

/** When the object has something to do again: send, forget a code, forget the day (ms). */
export function wakeAt(state: ChallengeState, now: number): number {
  const times = state.live.map((code) => (code.letter === null ? endOf(code) : Math.max(code.dueAt, now)));
  return Math.min(forgettableAt(state), ...times);
}

/** When nothing of the state matters any more (ms). */
export function forgettableAt(state: ChallengeState): number {
  return Math.max((state.day + 1) * DAY_MS, ...state.live.map((code) => endOf(code)));
}

/** What a code costs now, in bits. */
function price({ asked }: ChallengeState, { asks, bits }: CodeSizes): number {
  return Math.min(bits.highest, bits.lowest + Math.floor(Math.max(0, asked - asks) / ASKED_A_BIT));
}

/** When another code may leave (ms). */
function nextAt({ last, codes }: ChallengeState, sizes: CodeSizes, now: number): number {
  return last === null ? now : last + waitAfter(codes, sizes);
}

function waitAfter(codes: number, { soft, hard, spacing }: CodeSizes): number {
  if (codes >= hard) return spacing * 1000;
  if (codes > soft) return PAID_WAIT_MS;
  return FREE_WAITS_MS[Math.min(codes, FREE_WAITS_MS.length) - 1] ?? FREE_WAITS_MS[0];
}

/** Whether a code can be everybody's who asks: nobody proved with it, and it is on its way or has just left. */
function joinable(code: Code, next: number, now: number): boolean {
  return code.hash !== null && now < next && now < code.dueAt + FRESH_MS;
}

/** When a code is good for nothing any more, also had it waited as long as it may (ms). */
function endOf({ dueAt }: Code): number {
  return dueAt + ROOM_MS + CODE_MS;
}

function openedOf(challenge: Challenge, code: Code, next: number, full: boolean, now: number): Opened {
  return {
    challenge: challenge.id,
    code: code.id,
    expiresIn: seconds(code.dueAt + (full ? ROOM_MS : 0) + CODE_MS - now),
    resendAfter: seconds(next - now),
  };
}

function seconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000));
}
