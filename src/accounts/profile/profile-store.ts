import type { ObjectRows } from "../../storage/object-rows.ts";
import type { Vault } from "../../vault/vault.ts";
import { EMPTY_PROFILE, shownOf, type Profile } from "./profile-state.ts";

/** What has been sent of a profile to the number's `Ownership` object. */
export interface ProfileOutbox {
  readonly revision: number;
  /** The last revision that was sent. */
  readonly sent: number;
  /** Random id of the sender, new with each account. */
  readonly writer: string;
}

/** What is set again is sent again, but once in so many ms at most: it counts against no quota, and each time is published. */
const SAID_AGAIN_MS = 60_000;

/** A profile in its sealed form. */
interface StoredProfile {
  readonly profile: Profile;
  /** When what others see of it was last set, ms. */
  readonly said: number;
}

/**
 * The profile of one account, sealed whole, and photos that are being stored or removed. A photo is recorded before it is
 * stored, so that none is left behind after a crash.
 */
export class ProfileStore {
  readonly #rows: ObjectRows;
  readonly #vault: Vault;
  readonly #account: string;

  constructor(rows: ObjectRows, vault: Vault, account: string) {
    this.#rows = rows;
    this.#vault = vault;
    this.#account = account;
  }

  /** Revisions begin at a random number, so that they cannot be matched with counts elsewhere. */
  static readonly SCHEMA = `
    CREATE TABLE profile (one INTEGER PRIMARY KEY CHECK (one = 1), sealed TEXT, revision INTEGER, sent INTEGER, writer TEXT);
    INSERT INTO profile SELECT 1, NULL, base, base, hex(randomblob(16)) FROM (SELECT abs(random()) % 1000000000 AS base);
    CREATE TABLE waste (object TEXT PRIMARY KEY, after INTEGER) WITHOUT ROWID;`;

  async read(): Promise<Profile> {
    return (await this.#stored()).profile;
  }

  /** What others see of the profile, and when that was set, ms. */
  async shown(): Promise<Pick<Profile, "name" | "photo"> & { readonly said: number }> {
    const { profile, said } = await this.#stored();
    return { ...shownOf(profile), said };
  }

  /**
   * Prepares the write of a profile; call it without awaiting in between. What others see is sent again when it is set
   * again, because it may have been taken down meanwhile. @param change the fields that were set @param now ms
   */
  async writer(change: Partial<Profile>, now: number): Promise<{ before: Profile; after: Profile; write: () => void }> {
    const { profile: before, said } = await this.#stored();
    const after = { ...before, ...change };
    const differs = JSON.stringify(shownOf(after)) !== JSON.stringify(shownOf(before));
    const repeats = "name" in change || "photo" in change || "visibility" in change;
    const again = shownOf(after).name !== null && repeats && now - said >= SAID_AGAIN_MS;
    const stored: StoredProfile = { profile: after, said: differs || again ? now : said };
    const sealed = await this.#vault.sealText({ table: "profiles", id: this.#account }, JSON.stringify(stored));
    const write = (): void => {
      this.#rows.change("UPDATE profile SET sealed = ?", sealed);
      if (differs || again) this.#rows.change("UPDATE profile SET revision = revision + 1");
    };
    return { before, after, write };
  }

  /** Whether anything was ever written. */
  get any(): boolean {
    return this.#rows.any("SELECT 1 FROM profile WHERE sealed IS NOT NULL");
  }

  async #stored(): Promise<StoredProfile> {
    const { sealed } = this.#rows.one<{ sealed: string | null }>("SELECT sealed FROM profile");
    const place = { table: "profiles", id: this.#account } as const;
    const stored = sealed === null ? null : await this.#vault.stored.json<StoredProfile>(place, sealed);
    return stored ?? { profile: EMPTY_PROFILE, said: 0 };
  }

  outbox(): ProfileOutbox {
    return this.#rows.one<ProfileOutbox>("SELECT revision, sent, writer FROM profile");
  }

  markSent(revision: number): void {
    this.#rows.change("UPDATE profile SET sent = ?", revision);
  }

  /** Schedules a bucket object for removal at `after` (ms), unless it is kept until then. */
  discard(object: string, after: number): void {
    this.#rows.change("INSERT OR REPLACE INTO waste VALUES (?, ?)", object, after);
  }

  keep(object: string): void {
    this.#rows.change("DELETE FROM waste WHERE object = ?", object);
  }

  /** Objects scheduled for removal up to `until`, ms. */
  waste(until = Number.MAX_SAFE_INTEGER): string[] {
    const rows = this.#rows.all<{ object: string }>("SELECT object FROM waste WHERE after <= ? ORDER BY object", until);
    return rows.map(({ object }) => object);
  }

  /** When the next one is due, ms; null if there is none. */
  nextWaste(): number | null {
    return this.#rows.first<{ after: number | null }>("SELECT min(after) AS after FROM waste")?.after ?? null;
  }
}
