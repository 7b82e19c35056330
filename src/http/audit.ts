import { isOutage } from "../telemetry/store-failure.ts";
import type { Refusal } from "./problem.ts";
import { PROBLEMS } from "./problems.ts";

/** What operators do that leaves an entry in the audit: a closed list. */
export const AUDITED = [
  "audit.read",
  "caller.read",
  "caller.remove",
  "caller.override",
  "caller.undo",
  "caller.unlist",
  "dataset.put",
  "dataset.rows",
  "dataset.drop",
  "erasure.begin",
  "notice.publish",
  "reports.list",
  "report.look",
  "report.decide",
] as const;

/** The entry that a call of an endpoint leaves. */
export interface Audited {
  readonly action: (typeof AUDITED)[number];
  /** The field of path or body that says what it is done to; of a number a keyed hash is kept. */
  readonly target?: "id" | "version" | "number";
  /** Fields of query and body that are kept with it, sealed: why, or which of the ways. */
  readonly keeps?: readonly string[];
  /** Of calls that come by the thousand it is not written that one went well: each costs one row. */
  readonly many?: true;
}

/** An entry as a call begins. */
export interface BegunEntry {
  readonly action: string;
  readonly who: string;
  readonly target: { readonly kind: "id" | "version" | "number"; readonly value: string } | null;
  readonly details: Fields;
}

/** Where entries go. */
export interface AuditTrail {
  /** Writes that a call begins; gives the entry's id. @param random a random UUID @throws StoreFailure */
  begin(entry: BegunEntry, now: number, random: string): Promise<string>;
  /** Writes what came of it (a status). Never throws: that it began is written already. */
  settle(id: string, outcome: number): Promise<void>;
}

/** Fields of a request that were let through. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Carries a call out between two writes: first that it begins, and nothing is done where that cannot be written; then
 * the status that it is answered with. What is cut off in between has an entry without one.
 */
export async function audited<T extends Response | Refusal>(
  { action, target, keeps = [], many }: Audited,
  call: { readonly trail: AuditTrail; readonly who: string; readonly now: number; readonly fields: Fields },
  carryOut: () => Promise<T>,
): Promise<T> {
  const { trail, who, now, fields } = call;
  const entry: BegunEntry = {
    action,
    who,
    target: target === undefined ? null : { kind: target, value: String(fields[target]) },
    details: Object.fromEntries(keeps.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]]))),
  };
  const id = await trail.begin(entry, now, crypto.randomUUID());
  let status = 0;
  try {
    const answer = await carryOut();
    status = answer instanceof Response ? answer.status : PROBLEMS[answer.code].status;
    return answer;
  } catch (thrown) {
    status = isOutage(thrown) ? 503 : 500;
    throw thrown;
  } finally {
    if (many === undefined || status >= 300) await trail.settle(id, status);
  }
}
