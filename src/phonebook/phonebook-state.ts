/** Most entries in a phonebook. */
export const MOST_ENTRIES = 20_000;
/** Most bytes of ciphertext (decoded) in a phonebook: 64 MiB. */
export const MOST_BYTES = 64 * 1024 * 1024;
/** Most tombstones kept; beyond that the oldest are dropped early, and devices that far behind read from the beginning. */
export const MOST_TOMBSTONES = 20_000;
/** Days for which deletions are kept, for devices that were offline. */
export const TOMBSTONE_DAYS = 90;

/** The counters of a phonebook. */
export interface Book {
  /** The last revision; each written entry gets its own. */
  readonly revision: number;
  /** Deletions up to this revision are no longer kept: an older device must read from the beginning. */
  readonly floor: number;
  /** Revision at which all entries were last deleted at once, 0 for never. */
  readonly emptied: number;
  readonly entries: number;
  readonly tombstones: number;
  /** Of what clients sealed, decoded. */
  readonly bytes: number;
}

/** A new phonebook. */
export const EMPTY_BOOK: Book = { revision: 0, floor: 0, emptied: 0, entries: 0, tombstones: 0, bytes: 0 };

/** The stored entry of a key, or its tombstone if `mac` is null. */
export interface Standing {
  readonly revision: number;
  /** Keyed hash of the client's ciphertext, to compare it. */
  readonly mac: string | null;
  /** Bytes that the client sealed, 0 for a tombstone. */
  readonly size: number;
}

/** A device's request to write an entry. */
export interface Wanted {
  readonly key: string;
  /** The revision that the device has, 0 for none. */
  readonly base: number;
  /** Null deletes. */
  readonly mac: string | null;
  /** Bytes that the client sealed, 0 for a deletion. */
  readonly size: number;
}

/** The result of a write: `written`, `same` as stored already, or in `conflict` with what is stored. */
export interface Outcome {
  readonly kind: "written" | "same" | "conflict";
  /** Revision of what is stored afterwards; 0 for nothing. */
  readonly revision: number;
}

export interface Settled {
  readonly book: Book;
  /** One per requested write, in order. */
  readonly outcomes: readonly Outcome[];
}

/** Why a request is refused as a whole: too many entries, or too many bytes. */
export type Full = "entries" | "bytes";

/**
 * Decides the writes of a request in order; none is done if they would exceed `MOST_ENTRIES` or `MOST_BYTES`. A write with an
 * outdated `base` is a conflict, unless its bytes equal what is stored: a retry whose response was lost. Clients seal with a
 * random nonce, so equal bytes are the same write.
 * @param standingOf what is stored under a key before the request
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
 * Added to the revision at which a page of a full read ends: a full read may continue below the floor, because it was given
 * no entry whose deletion is no longer kept. Fits into 15 digits.
 */
const FROM_ZERO = 2 ** 49;

/** Where a read continues, and whether it is a full read (from 0). */
export interface Cursor {
  readonly from: number;
  readonly fromZero: boolean;
}

/** Interprets `since`; null when the device must read from 0. */
export function cursorOf({ revision, floor, emptied }: Book, since: number): Cursor | null {
  const fromZero = since === 0 || since >= FROM_ZERO;
  const from = since >= FROM_ZERO ? since - FROM_ZERO : since;
  const oldest = fromZero ? emptied : floor;
  return from <= revision && (since === 0 || from >= oldest) ? { from, fromZero } : null;
}

/** The `since` of the next page, after a page that ends with a revision. */
export function after({ fromZero }: Cursor, last: number): number {
  return fromZero ? FROM_ZERO + last : last;
}

/** The phonebook after all its entries were deleted: every device must read from the beginning. */
export function emptied({ revision }: Book): Book {
  const next = revision + 1;
  return { revision: next, floor: next, emptied: next, entries: 0, tombstones: 0, bytes: 0 };
}
