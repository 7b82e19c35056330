import { inArray, lt } from "drizzle-orm";
import { among, D1 } from "../storage/d1.ts";
import type { Vault } from "../vault/vault.ts";
import { revoked } from "./tables.ts";

/**
 * Days for which a revocation can be found. Whoever holds something checks within a day after a mixer's longest spread; the
 * rest is a margin for outages of the platform.
 */
const FOUND_DAYS = 60;
/** Most revocations that one step deletes. */
const A_ROUND = 1000;

/** Revoked share ids, in D1, where reads scale. Each is written by its own account's object. */
export class RevocationRecords {
  readonly #d1: D1;
  /** A replica that lags by seconds is good enough: the next check is a day later. */
  readonly #near: () => D1;
  readonly #vault: Vault;

  constructor(d1: D1Database, vault: Vault) {
    this.#d1 = new D1(d1);
    this.#near = () => new D1(d1.withSession("first-unconstrained"));
    this.#vault = vault;
  }

  /** Records a revoked share id; a repeat changes nothing. @param day days since 1970-01-01 */
  async add(share: string, day: number): Promise<void> {
    const id = await this.#hash(share);
    await this.#d1.ask((db) => db.insert(revoked).values({ id, day }).onConflictDoNothing());
  }

  /** The revoked ones among some share ids, in one query. @param shares a few hundred at most */
  async among(shares: Iterable<string>): Promise<ReadonlySet<string>> {
    const byHash = new Map<string, string>();
    for (const share of new Set(shares)) byHash.set(await this.#hash(share), share);
    if (byHash.size === 0) return new Set();
    const found = await this.#near().ask((db) =>
      db
        .select({ id: revoked.id })
        .from(revoked)
        .where(among(revoked.id, [...byHash.keys()])),
    );
    return new Set(found.flatMap(({ id }) => byHash.get(id) ?? []));
  }

  /** Deletes revocations that everybody has found long ago; returns how many. @param today days since 1970-01-01 */
  async forget(today: number): Promise<number> {
    const gone = await this.#d1.ask((db) => {
      const old = db
        .select({ id: revoked.id })
        .from(revoked)
        .where(lt(revoked.day, today - FOUND_DAYS));
      return db.delete(revoked).where(inArray(revoked.id, old.limit(A_ROUND)));
    });
    return gone.meta.changes;
  }

  #hash(share: string): Promise<string> {
    return this.#vault.keyedHash("share", share);
  }
}
