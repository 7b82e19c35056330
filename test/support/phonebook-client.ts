import { ContactSeal, newParameters, PARAMETERS_ID, toBase64Url, type Contact } from "./phonebook-seal.ts";

/** An entry as the service hands it out. */
export interface RemoteEntry {
  readonly id: string;
  readonly revision: number;
  readonly sealed: string | null;
}

export interface EntryWrite {
  readonly id: string;
  readonly base: number;
  readonly sealed: string | null;
}

export type WriteResult =
  | { readonly id: string; readonly revision: number }
  | { readonly id: string; readonly conflict: { readonly revision: number; readonly sealed?: string | null } };

/** The two calls of the service, however they travel. Either may throw, before or after the service did its part. */
export interface Line {
  read(
    since: number,
  ): Promise<
    "resync" | { readonly revision: number; readonly entries: readonly RemoteEntry[]; readonly more: boolean }
  >;
  write(entries: readonly EntryWrite[]): Promise<{ readonly results: readonly WriteResult[] }>;
}

/** What a device knows of an entry. */
interface Known {
  /** The revision it last saw, 0 for none. */
  revision: number;
  /** The contact at that revision; null for none, or deleted. */
  base: Contact | null;
  /** The contact as it stands on this device; null for deleted. */
  local: Contact | null;
  /** What was sent and not yet answered: it may have arrived or not. */
  sent: { readonly sealed: string; readonly contact: Contact }[];
}

/** Entries that one call takes. */
const MOST_WRITES = 200;
/** Characters of sealed entries in one call. */
const MOST_CHARS = 3_500_000;

/**
 * One device's copy of the phonebook: edits it offline, and comes level with the service when it can. Whatever order
 * devices come in, and whatever answers are lost on the way, all end equal and no edit is lost:
 * - fields that only one side has changed are merged; of a field that both have changed the service's stands, and the
 *   device's contact is kept as a copy, for the person to decide;
 * - an edit outlives a deletion that did not know it.
 */
export class PhonebookClient {
  readonly #line: Line;
  readonly #seal: ContactSeal;
  readonly #known = new Map<string, Known>();
  #since = 0;
  /** Ids listed so far by a reading from the beginning; it may take several calls. */
  #listed: Set<string> | null = null;
  /** Conflicts that the service answered, for tests. */
  conflicts = 0;

  constructor(line: Line, seal: ContactSeal) {
    this.#line = line;
    this.#seal = seal;
  }

  /** The contacts by id, as this device shows them. */
  contacts(): Map<string, Contact> {
    const shown = new Map<string, Contact>();
    for (const [id, { local }] of this.#known) if (local !== null) shown.set(id, local);
    return new Map([...shown].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Adds a contact. @returns its id */
  add(contact: Contact): string {
    const id = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
    this.#known.set(id, { revision: 0, base: null, local: contact, sent: [] });
    return id;
  }

  /** Changes a contact, or with null deletes it. */
  set(id: string, contact: Contact | null): void {
    const known = this.#known.get(id);
    if (known === undefined) throw new Error("no such contact");
    known.local = contact;
  }

  /** Comes level with the service. When it throws, what was reached stands, and calling again goes on from there. */
  async sync(): Promise<void> {
    await this.#pull();
    while (await this.#push());
  }

  async #pull(): Promise<void> {
    for (let more = true; more;) {
      if (this.#since === 0) this.#listed = new Set();
      const page = await this.#line.read(this.#since);
      if (page === "resync") {
        this.#since = 0;
        continue;
      }
      for (const entry of page.entries) {
        this.#listed?.add(entry.id);
        const revision = this.#known.get(entry.id)?.revision ?? 0;
        // Older pages may arrive late, and one's own writes come back.
        if (entry.revision > revision) await this.#absorb(entry);
      }
      this.#since = page.revision;
      ({ more } = page);
    }
    // Read from the beginning, there are no tombstones: what was known and is not listed has been deleted.
    for (const [id, { revision }] of this.#known) {
      if (revision > 0 && this.#listed?.has(id) === false) await this.#absorb({ id, revision: 0, sealed: null });
    }
    this.#listed = null;
  }

  /** Sends what this device has changed. @returns whether there may be more to send */
  async #push(): Promise<boolean> {
    const writes: EntryWrite[] = [];
    let chars = 0;
    for (const [id, known] of this.#known) {
      if (same(known.local, known.base)) continue;
      const sealed = await this.#sealed(id, known);
      chars += sealed?.length ?? 0;
      if (writes.length > 0 && (writes.length === MOST_WRITES || chars > MOST_CHARS)) break;
      writes.push({ id, base: known.revision, sealed });
    }
    if (writes.length === 0) return false;
    // What is edited while the call is under way is not what was sent.
    const contacts = writes.map(({ id }) => this.#known.get(id)?.local ?? null);
    const { results } = await this.#line.write(writes);
    for (const [at, result] of results.entries()) {
      const known = this.#known.get(result.id);
      if (known === undefined) continue;
      if ("conflict" in result) {
        this.conflicts += 1;
        const { revision, sealed } = result.conflict;
        // The answer had no room for it: it is sent again in the next round.
        if (sealed !== undefined) await this.#absorb({ id: result.id, revision, sealed });
      } else {
        this.#adopt(result.id, known, result.revision, contacts[at] ?? null);
      }
    }
    return true;
  }

  /** The same contact is sent in the same bytes again, so that the service knows a repeat. */
  async #sealed(id: string, known: Known): Promise<string | null> {
    const { local } = known;
    if (local === null) return null;
    const before = known.sent.find(({ contact }) => same(contact, local));
    if (before !== undefined) return before.sealed;
    const sealed = await this.#seal.seal(id, local);
    known.sent.push({ sealed, contact: local });
    return sealed;
  }

  #adopt(id: string, known: Known, revision: number, base: Contact | null): void {
    known.revision = revision;
    known.base = base;
    known.sent = [];
    if (base === null && known.local === null) this.#known.set(id, { revision, base, local: null, sent: [] });
  }

  /** Takes in what stands at the service. */
  async #absorb({ id, revision, sealed }: RemoteEntry): Promise<void> {
    if (id === PARAMETERS_ID) return;
    const known = this.#known.get(id) ?? { revision: 0, base: null, local: null, sent: [] };
    this.#known.set(id, known);
    const own = known.sent.find((sent) => sent.sealed === sealed);
    if (own !== undefined) {
      this.#adopt(id, known, revision, own.contact);
      return;
    }
    const remote = sealed === null ? null : await this.#seal.open(id, sealed);
    const { local, copy } = merge(known.base, known.local, remote);
    this.#adopt(id, known, revision, remote);
    known.local = local;
    if (copy !== null) this.add(copy);
  }
}

/** What a device shows after the service's version came in, and what it keeps apart because it fits nowhere. */
function merge(
  base: Contact | null,
  local: Contact | null,
  remote: Contact | null,
): { local: Contact | null; copy: Contact | null } {
  if (same(local, base) || same(local, remote)) return { local: remote, copy: null };
  if (local === null) return { local: remote, copy: null };
  if (remote === null) return { local, copy: null };
  const fields = ["name", "note", "photo"] as const;
  const clash = fields.some(
    (field) => local[field] !== base?.[field] && remote[field] !== base?.[field] && local[field] !== remote[field],
  );
  if (clash) return { local: remote, copy: local };
  const merged: Record<string, unknown> = { ...remote };
  for (const field of fields) {
    if (local[field] === base?.[field]) continue;
    if (local[field] === undefined) delete merged[field];
    else merged[field] = local[field];
  }
  const removed = new Set((base?.numbers ?? []).filter((number) => !local.numbers.includes(number)));
  const numbers = [...new Set([...remote.numbers, ...local.numbers.filter((n) => !base?.numbers.includes(n))])];
  return { local: { ...(merged as unknown as Contact), numbers: numbers.filter((n) => !removed.has(n)) }, copy: null };
}

function same(a: Contact | null, b: Contact | null): boolean {
  return a === b || (a !== null && b !== null && canonical(a) === canonical(b));
}

function canonical({ name, numbers, note, photo }: Contact): string {
  return JSON.stringify([name, numbers, note ?? null, photo ?? null]);
}

/**
 * The seal of a passphrase, the same on every device: the first one proposes how the key is made, and whoever comes later
 * is answered with what stands.
 */
export async function sealOfPassphrase(line: Line, passphrase: string): Promise<ContactSeal> {
  const proposed = newParameters();
  for (let base = 0; ;) {
    const { results } = await line.write([{ id: PARAMETERS_ID, base, sealed: proposed }]);
    const [result] = results;
    const standing = result !== undefined && "conflict" in result ? result.conflict : null;
    if (standing === null) return ContactSeal.ofPassphrase(passphrase, proposed);
    if (typeof standing.sealed === "string") return ContactSeal.ofPassphrase(passphrase, standing.sealed);
    // Deleted with the whole phonebook: this device begins anew.
    base = standing.revision;
  }
}
