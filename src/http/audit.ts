import { isOutage } from "../telemetry/store-failure.ts";
import type { Refusal } from "./problem.ts";
import { PROBLEMS } from "./problems.ts";

/** The audited actions of operators: a closed list. */
export const AUDITED = [
  "audit.read",
  "campaign.begin",
  "campaign.end",
  "campaigns.list",
  "caller.read",
  "caller.remove",
  "caller.override",
  "caller.undo",
  "caller.unlist",
  "dataset.put",
  "dataset.rows",
  "dataset.drop",
  "directory.republish",
  "erasure.begin",
  "notice.publish",
  "seal-key.give-up",
  "seals.renew",
  "reports.list",
  "report.look",
  "report.decide",
] as const;

/** The audit entry of an endpoint. */
export interface Audited {
  readonly action: (typeof AUDITED)[number];
  /** The field of path or body that names its object; of a number a keyed hash is stored. */
  readonly target?: "id" | "version" | "number";
  /** Fields of query and body that are stored with it, sealed. */
  readonly keeps?: readonly string[];
  /** For calls by the thousand: success is not written, so that each costs one row. */
  readonly many?: true;
}

/** An entry at the start of a call. */
export interface BegunEntry {
  readonly action: string;
  readonly who: string;
  readonly target: { readonly kind: "id" | "version" | "number"; readonly value: string } | null;
  readonly details: Fields;
}

/** Where entries go. */
export interface AuditTrail {
  /** Writes the start of a call; returns the entry's id. @param random a random UUID @throws StoreFailure */
  begin(entry: BegunEntry, now: number, random: string): Promise<string>;
  /** Writes the outcome (a status). Never throws: the start is already written. */
  settle(id: string, outcome: number): Promise<void>;
}

/** Validated fields of a request. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Carries out a call between two writes: first its start, and nothing is done if that fails; then the status of the answer.
 * A call interrupted in between has an entry without a status.
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
