import { vault } from "../isolate.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { logBug } from "../telemetry/bugs.ts";
import type { Pace } from "../vault/signer.ts";
import type { Belonging } from "./sessions/access-state.ts";
import { AccountStore, type Membership } from "./account-store.ts";
import { retryDelay } from "../time/retry.ts";
import { Chores } from "./chores.ts";
import { isGranted, record, type ConsentEntry, type Purpose, type Recorded } from "./consents/consent-state.ts";
import type { Promotion } from "./consents/promotion-store.ts";
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
  readonly promotions: Promotion[];
  readonly profile: Profile;
  readonly bursts: Bursts;
  readonly belonging: Belonging;
  readonly pin: boolean;
  /** How many devices are remembered. */
  readonly devices: number;
}

/** Where an account is written to. */
export interface Addressed {
  readonly number: string;
  /** As its holder wrote it in the profile: nobody confirmed it. */
  readonly email: string | null;
  readonly language: string | null;
  /** Whether it consents to promotion. */
  readonly promotional: boolean;
}

/** A photo that is not in use by then was never stored. */
const PHOTO_UNDER_WAY_MS = 10 * 60_000;

/**
 * One account, named by its keyed id: its number, its sessions with their devices, its consents, its profile. It is
 * empty before the first sign-in and after erasure. It never learns the account id that tokens carry.
 */
export class Account extends StoredObject {
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
   * Begins a session; ends the device's previous one, and the least recently used one if there are too many. An account
   * whose number has a new holder is not changed.
   */
  open(opening: Opening, now: number): Promise<Opened> {
    return this.#alone(async () => {
      const opened = await this.#entrance.open(opening, now);
      if (opened.is === "open") await this.#arm(now);
      return opened;
    });
  }

  /** Exchanges a refresh token for the next one; returns the session's access, or null. A token that was already used ends it. */
  refresh(
    session: string,
    spent: string,
    next: string,
    change: DeviceChange,
    now: number,
  ): Promise<"full" | "limited" | null> {
    return this.#entrance.refresh(session, spent, next, change, now);
  }

  /** The pace of the next access token; a burst token is counted before it is issued. Calm if the account no longer exists. */
  takePace(now: number): Pace {
    if (!this.#rows.exists()) return "calm";
    const { pace, bursts } = nextPace(this.#rows.bursts(), this.#rows.since(), dayOf(now));
    if (pace === "burst") this.#rows.setBursts(bursts);
    return pace;
  }

  /** Whether a session exists. */
  isOpen(session: string): boolean {
    return this.#rows.exists() && this.#rows.sessions.has(session);
  }

  /** The state of a session. */
  standing(session: string, now: number): SessionStanding {
    return this.#entrance.standing(session, now);
  }

  /** The account's sessions as one of its devices sees them; null without an account. */
  list(now: number): Promise<Listing | null> {
    return this.#entrance.list(now);
  }

  /** The account's sessions, most recently used first. */
  async sessions(): Promise<Session[]> {
    return this.#rows.exists() ? this.#rows.sessions.all() : [];
  }

  /** Approves a session's device as one of the account's; false if there is no such session. */
  approve(session: string, now: number): Promise<boolean> {
    return this.#entrance.approve(session, now);
  }

  /** How many sessions hold a refresh token of this day or earlier. @param day days since 1970-01-01 */
  sessionsUntil(day: number): number {
    return this.#rows.exists() ? this.#rows.sessions.usedUntil(day) : 0;
  }

  /** Ends a session, if it exists. @param forgetting its device too */
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

  /** Sets the PIN, or removes it with null; the current one must be given if there is one. */
  setPin(pin: string | null, current: string | null, now: number): Promise<"done" | "hand-over" | PinRefusal> {
    return this.#entrance.setPin(pin, current, now);
  }

  /** Records that the number changed hands: the account ends in seven days. Returns whether there is an account to end. */
  async handOver(said: number, now: number): Promise<boolean> {
    const noted = this.#entrance.handOver(said, now);
    if (noted) await this.#arm(now);
    return noted;
  }

  /** Stops a change of hands, once and with the PIN. */
  stopHandOver(pin: string, now: number): Promise<"done" | "none" | "stopped-before" | PinRefusal> {
    return this.#entrance.stopHandOver(pin, now);
  }

  // ── what other rooms ask ──

  /** The account's number and the circumstances of its sign-up; null if the account no longer exists. */
  membership(): Promise<Membership | null> {
    return this.#rows.membership();
  }

  /** Where the account is written to, and in which language (a tag, or null); null if it no longer exists. */
  async addressed(): Promise<Addressed | null> {
    const member = await this.#rows.membership();
    if (member === null || this.#rows.isEnding() || this.#rows.isLeft()) return null;
    const { email } = await this.#rows.profile.read();
    // That of the most recently used of its own devices.
    const latest = (await this.sessions()).find(({ limited }) => limited === null);
    const promotional = this.consented("promotional");
    return { number: member.number, email, language: latest?.device.language ?? null, promotional };
  }

  // ── consents ──

  /** Every consent ever granted or withdrawn, in order; null if the asking session has ended. */
  ledgerOf(session: string): ConsentEntry[] | null {
    return this.isOpen(session) ? this.#rows.consents.all() : null;
  }

  /** Whether a purpose is consented to now. */
  consented(purpose: Purpose): boolean {
    return this.#rows.exists() && isGranted(this.#rows.consents.all(), purpose);
  }

  /** Adds an entry to the ledger, unless it changes nothing; null if the asking session has ended. */
  recordConsent(session: string, entry: ConsentEntry): Recorded | null {
    if (!this.isOpen(session)) return null;
    const recorded = record(this.#rows.consents.all(), entry);
    if (recorded.ok && recorded.added) this.#rows.consents.add(recorded.entry);
    return recorded;
  }

  /** Counts a promotion, as `PromotionStore.take` says; `enough` also where the account does not consent. */
  takePromotion(campaign: string, day: number): "taken" | "before" | "enough" {
    return this.consented("promotional") ? this.#rows.promotions.take(campaign, day) : "enough";
  }

  giveBackPromotion(campaign: string): void {
    this.#rows.promotions.giveBack(campaign);
  }

  // ── profile ──

  /** The profile, or null if the asking session has ended. */
  async profile(session: string): Promise<OwnProfile | null> {
    const member = this.isOpen(session) ? await this.#rows.membership() : null;
    return member === null ? null : { ...(await this.#rows.profile.read()), number: member.number };
  }

  /** Changes fields of the profile; null if the asking session has ended. Stored, and scheduled to be sent, when this returns. */
  async changeProfile(session: string, change: ProfileChange, now: number): Promise<OwnProfile | null> {
    await this.#change(session, change, now);
    return this.profile(session);
  }

  /**
   * Records a bucket object before it is stored: unless it becomes the photo, it is removed.
   */
  async expectPhoto(session: string, object: string, now: number): Promise<boolean> {
    if (!this.isOpen(session)) return false;
    this.#rows.profile.discard(object, now + PHOTO_UNDER_WAY_MS);
    await this.#arm(now);
    return true;
  }

  /** Replaces the photo, or removes it with null. */
  setPhoto(session: string, photo: string | null, now: number): Promise<boolean> {
    return this.#change(session, { photo }, now);
  }

  /** Whether others may see a photo now: not if the number was unlisted or taken down. @throws StoreFailure */
  async showsPhoto(photo: string): Promise<boolean> {
    if (!this.#rows.exists()) return false;
    const shown = await this.#rows.profile.shown();
    return shown.photo === photo && this.#chores.showsProfile(shown.said);
  }

  // ── export and the end ──

  /** Everything stored here. */
  async holding(): Promise<Holding | null> {
    const member = await this.#rows.membership();
    if (member === null) return null;
    const [sessions, profile] = await Promise.all([this.#rows.sessions.all(), this.#rows.profile.read()]);
    const { devices, pin } = this.#rows;
    const entrance = { belonging: this.#rows.belonging(), pin: pin.isSet(), devices: devices.count() };
    const [consents, promotions, bursts] = [
      this.#rows.consents.all(),
      this.#rows.promotions.all(),
      this.#rows.bursts(),
    ];
    return { member, sessions, consents, promotions, profile, bursts, ...entrance };
  }

  /**
   * Ends every session, withdraws what others see, removes photos, releases the number and deletes everything here;
   * returns whether that is complete. Repeatable; if a store does not answer, the alarm continues.
   */
  async erase(now: number): Promise<boolean> {
    if (!this.#rows.exists()) {
      await this.ctx.storage.deleteAll();
      await this.#chores.letGo();
      return true;
    }
    // Nothing can change from here on: every call of the account needs a session.
    this.#rows.sessions.endAll();
    this.#rows.markEnding();
    // Armed before the work: if the object dies in between, the alarm resumes it.
    await this.ctx.storage.setAlarm(now + retryDelay(1));
    try {
      await this.#end(now);
      return true;
    } catch (thrown) {
      logBug(consoleLogger, thrown);
      return false;
    }
  }

  /** Continues whatever is not done. */
  override async alarm(): Promise<void> {
    // Deleted while the alarm was waiting.
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

  /** Changes the profile, one change at a time; false if the asking session has ended. */
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

  /** Ends the account; concurrent calls share one run. */
  async #end(now: number): Promise<void> {
    this.#ending ??= (async () => {
      // A profile still being sent could arrive after its withdrawal, and would stay for good.
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
