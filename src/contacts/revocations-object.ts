import { DurableObject } from "cloudflare:workers";
import { readConfig } from "../config.ts";
import { Vault } from "../vault/vault.ts";
import { forgottenAfter } from "./revocation-state.ts";

const DAY_MS = 86_400_000;

/**
 * The list of share ids that have been revoked, one for the service. Ballots and mixers read it; an entry is forgotten
 * when all of them must have. It knows no account, and no number.
 */
export class Revocations extends DurableObject<Env> {
  readonly #vault: Vault;
  readonly #runs: number;
  /** The list, opened; null when it must be read. */
  #list: readonly string[] | null = null;
  /** Counts changes of the rows in this life of the object. */
  #changes = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { secrets, contactSpreadMs } = readConfig({ ...env });
    this.#vault = new Vault(secrets.indexKey, secrets.sealKeys);
    this.#runs = forgottenAfter(contactSpreadMs);
  }

  /** The share ids on the list. */
  async read(): Promise<readonly string[]> {
    if (this.#list !== null) return this.#list;
    const changes = this.#changes;
    const list = await this.#open();
    // The list may have changed while it was opened: then the next one reads again.
    if (changes === this.#changes) this.#list = list;
    return list;
  }

  /** Puts a share id on the list. Acknowledged means stored; a repeat changes nothing. */
  async add(share: string): Promise<void> {
    const id = await this.#vault.keyedHash("share", share);
    const sealed = await this.#vault.sealText({ table: "revocations", id }, share);
    const { sql } = this.ctx.storage;
    this.ctx.storage.transactionSync(() => {
      sql.exec("CREATE TABLE IF NOT EXISTS revoked (id TEXT PRIMARY KEY, sealed TEXT, runs INTEGER) WITHOUT ROWID");
      sql.exec("INSERT OR IGNORE INTO revoked VALUES (?, ?, 0)", id, sealed);
    });
    this.#list = null;
    this.#changes += 1;
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + DAY_MS);
  }

  /** Counts a day for each entry, and forgets those whose days are over. */
  override async alarm(): Promise<void> {
    if (!this.#exists()) return;
    await this.ctx.storage.setAlarm(Date.now() + DAY_MS);
    const { sql } = this.ctx.storage;
    this.ctx.storage.transactionSync(() => {
      sql.exec("UPDATE revoked SET runs = runs + 1");
      sql.exec("DELETE FROM revoked WHERE runs >= ?", this.#runs);
    });
    this.#list = null;
    this.#changes += 1;
    if (sql.exec("SELECT 1 FROM revoked LIMIT 1").toArray().length === 0) await this.ctx.storage.deleteAlarm();
  }

  async #open(): Promise<readonly string[]> {
    if (!this.#exists()) return [];
    const rows = this.ctx.storage.sql.exec<{ id: string; sealed: string }>("SELECT id, sealed FROM revoked").toArray();
    return Promise.all(
      rows.map(async ({ id, sealed }) => {
        const opened = await this.#vault.openText({ table: "revocations", id }, sealed);
        if (!opened.ok) throw new Error(`an entry of the revocation list does not open: ${opened.reason}`);
        return opened.text;
      }),
    );
  }

  #exists(): boolean {
    return this.ctx.storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'revoked'").toArray().length > 0;
  }
}
