import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";

// A Worker that stands in for KV and D1 of the Worker under test, over service bindings: it hands on to the real
// stores, throws, or never answers, as it is told by `/mood?kv=…&d1=…`.

type Mood = "well" | "throws" | "hangs";
interface Stores {
  readonly PAGES: KVNamespace;
  readonly DB: D1Database;
}

const moods: Record<string, Mood> = { kv: "well", d1: "well" };
/** Longer than any budget. */
const HANG_MS = 60_000;

async function inMood<T>(store: "kv" | "d1", answer: () => Promise<T>): Promise<T> {
  if (moods[store] === "throws") throw new Error(`D1_ERROR: ${store} is in no mood: SQLITE_BUSY`);
  if (moods[store] === "hangs") await scheduler.wait(HANG_MS);
  return answer();
}

/** `env.PAGES` as far as lookups use it. */
export class Kv extends WorkerEntrypoint<Stores> {
  get(key: string, options: { type: "arrayBuffer"; cacheTtl: number }): Promise<ArrayBuffer | null> {
    return inMood("kv", () => this.env.PAGES.get(key, options));
  }
}

class Statement extends RpcTarget {
  readonly #statement: D1PreparedStatement;
  constructor(statement: D1PreparedStatement) {
    super();
    this.#statement = statement;
  }
  bind(...values: unknown[]): Statement {
    return new Statement(this.#statement.bind(...values));
  }
  first(column: string): Promise<unknown> {
    return inMood("d1", () => this.#statement.first(column));
  }
  all(): Promise<unknown> {
    return inMood("d1", () => this.#statement.all());
  }
  raw(): Promise<unknown> {
    return inMood("d1", () => this.#statement.raw());
  }
}

class Session extends RpcTarget {
  readonly #database: D1Database;
  constructor(database: D1Database) {
    super();
    this.#database = database;
  }
  prepare(query: string): Statement {
    return new Statement(this.#database.prepare(query));
  }
}

/** `env.DB` as far as lookups use it; anything else fails as a broken D1 does. */
export class D1 extends WorkerEntrypoint<Stores> {
  withSession(): Session {
    return new Session(this.env.DB);
  }
  prepare(query: string): Statement {
    return new Statement(this.env.DB.prepare(query));
  }
  batch(): Promise<never> {
    return inMood("d1", () => Promise.reject(new Error("D1_ERROR: no batches here")));
  }
}

export default {
  fetch(request: Request): Response {
    for (const [store, mood] of new URL(request.url).searchParams) moods[store] = mood as Mood;
    return Response.json(moods);
  },
};
