import { and, count, eq, gt, sql } from "drizzle-orm";
import { D1 } from "../storage/d1.ts";
import { accounts } from "./tables.ts";

/**
 * A row of `accounts`. `state` is `leaving` where the number changed hands and the account waits for its erasure.
 */
export type AccountRecord = Readonly<typeof accounts.$inferSelect>;

/** The map from numbers to accounts in D1. A failure throws `StoreFailure`. */
export class AccountRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  /** The account of a number: the existing one, or the proposed one. Concurrent calls get the same. */
  async claim(proposed: Omit<AccountRecord, "state">): Promise<AccountRecord> {
    const row = { ...proposed, state: "active" as const };
    const [, found] = await this.#d1.batch((db) => [
      db.insert(accounts).values(row).onConflictDoNothing({ target: accounts.number }),
      db.select().from(accounts).where(eq(accounts.number, proposed.number)),
    ]);
    return found[0] ?? row;
  }

  /** The account of a number, or null. One row. */
  ofNumber(number: string): Promise<AccountRecord | null> {
    return this.#d1.first((db) => db.select().from(accounts).where(eq(accounts.number, number)));
  }

  /** Accounts in the order of their numbers' ids. @param after the last one of the page before */
  page(after: string | null, limit: number): Promise<AccountRecord[]> {
    const later = after === null ? undefined : gt(accounts.number, after);
    return this.#d1.ask((db) => db.select().from(accounts).where(later).orderBy(accounts.number).limit(limit));
  }

  /** Marks an account whose number changed hands. */
  async leave(account: string): Promise<void> {
    const active = and(eq(accounts.account, account), eq(accounts.state, "active"));
    await this.#d1.ask((db) => db.update(accounts).set({ state: "leaving" }).where(active));
  }

  /** Ids of active accounts after one, in their order. */
  async listAfter(account: string, limit: number): Promise<string[]> {
    const rows = await this.#d1.ask((db) =>
      db
        .select({ account: accounts.account })
        .from(accounts)
        .where(and(gt(accounts.account, account), eq(accounts.state, "active")))
        .orderBy(accounts.account)
        .limit(limit),
    );
    return rows.map((row) => row.account);
  }

  /** Some accounts whose number changed hands, at random: one that cannot be ended must not block the others. */
  listLeaving(limit: number): Promise<AccountRecord[]> {
    // A literal: with a bound value SQLite would not use the partial index.
    const leaving = sql`${accounts.state} = 'leaving'`;
    return this.#d1.ask((db) =>
      db
        .select()
        .from(accounts)
        .where(leaving)
        .orderBy(sql`random()`)
        .limit(limit),
    );
  }

  /**
   * Holds the number of an account that is being erased: `hold` takes the account's place until it is released. Does
   * nothing if the account no longer has a number.
   */
  async hold(account: string, hold: string): Promise<void> {
    await this.#d1.ask((db) =>
      db.update(accounts).set({ account: hold, state: "erasing" }).where(eq(accounts.account, account)),
    );
  }

  /** Accounts that are being erased. */
  async countErasing(): Promise<number> {
    const found = await this.#d1.first((db) =>
      // As above: the word stands in the statement.
      db
        .select({ n: count() })
        .from(accounts)
        .where(sql`${accounts.state} = 'erasing'`),
    );
    return found?.n ?? 0;
  }

  /** Releases a number. */
  async remove(account: string): Promise<void> {
    await this.#d1.ask((db) => db.delete(accounts).where(eq(accounts.account, account)));
  }
}
