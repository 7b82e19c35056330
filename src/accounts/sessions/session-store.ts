import type { ObjectRows } from "../../storage/object-rows.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Device, Session } from "./session-state.ts";

/** A row of `session`, the device sealed. */
interface SessionRow {
  readonly id: string;
  readonly token: string;
  readonly device: string;
  readonly started: number;
  readonly used: number;
  readonly limited: number | null;
}

/** The sessions of one account. WITHOUT ROWID: the order of sign-ins within a day is stored nowhere. */
export class SessionStore {
  readonly #rows: ObjectRows;
  readonly #vault: Vault;

  constructor(rows: ObjectRows, vault: Vault) {
    this.#rows = rows;
    this.#vault = vault;
  }

  static readonly SCHEMA =
    "CREATE TABLE session (id TEXT PRIMARY KEY, token TEXT, device TEXT, started INTEGER, used INTEGER, limited INTEGER) WITHOUT ROWID;";

  has(id: string): boolean {
    return this.#rows.any("SELECT 1 FROM session WHERE id = ?", id);
  }

  async read(id: string): Promise<Session | null> {
    const row = this.#rows.first<SessionRow>("SELECT * FROM session WHERE id = ?", id);
    return row === null ? null : this.#open(row);
  }

  all(): Promise<Session[]> {
    const rows = this.#rows.all<SessionRow>("SELECT * FROM session ORDER BY used DESC, started DESC, id");
    return Promise.all(rows.map((row) => this.#open(row)));
  }

  /** A device, sealed for its session. */
  seal(id: string, device: Device): Promise<string> {
    return this.#vault.sealText({ table: "sessions", id }, JSON.stringify(device));
  }

  write({ id, token, started, used, limited }: Omit<Session, "device">, sealedDevice: string): void {
    this.#rows.change(
      "INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?, ?)",
      id,
      token,
      sealedDevice,
      started,
      used,
      limited,
    );
  }

  /** Until when a session's device is limited, ms, or null; undefined if there is no such session. */
  limited(id: string): number | null | undefined {
    return this.#rows.first<Pick<SessionRow, "limited">>("SELECT limited FROM session WHERE id = ?", id)?.limited;
  }

  /** Approves the session's device. */
  approve(id: string): void {
    this.#rows.change("UPDATE session SET limited = NULL WHERE id = ?", id);
  }

  endLimited(): void {
    this.#rows.change("DELETE FROM session WHERE limited IS NOT NULL");
  }

  /** The hash of the valid token, or null: for a last check before it is spent. */
  token(id: string): string | null {
    return this.#rows.first<Pick<SessionRow, "token">>("SELECT token FROM session WHERE id = ?", id)?.token ?? null;
  }

  end(ids: readonly string[]): void {
    for (const id of ids) this.#rows.change("DELETE FROM session WHERE id = ?", id);
  }

  endAll(): void {
    this.#rows.change("DELETE FROM session");
  }

  endUnusedSince(day: number): void {
    this.#rows.change("DELETE FROM session WHERE used <= ?", day);
  }

  /** How many sessions were last used on a day or before. @param day days since 1970-01-01 */
  usedUntil(day: number): number {
    return this.#rows.first<{ n: number }>("SELECT count(*) AS n FROM session WHERE used <= ?", day)?.n ?? 0;
  }

  /** The day on which the least recently used session was used; null without sessions. */
  leastUsed(): number | null {
    return this.#rows.first<{ used: number | null }>("SELECT min(used) AS used FROM session")?.used ?? null;
  }

  async #open({ device, ...row }: SessionRow): Promise<Session> {
    const opened = await this.#vault.stored.json<Device>({ table: "sessions", id: row.id }, device);
    // Sealed under a retired key: the device is unknown, but the session remains.
    return { ...row, device: opened ?? { id: row.id, platform: "unknown" } };
  }
}
