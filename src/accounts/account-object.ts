import { vault } from "../isolate.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { ReportingObject } from "../telemetry/reporting-object.ts";
import { logBug } from "../telemetry/bugs.ts";
import type { Pace } from "../vault/signer.ts";
import type { Belonging } from "./sessions/access-state.ts";
import { AccountStore, type Membership } from "./account-store.ts";
import { retryDelay } from "../time/retry.ts";
import { Chores } from "./chores.ts";
import { isGranted, record, type ConsentEntry, type Purpose, type Recorded } from "./consents/consent-state.ts";
import { Entrance, type Listing, type Opened, type Opening } from "./sessions/entrance.ts";
import { nextPace, type Bursts } from "./sessions/pace-state.ts";
import type { Profile, ProfileChange } from "./profile/profile-state.ts";
import type { PinRefusal, PinTried } from "./sessions/pin-store.ts";
import type { PinAsker } from "./sessions/pin-state.ts";
import type { DeviceChange, Session, SessionStanding } from "./sessions/session-state.ts";
import { dayOf } from "../time/days.ts";

/** An account's profile with its number, as its owner sees them. */
export interface OwnProfile extends Profile {
  readonly number: string;
}

/** What an account holds, for its export. */
export interface Holding {
  readonly member: Membership;
  readonly sessions: Session[];
  readonly consents: ConsentEntry[];
  readonly profile: Profile;
  readonly bursts: Bursts;
  readonly belonging: Belonging;
  readonly pin: boolean;
  /** How many devices are remembered. */
  readonly devices: number;
}

/** A photo that is not in its place by then was never put there. */
const PHOTO_UNDER_WAY_MS = 10 * 60_000;

/**
 * One account, named by its keyed id: its number, its sessions with their devices, its consents, its profile. Nothing
 * stands in it before the first sign-in, and nothing after erasure. It never learns the account id that tokens carry.
 */
export class Account extends ReportingObject {
  readonly #vault = vault;
  readonly #rows: AccountStore;
  readonly #chores: Chores;
  readonly #entrance: Entrance;
  #failures = 0;
  #running: Promise<void> | null = null;
  #ending: Promise<void> | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const name = ctx.id.name ?? "";
    this.#rows = new AccountStore(ctx.storage, this.#vault, name);
    this.#chores = new Chores(env, this.#vault, this.#rows, name);
    this.#entrance = new Entrance(this.#rows, ctx.storage);
  }

  // ── sessions and devices ──

  /**
   * Begins a session; another one of the same device ends, and the longest unused when there are too many. An account
   * whose number has a new holder is left as it is.
   */
  open(opening: Opening, now: number): Promise<Opened> {
    return this.#alone(async () => {
      const opened = await this.#entrance.open(opening, now);
      if (opened.is === "open") await this.#arm(now);
      return opened;
    });
  }

  /** Spends a refresh token for the next one; what its session may do, or null. A token that was spent already ends it. */
  refresh(
    session: string,
    spent: string,
    next: string,
    change: DeviceChange,
    now: number,
  ): Promise<"full" | "limited" | null> {
    return this.#entrance.refresh(session, spent, next, change, now);
  }

  /** The pace of the next access token; a burst token is counted before it is handed out. Calm for an account that is no more. */
  takePace(now: number): Pace {
    if (!this.#rows.exists()) return "calm";
    const { pace, bursts } = nextPace(this.#rows.bursts(), this.#rows.since(), dayOf(now));
    if (pace === "burst") this.#rows.setBursts(bursts);
    return pace;
  }

  /** Whether a session goes on. */
  isOpen(session: string): boolean {
    return this.#rows.exists() && this.#rows.sessions.has(session);
  }

  /** How a session stands. */
  standing(session: string, now: number): SessionStanding {
    return this.#entrance.standing(session, now);
  }

  /** What a device of the account's sees of its sessions; null without an account. */
  list(now: number): Promise<Listing | null> {
    return this.#entrance.list(now);
  }

  /** The account's sessions, the latest used first. */
  async sessions(): Promise<Session[]> {
    return this.#rows.exists() ? this.#rows.sessions.all() : [];
  }

  /** Takes a session's device for one of the account's own; false when there is no such session. */
  approve(session: string, now: number): Promise<boolean> {
    return this.#entrance.approve(session, now);
  }

  /** Ends a session; nothing when there is none of that id. @param forgetting its device too */
  endSession(session: string, forgetting = false): Promise<void> {
    return this.#entrance.end(session, forgetting);
  }

  endSessions(): void {
    if (this.#rows.exists()) this.#rows.sessions.endAll();
  }

  /** Tries the account's PIN. */
  tryPin(pin: string, by: PinAsker, now: number): Promise<PinTried> {
    return this.#entrance.tryPin(pin, by, now);
  }

  /** Sets a PIN, or with null takes it away, for who knows the one that is set. */
  setPin(pin: string | null, current: string | null, now: number): Promise<"done" | "hand-over" | PinRefusal> {
    return this.#entrance.setPin(pin, current, now);
  }

  /** Notes that the number was said to have changed hands; the account ends in seven days. Whether that concerns one. */
  async handOver(said: number, now: number): Promise<boolean> {
    const noted = this.#entrance.handOver(said, now);
    if (noted) await this.#arm(now);
    return noted;
  }

  /** Stops that, once and with the PIN. */
  stopHandOver(pin: string, now: number): Promise<"done" | "none" | "stopped-before" | PinRefusal> {
    return this.#entrance.stopHandOver(pin, now);
  }

  // ── what other rooms ask ──

  /** The account's number and how it was made; null for an account that is no more. */
  membership(): Promise<Membership | null> {
    return this.#rows.membership();
  }

  /** The language tag of the account's own device that was used last, or null. */
  async language(): Promise<string | null> {
    const latest = (await this.sessions()).find(({ limited }) => limited === null);
    return latest?.device.language ?? null;
  }

  // ── consents ──

  /** Everything that was ever agreed to or withdrawn, in order; null when the session that asks is over. */
  ledgerOf(session: string): ConsentEntry[] | null {
    return this.isOpen(session) ? this.#rows.consents.all() : null;
  }

  /** Whether a purpose is agreed to now. */
  consented(purpose: Purpose): boolean {
    return this.#rows.exists() && isGranted(this.#rows.consents.all(), purpose);
  }

  /** Adds an entry to the ledger, unless it says what stands already; null when the session that asks is over. */
  recordConsent(session: string, entry: ConsentEntry): Recorded | null {
    if (!this.isOpen(session)) return null;
    const recorded = record(this.#rows.consents.all(), entry);
    if (recorded.ok && recorded.added) this.#rows.consents.add(recorded.entry);
    return recorded;
  }

  // ── profile ──

  /** The profile, or null when the session that asks is over. */
  async profile(session: string): Promise<OwnProfile | null> {
    const member = this.isOpen(session) ? await this.#rows.membership() : null;
    return member === null ? null : { ...(await this.#rows.profile.read()), number: member.number };
  }

  /** Changes fields of the profile; null when the session that asks is over. Stored, and armed to be sent, at once. */
  async changeProfile(session: string, change: ProfileChange, now: number): Promise<OwnProfile | null> {
    await this.#change(session, change, now);
    return this.profile(session);
  }

  /**
   * Notes an object of the bucket before it is put there: unless it becomes the photo, it is removed.
   */
  async expectPhoto(session: string, object: string, now: number): Promise<boolean> {
    if (!this.isOpen(session)) return false;
    this.#rows.profile.discard(object, now + PHOTO_UNDER_WAY_MS);
    await this.#arm(now);
    return true;
  }

  /** Puts a photo in the place of the one before, or none. */
  setPhoto(session: string, photo: string | null, now: number): Promise<boolean> {
    return this.#change(session, { photo }, now);
  }

  /** Whether others may see a photo now: nothing is shown that was taken out or down. @throws StoreFailure */
  async showsPhoto(photo: string): Promise<boolean> {
    if (!this.#rows.exists()) return false;
    const shown = await this.#rows.profile.shown();
    return shown.photo === photo && this.#chores.showsProfile(shown.said);
  }

  // ── export and the end ──

  /** Everything that is held here. */
  async holding(): Promise<Holding | null> {
    const member = await this.#rows.membership();
    if (member === null) return null;
    const [sessions, profile] = await Promise.all([this.#rows.sessions.all(), this.#rows.profile.read()]);
    const { devices, pin } = this.#rows;
    const entrance = { belonging: this.#rows.belonging(), pin: pin.isSet(), devices: devices.count() };
    const [consents, bursts] = [this.#rows.consents.all(), this.#rows.bursts()];
    return { member, sessions, consents, profile, bursts, ...entrance };
  }

  /**
   * Ends every session at once, takes back what others see, removes photos, lets the number go and leaves nothing
   * behind; whether that is done. Repeatable; should a store not answer, the alarm goes on with it.
   */
  async erase(now: number): Promise<boolean> {
    if (!this.#rows.exists()) {
      await this.ctx.storage.deleteAll();
      await this.#chores.letGo();
      return true;
    }
    // Nothing is changed by anybody from here on: every call of the account needs a session.
    this.#rows.sessions.endAll();
    this.#rows.markEnding();
    // Armed before the work: should the object die in between, the alarm brings it back.
    await this.ctx.storage.setAlarm(now + retryDelay(1));
    try {
      await this.#end(now);
      return true;
    } catch (thrown) {
      logBug(consoleLogger, thrown);
      return false;
    }
  }

  /** Goes on with whatever is not done. */
  override async alarm(): Promise<void> {
    // Emptied while it waited.
    if (!this.#rows.exists()) return this.ctx.storage.deleteAll();
    const now = Date.now();
    await this.ctx.storage.setAlarm(now + retryDelay(this.#failures + 1));
    try {
      if (this.#rows.isEnding()) return await this.#end(now);
      this.#running = this.#chores.run(now);
      await this.#running;
    } catch (thrown) {
      logBug(consoleLogger, thrown);
      this.#failures += 1;
      const retryInMs = retryDelay(this.#failures);
      consoleLogger.log("account.failed", { retryInMs });
      await this.ctx.storage.setAlarm(now + retryInMs);
      return;
    }
    this.#failures = 0;
    await this.#arm(now);
  }

  /** Changes the profile, one change after the other; false when the session that asks is over. */
  #change(session: string, change: ProfileChange, now: number): Promise<boolean> {
    return this.#alone(async () => {
      if (!this.isOpen(session)) return false;
      const { profile } = this.#rows;
      const { before, after, write } = await profile.writer(change, now);
      const [old, kept] = await Promise.all([this.#photoObject(before.photo), this.#photoObject(after.photo)]);
      if (!this.isOpen(session)) return false;
      this.ctx.storage.transactionSync(() => {
        write();
        if (old !== null && old !== kept) profile.discard(old, now);
        if (kept !== null) profile.keep(kept);
      });
      await this.#arm(now);
      return true;
    });
  }

  /** Name of a photo in the bucket. */
  async #photoObject(photo: string | null): Promise<string | null> {
    return photo === null ? null : this.#vault.keyedHash("photo", photo);
  }

  /** Ends the account; of two at once one does it. */
  async #end(now: number): Promise<void> {
    this.#ending ??= (async () => {
      // What is on its way to the directory could arrive after what takes it back, and would stand for good.
      await Promise.allSettled([this.#running]);
      await this.#chores.takeBack(now);
      await this.ctx.storage.deleteAll();
    })();
    try {
      await this.#ending;
    } finally {
      this.#ending = null;
    }
  }

  /** Arms the alarm for whatever is due next. */
  async #arm(now: number): Promise<void> {
    const due = this.#chores.due(now);
    if (due !== null) await this.ctx.storage.setAlarm(due);
  }

  /** Runs with no other call in between. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.ctx.blockConcurrencyWhile(work);
  }
}
