import type { CodeSizes } from "../config.ts";
import type { Channel } from "../messaging/message.ts";
import { dayOf, dayStart, HOUR_MS, hourOf } from "../time/days.ts";

/** How long a code is valid after it was sent. */
export const CODE_MS = 10 * 60_000;
/**
 * How long a code waits while the shared limits are used up; then it is dropped. No answer tells whether it waited, because
 * numbers with an account have a reserve of their own: all times in answers count from when the code was due.
 */
export const ROOM_MS = 10 * 60_000;
/** Wrong tries of a challenge; after them it is used up. */
export const TRIES = 5;
/** How long to wait after the n-th free code of a day before another one; the last also after all further ones. */
const FREE_WAITS_MS = [30_000, 60_000, 300_000] as const;
/** The same for paid codes, up to the day's hard limit. */
const PAID_WAIT_MS = 10 * 60_000;
/** A request within this time of a code being due shares that code: it is still valid long enough. */
const FRESH_MS = CODE_MS / 2;
/** So many requests of a day above the free ones raise the price by one bit, which doubles the work. */
const ASKED_A_BIT = 8;
/** Challenges at one paid code, as a multiple of those that may be open at a time: a payer replaces one when all are open. */
const TURNS = 8;
/** Codes of a number and purpose a day that may use the reserve, which strangers cannot use up. */
export const RESERVED_A_DAY = 6;
/** A proof may be so many bits short: the price may rise while a phone computes it. */
const SLACK_BITS = 1;

/** A code, from its creation until it expires. Times in ms. */
export interface Code {
  /** Random; the message's id too. */
  readonly id: string;
  /** Keyed hash of id and digits; null once it has proved the number. */
  readonly hash: string | null;
  /** Whether it was paid for: then it has nine digits, because many may try it. */
  readonly paid: boolean;
  readonly channel: Channel;
  /** When it is to be sent. */
  readonly dueAt: number;
  /** When it was sent (handed to the outbox); null before. */
  readonly leftAt: number | null;
  /** Number and text, sealed, until it was sent. */
  readonly letter: string | null;
  /** Challenges that may still be opened at it, which bounds the guesses; then a request gets another code. */
  readonly room: number;
}

/** One requester's tries at one code. */
export interface Challenge {
  readonly id: string;
  /** The code's id. */
  readonly code: string;
  /** Keyed hash of the requester's address (of the /64 in IPv6). */
  readonly asker: string;
  readonly wrong: number;
}

/** A payment, valid once: a proof of work, or a ticket after its wait. */
export interface Payment {
  readonly id: string;
  /** Its value. */
  readonly bits: number;
  /** When it expires, ms. */
  readonly until: number;
}

/** The state of the codes of one number and purpose. */
export interface ChallengeState {
  /** The day (UTC) of the counts. */
  readonly day: number;
  /** Challenges that were opened. */
  readonly asked: number;
  /** Codes that were made. */
  readonly codes: number;
  /** When the latest code of each channel was or is due, ms; null if another may be sent at once. */
  readonly last: Readonly<Record<Channel, number | null>>;
  /** Codes of the day that used the reserve. */
  readonly reserved: number;
  readonly live: readonly Code[];
  readonly challenges: readonly Challenge[];
  readonly spent: readonly Omit<Payment, "bits">[];
}

/** The answer to a request for a code. Seconds. */
export interface Opened {
  readonly challenge: string;
  readonly code: string;
  readonly expiresIn: number;
  readonly resendAfter: number;
}

/** A request for a code. */
export interface Asking {
  readonly asker: string;
  /** The id of the challenge, if one is opened. */
  readonly challenge: string;
  /** The code, if a new one is needed. */
  readonly fresh: Pick<Code, "id" | "hash" | "letter" | "channel">;
  readonly payment: Payment | null;
  /**
   * How much of the shared limits above the free part is used: 0 to 1. Above 0 every request has to be paid for; at 1 they are
   * used up, and the code is sent within ten minutes or not at all.
   */
  readonly fullness: number;
}

export type Asked =
  | { readonly kind: "opened"; readonly opened: Opened; readonly state: ChallengeState }
  /** Request again with a proof of so many bits, or after so many seconds. */
  | { readonly kind: "price"; readonly bits: number; readonly retryAfter: number };

const NOTHING: Omit<ChallengeState, "day"> = {
  asked: 0,
  codes: 0,
  last: { sms: null, voice: null },
  reserved: 0,
  live: [],
  challenges: [],
  spent: [],
};

/**
 * Handles a request for a code. A challenge belongs to its requester: five tries at one code. A request while a code is on
 * its way, or was just sent, gets a challenge for that code and sends no message: so a stranger can neither keep a code
 * from a phone nor flood it.
 */
export function ask(before: ChallengeState | null, asking: Asking, sizes: CodeSizes, now: number): Asked {
  const state = current(before, now);
  const { asker, payment } = asking;
  // Calls and messages are spaced separately: a message does not help somebody who needs a call.
  const { channel } = asking.fresh;
  const next = nextAt(state, channel, sizes, now);
  const full = asking.fullness >= 1;
  const latest = state.live.findLast((code) => code.channel === channel);
  const standing = latest !== undefined && joinable(latest, next, now) ? latest : null;

  // An app that lost its answer asks again and gets the same challenge, as long as nothing was tried.
  const same = state.challenges.find((one) => one.code === standing?.id && one.asker === asker && one.wrong === 0);
  if (same !== undefined && standing !== null) {
    return { kind: "opened", opened: openedOf(same, standing, next, full, now), state };
  }

  const own = state.challenges.filter((one) => one.asker === asker && one.wrong < TRIES).length;
  const taken = own >= sizes.ofAsker || state.challenges.length >= sizes.open;
  const owes = asking.fullness > 0 || state.codes >= sizes.soft || state.asked >= sizes.asks || taken;
  if (owes) {
    const bits = price(state, asking.fullness, sizes);
    const pays = payment !== null && payment.until > now && payment.bits + SLACK_BITS >= bits;
    if (!pays || state.spent.some(({ id }) => id === payment.id)) {
      const ends = asking.fullness > 0 ? (hourOf(now) + 1) * HOUR_MS : dayStart(state.day + 1);
      return { kind: "price", bits, retryAfter: seconds(ends - now) };
    }
  }
  // Six digits only for free codes: paid ones allow many tries, and so many guesses.
  const joins = standing !== null && (!owes || standing.paid) ? standing : null;
  const dueAt = Math.max(now, next);
  const room = owes ? TURNS * sizes.open : sizes.asks;
  const free: Code = joins ?? { ...asking.fresh, paid: owes, dueAt, leftAt: null, room };
  const code = { ...free, room: free.room - 1 };
  const challenge = { id: asking.challenge, code: code.id, asker, wrong: 0 };
  const after: ChallengeState = {
    day: state.day,
    asked: state.asked + 1,
    reserved: state.reserved,
    codes: state.codes + (joins === null ? 1 : 0),
    last: joins === null ? { ...state.last, [channel]: dueAt } : state.last,
    live: [...state.live.filter(({ id }) => id !== code.id), code].toSorted((a, b) => a.dueAt - b.dueAt),
    challenges: [...withRoom(state.challenges, asker, sizes), challenge],
    spent: owes && payment !== null ? [...state.spent, { id: payment.id, until: payment.until }] : state.spent,
  };
  const opened = openedOf(challenge, code, nextAt(after, channel, sizes, now), full, now);
  return { kind: "opened", opened, state: after };
}

/**
 * The challenges that stay when a payer opens another one. If there is no room, one is dropped: one of the requester's own if
 * they have as many as allowed, otherwise one whose tries are used up, otherwise one of whoever has the most. So nobody can
 * lock others out by opening many.
 */
function withRoom(challenges: readonly Challenge[], asker: string, sizes: CodeSizes): readonly Challenge[] {
  const live = challenges.filter(({ wrong }) => wrong < TRIES);
  const own = live.filter((one) => one.asker === asker);
  if (own.length >= sizes.ofAsker) return challenges.filter((one) => one !== own[0]);
  if (challenges.length < sizes.open) return challenges;
  const goes = challenges.find(({ wrong }) => wrong >= TRIES) ?? ofWhoHoldsMost(live);
  return challenges.filter((one) => one !== goes);
}

function ofWhoHoldsMost(challenges: readonly Challenge[]): Challenge | undefined {
  const holders = Map.groupBy(challenges, ({ asker }) => asker);
  return [...holders.values()].reduce((most, one) => (one.length > most.length ? one : most), [])[0];
}

export type Proof = "right" | "wrong" | "expired" | "used-up";

/**
 * The outcome of a try, and the state after it. A code proves the number once, through whichever challenge.
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
    // Valid for ten minutes from when it was sent. It may be read before that is recorded.
    if (code.leftAt !== null && now >= code.leftAt + CODE_MS) return { proof: "expired", state: before };
    const live = state.live.map((one) => (one.id === code.id ? { ...one, hash: null } : one));
    // It no longer belongs to anybody: the next request gets another one.
    const { channel } = code;
    const latest = state.live.findLast((one) => one.channel === channel)?.id === code.id;
    const last = latest ? { ...state.last, [channel]: null } : state.last;
    return { proof: "right", state: { ...state, last, live } };
  }
  const challenges = state.challenges.map((one) => (one.id === id ? { ...one, wrong: one.wrong + 1 } : one));
  return { proof: "wrong", state: { ...state, challenges } };
}

/** Codes that are due. */
export function due(state: ChallengeState, now: number): Code[] {
  return current(state, now).live.filter(({ letter, dueAt }) => letter !== null && dueAt <= now);
}

/**
 * The state after a code was sent: it is valid for ten minutes from now.
 * @param reserved whether it used the reserve that strangers cannot use up
 */
export function left(state: ChallengeState, id: string, now: number, reserved = false): ChallengeState {
  const live = state.live.map((one) => (one.id === id ? { ...one, leftAt: now, letter: null } : one));
  return { ...state, live, reserved: state.reserved + (reserved ? 1 : 0) };
}

/** The state without what has expired. */
export function current(before: ChallengeState | null, now: number): ChallengeState {
  // A clock that goes back (another machine's) does not restart the day.
  const day = Math.max(before?.day ?? 0, dayOf(now));
  if (before === null) return { day, ...NOTHING };
  const live = before.live
    .filter((code) => endOf(code) > now)
    .map((code) => (code.letter !== null && now >= code.dueAt + ROOM_MS ? { ...code, letter: null } : code));
  const challenges = before.challenges.filter(({ code }) => live.some(({ id }) => id === code));
  const spent = before.spent.filter(({ until }) => until > now);
  const { asked, codes, reserved } = before.day === day ? before : NOTHING;
  return { day, asked, codes, last: before.last, reserved, live, challenges, spent };
}

/** When the object has something to do next: send, delete a code, delete the day's counts (ms). */
export function wakeAt(state: ChallengeState, now: number): number {
  const times = state.live.map((code) => (code.letter === null ? endOf(code) : Math.max(code.dueAt, now)));
  return Math.min(forgettableAt(state), ...times);
}

/** When the whole state has expired (ms). */
export function forgettableAt(state: ChallengeState): number {
  return Math.max(dayStart(state.day + 1), ...state.live.map((code) => endOf(code)));
}

/** What a code costs now, in bits: it rises with the requests for the number and with how full the shared limits are. */
function price({ asked }: ChallengeState, fullness: number, { asks, bits }: CodeSizes): number {
  const ofNumber = Math.floor(Math.max(0, asked - asks) / ASKED_A_BIT);
  const ofAll = Math.round(fullness * (bits.highest - bits.lowest));
  return Math.min(bits.highest, bits.lowest + Math.max(ofNumber, ofAll));
}

/** When another code may be sent by a channel (ms). */
function nextAt({ last, codes }: ChallengeState, channel: Channel, sizes: CodeSizes, now: number): number {
  const before = last[channel];
  return before === null ? now : before + waitAfter(codes, sizes);
}

function waitAfter(codes: number, { soft, hard, spacing }: CodeSizes): number {
  if (codes >= hard) return spacing * 1000;
  if (codes > soft) return PAID_WAIT_MS;
  return FREE_WAITS_MS[Math.min(codes, FREE_WAITS_MS.length) - 1] ?? FREE_WAITS_MS[0];
}

/** Whether further requests share a code: it is unused, has challenges left, and is on its way or was just sent. */
function joinable(code: Code, next: number, now: number): boolean {
  return code.hash !== null && code.room > 0 && now < next && now < code.dueAt + FRESH_MS;
}

/** When a code expires, however long it waited (ms). */
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
