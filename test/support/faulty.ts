/** A store that does what a real one can: answer, fail, or never answer; switched by the test while it runs. */
export type Fault = "none" | "fails" | "hangs";

export interface Faulty<Store> {
  readonly store: Store;
  fault: Fault;
  /** Calls that reached the store, faulty ones included. */
  calls: number;
}

/** The real store behind a switch. `methods` are those that the fault strikes. */
export function faulty<Store extends object>(real: Store, methods: readonly string[]): Faulty<Store> {
  const control: Faulty<Store> = { store: real, fault: "none", calls: 0 };
  const store = new Proxy(real, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const bound = value.bind(target) as (...args: unknown[]) => unknown;
      if (typeof name !== "string" || !methods.includes(name)) return bound;
      return (...args: unknown[]) => {
        control.calls += 1;
        if (control.fault === "fails") throw new Error("D1_ERROR: the store is down");
        if (control.fault === "hangs") return hanging();
        return bound(...args);
      };
    },
  });
  return Object.assign(control, { store });
}

/** An object of which every method leads on to itself and every promise stays open. */
function hanging(): unknown {
  return new Proxy(() => undefined, {
    get: (_, name) => (name === "then" ? () => undefined : hanging()),
    apply: () => hanging(),
  });
}
