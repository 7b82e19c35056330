/** A value computed on first use: most isolates never check a name, and should start fast. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
