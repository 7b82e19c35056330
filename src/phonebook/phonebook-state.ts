/** Entries that stand in one phonebook at most. */
export const MOST_ENTRIES = 20_000;
/** Bytes that clients sealed, decoded, that stand in one phonebook at most: 64 MiB. */
export const MOST_BYTES = 64 * 1024 * 1024;
/** Tombstones kept at most: beyond, the oldest go before their time and devices that far behind start anew. */
export const MOST_TOMBSTONES = 20_000;
/** Days that a deletion is remembered, so that a device that was away learns of it. */
export const TOMBSTONE_DAYS = 90;

/** The counters of a phonebook. */
export interface Book {
  /** Of the last write; each write of an entry has one of its own. */
  readonly revision: number;
  /** Deletions up to this revision are forgotten: a device that knows less must start anew. */
  readonly floor: number;
  /** Of the last time that all entries were deleted at once, 0 for never. */
  readonly emptied: number;
  readonly entries: number;
  readonly tombstones: number;
  /** Of what clients sealed, decoded. */
  readonly bytes: number;
}

/** A phonebook that never was. */
export const EMPTY_BOOK: Book = { revision: 0, floor: 0, emptied: 0, entries: 0, tombstones: 0, bytes: 0 };

/** What stands under a key: an entry, or with `mac` null the tombstone of one. */
export interface Standing {
  readonly revision: number;
  /** Keyed hash of what the client sealed: equal for the same bytes only. */
  readonly mac: string | null;
  /** Bytes that the client sealed, 0 for a tombstone. */
  readonly size: number;
}

/** A write that a device asks for. */
export interface Wanted {
  readonly key: string;
  /** The revision that the device knows, 0 for none. */
  readonly base: number;
  /** Null deletes. */
  readonly mac: string | null;
  /** Bytes that the client sealed, 0 for a deletion. */
  readonly size: number;
}

/** What became of a write: `written` now, `same` as what stands already, or `conflict` with what stands. */
export interface Outcome {
  readonly kind: "written" | "same" | "conflict";
  /** Of what stands afterwards; 0 for nothing. */
  readonly revision: number;
}

export interface Settled {
  readonly book: Book;
  /** One for each write asked for, in order. */
  readonly outcomes: readonly Outcome[];
}

/** Why no write of a call is done: there would be more entries, or more bytes, than a phonebook may hold. */
export type Full = "entries" | "bytes";

/**
 * Decides a call's writes, one after the other; none is done where they would leave more than `MOST_ENTRIES` or
 * `MOST_BYTES`. A write on another base than what stands is a conflict, unless it says what stands: the repeat of a call whose
 * answer was lost. Clients seal with a random nonce, so equal bytes are the same write.
 * @param standingOf what stands under a key before the call
 */
export function settle(
  before: Book,
  standingOf: (key: string) => Standing | null,
  writes: readonly Wanted[],
): Settled | Full {
  let book = before;
  const touched = new Map<string, Standing>();
  const outcomes = writes.map(({ key, base, mac, size }): Outcome => {
    const standing = touched.get(key) ?? standingOf(key);
    const revision = standing?.revision ?? 0;
    if ((standing?.mac ?? null) === mac) return { kind: "same", revision };
    if (base !== revision) return { kind: "conflict", revision };
    const next = book.revision + 1;
    touched.set(key, { revision: next, mac, size });
    book = counted(book, standing, { mac, size }, next);
    return { kind: "written", revision: next };
  });
  if (book.entries > MOST_ENTRIES) return "entries";
  return book.bytes > MOST_BYTES ? "bytes" : { book, outcomes };
}

function counted(
  book: Book,
  standing: Standing | null,
  { mac, size }: Pick<Wanted, "mac" | "size">,
  revision: number,
): Book {
  const stood = standing !== null && standing.mac !== null ? 1 : 0;
  const lay = standing !== null && standing.mac === null ? 1 : 0;
  return {
    ...book,
    revision,
    entries: book.entries + (mac === null ? 0 : 1) - stood,
    tombstones: book.tombstones + (mac === null ? 1 : 0) - lay,
    bytes: book.bytes + size - (standing?.size ?? 0),
  };
}

/**
 * Added to the revision that a page of a reading from 0 ends with: such a reading may go on below the floor, since it
 * was told no entry whose deletion is forgotten. Fits into 15 digits.
 */
const FROM_ZERO = 2 ** 49;

/** Where a reading goes on, and whether it is one that began at 0. */
export interface Cursor {
  readonly from: number;
  readonly fromZero: boolean;
}

/** What `since` means; null when the device must start anew from 0. */
export function cursorOf({ revision, floor, emptied }: Book, since: number): Cursor | null {
  const fromZero = since === 0 || since >= FROM_ZERO;
  const from = since >= FROM_ZERO ? since - FROM_ZERO : since;
  const oldest = fromZero ? emptied : floor;
  return from <= revision && (since === 0 || from >= oldest) ? { from, fromZero } : null;
}

/** What to ask for after a page that ends with a revision and is not the last one. */
export function after({ fromZero }: Cursor, last: number): number {
  return fromZero ? FROM_ZERO + last : last;
}

/** A book after its entries were deleted all at once: whoever knew any starts anew. */
export function emptied({ revision }: Book): Book {
  const next = revision + 1;
  return { revision: next, floor: next, emptied: next, entries: 0, tombstones: 0, bytes: 0 };
}
