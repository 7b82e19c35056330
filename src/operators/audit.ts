import { callerOf, parseNumber } from "../numbers/number.ts";
import { errorClass, type Logger } from "../telemetry/logger.ts";
import type { Vault } from "../vault/vault.ts";
import type { AuditRecord, AuditRecords } from "./audit-records.ts";
import { DAY_MS } from "../time/days.ts";

/** Days for which an entry is kept. */
export const AUDIT_DAYS = 400;

/** An entry at the start of a call: who does what, to what, and why. */
export interface Begun {
  readonly action: string;
  /** The subject of the operator's token. */
  readonly who: string;
  readonly target: { readonly kind: string; readonly value: string } | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** An entry as operators see it; `at` in ms since 1970; `outcome` is a status, null if the end was not written. */
export interface AuditEntry extends Omit<AuditRecord, "sealed"> {
  readonly at: number;
  /** Null if it can no longer be opened. */
  readonly who: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** What operators did: written before it is done, read by operators, changed by nobody. */
export class Audit {
  readonly #vault: Vault;
  readonly #records: AuditRecords;
  readonly #logger: Logger;

  constructor(vault: Vault, records: AuditRecords, logger: Logger) {
    this.#vault = vault;
    this.#records = records;
    this.#logger = logger;
  }

  /** Writes the start of a call, one row; returns the entry's id. @param random a random UUID @throws StoreFailure */
  async begin({ action, who, target, details }: Begun, now: number, random: string): Promise<string> {
    const id = `${timePart(now)}-7${random.slice(15)}`;
    const [named, sealed] = await Promise.all([
      this.#named(target),
      this.#vault.sealText({ table: "audit", id }, JSON.stringify({ who, details })),
    ]);
    await this.#records.write({ id, action, target: named, sealed, outcome: null });
    return id;
  }

  /** Writes the status of a call's answer. Never throws: the start is already written. */
  async settle(id: string, outcome: number): Promise<void> {
    try {
      await this.#records.settle(id, outcome);
    } catch (thrown) {
      this.#logger.log("audit.unsettled", { outcome, error: errorClass(thrown) });
    }
  }

  /** The newest entries, or those older than the one with an id. */
  async list(before: string | null, limit: number): Promise<AuditEntry[]> {
    const rows = await this.#records.list(before, limit);
    return Promise.all(
      rows.map(async ({ sealed, ...row }) => {
        const place = { table: "audit", id: row.id } as const;
        const told = (await this.#vault.stored.json<Pick<Begun, "who" | "details">>(place, sealed)) ?? NOTHING;
        return { ...row, ...told, at: Number.parseInt(row.id.slice(0, 8) + row.id.slice(9, 13), 16) };
      }),
    );
  }

  /** Deletes entries older than 400 days, at most 1,000; returns how many. @throws StoreFailure */
  forget(now: number): Promise<number> {
    return this.#records.removeBefore(timePart(now - AUDIT_DAYS * DAY_MS));
  }

  /** What the row stores: of a number, however it was written, a keyed hash that no other table has. */
  async #named(target: Begun["target"]): Promise<string | null> {
    if (target?.kind !== "number") return target?.value ?? null;
    const caller = callerOf(parseNumber(target.value));
    return caller === null ? null : this.#vault.keyedHash("audit", caller.e164);
  }
}

const NOTHING = { who: null, details: null };

/** The time part of an id: UUID version 7 (RFC 9562). */
function timePart(now: number): string {
  const hex = now.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
