import type { SkipReason, StoredPlace } from "../vault/stored-seals.ts";
import type { KeyedId } from "../vault/vault.ts";

/**
 * Everything that the service logs, each event with its fields. Fields are counts, flags, labels from closed lists and keyed
 * ids: no field accepts a phone number, a name, a token or an error message. Lookups have no event.
 */
export interface LogEvents {
  /**
   * A handler threw: a bug. `error` is the class of the error, `route` the pattern (never the path), `frames` its stack
   * (`framesOf`).
   */
  readonly "http.bug": { requestId: RequestId; route: RoutePattern; error: ErrorClass; frames: readonly Frame[] };
  /** A store that the endpoint needs failed. */
  readonly "http.outage": { requestId: RequestId; route: RoutePattern; store: FailingName; frames: readonly Frame[] };
  /** A Durable Object's method or alarm threw: a bug. Logged by the object, because its caller sees no frames. */
  readonly "object.bug": { method: MethodName; error: ErrorClass; frames: readonly Frame[] };
  /** Background work threw an unexpected error; what it does next is another event. */
  readonly "work.bug": { error: ErrorClass; frames: readonly Frame[] };
  /** One publisher run over one of the 64 slots. */
  readonly "publish.run": { slot: Slot; published: number; failed: number; more: boolean };
  /** A publisher run failed because of a store; it retries after `retryInMs`. */
  readonly "publish.failed": { slot: Slot; store: StoreName; retryInMs: number };
  /** One run over areas whose evidence changed: how many were computed, and calling codes' tables written to KV or still due. */
  readonly "areas.run": { areas: number; published: number; failed: number; left: number };
  /** Such a run failed because of a store; it retries after `retryInMs`. */
  readonly "areas.failed": { store: StoreName; retryInMs: number };
  /** A batch of dataset rows was imported, or its answer repeated. */
  readonly "dataset.batch": { accepted: number; changed: number; rejected: number; replayed: boolean };
  /** One step of deleting a dataset or an old edition of it. */
  readonly "dataset.drop": { removed: number; done: boolean };
  /** The cron's sweep: publishers woken because their blocks had waited. */
  readonly "sweep.run": { poked: number; dropped: number };
  /** The cron found pages that differ between D1 and KV, and marked them. */
  readonly "copy.differs": { blocks: number };
  /** The marker in KV was another directory's, or of a later time than D1: it was removed. */
  readonly "copy.estranged": Readonly<Record<string, never>>;
  /** All pages were written anew, and KV is complete. */
  readonly "copy.republished": { pages: number };
  /** A mixer could not deliver a shared name; it retries after `retryInMs`. */
  readonly "mixer.failed": { retryInMs: number };
  /** A ballot could not send its result to the directory; it retries after `retryInMs`. */
  readonly "ballot.failed": { retryInMs: number };
  /** A message was abandoned: refused, expired, or its outcome is unknown. `error` is the provider's code, 0 for none. */
  readonly "message.ended": { message: KeyedId<"delivery">; attempts: number; error: number };
  /** An outbox could not report deliveries to D1; it retries after `retryInMs`. */
  readonly "outbox.failed": { retryInMs: number };
  /** A batch of a campaign failed; it is repeated after `retryInMs`. */
  readonly "campaign.failed": { retryInMs: number };
  /** A picture's bytes or row could not be deleted; it retries after `retryInMs`. */
  readonly "picture.failed": { retryInMs: number };
  /** The cron's sweep: pictures whose alarm did not fire. */
  readonly "pictures.swept": { purged: number; failed: number };
  /** An account's alarm failed because of a store; it retries after `retryInMs`. */
  readonly "account.failed": { retryInMs: number };
  /** A step of the retention job, which runs every minute: how many rows expired. */
  readonly "retention.run": { step: Label<"retention-step">; removed: number };
  /** A step of the retention job failed because of a store; it retries a minute later. */
  readonly "retention.failed": { step: Label<"retention-step">; error: ErrorClass };
  /** The outcome of an operator's request could not be recorded; its audit entry says that it began. */
  readonly "audit.unsettled": { outcome: number; error: ErrorClass };
  /** An erasure failed because of a store; it continues after `retryInMs`. */
  readonly "erasure.failed": { retryInMs: number };
  /** An owner's request could not be carried out; it retries after `retryInMs`. */
  readonly "ownership.failed": { retryInMs: number };
  /**
   * The keys are not those of the data: another INDEX_KEY, or so many keys of SEAL_KEYS are missing. Nothing is written while
   * it is so.
   */
  readonly "keys.wrong": { indexKey: boolean; sealKeys: number };
  /** A run of the renewal of seals: how many values were sealed anew, in how many steps, and how many were left. */
  readonly "seals.renewed": { steps: number; renewed: number; left: number };
  /** A stored value could not be opened or parsed and was skipped: what kind of value, and why. */
  readonly "vault.refused": {
    table: StoredPlace;
    reason: SkipReason;
  };
}

export type StoreName = "d1" | "kv" | "objects";
/** What can fail: the stores, and the service that decodes pictures. */
export type FailingName = StoreName | "r2" | "images";

declare const label: unique symbol;
/** Text that was checked against a closed list. */
export type Label<Of extends string> = string & { readonly [label]: Of };
export type RequestId = Label<"request-id">;
export type RoutePattern = Label<"route">;
export type ErrorClass = Label<"error-class">;
export type Slot = Label<"slot">;
/** One line of a stack, without the error's message; only `framesOf` makes it. */
export type Frame = Label<"frame">;
export type MethodName = Label<"method">;

type Loggable =
  | number
  | boolean
  | FailingName
  | Label<string>
  | readonly Frame[]
  | KeyedId<string>
  | LogEvents["vault.refused"][keyof LogEvents["vault.refused"]];

/** Logs one event as a line of JSON. */
export interface Logger {
  log<Name extends keyof LogEvents>(event: Name, fields: LogEvents[Name] & Readonly<Record<string, Loggable>>): void;
}

/** Events that an operator must look at: bugs, outages that failed a request, and wrong keys. */
const ERRORS: readonly string[] = [
  "http.bug",
  "object.bug",
  "work.bug",
  "http.outage",
  "keys.wrong",
] satisfies (keyof LogEvents)[];

/** The platform's log, one JSON object a line, at level `error` for bugs and outages and `log` for the rest. */
export const consoleLogger: Logger = {
  log(event, fields) {
    // The only place that writes to the log.
    // oxlint-disable-next-line no-console
    (ERRORS.includes(event) ? console.error : console.log)(JSON.stringify({ event, ...fields }));
  },
};

const KNOWN_ERRORS = new Set(["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "DOMException"]);

/** The class of an error if it is built into the language, otherwise "other": a class name could be data. */
export function errorClass(thrown: unknown): ErrorClass {
  const name = thrown instanceof Error ? thrown.constructor.name : "other";
  return (KNOWN_ERRORS.has(name) ? name : "other") as ErrorClass;
}
