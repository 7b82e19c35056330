import { config, vault } from "../isolate.ts";
import { RevocationRecords } from "../directory/revocation-records.ts";
import { toBase64Url } from "../vault/bytes.ts";
import { ObjectRows } from "../storage/object-rows.ts";
import { ReportingObject } from "../telemetry/reporting-object.ts";
import { StoreFailure } from "../telemetry/store-failure.ts";
import { dayOf, HOUR_MS, hourOf } from "../time/days.ts";
import { RETRY_MS } from "../time/retry.ts";

const SHARE_BYTES = 16;

/** The id under which numbers are shared, and whether it begins with this call; or why there is none. */
export type Taken =
  | { readonly ok: true; readonly share: string; readonly begins: boolean }
  | { readonly ok: false; readonly reason: "none" | "revoked" };

interface SharingRow {
  readonly share: string | null;
  /** Hour by which mixers and ballots have dropped what was revoked last; null when nothing ever was. */
  readonly settles: number | null;
}

const SCHEMA = [
  `CREATE TABLE sharing (one INTEGER PRIMARY KEY CHECK (one = 1), share TEXT, settles INTEGER);
  CREATE TABLE revoking (share TEXT PRIMARY KEY) WITHOUT ROWID;`,
];

/**
 * One account as somebody who shares contacts: its share id, sealed. It never learns a number or a name. A share id that is revoked is put aside here first, so that mixers and ballots find it whatever happens.
 */
export class Sharing extends ReportingObject {
  readonly #vault = vault;
  readonly #place: { readonly table: "sharing"; readonly id: string };
  readonly #revocations: RevocationRecords;
  readonly #rows: ObjectRows;
  /** Another one after each revocation, and in each life of the object. */
  #epoch = crypto.randomUUID();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#revocations = new RevocationRecords(env.DB, this.#vault);
    this.#place = { table: "sharing", id: ctx.id.name ?? "" };
    this.#rows = new ObjectRows(ctx.storage, "sharing", SCHEMA);
  }

  /** To be asked for before the consent is, so that a revocation after it is noticed. Stores nothing. */
  epoch(): string {
    return this.#epoch;
  }

  /**
   * Gives the id under which the account shares, a new one where there is none and one may be begun; unless something was
   * revoked since the epoch was asked for.
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
      // Of two first calls at once both find no id: the one that is stored first stands.
      this.#rows.insert(
        "INSERT INTO sharing (one, share) VALUES (1, ?) ON CONFLICT DO UPDATE SET share = coalesce(share, excluded.share)",
        sealed,
      );
    });
    if (this.#revoking().length > 0) await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
    const current = await this.current();
    return current === null ? { ok: false, reason: "revoked" } : { ok: true, share: current, begins };
  }

  /** The id under which the account shares now; null when it does not, and when it does not open. */
  async current(): Promise<string | null> {
    const sealed = this.#row()?.share ?? null;
    return sealed === null ? null : this.#vault.stored.text(this.#place, sealed);
  }

  /** What is held: whether it ever shared and shares now, and until when what was taken back may still stand (ms). */
  held(): { ever: boolean; sharing: boolean; settlesAt: number | null } {
    const row = this.#row();
    return {
      ever: row !== null,
      sharing: (row?.share ?? null) !== null,
      settlesAt: row === null || row.settles === null ? null : row.settles * HOUR_MS,
    };
  }

  /** For how long names may stand in mixers and ballots once everything is taken back, ms; 0 when there can be none. */
  lingers(now: number): number {
    const { sharing, settlesAt } = this.held();
    if (sharing || this.#revoking().length > 0) return config.contactSettleMs;
    return Math.max(0, (settlesAt ?? 0) - now);
  }

  /**
   * Revokes the present id: everything shared under it goes. Durable before it is answered; without an id nothing.
   * @returns whether there was anything to revoke
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

  /** Deletes what is held, once what was shared is revoked. @throws when that cannot be made known: to be repeated */
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

  /** Puts what is revoked where mixers and ballots find it; only then is it forgotten here. */
  async #deliver(): Promise<void> {
    for (const sealed of this.#revoking()) {
      const share = await this.#vault.stored.text(this.#place, sealed);
      // One that does not open waits for a deployment that has its key, and holds up no other.
      if (share === null) continue;
      await this.#revocations.add(share, dayOf(Date.now()));
      this.#rows.change("UPDATE sharing SET settles = ?", hourOf(Date.now() + config.contactSettleMs) + 1);
      this.#rows.change("DELETE FROM revoking WHERE share = ?", sealed);
    }
    // The alarm comes again for it, and an erasure waits.
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
