import type { Vault } from "../vault/vault.ts";
import type { Device, Session } from "./session-state.ts";

/** A session as its row has it, the device sealed. */
interface SessionRow {
  readonly id: string;
  readonly token: string;
  readonly device: string;
  readonly started: number;
  readonly used: number;
  readonly limited: number | null;
}

/** The sessions of one account. WITHOUT ROWID: the order of sign-ins within a day is stored nowhere. */
export class SessionRows {
  readonly #sql: SqlStorage;
  readonly #vault: Vault;

  constructor(sql: SqlStorage, vault: Vault) {
    this.#sql = sql;
    this.#vault = vault;
  }

  static readonly SCHEMA =
    "CREATE TABLE session (id TEXT PRIMARY KEY, token TEXT, device TEXT, started INTEGER, used INTEGER, limited INTEGER) WITHOUT ROWID;";

  has(id: string): boolean {
    return this.#sql.exec("SELECT 1 FROM session WHERE id = ?", id).toArray().length > 0;
  }

  async read(id: string): Promise<Session | null> {
    const [row] = this.#sql.exec("SELECT * FROM session WHERE id = ?", id).toArray();
    return row === undefined ? null : this.#open(row as unknown as SessionRow);
  }

  all(): Promise<Session[]> {
    const rows = this.#sql.exec("SELECT * FROM session ORDER BY used DESC, started DESC, id").toArray();
    return Promise.all(rows.map((row) => this.#open(row as unknown as SessionRow)));
  }

  /** A device sealed for its session, ready to be written. */
  seal(id: string, device: Device): Promise<string> {
    return this.#vault.sealText({ table: "sessions", id }, JSON.stringify(device));
  }

  write({ id, token, started, used, limited }: Omit<Session, "device">, sealedDevice: string): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?, ?)",
      id,
      token,
      sealedDevice,
      started,
      used,
      limited,
    );
  }

  /** Until when a session's device is limited, ms, or null; undefined when there is no such session. */
  limited(id: string): number | null | undefined {
    const [row] = this.#sql.exec("SELECT limited FROM session WHERE id = ?", id).toArray();
    return row?.["limited"] as number | null | undefined;
  }

  /** Its device is one of the account's own from now on. */
  approve(id: string): void {
    this.#sql.exec("UPDATE session SET limited = NULL WHERE id = ?", id);
  }

  endLimited(): void {
    this.#sql.exec("DELETE FROM session WHERE limited IS NOT NULL");
  }

  /** The hash of the token that is good now, or null: for a last look before it is spent. */
  token(id: string): string | null {
    const [row] = this.#sql.exec("SELECT token FROM session WHERE id = ?", id).toArray();
    return (row?.["token"] as string | undefined) ?? null;
  }

  end(ids: readonly string[]): void {
    for (const id of ids) this.#sql.exec("DELETE FROM session WHERE id = ?", id);
  }

  endAll(): void {
    this.#sql.exec("DELETE FROM session");
  }

  endUnusedSince(day: number): void {
    this.#sql.exec("DELETE FROM session WHERE used <= ?", day);
  }

  /** The day on which the longest unused session was used; null without sessions. */
  leastUsed(): number | null {
    return this.#sql.exec("SELECT min(used) AS used FROM session").one()["used"] as number | null;
  }

  async #open({ device, ...row }: SessionRow): Promise<Session> {
    const opened = await this.#vault.stored.json<Device>({ table: "sessions", id: row.id }, device);
    // Under a key that is retired nothing of the device can be told; the session itself still stands.
    return { ...row, device: opened ?? { id: row.id, platform: "unknown" } };
  }
}
