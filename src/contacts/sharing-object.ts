import { DurableObject } from "cloudflare:workers";
import { readConfig } from "../config.ts";
import { toBase64Url } from "../vault/bytes.ts";
import { Vault } from "../vault/vault.ts";
import { count, type Counted } from "./sharing-state.ts";

const RETRY_MS = 60_000;
const SHARE_BYTES = 16;

/**
 * One account as somebody who shares contacts: its share id, sealed, and today's count. It never learns a number or a
 * name. A share id that is revoked is put aside here first, so that it reaches the list whatever happens.
 */
export class Sharing extends DurableObject<Env> {
  readonly #vault: Vault;
  readonly #place: { readonly table: "sharing"; readonly id: string };
  #made: boolean;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { secrets } = readConfig({ ...env });
    this.#vault = new Vault(secrets.indexKey, secrets.sealKeys);
    this.#place = { table: "sharing", id: ctx.id.name ?? "" };
    this.#made = this.#hasTables();
  }

  /** Counts numbers of today, and gives the id under which they are shared; null when the day has no room. */
  async spend(numbers: number, day: number): Promise<string | null> {
    const share = (await this.current()) ?? toBase64Url(crypto.getRandomValues(new Uint8Array(SHARE_BYTES)));
    const sealed = await this.#vault.sealText(this.#place, share);
    const counted = count(this.#counted(), numbers, day);
    if (counted === null) return null;
    const { sql } = this.ctx.storage;
    this.ctx.storage.transactionSync(() => {
      this.#make();
      // Of two first calls at once both find no id: the one that is stored first stands.
      sql.exec(
        `INSERT INTO sharing VALUES (1, ?1, ?2, ?3)
          ON CONFLICT DO UPDATE SET share = coalesce(share, excluded.share), day = excluded.day, numbers = excluded.numbers`,
        sealed,
        counted.day,
        counted.numbers,
      );
    });
    return this.current();
  }

  /** The id under which the account shares now; null when it does not. */
  async current(): Promise<string | null> {
    const sealed = this.#row()?.share ?? null;
    return sealed === null ? null : this.#open(sealed);
  }

  /** What is held: whether it shares, and the last day's count. */
  async held(): Promise<{ sharing: boolean; counted: Counted | null }> {
    return { sharing: (this.#row()?.share ?? null) !== null, counted: this.#counted() };
  }

  /** Revokes the present id: everything shared under it goes. Durable before it is answered; without an id nothing. */
  async revoke(): Promise<void> {
    const share = this.#row()?.share ?? null;
    if (share !== null) {
      const { sql } = this.ctx.storage;
      this.ctx.storage.transactionSync(() => {
        sql.exec("INSERT OR IGNORE INTO revoking VALUES (?)", share);
        sql.exec("UPDATE sharing SET share = NULL");
      });
    }
    if (this.#revoking().length === 0) return;
    // Armed before the work: should it fail, or the object die, the alarm brings it to the list.
    await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
    await this.#deliver().catch(() => {});
  }

  /** Deletes what is held, once what was shared is revoked. @throws when the list cannot be reached: to be repeated */
  async erase(): Promise<void> {
    await this.revoke();
    await this.#deliver();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#made = false;
  }

  override async alarm(): Promise<void> {
    if (this.#revoking().length === 0) return;
    await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
    await this.#deliver();
  }

  /** Brings what is revoked to the list; only then is it forgotten here. */
  async #deliver(): Promise<void> {
    for (const sealed of this.#revoking()) {
      await this.env.REVOCATIONS.getByName("list").add(await this.#open(sealed));
      this.ctx.storage.sql.exec("DELETE FROM revoking WHERE share = ?", sealed);
    }
    if (this.#revoking().length === 0) await this.ctx.storage.deleteAlarm();
  }

  async #open(sealed: string): Promise<string> {
    const opened = await this.#vault.openText(this.#place, sealed);
    if (!opened.ok) throw new Error(`a share id does not open: ${opened.reason}`);
    return opened.text;
  }

  #row(): { share: string | null; day: number; numbers: number } | null {
    if (!this.#made) return null;
    const [row] = this.ctx.storage.sql
      .exec<{ share: string | null; day: number; numbers: number }>("SELECT share, day, numbers FROM sharing")
      .toArray();
    return row ?? null;
  }

  #counted(): Counted | null {
    const row = this.#row();
    return row === null ? null : { day: row.day, numbers: row.numbers };
  }

  #revoking(): string[] {
    if (!this.#made) return [];
    const rows = this.ctx.storage.sql.exec<{ share: string }>("SELECT share FROM revoking").toArray();
    return rows.map(({ share }) => share);
  }

  #hasTables(): boolean {
    return this.ctx.storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'sharing'").toArray().length > 0;
  }

  #make(): void {
    if (this.#made) return;
    this.ctx.storage.sql.exec(`
      CREATE TABLE sharing (one INTEGER PRIMARY KEY CHECK (one = 1), share TEXT, day INTEGER, numbers INTEGER);
      CREATE TABLE revoking (share TEXT PRIMARY KEY) WITHOUT ROWID;
    `);
    this.#made = true;
  }
}
