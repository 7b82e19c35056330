/** A list that is folded when it is first asked for: most isolates never check a name, and their start is short. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
