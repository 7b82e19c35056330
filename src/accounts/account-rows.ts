import type { Vault } from "../vault/vault.ts";
import { ConsentRows } from "./consent-rows.ts";
import type { Belonging } from "./access-state.ts";
import { DeviceRows } from "./device-rows.ts";
import { PinRows } from "./pin-rows.ts";
import type { Bursts } from "./pace-state.ts";
import { ProfileRows } from "./profile-rows.ts";
import { SessionRows } from "./session-rows.ts";

/** What an account keeps of its making. */
export interface Membership {
  readonly number: string;
  /** The notice that was in force at sign-up. */
  readonly noticeVersion: string;
  /** Days since 1970-01-01. */
  readonly since: number;
}

/** The rows of one account. Tables are made at the first sign-in: a question about nobody leaves nothing behind. */
export class AccountRows {
  readonly sessions: SessionRows;
  readonly devices: DeviceRows;
  readonly pin: PinRows;
  readonly consents: ConsentRows;
  readonly profile: ProfileRows;
  readonly #sql: SqlStorage;
  readonly #vault: Vault;
  readonly #account: string;
  #made: boolean;

  /** @param account the object's name, to which what is sealed is bound */
  constructor(sql: SqlStorage, vault: Vault, account: string) {
    this.#sql = sql;
    this.#vault = vault;
    this.#account = account;
    this.#made = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'member'").toArray().length > 0;
    this.sessions = new SessionRows(sql, vault);
    this.devices = new DeviceRows(sql, vault, account);
    this.pin = new PinRows(sql, vault, account, () => this.#made);
    this.consents = new ConsentRows(sql);
    this.profile = new ProfileRows(sql, vault, account);
  }

  exists(): boolean {
    return this.#made;
  }

  /** Makes the tables of an account; nothing when they are there. @param member its number sealed */
  make({ number, noticeVersion, since }: Membership): void {
    if (this.#made) return;
    this.#sql.exec(`
      CREATE TABLE member (one INTEGER PRIMARY KEY CHECK (one = 1), number TEXT, notice TEXT, since INTEGER, ending INTEGER, burst_day INTEGER, bursts INTEGER, used INTEGER, hand_over INTEGER, stopped INTEGER);
      ${SessionRows.SCHEMA} ${DeviceRows.SCHEMA} ${PinRows.SCHEMA} ${ConsentRows.SCHEMA} ${ProfileRows.SCHEMA}
    `);
    this.#sql.exec("INSERT INTO member VALUES (1, ?, ?, ?, 0, 0, 0, ?, NULL, 0)", number, noticeVersion, since, since);
    this.#made = true;
  }

  /** To be called when everything has been deleted. */
  forget(): void {
    this.#made = false;
  }

  /** Whether the account is being erased. */
  isEnding(): boolean {
    return this.#made && this.#sql.exec("SELECT ending FROM member").one()["ending"] === 1;
  }

  markEnding(): void {
    this.#sql.exec("UPDATE member SET ending = 1");
  }

  /** Whether the number has changed hands: nobody signs in any more, and the account waits for its erasure. */
  isLeft(): boolean {
    return this.#made && this.#sql.exec("SELECT ending FROM member").one()["ending"] === 2;
  }

  markLeft(): void {
    this.#sql.exec("UPDATE member SET ending = 2");
  }

  /** Whom the account takes for its holder. */
  belonging(): Belonging {
    const row = this.#sql.exec("SELECT used, hand_over, stopped FROM member").one();
    return {
      used: row["used"] as number,
      handOver: row["hand_over"] as number | null,
      stopped: row["stopped"] === 1,
    };
  }

  setBelonging({ used, handOver, stopped }: Belonging): void {
    this.#sql.exec("UPDATE member SET used = ?, hand_over = ?, stopped = ?", used, handOver, Number(stopped));
  }

  /** One of its full sessions was used. @param day days since 1970-01-01 */
  touch(day: number): void {
    this.#sql.exec("UPDATE member SET used = max(used, ?)", day);
  }

  /** Burst tokens of the last day that had any. */
  bursts(): Bursts {
    const row = this.#sql.exec("SELECT burst_day, bursts FROM member").one();
    return { day: row["burst_day"] as number, handed: row["bursts"] as number };
  }

  /** The day the account was made, days since 1970-01-01. */
  since(): number {
    return this.#sql.exec("SELECT since FROM member").one()["since"] as number;
  }

  setBursts({ day, handed }: Bursts): void {
    this.#sql.exec("UPDATE member SET burst_day = ?, bursts = ?", day, handed);
  }

  sealNumber(number: string): Promise<string> {
    return this.#vault.sealText({ table: "accounts", id: this.#account }, number);
  }

  async membership(): Promise<Membership | null> {
    if (!this.#made) return null;
    const row = this.#sql.exec("SELECT number, notice, since FROM member").one();
    const number = await this.#vault.stored.text({ table: "accounts", id: this.#account }, row["number"] as string);
    if (number === null) return null;
    return { number, noticeVersion: row["notice"] as string, since: row["since"] as number };
  }
}
