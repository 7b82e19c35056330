import { sql } from "drizzle-orm";
import { D1 } from "../directory/d1-records.ts";
import { accounts } from "./tables.ts";

/** A row of `accounts`. */
export interface AccountRecord {
  /** Keyed hash of the number, for this table alone. */
  readonly number: string;
  /** Keyed id of the account. */
  readonly account: string;
  /** The account id, sealed. */
  readonly subject: string;
  /** `leaving`: the number changed hands, and the account waits for its erasure. */
  readonly state: "active" | "blocked" | "erasing" | "leaving";
}

/** The map from numbers to accounts in D1. A failure throws `StoreFailure`. */
export class AccountRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  /** The account of a number: the one that stands, or the one proposed. Of two at once, both get the same. */
  async claim(proposed: Omit<AccountRecord, "state">): Promise<AccountRecord> {
    const { number, account, subject } = proposed;
    const [, found] = await this.#d1.transaction([
      sql`INSERT INTO ${accounts} (number, account, subject, state) VALUES (${number}, ${account}, ${subject}, 'active') ON CONFLICT (number) DO NOTHING`,
      sql`SELECT number, account, subject, state FROM ${accounts} WHERE number = ${number}`,
    ]);
    return (found?.results[0] ?? { ...proposed, state: "active" }) as unknown as AccountRecord;
  }

  /** The account of a number, or null. One row. */
  async ofNumber(number: string): Promise<AccountRecord | null> {
    const [found] = await this.#d1.transaction([
      sql`SELECT number, account, subject, state FROM ${accounts} WHERE number = ${number}`,
    ]);
    return (found?.results[0] as AccountRecord | undefined) ?? null;
  }

  /** Marks an account; nothing when it is not there. */
  async mark(account: string, state: AccountRecord["state"]): Promise<void> {
    await this.#d1.run(sql`UPDATE ${accounts} SET state = ${state} WHERE account = ${account}`);
  }

  /** Marks an account whose number changed hands; a blocked one stays blocked. */
  async leave(account: string): Promise<void> {
    await this.#d1.run(sql`UPDATE ${accounts} SET state = 'leaving' WHERE account = ${account} AND state = 'active'`);
  }

  /** Some accounts whose number changed hands, any of them: one that cannot be ended must keep no other from its turn. */
  listLeaving(limit: number): Promise<AccountRecord[]> {
    return this.#d1.rows<AccountRecord>(
      sql`SELECT number, account, subject, state FROM ${accounts} WHERE state = 'leaving' ORDER BY random() LIMIT ${limit}`,
    );
  }

  /**
   * Keeps the number of an account that is being erased: `hold` takes the account's place until it is let go. Nothing
   * when the account has no number any more.
   */
  async hold(account: string, hold: string): Promise<void> {
    await this.#d1.run(sql`UPDATE ${accounts} SET account = ${hold}, state = 'erasing' WHERE account = ${account}`);
  }

  /** Accounts that are being erased. */
  async countErasing(): Promise<number> {
    const [found] = await this.#d1.transaction([sql`SELECT count(*) AS n FROM ${accounts} WHERE state = 'erasing'`]);
    return (found?.results[0]?.["n"] as number | undefined) ?? 0;
  }

  /** Lets a number go. */
  async remove(account: string): Promise<void> {
    await this.#d1.run(sql`DELETE FROM ${accounts} WHERE account = ${account}`);
  }
}
