import { config, vault } from "../isolate.ts";
import { RevocationRecords } from "../directory/revocation-records.ts";
import { toBase64Url } from "../vault/bytes.ts";
import { ObjectRows } from "../storage/object-rows.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { StoreFailure } from "../telemetry/store-failure.ts";
import { dayOf, HOUR_MS, hourOf } from "../time/days.ts";
import { RETRY_MS } from "../time/retry.ts";

const SHARE_BYTES = 16;

/** The share id, and whether this call created it; or why there is none. */
export type Taken =
  | { readonly ok: true; readonly share: string; readonly begins: boolean }
  | { readonly ok: false; readonly reason: "none" | "revoked" };

interface SharingRow {
  readonly share: string | null;
  /** Hour by which mixers and ballots have deleted what was revoked last; null if nothing ever was. */
  readonly settles: number | null;
}

const SCHEMA = [
  `CREATE TABLE sharing (one INTEGER PRIMARY KEY CHECK (one = 1), share TEXT, settles INTEGER);
  CREATE TABLE revoking (share TEXT PRIMARY KEY) WITHOUT ROWID;`,
];

/**
 * One account's sharing of contacts: its share id, sealed. It never learns a number or a name. A revoked share id is stored
 * here first, so that it reaches D1 even after a crash.
 */
export class Sharing extends StoredObject {
  readonly #vault = vault;
  readonly #place: { readonly table: "sharing"; readonly id: string };
  readonly #revocations: RevocationRecords;
  readonly #rows: ObjectRows;
  /** Changes with each revocation and each start of the object. */
  #epoch = crypto.randomUUID();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#revocations = new RevocationRecords(env.DB, this.#vault);
    this.#place = { table: "sharing", id: ctx.id.name ?? "" };
    this.#rows = new ObjectRows(ctx.storage, "sharing", SCHEMA, [
      { table: "sharing", column: "share", key: "one", place: () => this.#place },
      { table: "revoking", column: "share", key: "share", place: () => this.#place },
    ]);
  }

  /** Read this before the consent, so that a later revocation is noticed. Stores nothing. */
  epoch(): string {
    return this.#epoch;
  }

  /**
   * The account's share id, created if there is none and `mayBegin`; refused if something was revoked since the epoch was
   * read.
   */
  async take(epoch: string, mayBegin: boolean): Promise<Taken> {
    const before = this.#row()?.share ?? null;
    const opened = await this.current();
    // One that cannot be opened counts as withdrawn: the account gets a new one, and the old one is revoked.
    const lost = opened === null ? before : null;
    if (opened === null && !mayBegin) return { ok: false, reason: "none" };
    const share = opened ?? toBase64Url(crypto.getRandomValues(new Uint8Array(SHARE_BYTES)));
    const sealed = await this.#vault.sealText(this.#place, share);
    // From here to the write nothing is awaited.
    if (epoch !== this.#epoch) return { ok: false, reason: "revoked" };
    const standing = this.#row()?.share ?? null;
    const begins = standing === null || standing === lost;
    this.ctx.storage.transactionSync(() => {
      if (lost !== null && standing === lost) this.#setAside(lost);
      // Two concurrent first calls both find no id: the one stored first wins.
      this.#rows.insert(
        "INSERT INTO sharing (one, share) VALUES (1, ?) ON CONFLICT DO UPDATE SET share = coalesce(share, excluded.share)",
        sealed,
      );
    });
    if (this.#revoking().length > 0) await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
    const current = await this.current();
    return current === null ? { ok: false, reason: "revoked" } : { ok: true, share: current, begins };
  }

  /** The current share id; null if there is none, or it cannot be opened. */
  async current(): Promise<string | null> {
    const sealed = this.#row()?.share ?? null;
    return sealed === null ? null : this.#vault.stored.text(this.#place, sealed);
  }

  /** What is stored: whether it shared before and shares now, and until when withdrawn names may remain (ms). */
  held(): { ever: boolean; sharing: boolean; settlesAt: number | null } {
    const row = this.#row();
    return {
      ever: row !== null,
      sharing: (row?.share ?? null) !== null,
      settlesAt: row === null || row.settles === null ? null : row.settles * HOUR_MS,
    };
  }

  /** How long names may remain in mixers and ballots after withdrawing everything, ms; 0 if there are none. */
  lingers(now: number): number {
    const { sharing, settlesAt } = this.held();
    if (sharing || this.#revoking().length > 0) return config.contactSettleMs;
    return Math.max(0, (settlesAt ?? 0) - now);
  }

  /**
   * Revokes the current share id, and with it everything shared under it. Durable when it returns. @returns whether there was
   * anything to revoke
   */
  async revoke(): Promise<boolean> {
    this.#epoch = crypto.randomUUID();
    const share = this.#row()?.share ?? null;
    if (share !== null) {
      this.ctx.storage.transactionSync(() => this.#setAside(share));
    }
    if (this.#revoking().length === 0) return false;
    // Armed before the work: if it fails or the object dies, the alarm writes it.
    await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
    await this.#deliver().catch(() => {});
    return true;
  }

  /** Revokes, and then deletes everything stored. @throws if the revocation cannot be written: call again */
  async erase(): Promise<void> {
    await this.revoke();
    await this.#deliver();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    if (!this.#rows.exist) return this.ctx.storage.deleteAll();
    if (this.#revoking().length === 0) return;
    await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
    await this.#deliver();
  }

  /** Writes revocations to D1, where mixers and ballots find them; only then deletes them here. */
  async #deliver(): Promise<void> {
    for (const sealed of this.#revoking()) {
      const share = await this.#vault.stored.text(this.#place, sealed);
      // One that cannot be opened waits for a deployment that has its key, and does not block the others.
      if (share === null) continue;
      await this.#revocations.add(share, dayOf(Date.now()));
      this.#rows.change("UPDATE sharing SET settles = ?", hourOf(Date.now() + config.contactSettleMs) + 1);
      this.#rows.change("DELETE FROM revoking WHERE share = ?", sealed);
    }
    // The alarm retries it, and an erasure waits for it.
    if (this.#revoking().length > 0) throw new StoreFailure("objects", "a share id does not open");
    await this.ctx.storage.deleteAlarm();
  }

  #setAside(sealed: string): void {
    this.#rows.insert("INSERT OR IGNORE INTO revoking VALUES (?)", sealed);
    this.#rows.change("UPDATE sharing SET share = NULL");
  }

  #row(): SharingRow | null {
    return this.#rows.first<SharingRow>("SELECT share, settles FROM sharing");
  }

  #revoking(): string[] {
    return this.#rows.all<{ share: string }>("SELECT share FROM revoking").map(({ share }) => share);
  }
}
