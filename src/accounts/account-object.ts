import { DurableObject } from "cloudflare:workers";
import { readConfig } from "../config.ts";
import type { E164 } from "../numbers/number.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import type { Pace } from "../vault/signer.ts";
import { Vault } from "../vault/vault.ts";
import { AccountRows, type Membership } from "./account-rows.ts";
import { Chores, retryDelay } from "./chores.ts";
import { isGranted, record, type ConsentEntry, type Purpose, type Recorded } from "./consent-state.ts";
import { nextPace, type Bursts } from "./pace-state.ts";
import { ownerPart, type Profile, type ProfileChange } from "./profile-state.ts";
import {
  crowdedOut,
  refreshed,
  type Device,
  type DeviceChange,
  type Session,
  type SessionStanding,
} from "./session-state.ts";
import { dayOf } from "./time.ts";

/** A session that begins: its number is written when the account is new. */
export interface Opening {
  readonly number: E164;
  readonly noticeVersion: string;
  /** Random. */
  readonly session: string;
  /** Keyed hash of the first refresh token. */
  readonly token: string;
  readonly device: Device;
}

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
}

/** A photo that is not in its place by then was never put there. */
const PHOTO_UNDER_WAY_MS = 10 * 60_000;

/**
 * One account, named by its keyed id: its number, its sessions with their devices, its consents, its profile. Nothing
 * stands in it before the first sign-in, and nothing after erasure. It never learns the account id that tokens carry.
 */
export class Account extends DurableObject<Env> {
  readonly #vault: Vault;
  readonly #rows: AccountRows;
  readonly #chores: Chores;
  #failures = 0;
  #running: Promise<void> | null = null;
  #ending: Promise<void> | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { secrets } = readConfig({ ...env });
    this.#vault = new Vault(secrets.indexKey, secrets.sealKeys);
    const name = ctx.id.name ?? "";
    this.#rows = new AccountRows(ctx.storage.sql, this.#vault, name);
    this.#chores = new Chores(env, this.#vault, this.#rows, name);
  }

  // ── sessions ──

  /**
   * Begins a session; another one of the same device ends, and the longest unused when there are too many. Null while
   * the account is being erased.
   */
  open(opening: Opening, now: number): Promise<{ created: boolean; ended: string[] } | null> {
    const { number, noticeVersion, session, token, device } = opening;
    return this.#alone(async () => {
      const created = !this.#rows.exists();
      if (!created && this.#rows.isEnding()) return null;
      const [sealedNumber, sealedDevice] = await Promise.all([
        this.#rows.sealNumber(number),
        this.#rows.sessions.seal(session, device),
      ]);
      const before = created ? [] : await this.#rows.sessions.all();
      const ended = crowdedOut(before, device);
      const day = dayOf(now);
      this.ctx.storage.transactionSync(() => {
        this.#rows.make({ number: sealedNumber, noticeVersion, since: day });
        this.#rows.sessions.end(ended);
        this.#rows.sessions.write({ id: session, token, started: day, used: day }, sealedDevice);
      });
      await this.#arm(now);
      return { created, ended };
    });
  }

  /** Spends a refresh token for the next one; a token that was spent already ends its session. */
  async refresh(session: string, spent: string, next: string, change: DeviceChange, now: number): Promise<boolean> {
    if (!this.isOpen(session)) return false;
    const { sessions } = this.#rows;
    const after = refreshed(await sessions.read(session), spent, next, change, dayOf(now));
    const sealedDevice = after.ok ? await sessions.seal(session, after.session.device) : "";
    // Looked at once more with nothing awaited from here on: of two with one token the second finds it spent.
    const token = this.isOpen(session) ? sessions.token(session) : null;
    if (token === null) return false;
    if (after.ok && token === spent) {
      sessions.write(after.session, sealedDevice);
      return true;
    }
    sessions.end([session]);
    return false;
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
  standing(session: string): SessionStanding {
    if (!this.#rows.exists()) return "unknown";
    return this.isOpen(session) ? "full" : "ended";
  }

  /** The account's sessions, the latest used first. */
  async sessions(): Promise<Session[]> {
    return this.#rows.exists() ? this.#rows.sessions.all() : [];
  }

  /** Ends a session; nothing when there is none of that id. */
  endSession(session: string): void {
    if (this.#rows.exists()) this.#rows.sessions.end([session]);
  }

  endSessions(): void {
    if (this.#rows.exists()) this.#rows.sessions.endAll();
  }

  // ── what other rooms ask ──

  /** The account's number and how it was made; null for an account that is no more. */
  membership(): Promise<Membership | null> {
    return this.#rows.membership();
  }

  /** The language tag of the device that was used last, or null. */
  async language(): Promise<string | null> {
    const [latest] = await this.sessions();
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

  /** Notes an object of the bucket before it is put there: unless it becomes the photo, it is removed. */
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

  /** Whether others may see a photo now: of an unlisted number nothing is shown. @throws StoreFailure */
  async showsPhoto(photo: string): Promise<boolean> {
    if (!this.#rows.exists() || ownerPart(await this.#rows.profile.read())?.photo !== photo) return false;
    return this.#chores.isListed();
  }

  // ── export and the end ──

  /** Everything that is held here. */
  async holding(): Promise<Holding | null> {
    const member = await this.#rows.membership();
    if (member === null) return null;
    const [sessions, profile] = await Promise.all([this.#rows.sessions.all(), this.#rows.profile.read()]);
    return { member, sessions, consents: this.#rows.consents.all(), profile, bursts: this.#rows.bursts() };
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
    } catch {
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
    } catch {
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
      const before = await profile.read();
      const after = { ...before, ...change };
      const write = await profile.writer(before, after, now);
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
      this.#rows.forget();
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
