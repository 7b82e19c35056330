import { DurableObject } from "cloudflare:workers";
import { readConfig } from "../config.ts";
import type { E164 } from "../numbers/number.ts";
import { Vault } from "../vault/vault.ts";
import { AccountRows, type Membership } from "./account-rows.ts";
import { isGranted, record, type ConsentEntry, type Purpose, type Recorded } from "./consent-state.ts";
import { crowdedOut, refreshed, SESSION_DAYS, type Device, type DeviceChange, type Session } from "./session-state.ts";
import { DAY_MS, dayOf } from "./time.ts";

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

/**
 * One account, named by its keyed id: its number, its sessions with their devices, its consents. Nothing stands in it
 * before the first sign-in, and nothing after erasure. It never learns the account id that tokens carry.
 */
export class Account extends DurableObject<Env> {
  readonly #vault: Vault;
  readonly #rows: AccountRows;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { secrets } = readConfig({ ...env });
    this.#vault = new Vault(secrets.indexKey, secrets.sealKeys);
    this.#rows = new AccountRows(ctx.storage.sql, this.#vault, ctx.id.name ?? "");
  }

  // ── sessions ──

  /** Begins a session; another one of the same device ends, and the longest unused when there are too many. */
  async open({ number, noticeVersion, session, token, device }: Opening, now: number): Promise<{ created: boolean }> {
    const [sealedNumber, sealedDevice] = await Promise.all([
      this.#rows.sealNumber(number),
      this.#rows.sessions.seal(session, device),
    ]);
    const before = this.#rows.exists() ? await this.#rows.sessions.all() : [];
    const day = dayOf(now);
    const created = !this.#rows.exists();
    this.ctx.storage.transactionSync(() => {
      this.#rows.make({ number: sealedNumber, noticeVersion, since: day });
      this.#rows.sessions.end(crowdedOut(before, device));
      this.#rows.sessions.write({ id: session, token, started: day, used: day }, sealedDevice);
    });
    await this.#arm(now);
    return { created };
  }

  /** Spends a refresh token for the next one; a token that was spent already ends its session. */
  async refresh(session: string, spent: string, next: string, change: DeviceChange, now: number): Promise<boolean> {
    if (!this.#rows.exists()) return false;
    const { sessions } = this.#rows;
    const before = await sessions.read(session);
    const after = refreshed(before, spent, next, change, dayOf(now));
    const sealedDevice = after.ok ? await sessions.seal(session, after.session.device) : "";
    // Looked at once more with nothing awaited from here on: of two with one token the second finds it spent.
    const token = this.#rows.exists() ? sessions.token(session) : null;
    if (token === null) return false;
    if (after.ok && token === spent) {
      sessions.write(after.session, sealedDevice);
      return true;
    }
    sessions.end([session]);
    return false;
  }

  /** Whether a session goes on. */
  isOpen(session: string): boolean {
    return this.#rows.exists() && this.#rows.sessions.has(session);
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

  // ── the end ──

  /** Leaves nothing behind; repeatable. */
  async erase(): Promise<void> {
    await this.ctx.storage.deleteAll();
    this.#rows.forget();
  }

  /** Ends sessions that were not used for too long. */
  override async alarm(): Promise<void> {
    if (!this.#rows.exists()) return;
    const now = Date.now();
    this.#rows.sessions.endUnusedSince(dayOf(now) - SESSION_DAYS);
    await this.#arm(now);
  }

  /** Arms the alarm for the next session that will be over. */
  async #arm(now: number): Promise<void> {
    const used = this.#rows.sessions.leastUsed();
    if (used === null) return;
    await this.ctx.storage.setAlarm(Math.max(now, (used + SESSION_DAYS) * DAY_MS));
  }
}
