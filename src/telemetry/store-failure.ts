import type { StoreName } from "./logger.ts";

/** Whatever of the platform can fail: its stores, and what decodes pictures. */
export type Failing = StoreName | "r2" | "images";

/**
 * A store did not do what it was asked: the platform's own error stays inside as `cause`, for a debugger and never for
 * a client or a log, since its text may quote statements and keys.
 */
export class StoreFailure extends Error {
  override readonly name = "StoreFailure";
  readonly store: Failing;

  constructor(store: Failing, cause: unknown) {
    super(`${store} failed`, { cause });
    this.store = store;
  }
}

/** Runs a store's operation; whatever it throws becomes a `StoreFailure`. */
export async function onStore<T>(store: Failing, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (thrown) {
    throw new StoreFailure(store, thrown);
  }
}

/**
 * Whether what was thrown says that the platform is at fault and not the code: a store that failed, or a call of an
 * object that the platform broke off or had no room for (it marks those `retryable` or `overloaded`).
 */
export function isOutage(thrown: unknown): boolean {
  if (thrown instanceof StoreFailure) return true;
  if (!(thrown instanceof Error)) return false;
  const { retryable, overloaded } = thrown as Error & { readonly retryable?: unknown; readonly overloaded?: unknown };
  return retryable === true || overloaded === true;
}
