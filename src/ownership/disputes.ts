import type { E164 } from "../numbers/number.ts";
import { StoreFailure } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import { PAGE_ROWS, type DisputeRecord, type DisputeRecords } from "./dispute-records.ts";
import type { Owners, Owning } from "./owners.ts";
import { dayOf, dayStart } from "../time/days.ts";

/** What an owner disputes: that the marks are right, or that they are about who has the number now. */
export const DISPUTE_CAUSES = ["mistaken", "new-owner"] as const;
export type DisputeCause = (typeof DISPUTE_CAUSES)[number];

/** Days after which a dispute that nobody decided about is dropped. */
export const DISPUTE_DAYS = 180;

/** Most disputes listed at once; operators decide about these first. */
const MOST_TOLD = 200;
/** Most pages searched for them: 20,000 rows, far more than a retired key can leave behind in 180 days. */
const MOST_PAGES = 100;

/** A dispute, as operators see it. */
export interface OpenDispute {
  readonly id: string;
  readonly kind: "dispute";
  /** When it is dropped (RFC 3339). */
  readonly expiresAt: string;
  readonly number: string;
  readonly cause: DisputeCause;
  /** What the owner wrote, or null. */
  readonly text: string | null;
}

interface DisputeText {
  readonly number: E164;
  readonly cause: DisputeCause;
  readonly text: string | null;
}

/** Owners' disputes, for operators to decide about. */
export class Disputes {
  readonly #vault: Vault;
  readonly #records: DisputeRecords;
  readonly #owners: Owners;

  constructor(vault: Vault, records: DisputeRecords, owners: Owners) {
    this.#vault = vault;
    this.#records = records;
    this.#owners = owners;
  }

  /** Files a dispute. An open one is not replaced; another can be filed 30 days after the last. */
  async open(number: E164, cause: DisputeCause, text: string | null, now: number): Promise<Owning> {
    const disputed = await this.#owners.dispute(number, now);
    if (!disputed.ok) return disputed;
    const id = await this.#vault.keyedHash("dispute", number);
    const sealed = await this.#vault.sealText(
      { table: "disputes", id },
      JSON.stringify({ number, cause, text } satisfies DisputeText),
    );
    // A row from before the dispute that the object admitted was a former owner's and could not be dropped then.
    const over = Math.max(dayOf(now) - DISPUTE_DAYS, (disputed.owned.disputed ?? 0) - 1);
    // After the object admitted it: a call interrupted here can be repeated, and is admitted again.
    await this.#records.write({ id, sealed, day: dayOf(now) }, over);
    return disputed;
  }

  /** Those to decide about, the oldest first. Rows that cannot be opened take no place. */
  async list(): Promise<OpenDispute[]> {
    const told: OpenDispute[] = [];
    let last: DisputeRecord | null = null;
    for (let page = 0; page < MOST_PAGES && told.length < MOST_TOLD; page += 1) {
      const rows: DisputeRecord[] = await this.#records.list(last);
      for (const { id, sealed, day } of rows) {
        const dispute = await this.#open(id, sealed);
        const expiresAt = new Date(dayStart(day + DISPUTE_DAYS)).toISOString();
        if (dispute !== null) told.push({ id, kind: "dispute", expiresAt, ...dispute });
      }
      last = rows.at(-1) ?? null;
      if (rows.length < PAGE_ROWS) break;
    }
    return told.slice(0, MOST_TOLD);
  }

  /** A dispute has no picture to show. */
  async content(): Promise<null> {
    return null;
  }

  /**
   * `keep` changes nothing. `remove` drops votes on the number and, for good, what datasets complained of until now; their
   * names too if the dispute says that there is a new owner. False if there is no such dispute.
   */
  async decide(id: string, decision: "keep" | "remove", now: number): Promise<boolean> {
    const row = await this.#records.read(id);
    const dispute = row === null ? null : await this.#open(id, row.sealed);
    if (dispute === null) return false;
    const { number, cause } = dispute;
    // A dataset's name is disputed only if it is a former owner's.
    const dropped = cause === "new-owner" ? "complaints-and-names" : "complaints";
    const decided = await (decision === "keep"
      ? this.#owners.keep(number, now)
      : this.#owners.remove(number, dropped, now));
    if (!decided.ok) throw new StoreFailure("objects", decided.code);
    await this.#records.remove(id);
    return true;
  }

  /**
   * Drops disputes that nobody decided about for 180 days, at most 50; returns how many. The owner's object first, so that no
   * owner sees a dispute that operators no longer see. @throws StoreFailure
   */
  async lapse(now: number): Promise<number> {
    const over = dayOf(now) - DISPUTE_DAYS;
    const rows = await this.#records.listOver(over);
    const lapsed = await Promise.allSettled(
      rows.map(async ({ id, sealed }) => {
        const dispute = await this.#open(id, sealed);
        if (dispute !== null) await this.#owners.lapse(dispute.number, now);
        // Unless the owner has filed another one since.
        await this.#records.remove(id, over);
      }),
    );
    for (const one of lapsed) if (one.status === "rejected") throw one.reason;
    return rows.length;
  }

  /** Drops an open dispute: the number was unlisted. */
  async drop(number: E164): Promise<void> {
    await this.#records.remove(await this.#vault.keyedHash("dispute", number));
  }

  /** Deletes what the number's owner said and disputed, for an erasure. Repeatable. @throws StoreFailure */
  async forget(number: E164, now: number): Promise<void> {
    await this.#owners.forget(number, now);
    await this.drop(number);
  }

  /**
   * Deletes what a former holder of the number said of it: everything, unless an owner said something on day `since` or later,
   * who is the new holder. @throws StoreFailure
   */
  async forgetFormer(number: E164, since: number, now: number): Promise<void> {
    const last = await this.#owners.lastSaid(number);
    if (last !== null && last < since) await this.forget(number, now);
  }

  async #open(id: string, sealed: string): Promise<DisputeText | null> {
    return this.#vault.stored.json<DisputeText>({ table: "disputes", id }, sealed);
  }
}
