import type { Vault } from "../vault/vault.ts";
import { EMPTY_PROFILE, ownerPart, type Profile } from "./profile-state.ts";

/** What is to be sent of a profile to the directory. */
export interface ProfileOutbox {
  readonly revision: number;
  /** The revision that the directory has. */
  readonly sent: number;
}

/**
 * The profile of one account, sealed whole, and the photos that are under way in or out of the bucket. A photo's object
 * there is noted before it is put, so that none is left behind whatever dies.
 */
export class ProfileRows {
  readonly #sql: SqlStorage;
  readonly #vault: Vault;
  readonly #account: string;

  constructor(sql: SqlStorage, vault: Vault, account: string) {
    this.#sql = sql;
    this.#vault = vault;
    this.#account = account;
  }

  static readonly SCHEMA = `
    CREATE TABLE profile (one INTEGER PRIMARY KEY CHECK (one = 1), sealed TEXT, revision INTEGER, sent INTEGER);
    INSERT INTO profile VALUES (1, NULL, 0, 0);
    CREATE TABLE waste (object TEXT PRIMARY KEY, after INTEGER) WITHOUT ROWID;`;

  async read(): Promise<Profile> {
    const sealed = this.#sql.exec("SELECT sealed FROM profile").one()["sealed"] as string | null;
    if (sealed === null) return EMPTY_PROFILE;
    const place = { table: "profiles", id: this.#account } as const;
    return (await this.#vault.stored.json<Profile>(place, sealed)) ?? EMPTY_PROFILE;
  }

  /** Makes the write of a profile; to be run with nothing awaited in between. @param now ms */
  async writer(before: Profile, after: Profile, now: number): Promise<() => void> {
    const sealed = await this.#vault.sealText({ table: "profiles", id: this.#account }, JSON.stringify(after));
    const shown = JSON.stringify(ownerPart(after)) !== JSON.stringify(ownerPart(before));
    return () => {
      this.#sql.exec("UPDATE profile SET sealed = ?", sealed);
      if (shown) this.touch(now);
    };
  }

  /**
   * A new revision of what others see. In seconds of the clock: a later account of the same number must outrank what an
   * earlier one sent.
   */
  touch(now: number): void {
    this.#sql.exec("UPDATE profile SET revision = max(revision + 1, ?)", Math.floor(now / 1000));
  }

  outbox(): ProfileOutbox {
    return this.#sql.exec("SELECT revision, sent FROM profile").one() as unknown as ProfileOutbox;
  }

  markSent(revision: number): void {
    this.#sql.exec("UPDATE profile SET sent = ?", revision);
  }

  /** An object of the bucket that is to go at `after` (ms), unless it is kept until then. */
  discard(object: string, after: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO waste VALUES (?, ?)", object, after);
  }

  keep(object: string): void {
    this.#sql.exec("DELETE FROM waste WHERE object = ?", object);
  }

  /** Objects that are to go, by now or ever. */
  waste(until = Number.MAX_SAFE_INTEGER): string[] {
    return this.#sql
      .exec("SELECT object FROM waste WHERE after <= ? ORDER BY object", until)
      .toArray()
      .map((row) => row["object"] as string);
  }

  /** When the next one is to go, ms; null when there is none. */
  nextWaste(): number | null {
    return this.#sql.exec("SELECT min(after) AS after FROM waste").one()["after"] as number | null;
  }
}
