/** What an object's database can give back. Flags are 0 or 1. */
type Columns<Row> = { readonly [Column in keyof Row]: SqlStorageValue };

type Binding = SqlStorageValue | Uint8Array<ArrayBuffer>;

/**
 * A group of tables in a Durable Object's own database, with the version of their schema. The tables are made by the
 * first insert: a question about a number or an account that nobody knows leaves nothing behind.
 */
export class ObjectRows {
  readonly #storage: DurableObjectStorage;
  readonly #name: string;
  readonly #steps: readonly string[];

  /**
   * @param name of the group; an object may have several, so that tables few objects need cost the others nothing
   * @param steps what makes version 1, then what makes each next version of the one before; a step that was deployed is
   *   never edited
   */
  constructor(storage: DurableObjectStorage, name: string, steps: readonly string[]) {
    this.#storage = storage;
    this.#name = name;
    this.#steps = steps;
    if (this.exist) this.make();
  }

  /** Whether anything was ever inserted, or the tables made otherwise. */
  get exist(): boolean {
    return this.#version > 0;
  }

  /** Brings the tables to the newest version; nothing when they have it. */
  make(): void {
    const version = this.#version;
    if (version === this.#steps.length) return;
    this.#storage.transactionSync(() => {
      for (const step of this.#steps.slice(version)) this.#storage.sql.exec(step);
      this.#storage.kv.put(this.#name, this.#steps.length);
    });
  }

  /** The rows of a query; none where nothing was ever inserted. */
  all<Row extends Columns<Row>>(query: string, ...bindings: Binding[]): Row[] {
    return [...this.each<Row>(query, ...bindings)];
  }

  /** The rows of a query one by one, read as they are asked for. */
  each<Row extends Columns<Row>>(query: string, ...bindings: Binding[]): Iterable<Row> {
    return this.exist ? this.#storage.sql.exec<Row & Record<string, SqlStorageValue>>(query, ...bindings) : [];
  }

  /** The first row of a query, or null. */
  first<Row extends Columns<Row>>(query: string, ...bindings: Binding[]): Row | null {
    for (const row of this.each<Row>(query, ...bindings)) return row;
    return null;
  }

  /** The first row of a query that always has one. @throws where it has none */
  one<Row extends Columns<Row>>(query: string, ...bindings: Binding[]): Row {
    const row = this.first<Row>(query, ...bindings);
    if (row === null) throw new Error("a row that is always there is missing");
    return row;
  }

  /** Whether a query has rows. */
  any(query: string, ...bindings: Binding[]): boolean {
    return this.first<Record<string, SqlStorageValue>>(query, ...bindings) !== null;
  }

  /** Runs a statement that inserts; makes the tables before. */
  insert(statement: string, ...bindings: Binding[]): void {
    this.make();
    this.#storage.sql.exec(statement, ...bindings);
  }

  /**
   * Runs a statement that updates, deletes, or adds to what is there; nothing where nothing was ever inserted, as in an
   * object that was erased meanwhile.
   */
  change(statement: string, ...bindings: Binding[]): void {
    if (this.exist) this.#storage.sql.exec(statement, ...bindings);
  }

  /** Asked each time (a few µs): a rolled-back transaction and `deleteAll` remove tables and version alike. */
  get #version(): number {
    return this.#storage.kv.get<number>(this.#name) ?? 0;
  }
}
