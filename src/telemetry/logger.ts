import type { SkipReason, StoredPlace } from "../vault/stored-seals.ts";
import type { KeyedId } from "../vault/vault.ts";

/**
 * Everything the service ever logs, each event with its fields. Fields are counts, flags, labels from closed lists
 * and keyed ids: there is no field that a phone number, a name, a token or a caught error's text would fit into.
 * Lookups have no event: who asked for whom is nobody's business.
 */
export interface LogEvents {
  /**
   * A handler threw: a bug. `error` is the class of what was thrown, `route` the pattern and never the path, `frames`
   * where it came from, `framesOf`.
   */
  readonly "http.bug": { requestId: RequestId; route: RoutePattern; error: ErrorClass; frames: readonly Frame[] };
  /** A store that an endpoint cannot do without did not do what it was asked. */
  readonly "http.outage": { requestId: RequestId; route: RoutePattern; store: FailingName; frames: readonly Frame[] };
  /** A Durable Object's method, or its alarm, threw: a bug, told by the object, whose frames no caller sees. */
  readonly "object.bug": { method: MethodName; error: ErrorClass; frames: readonly Frame[] };
  /** Work in the background met a bug where it expected a store to fail at most; what it does then is another event. */
  readonly "work.bug": { error: ErrorClass; frames: readonly Frame[] };
  /** One publisher run over one of the 64 slots. */
  readonly "publish.run": { slot: Slot; published: number; failed: number; more: boolean };
  /** A publisher run that met a failing store; it tries again in `retryInMs`. */
  readonly "publish.failed": { slot: Slot; store: StoreName; retryInMs: number };
  /** A batch of dataset rows was taken in (or answered again). */
  readonly "dataset.batch": { accepted: number; changed: number; rejected: number; replayed: boolean };
  /** A bounded step of dropping a dataset or an old edition of it. */
  readonly "dataset.drop": { removed: number; done: boolean };
  /** The cron's sweep: publishers poked because their marks had waited. */
  readonly "sweep.run": { poked: number; dropped: number };
  /** A mixer could not hand a shared name over; it tries again in `retryInMs`. */
  readonly "mixer.failed": { retryInMs: number };
  /** A ballot could not send its part to the directory; it tries again in `retryInMs`. */
  readonly "ballot.failed": { retryInMs: number };
  /** A message was given up: refused, expired, or of unknown outcome. `error` is the provider's code, 0 for none. */
  readonly "message.ended": { message: KeyedId<"delivery">; attempts: number; error: number };
  /** An outbox could not report to D1 what became of its messages; it tries again in `retryInMs`. */
  readonly "outbox.failed": { retryInMs: number };
  /** A picture's bytes or row could not be deleted; it is tried again in `retryInMs`. */
  readonly "picture.failed": { retryInMs: number };
  /** The cron's round over pictures whose alarm was missed. */
  readonly "pictures.swept": { purged: number; failed: number };
  /** An account's alarm met a failing store; it tries again in `retryInMs`. */
  readonly "account.failed": { retryInMs: number };
  /** A step of the minute's round over lifetimes: how much has had its time. */
  readonly "retention.run": { step: Label<"retention-step">; removed: number };
  /** Such a step that met a failing store; it is tried again a minute later. */
  readonly "retention.failed": { step: Label<"retention-step">; error: ErrorClass };
  /** The end of an operator's call could not be written; its entry says that it began. */
  readonly "audit.unsettled": { outcome: number; error: ErrorClass };
  /** An erasure met a failing store; it goes on in `retryInMs`. */
  readonly "erasure.failed": { retryInMs: number };
  /** What an owner asked for could not be done; it is tried again in `retryInMs`. */
  readonly "ownership.failed": { retryInMs: number };
  /** A stored value did not open, or was no JSON, and was left out: what kind of thing it was, and why. */
  readonly "vault.refused": {
    table: StoredPlace;
    reason: SkipReason;
  };
}

export type StoreName = "d1" | "kv" | "objects";
/** Whatever of the platform can fail: its stores, and what decodes pictures. */
export type FailingName = StoreName | "r2" | "images";

declare const label: unique symbol;
/** Text that has been checked to be one of the service's own words. */
export type Label<Of extends string> = string & { readonly [label]: Of };
export type RequestId = Label<"request-id">;
export type RoutePattern = Label<"route">;
export type ErrorClass = Label<"error-class">;
export type Slot = Label<"slot">;
/** A line of a stack, without what was thrown: made by `framesOf` alone. */
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

/** What an operator must look at: a bug, or a store that failed a caller. */
const ERRORS: readonly string[] = ["http.bug", "object.bug", "work.bug", "http.outage"] satisfies (keyof LogEvents)[];

/** The platform's log, one JSON object a line, at level `error` for bugs and outages and `log` for the rest. */
export const consoleLogger: Logger = {
  log(event, fields) {
    // The only place that writes to the log.
    // oxlint-disable-next-line no-console
    (ERRORS.includes(event) ? console.error : console.log)(JSON.stringify({ event, ...fields }));
  },
};

const KNOWN_ERRORS = new Set(["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "DOMException"]);

/** The class of a thrown value if it is a language's own, else "other": names are code, but only known ones are sure to be. */
export function errorClass(thrown: unknown): ErrorClass {
  const name = thrown instanceof Error ? thrown.constructor.name : "other";
  return (KNOWN_ERRORS.has(name) ? name : "other") as ErrorClass;
}
