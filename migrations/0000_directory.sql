-- WITHOUT ROWID by hand (drizzle-kit has no word for it): these rows are found by their whole key, so the key is the row.
CREATE TABLE `batches` (
	`dataset` text NOT NULL,
	`batch` text NOT NULL,
	`edition` text NOT NULL,
	`digest` text NOT NULL,
	`answer` text NOT NULL,
	`changed` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`dataset`, `batch`),
	FOREIGN KEY (`dataset`) REFERENCES `datasets`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `callers` (
	`id` text PRIMARY KEY NOT NULL,
	`block` text NOT NULL,
	`line` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `callers_by_block` ON `callers` (`block`);--> statement-breakpoint
CREATE TABLE `datasets` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`kind` text NOT NULL,
	`licence` text NOT NULL,
	`country` text NOT NULL,
	`keep` text
);
--> statement-breakpoint
CREATE TABLE `dirty` (
	`block` text PRIMARY KEY NOT NULL,
	`slot` text NOT NULL,
	`since` integer NOT NULL,
	`mark` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `dirty_by_slot` ON `dirty` (`slot`,`since`);--> statement-breakpoint
CREATE TABLE `evidence` (
	`dataset` text NOT NULL,
	`batch` text NOT NULL,
	`caller` text NOT NULL,
	`day` integer NOT NULL,
	`category` text NOT NULL,
	`form` text NOT NULL,
	`complaints` integer NOT NULL,
	`name` text,
	`kind` text,
	PRIMARY KEY(`dataset`, `batch`, `caller`, `day`, `category`, `form`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `evidence_by_caller` ON `evidence` (`caller`);--> statement-breakpoint
CREATE TABLE `pages` (
	`block` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`version` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `unlisted` (
	`id` text PRIMARY KEY NOT NULL
) WITHOUT ROWID;
