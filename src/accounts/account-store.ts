import { ObjectRows } from "../storage/object-rows.ts";
import type { Vault } from "../vault/vault.ts";
import { ConsentStore } from "./consents/consent-store.ts";
import { PromotionStore } from "./consents/promotion-store.ts";
import type { Belonging } from "./sessions/access-state.ts";
import { DeviceStore } from "./sessions/device-store.ts";
import { PinStore } from "./sessions/pin-store.ts";
import type { Bursts } from "./sessions/pace-state.ts";
import { ProfileStore } from "./profile/profile-store.ts";
import { SessionStore } from "./sessions/session-store.ts";

/** What an account stores about its sign-up. */
export interface Membership {
  readonly number: string;
  /** The notice that was in force at sign-up. */
  readonly noticeVersion: string;
  /** Days since 1970-01-01. */
  readonly since: number;
}

/** The row of `member`: `ending` is 1 while the account is erased, 2 once its number changed hands; `stopped` 0 or 1. */
interface MemberRow {
  readonly number: string;
  readonly notice: string;
  readonly since: number;
  readonly ending: number;
  readonly burst_day: number;
  readonly bursts: number;
  readonly used: number;
  readonly hand_over: number | null;
  readonly stopped: number;
}

const SCHEMA = [
  `CREATE TABLE member (one INTEGER PRIMARY KEY CHECK (one = 1), number TEXT, notice TEXT, since INTEGER, ending INTEGER, burst_day INTEGER, bursts INTEGER, used INTEGER, hand_over INTEGER, stopped INTEGER);
  ${SessionStore.SCHEMA} ${DeviceStore.SCHEMA} ${PinStore.SCHEMA} ${ConsentStore.SCHEMA} ${PromotionStore.SCHEMA} ${ProfileStore.SCHEMA}`,
];

/** The rows of one account, made at the first sign-in. */
export class AccountStore {
  readonly sessions: SessionStore;
  readonly devices: DeviceStore;
  readonly pin: PinStore;
  readonly consents: ConsentStore;
  readonly promotions: PromotionStore;
  readonly profile: ProfileStore;
  readonly #rows: ObjectRows;
  readonly #vault: Vault;
  readonly #account: string;

  /** @param account the object's name; sealed values are bound to it */
  constructor(storage: DurableObjectStorage, vault: Vault, account: string) {
    const rows = new ObjectRows(storage, "account", SCHEMA, [
      { table: "member", column: "number", key: "one", place: () => ({ table: "accounts", id: account }) },
      { table: "session", column: "device", key: "id", place: (id) => ({ table: "sessions", id }) },
      { table: "profile", column: "sealed", key: "one", place: () => ({ table: "profiles", id: account }) },
    ]);
    this.#rows = rows;
    this.#vault = vault;
    this.#account = account;
    this.sessions = new SessionStore(rows, vault);
    this.devices = new DeviceStore(rows, vault, account);
    this.pin = new PinStore(rows, vault, account, () => rows.exist);
    this.consents = new ConsentStore(rows);
    this.promotions = new PromotionStore(rows);
    this.profile = new ProfileStore(rows, vault, account);
  }

  exists(): boolean {
    return this.#rows.exist;
  }

  /** Creates the rows of an account, if there are none. @param member with the number sealed */
  make({ number, noticeVersion, since }: Membership): void {
    if (this.exists()) return;
    const made = "INSERT INTO member VALUES (1, ?, ?, ?, 0, 0, 0, ?, NULL, 0)";
    this.#rows.insert(made, number, noticeVersion, since, since);
  }

  /** Whether the account is being erased. */
  isEnding(): boolean {
    return this.#rows.any("SELECT 1 FROM member WHERE ending = 1");
  }

  markEnding(): void {
    this.#rows.change("UPDATE member SET ending = 1");
  }

  /** Whether the number has changed hands: nobody can sign in, and the account waits for its erasure. */
  isLeft(): boolean {
    return this.#rows.any("SELECT 1 FROM member WHERE ending = 2");
  }

  markLeft(): void {
    this.#rows.change("UPDATE member SET ending = 2");
  }

  /** What decides whom the account takes for its holder. */
  belonging(): Belonging {
    const { used, hand_over: handOver, stopped } = this.#member();
    return { used, handOver, stopped: stopped === 1 };
  }

  setBelonging({ used, handOver, stopped }: Belonging): void {
    this.#rows.change("UPDATE member SET used = ?, hand_over = ?, stopped = ?", used, handOver, Number(stopped));
  }

  /** One of its full sessions was used. @param day days since 1970-01-01 */
  touch(day: number): void {
    this.#rows.change("UPDATE member SET used = max(used, ?)", day);
  }

  /** Burst tokens issued on the last day that had any. */
  bursts(): Bursts {
    const { burst_day: day, bursts: handed } = this.#member();
    return { day, handed };
  }

  /** The day the account was made, days since 1970-01-01. */
  since(): number {
    return this.#member().since;
  }

  setBursts({ day, handed }: Bursts): void {
    this.#rows.change("UPDATE member SET burst_day = ?, bursts = ?", day, handed);
  }

  sealNumber(number: string): Promise<string> {
    return this.#vault.sealText({ table: "accounts", id: this.#account }, number);
  }

  async membership(): Promise<Membership | null> {
    if (!this.exists()) return null;
    const { number: sealed, notice, since } = this.#member();
    const number = await this.#vault.stored.text({ table: "accounts", id: this.#account }, sealed);
    return number === null ? null : { number, noticeVersion: notice, since };
  }

  #member(): MemberRow {
    return this.#rows.one<MemberRow>("SELECT * FROM member");
  }
}
