/** Everything that stands in the stores, by file, as `logicalDump` has it. */
type Dump = Readonly<Record<string, unknown>>;

/** A value that stands in more than one store, and where: `d1 table.column`, `Class table.column`, `kv NAME key`, `r2 NAME key`. */
export interface Join {
  readonly value: string;
  readonly places: readonly string[];
}

/** Columns that may share values, and why. */
export interface Allowed {
  readonly places: readonly string[];
  readonly why: string;
}

/** Ids have 22 characters, what is sealed more: shorter texts are words of closed lists, days, versions. */
const SHORTEST_TEXT = 16;
const ID = /^[A-Za-z0-9_-]{22}$/;
/** 1973 in ms, 2001 in s: a number that great is a time. */
const FIRST_MS = 1e11;
const FIRST_S = 1e9;
const DAY_MS = 86_400_000;
/** Hours since 1970, of our days. */
const HOURS = [400_000, 700_000] as const;

/** What a store is: an object, a table of D1, a namespace, a bucket. */
interface Store {
  readonly name: string;
  /** Of the place of a column in it. */
  readonly label: string;
}

/**
 * Values that would join what stands in two stores, in any of some copies of them: keyed ids, seals, and times that are
 * finer than a day; texts that are JSON are looked into. A store is an object, and a table of D1, since a thief need not
 * be told which rows of one row belong together. What the platform keeps of its own is left out.
 */
export function joins(dumps: readonly Dump[], allowed: readonly Allowed[]): Join[] {
  const stores = new Map<string, Map<string, Set<string>>>();
  for (const dump of dumps) {
    for (const [file, tables] of Object.entries(dump)) {
      if (typeof tables !== "object" || tables === null) continue;
      for (const [table, rows] of Object.entries(tables as Record<string, readonly string[]>)) {
        const store = storeOf(file, table);
        if (store === null) continue;
        for (const row of rows) {
          for (const [column, value] of Object.entries(JSON.parse(row) as Record<string, unknown>)) {
            if (!isOurs(store, column)) continue;
            for (const telling of tellingIn(value)) {
              const places = stores.get(telling) ?? new Map<string, Set<string>>();
              stores.set(telling, places);
              const place = `${store.label}${column}`;
              places.set(place, (places.get(place) ?? new Set()).add(store.name));
            }
          }
        }
      }
    }
  }
  return [...stores].flatMap(([value, found]) => {
    const places = [...found.keys()].sort();
    const in_ = new Set([...found.values()].flatMap((names) => [...names]));
    if (in_.size < 2) return [];
    return allowed.some((group) => places.every((place) => group.places.includes(place))) ? [] : [{ value, places }];
  });
}

/** How many values there are that could join anything. */
export function countTelling(dump: Dump): number {
  const all = new Set<string>();
  for (const [file, tables] of Object.entries(dump)) {
    if (typeof tables !== "object" || tables === null) continue;
    for (const [table, rows] of Object.entries(tables as Record<string, readonly string[]>)) {
      if (storeOf(file, table) === null) continue;
      for (const row of rows) for (const value of tellingIn(JSON.parse(row))) all.add(value);
    }
  }
  return all.size;
}

/** Every place of a dump, as joins name them. */
export function placesIn(dumps: readonly Dump[]): Set<string> {
  const places = new Set<string>();
  for (const [file, tables] of dumps.flatMap((dump) => Object.entries(dump))) {
    if (typeof tables !== "object" || tables === null) continue;
    for (const [table, rows] of Object.entries(tables as Record<string, readonly string[]>)) {
      const store = storeOf(file, table);
      if (store === null) continue;
      for (const row of rows) {
        for (const column of Object.keys(JSON.parse(row) as object)) {
          if (isOurs(store, column)) places.add(`${store.label}${column}`);
        }
      }
    }
  }
  return places;
}

function storeOf(file: string, table: string): Store | null {
  const [, kind = "", name = ""] = /v3\/(do|d1|kv|r2)\/([^/]+)/.exec(`/${file}`) ?? [];
  if (/^(?:_cf_|__miniflare_|sqlite_|d1_migrations)/.test(table) || file.endsWith("metadata.sqlite")) return null;
  switch (kind) {
    case "do": {
      const of = name.replace(/^konnections-/, "");
      return { name: file, label: `${of} ${table}.` };
    }
    case "d1":
      return { name: table, label: `d1 ${table}.` };
    case "kv":
    case "r2":
      return { name: file, label: `${kind} ` };
    default:
      return null;
  }
}

/** Of the simulated KV and R2 the key is ours; the rest is how they are simulated. */
function isOurs({ label }: Store, column: string): boolean {
  return !/^(?:kv|r2) /.test(label) || column === "key";
}

function* tellingIn(value: unknown): Generator<string> {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) yield* tellingIn(inner);
  } else if (typeof value === "number" || (typeof value === "string" && /^\d{1,15}$/.test(value))) {
    yield* timeIn(Number(value));
  } else if (typeof value === "string") {
    if (/^[[{]/.test(value)) {
      const inner = parsed(value);
      if (inner !== undefined) return yield* tellingIn(inner);
    }
    // An id is the same in base64url and as the bytes of a BLOB, which copies show in hex.
    if (ID.test(value)) yield Buffer.from(value, "base64url").toString("hex");
    else if (value.length >= SHORTEST_TEXT) yield value;
  }
}

/** A time, as ms and as the second that it is in: what one store has to the second another may have to the ms. */
function* timeIn(value: number): Generator<string> {
  if (value >= FIRST_MS) {
    if (value % DAY_MS !== 0) yield `ms ${value}`;
  } else if (value >= FIRST_S) {
    if ((value * 1000) % DAY_MS !== 0) yield `ms ${value * 1000}`;
  } else if (value >= HOURS[0] && value <= HOURS[1]) yield `hour ${value}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
