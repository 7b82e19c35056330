import { and, eq, gt, isNull, lt, ne, notInArray, isNotNull, sql } from "drizzle-orm";
import { D1 } from "../storage/d1.ts";
import { renewals, sealedObjects, sealKeys } from "./tables.ts";

export type SealKeyRow = Readonly<typeof sealKeys.$inferSelect>;
export type RenewalRow = Readonly<typeof renewals.$inferSelect>;
export type SealedClass = typeof sealedObjects.$inferSelect.class;

/** What D1 knows of keys and of their renewal. A failure throws `StoreFailure`. */
export class KeyRecords {
  readonly #d1: D1;

  constructor(d1: D1Database) {
    this.#d1 = new D1(d1);
  }

  /** A handful of rows. */
  keys(): Promise<SealKeyRow[]> {
    return this.#d1.ask((db) => db.select().from(sealKeys).orderBy(sealKeys.since, sealKeys.id));
  }

  /** Notes which key seals from now on; whichever did before does no longer. Of two at once, the later call decides. */
  async seals({ id, canary, mark }: Pick<SealKeyRow, "id" | "canary" | "mark">, now: number): Promise<void> {
    const set = { since: now, until: null, done: null };
    await this.#d1.batch((db) => [
      db
        .insert(sealKeys)
        .values({ id, canary, mark, ...set })
        .onConflictDoUpdate({ target: sealKeys.id, set, setWhere: isNotNull(sealKeys.until) }),
      db
        .update(sealKeys)
        .set({ until: now })
        .where(and(ne(sealKeys.id, id), isNull(sealKeys.until))),
    ]);
  }

  /** Notes that nothing is sealed under a key any more, unless it seals again since `until` (ms). */
  async finish(id: string, until: number, now: number): Promise<void> {
    await this.#d1.ask((db) =>
      db
        .update(sealKeys)
        .set({ done: now })
        .where(and(eq(sealKeys.id, id), eq(sealKeys.until, until))),
    );
  }

  /** Notes that a key is lost, with whatever is sealed under it. */
  async giveUp(id: string): Promise<void> {
    await this.#d1.ask((db) => db.delete(sealKeys).where(eq(sealKeys.id, id)));
  }

  /** Forgets keys of which nothing is left and that are not configured. @param configured ids */
  async drop(configured: readonly string[]): Promise<void> {
    await this.#d1.ask((db) =>
      db.delete(sealKeys).where(and(isNotNull(sealKeys.done), notInArray(sealKeys.id, [...configured]))),
    );
  }

  /** The lists of the pass; none before the first. */
  renewals(): Promise<RenewalRow[]> {
    return this.#d1.ask((db) => db.select().from(renewals).orderBy(renewals.store));
  }

  /** Begins a pass over lists, unless another run has begun one since. @param before when the last one began, ms, or null */
  async begin(stores: readonly string[], before: number | null, now: number): Promise<void> {
    const fresh = { pass: now, after: null, ended: null, renewed: 0, left: "{}" };
    await this.#d1.batch((db) => [
      db.delete(renewals).where(notInArray(renewals.store, [...stores])),
      ...stores.map((store) =>
        db
          .insert(renewals)
          .values({ store, ...fresh })
          .onConflictDoUpdate({
            target: renewals.store,
            set: fresh,
            setWhere: before === null ? lt(renewals.pass, now) : eq(renewals.pass, before),
          }),
      ),
    ]);
  }

  /** Notes how far a list is, unless another run of the same pass was faster. */
  async advance(
    before: RenewalRow,
    { after, ended, renewed, left }: Omit<RenewalRow, "store" | "pass">,
  ): Promise<void> {
    const same = and(
      eq(renewals.store, before.store),
      eq(renewals.pass, before.pass),
      sql`${renewals.after} IS ${before.after}`,
      isNull(renewals.ended),
    );
    await this.#d1.ask((db) => db.update(renewals).set({ after, ended, renewed, left }).where(same));
  }

  /** Puts an object on the list of its class. Repeatable. */
  async enlist(of: SealedClass, id: string): Promise<void> {
    await this.#d1.ask((db) => db.insert(sealedObjects).values({ class: of, id }).onConflictDoNothing());
  }

  /** Takes an object that holds nothing any more off the list. */
  async delist(of: SealedClass, id: string): Promise<void> {
    await this.#d1.ask((db) =>
      db.delete(sealedObjects).where(and(eq(sealedObjects.class, of), eq(sealedObjects.id, id))),
    );
  }

  /** Names of objects of a class, in order, from `after` on; null for the beginning. */
  async objects(of: SealedClass, after: string | null, limit: number): Promise<string[]> {
    const later = after === null ? undefined : gt(sealedObjects.id, after);
    const rows = await this.#d1.ask((db) =>
      db
        .select({ id: sealedObjects.id })
        .from(sealedObjects)
        .where(and(eq(sealedObjects.class, of), later))
        .orderBy(sealedObjects.id)
        .limit(limit),
    );
    return rows.map(({ id }) => id);
  }
}
