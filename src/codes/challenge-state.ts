import type { CodeSizes } from "../config.ts";
import type { Channel } from "../messaging/message.ts";
import { dayOf, dayStart, HOUR_MS, hourOf } from "../time/days.ts";

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
/** Challenges opened at one code, in those that may be open at a time: where all are held, whoever pays takes a place. */
const TURNS = 8;
/** Codes of a number and purpose that leave in a day by the room that strangers cannot use up. */
export const RESERVED_A_DAY = 6;
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
  /** Challenges that may still be opened at it, which bounds the guesses; afterwards whoever asks gets another code. */
  readonly room: number;
}

/** What one asker may try one code with. */
export interface Challenge {
  readonly id: string;
  /** The code's id. */
  readonly code: string;
  /** Keyed hash of the asker's address, of the /64 in IPv6. */
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
  /** When the latest code of each channel was or is due, ms; null when another may leave at once. */
  readonly last: Readonly<Record<Channel, number | null>>;
  /** Codes that left by the room that strangers cannot use up. */
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
  /** What the challenge will be called, if one is opened. */
  readonly challenge: string;
  /** The code that is made if one is due. */
  readonly fresh: Pick<Code, "id" | "hash" | "letter" | "channel">;
  readonly payment: Payment | null;
  /**
   * How full the shared limits are above what is free: 0 to 1. Above 0 the request has to be paid for, whatever the number;
   * at 1 they are used up, and this code is sent within ten minutes or not at all.
   */
  readonly fullness: number;
}

export type Asked =
  | { readonly kind: "opened"; readonly opened: Opened; readonly state: ChallengeState }
  /** Pay so many bits and ask again, or ask after so many seconds. */
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
  // Somebody who needs a call is not helped by a message, nor made to wait for one.
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
 * The challenges beside which another one may be opened by somebody who paid. Where there is no room one goes: one of the
 * asker's own if they hold as many as they may, else one whose tries are used up, else one of whoever holds the most. So
 * nobody who holds many keeps out somebody who has none.
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
