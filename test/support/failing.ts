/** How a store fails: it `refuses` what it is asked, or does it and `loses` the answer, or `breaks` after one more call. */
export type Failure = "refuses" | "loses" | "breaks";

/** The means to let a store fail, and to see that it did. */
export interface Failing {
  /** From now on it fails so, or with null not at all. */
  set(failure: Failure | null): void;
  /** Calls that failed. */
  readonly failed: number;
}

/** What is asked of D1 (statements go in batches), KV and R2; of objects it is whatever they answer to. */
const METHODS = ["batch", "get", "put", "delete", "list"] as const;

/**
 * Makes a real store fail, for every object and every module that has its binding: the platform hands the same one to
 * all of them.
 */
export function failing(binding: object): Failing {
  let failure: Failure | null = null;
  let [calls, failed] = [0, 0];
  const asked = async (call: () => unknown): Promise<unknown> => {
    if (failure === null) return call();
    calls += 1;
    if (failure === "breaks" && calls === 1) return call();
    if (failure === "loses") await call();
    failed += 1;
    throw new Error("Network connection lost.");
  };
  const method = (of: object, name: string): ((...args: unknown[]) => unknown) | null => {
    const value: unknown = Reflect.get(of, name);
    return typeof value === "function" ? (...args) => Reflect.apply(value, of, args) as unknown : null;
  };
  const replace = (name: string, value: (...args: unknown[]) => unknown): void =>
    void Object.defineProperty(binding, name, { value, configurable: true });
  for (const name of METHODS) {
    const real = method(binding, name);
    // A namespace has a `get` too, and that is no call.
    if (real !== null && !("getByName" in binding)) replace(name, (...args) => asked(() => real(...args)));
  }
  const getByName = method(binding, "getByName");
  if (getByName !== null) {
    replace("getByName", (...args) => {
      const stub = getByName(...args) as object;
      if (failure === null) return stub;
      return new Proxy(stub, {
        get: (_, name) => {
          const real = typeof name === "string" ? method(stub, name) : null;
          return real === null ? undefined : (...sent: unknown[]) => asked(() => real(...sent));
        },
      });
    });
  }
  return {
    set: (next) => {
      failure = next;
      calls = 0;
    },
    get failed() {
      return failed;
    },
  };
}
