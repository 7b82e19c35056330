import type { FailingName } from "./logger.ts";

export type Failing = FailingName;

const FAILING = new Set<unknown>(["d1", "kv", "objects", "r2", "images"] satisfies Failing[]);

/**
 * A store failed. The platform's error is kept as `cause` for debugging; it never reaches a client or the log, because its
 * text can quote statements and keys.
 */
export class StoreFailure extends Error {
  override readonly name = "StoreFailure";
  readonly store: Failing;

  constructor(store: Failing, cause: unknown) {
    super(`${store} failed`, { cause });
    this.store = store;
  }
}

/** Runs a store's operation and turns the store's errors into `StoreFailure`; other errors pass unchanged. */
export async function onStore<T>(store: Failing, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (thrown) {
    if (isBug(thrown)) throw thrown;
    throw new StoreFailure(outageOf(thrown) ?? store, thrown);
  }
}

/** For `catch`, where a store that fails leaves something out: null. A bug is thrown again. */
export function nullIfOutage(thrown: unknown): null {
  if (thrown instanceof StoreFailure) return null;
  throw thrown;
}

/** What the platform sets on errors that come from it, or by it from an object. */
interface Marks {
  readonly retryable?: unknown;
  readonly overloaded?: unknown;
  readonly durableObjectReset?: unknown;
  /** Thrown by an object's own code. */
  readonly remote?: unknown;
  /** Own fields of an error cross the way from an object. */
  readonly store?: unknown;
}

/** What an object's database says when it is the platform's disk that fails, and not the statement. */
const FULL_OR_BROKEN = /SQLITE_(?:FULL|IOERR|BUSY|NOMEM|CORRUPT|CANTOPEN|READONLY)/;

/**
 * The store whose failure was thrown, or null for a bug. The platform is at fault where a store said so, here or in an
 * object that was called, and where it broke a call of an object off or had no room for it.
 */
export function outageOf(thrown: unknown): Failing | null {
  if (thrown instanceof StoreFailure) return thrown.store;
  if (!(thrown instanceof Error)) return null;
  const { retryable, overloaded, durableObjectReset, remote, store } = thrown as Error & Marks;
  if (retryable === true || overloaded === true || durableObjectReset === true) return "objects";
  if (thrown.name === "StoreFailure" && FAILING.has(store)) return store as Failing;
  return remote === true && FULL_OR_BROKEN.test(thrown.message) ? "objects" : null;
}

/** Whether an error means that the platform failed, not our code. */
export function isOutage(thrown: unknown): boolean {
  return outageOf(thrown) !== null;
}

/** Errors of the language, which no store throws. */
const LANGUAGE = [TypeError, RangeError, ReferenceError, SyntaxError] as const;

function isBug(thrown: unknown): boolean {
  if (outageOf(thrown) !== null) return false;
  const remote = thrown instanceof Error && (thrown as Error & Marks).remote === true;
  return remote || LANGUAGE.some((type) => thrown instanceof type);
}
