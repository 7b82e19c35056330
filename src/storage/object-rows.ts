import type { Place } from "../vault/seal.ts";

/** Rows of an object's database. Flags are 0 or 1. */
type Columns<Row> = { readonly [Column in keyof Row]: SqlStorageValue };

type Binding = SqlStorageValue | Uint8Array<ArrayBuffer>;

/** A column of an object's table whose values are sealed in the vault, as text (base64url) or as bytes. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The column that identifies a row. */
  readonly key: string;
  /** The column that says for what the value is sealed, if that is not `key`. */
  readonly bound?: string;
  /** Where a value is sealed for. @param bound the value of that column */
  readonly place: (bound: string) => Place;
}

/**
 * For tables whose sealed values all end within `SEALS_EXPIRE_DAYS`: a key that sealed for the last time before that has
 * nothing left here.
 */
export const EXPIRING = "expiring";
/** Days within which whatever is sealed and not renewed has ended: a message waits for a week at most, a picture lives for one. */
export const SEALS_EXPIRE_DAYS = 8;

/** The groups of each object that is awake, for the renewal of seals: so no object has a group that it does not find. */
const groups = new WeakMap<DurableObjectStorage, ObjectRows[]>();

/** The groups of an object. */
export function rowsOf(storage: DurableObjectStorage): readonly ObjectRows[] {
  return groups.get(storage) ?? [];
}

/**
 * A group of tables in a Durable Object's database, with their schema version. The first insert creates the tables, so
 * reading about an unknown number or account stores nothing.
 */
export class ObjectRows {
  readonly #storage: DurableObjectStorage;
  readonly #name: string;
  readonly #steps: readonly string[];
  /** The columns that are renewed when the key of seals changes. */
  readonly seals: readonly SealedColumn[];

  /**
   * @param name of the group; an object may have several, so that rarely used tables are created only where needed
   * @param steps SQL that creates version 1, then SQL that upgrades to each next version; never edit a deployed step
   * @param seals every column that holds what the vault sealed
   */
  constructor(
    storage: DurableObjectStorage,
    name: string,
    steps: readonly string[],
    seals: readonly SealedColumn[] | typeof EXPIRING,
  ) {
    this.seals = seals === EXPIRING ? [] : seals;
    groups.set(storage, [...rowsOf(storage), this]);
    this.#storage = storage;
    this.#name = name;
    this.#steps = steps;
    if (this.exist) this.make();
  }

  /** Whether the tables exist. */
  get exist(): boolean {
    return this.#version > 0;
  }

  /** Creates the tables or upgrades them to the newest version. */
  make(): void {
    const version = this.#version;
    if (version === this.#steps.length) return;
    this.#storage.transactionSync(() => {
      for (const step of this.#steps.slice(version)) this.#storage.sql.exec(step);
      this.#storage.kv.put(this.#name, this.#steps.length);
    });
  }

  /** The rows of a query; none without tables. */
  all<Row extends Columns<Row>>(query: string, ...bindings: Binding[]): Row[] {
    return [...this.each<Row>(query, ...bindings)];
  }

  /** The rows of a query, read lazily. */
  each<Row extends Columns<Row>>(query: string, ...bindings: Binding[]): Iterable<Row> {
    return this.exist ? this.#storage.sql.exec<Row & Record<string, SqlStorageValue>>(query, ...bindings) : [];
  }

  /** The first row of a query, or null. */
  first<Row extends Columns<Row>>(query: string, ...bindings: Binding[]): Row | null {
    for (const row of this.each<Row>(query, ...bindings)) return row;
    return null;
  }

  /** The first row of a query. @throws if it has none */
  one<Row extends Columns<Row>>(query: string, ...bindings: Binding[]): Row {
    const row = this.first<Row>(query, ...bindings);
    if (row === null) throw new Error("a row that is always there is missing");
    return row;
  }

  /** Whether a query has rows. */
  any(query: string, ...bindings: Binding[]): boolean {
    return this.first<Record<string, SqlStorageValue>>(query, ...bindings) !== null;
  }

  /** Runs a statement that inserts; creates the tables first if needed. */
  insert(statement: string, ...bindings: Binding[]): void {
    this.make();
    this.#storage.sql.exec(statement, ...bindings);
  }

  /**
   * Runs a statement that updates, deletes, or adds to existing rows. Does nothing without tables, as in an object that
   * was erased meanwhile.
   */
  change(statement: string, ...bindings: Binding[]): void {
    if (this.exist) this.#storage.sql.exec(statement, ...bindings);
  }

  /** Read each time (a few µs), because a rollback or `deleteAll` removes the tables and the version. */
  get #version(): number {
    return this.#storage.kv.get<number>(this.#name) ?? 0;
  }
}
