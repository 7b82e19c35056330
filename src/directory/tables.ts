import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { BlockId } from "../vault/vault.ts";

/** Datasets that operators import. `keep` is set while rows are being dropped: all but that edition ("" keeps none). */
export const datasets = sqliteTable("datasets", {
  id: text("id").primaryKey(),
  title: text("title").notNull(),
  kind: text("kind", { enum: ["complaints", "directory"] }).notNull(),
  licence: text("licence").notNull(),
  country: text("country").notNull(),
  keep: text("keep"),
});

/**
 * One accepted batch of dataset rows, written in the transaction that wrote the rows: the idempotency record.
 * `batch` is a keyed hash of dataset and Idempotency-Key, `digest` one of the body, `answer` what the first call
 * was told, without `changed`, which SQL counts.
 */
export const batches = sqliteTable(
  "batches",
  {
    dataset: text("dataset")
      .notNull()
      .references(() => datasets.id),
    batch: text("batch").notNull(),
    edition: text("edition").notNull(),
    digest: text("digest").notNull(),
    answer: text("answer").notNull(),
    changed: integer("changed").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.dataset, table.batch] })],
);

/** Every known number: where its line is published. `id` and `block` are keyed hashes. */
export const callers = sqliteTable(
  "callers",
  {
    id: text("id").primaryKey(),
    block: text("block").$type<BlockId>().notNull(),
    /** Last two digits, 0–99. */
    line: integer("line").notNull(),
    /** The ballot's part, sealed; null while no vote counts. Written by the number's ballot alone. */
    ballot: text("ballot"),
    /** The ballot's revision that `ballot` is of. */
    ballotRevision: integer("ballot_revision").notNull().default(0),
    /** What its owner and operators say, sealed; written by the number's ownership alone. */
    ownership: text("ownership"),
    ownershipRevision: integer("ownership_revision").notNull().default(0),
  },
  (table) => [index("callers_by_block").on(table.block)],
);

/**
 * What datasets say, a row per batch, number, day and category (complaints) or name (directory). Rows are never folded
 * or rewritten, so that dropping a batch leaves the directory as if it had never been.
 */
export const evidence = sqliteTable(
  "evidence",
  {
    dataset: text("dataset").notNull(),
    batch: text("batch").notNull(),
    caller: text("caller").notNull(),
    /** Days since 1970-01-01. */
    day: integer("day").notNull(),
    /** 1 when the row named no day and `day` is that of its arrival. */
    undated: integer("undated").notNull().default(0),
    /** Category of a complaint, "" for none and for names. */
    category: text("category").notNull(),
    /** Keyed hash of the name, "" for complaints. */
    form: text("form").notNull(),
    complaints: integer("complaints").notNull(),
    /** The name, sealed for this caller; null for complaints. */
    name: text("name"),
    kind: text("kind"),
  },
  (table) => [
    primaryKey({ columns: [table.dataset, table.batch, table.caller, table.day, table.category, table.form] }),
    index("evidence_by_caller").on(table.caller),
  ],
);

/** The published unit: a block of 100 numbers, sealed whole. `version` counts its publications. */
export const pages = sqliteTable("pages", {
  block: text("block").$type<BlockId>().primaryKey(),
  body: text("body").notNull(),
  version: integer("version").notNull(),
});

/** Blocks whose page is older than their evidence. `mark` is random and new with every change. */
export const dirty = sqliteTable(
  "dirty",
  {
    block: text("block").$type<BlockId>().primaryKey(),
    /** First character of the block's id: one of 64 publishers. */
    slot: text("slot").notNull(),
    /** `LANES`: what people did is published before what was imported. */
    lane: integer("lane").notNull(),
    /** Its place in the lane, ms since 1970: of the first unpublished change, or of the last time that no page could be made. */
    queued: integer("queued").notNull(),
    /** Since when something of the block is unpublished, ms since 1970. */
    since: integer("since").notNull(),
    mark: text("mark").notNull(),
  },
  // What is asked of marks by the minute is asked of the index alone.
  (table) => [index("dirty_by_slot").on(table.slot, table.lane, table.queued, table.since)],
);

/**
 * Blocks that complaints name, and those around them where a thousand is bad, each in its thousand (a keyed hash of the
 * number without its last three digits). `until` is what the block's last page said of its fresh complaints.
 */
export const hundreds = sqliteTable(
  "hundreds",
  {
    block: text("block").$type<BlockId>().primaryKey(),
    thousand: text("thousand").notNull(),
    until: integer("until"),
  },
  (table) => [index("hundreds_by_thousand").on(table.thousand)],
);

/** The digits that the numbers of a thousand share, sealed: where it is bad, blocks that nobody named have pages too. */
export const thousands = sqliteTable("thousands", {
  id: text("id").primaryKey(),
  prefix: text("prefix").notNull(),
});

/** Tombstones: unlisted numbers, as keyed hashes. Every way in checks them. */
export const unlisted = sqliteTable("unlisted", { id: text("id").primaryKey() });

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
