import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { bytesColumn } from "../storage/bytes-column.ts";
import type { AreaId, BlockId } from "../vault/vault.ts";

/**
 * Datasets that operators import. `keep` is set while rows are being dropped: all but that edition ("" keeps none);
 * `walked` is how far the drop has come: area and block, null at its beginning.
 */
export const datasets = sqliteTable("datasets", {
  id: text("id").primaryKey(),
  title: text("title").notNull(),
  kind: text("kind", { enum: ["complaints", "directory"] }).notNull(),
  licence: text("licence").notNull(),
  country: text("country").notNull(),
  keep: text("keep"),
  walked: bytesColumn("walked"),
});

/**
 * One accepted batch of dataset rows, written in the transaction that wrote the rows: the idempotency record.
 * `batch` is a keyed hash of dataset and Idempotency-Key, `digest` one of the body, `answer` what the first call
 * was told, without `changed`, which SQL counts. Evidence names its batch by `number`.
 */
export const batches = sqliteTable(
  "batches",
  {
    number: integer("number").primaryKey(),
    dataset: text("dataset")
      .notNull()
      .references(() => datasets.id),
    batch: text("batch").notNull(),
    edition: text("edition").notNull(),
    digest: text("digest").notNull(),
    answer: text("answer").notNull(),
    changed: integer("changed").notNull().default(0),
    /** The ten thousands whose complaints it names, sealed; null without complaints. A drop marks them dirty. */
    areas: bytesColumn("areas"),
  },
  (table) => [uniqueIndex("batches_by_key").on(table.dataset, table.batch)],
);

/** Where a number stands: keyed ids of its area of 10,000 and its block of 100, and its last two digits. */
const place = {
  area: bytesColumn("area").$type<AreaId>().notNull(),
  block: bytesColumn("block").$type<BlockId>().notNull(),
  line: integer("line").notNull(),
};

/** What people say of numbers: only numbers with a vote that counts or a word of their owner have a row. */
export const callers = sqliteTable(
  "callers",
  {
    ...place,
    /** The ballot's part, sealed; null while no vote counts. Written by the number's ballot alone. */
    ballot: bytesColumn("ballot"),
    /** The ballot's revision that `ballot` is of. */
    ballotRevision: integer("ballot_revision").notNull().default(0),
    /** What its owner and operators say, sealed; written by the number's ownership alone. */
    ownership: bytesColumn("ownership"),
    ownershipRevision: integer("ownership_revision").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.area, table.block, table.line] })],
);

/**
 * What datasets say, a row per batch, number, day and category (complaints) or name (directory). Rows are never folded
 * or rewritten, so that dropping a batch leaves the directory as if it had never been. Clustered by place and without
 * another index: whoever asks for a number, a block or an area knows its digits.
 */
export const evidence = sqliteTable(
  "evidence",
  {
    ...place,
    /** Days since 1970-01-01. */
    day: integer("day").notNull(),
    /** Of a complaint its category (codes.ts), of a name 4 bytes of its keyed hash. */
    form: integer("form").notNull(),
    /** `batches.number`. */
    batch: integer("batch").notNull(),
    /** 1 when the row named no day: `day` is that of its arrival, or one for the whole file. */
    undated: integer("undated").notNull().default(0),
    /** 0 for a name. */
    complaints: integer("complaints").notNull(),
    /** The name, sealed for this number; null for complaints. */
    name: bytesColumn("name"),
    /** Whose name it is (codes.ts); null for complaints. */
    kind: integer("kind"),
  },
  (table) => [primaryKey({ columns: [table.area, table.block, table.line, table.day, table.form, table.batch] })],
);

/** The published unit: a block of 100 numbers, sealed whole. `version` counts its publications. */
export const pages = sqliteTable("pages", {
  block: bytesColumn("block").$type<BlockId>().primaryKey(),
  body: bytesColumn("body").notNull(),
  version: integer("version").notNull(),
});

/**
 * Blocks whose page is older than their evidence: a row per change and publisher, never altered by later changes. Its key
 * is the order in which a slot's marks have their turn, so that nothing else needs an index.
 */
export const dirty = sqliteTable(
  "dirty",
  {
    /** First character of the blocks' ids: one of 64 publishers. */
    slot: text("slot").notNull(),
    /** `LANES`: what people did is published before what was imported. */
    lane: integer("lane").notNull(),
    /** Its place in the lane, ms since 1970: of the change, or of the last time that no page could be made. */
    queued: integer("queued").notNull(),
    /** Random. */
    mark: text("mark").notNull(),
    /** Since when it waits, ms since 1970. */
    since: integer("since").notNull(),
    /** The blocks' ids in hex, a JSON array. */
    blocks: text("blocks").notNull(),
    /** The blocks' digits, sealed; null where only blocks that have a page can be meant, which holds them. */
    digits: bytesColumn("digits"),
  },
  (table) => [primaryKey({ columns: [table.slot, table.lane, table.queued, table.mark] })],
);

/** Ten thousands whose complaints make something suspected. */
export const areas = sqliteTable("areas", {
  area: bytesColumn("area").$type<AreaId>().primaryKey(),
  /** Calling code: whose table it is in. */
  code: text("code").notNull(),
  /** Its digits, what is suspected, and numbers that their own complaints make suspected, sealed (area-body.ts). */
  body: bytesColumn("body").notNull(),
  /** The first week in which ageing alone changes it. */
  changes: integer("changes").notNull(),
});

/** Ten thousands whose row is older than their evidence: a row per change, never altered by later changes. */
export const dirtyAreas = sqliteTable(
  "dirty_areas",
  {
    /** Since when it waits, ms since 1970. */
    since: integer("since").notNull(),
    /** Random. */
    mark: text("mark").notNull(),
    /** The digits of the ten thousands, sealed (area-marks.ts). */
    named: bytesColumn("named").notNull(),
    /** The run that has claimed it: random, null for none. */
    claim: text("claim"),
  },
  (table) => [primaryKey({ columns: [table.since, table.mark] })],
);

/** The calling codes' tables in KV. */
export const areaTables = sqliteTable("area_tables", {
  code: text("code").primaryKey(),
  /** The week for which its rows were last looked through. */
  week: integer("week").notNull(),
  /** Random, and new with every change, while KV lacks one; since when, ms since 1970. */
  mark: text("mark"),
  since: integer("since"),
  /** When it was last published, ms since 1970, and its size in KV; null before. */
  published: integer("published"),
  bytes: integer("bytes"),
});

/** One row: what is known of KV as the copy of `pages` (copy-state.ts), as JSON. */
export const copy = sqliteTable("copy", {
  one: integer("one").primaryKey(),
  /** Counts its changes: each is made to the row that was read. */
  version: integer("version").notNull(),
  state: text("state").notNull(),
});

/** Tombstones: unlisted numbers, by the keyed id of their block and their line. Every way in checks them. */
export const unlisted = sqliteTable("unlisted", { block: place.block, line: place.line }, (table) => [
  primaryKey({ columns: [table.block, table.line] }),
]);

/** Ids under which contacts were shared and that were revoked since: under a keyed hash that stands nowhere else. */
export const revoked = sqliteTable(
  "revoked",
  {
    id: text("id").primaryKey(),
    /** Day of the revocation, days since 1970-01-01. */
    day: integer("day").notNull(),
  },
  (table) => [index("revoked_by_day").on(table.day)],
);
