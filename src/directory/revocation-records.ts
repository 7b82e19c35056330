import { sql } from "drizzle-orm";
import type { Vault } from "../vault/vault.ts";
import { D1 } from "./d1-records.ts";
import { revoked } from "./tables.ts";

/**
 * Days for which a revocation is found: whoever holds something looks within a day of a mixer's longest spread, and thirty
 * times that are left for a platform that stood still.
 */
const FOUND_DAYS = 60;
/** Revocations that one step of the round forgets at most. */
const A_ROUND = 1000;

/** Share ids that were revoked, in D1, where reading scales: each is written by its own account's object. */
export class RevocationRecords {
  readonly #d1: D1Database;
  readonly #vault: Vault;

  constructor(d1: D1Database, vault: Vault) {
    this.#d1 = d1;
    this.#vault = vault;
  }

  /** Puts a share id where it is found; a repeat changes nothing. @param day days since 1970-01-01 */
  async add(share: string, day: number): Promise<void> {
    const id = await this.#hash(share);
    await new D1(this.#d1).run(sql`INSERT OR IGNORE INTO ${revoked} (id, day) VALUES (${id}, ${day})`);
  }

  /** Those of some share ids that were revoked, in one query. @param shares some hundreds at most */
  async among(shares: Iterable<string>): Promise<ReadonlySet<string>> {
    const byHash = new Map<string, string>();
    for (const share of new Set(shares)) byHash.set(await this.#hash(share), share);
    if (byHash.size === 0) return new Set();
    const ids = JSON.stringify([...byHash.keys()]);
    // A copy that lags by seconds will do: who has looked too early looks again a day later.
    const near = new D1(this.#d1.withSession("first-unconstrained"));
    const found = await near.rows<{ id: string }>(
      sql`SELECT id FROM ${revoked} WHERE id IN (SELECT value FROM json_each(${ids}))`,
    );
    return new Set(found.flatMap(({ id }) => byHash.get(id) ?? []));
  }

  /** Forgets revocations that everybody must have found long ago; how many. @param today days since 1970-01-01 */
  async forget(today: number): Promise<number> {
    const [gone] = await new D1(this.#d1).transaction([
      sql`DELETE FROM ${revoked} WHERE id IN (SELECT id FROM ${revoked} WHERE day < ${today - FOUND_DAYS} LIMIT ${A_ROUND})`,
    ]);
    return gone?.meta.changes ?? 0;
  }

  #hash(share: string): Promise<string> {
    return this.#vault.keyedHash("share", share);
  }
}
