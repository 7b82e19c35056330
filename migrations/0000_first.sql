-- WITHOUT ROWID by hand (README.md): the key is the row, and no second tree has to be written for it.
CREATE TABLE `accounts` (
	`number` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`subject` text NOT NULL,
	`state` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_account_unique` ON `accounts` (`account`);--> statement-breakpoint
CREATE INDEX `accounts_leaving` ON `accounts` (`state`) WHERE "accounts"."state" = 'leaving';--> statement-breakpoint
CREATE INDEX `accounts_erasing` ON `accounts` (`state`) WHERE "accounts"."state" = 'erasing';--> statement-breakpoint
CREATE TABLE `area_tables` (
	`code` text PRIMARY KEY NOT NULL,
	`week` integer NOT NULL,
	`mark` text,
	`since` integer,
	`published` integer,
	`bytes` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `areas` (
	`area` blob PRIMARY KEY NOT NULL,
	`code` text NOT NULL,
	`body` blob NOT NULL,
	`changes` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `batches` (
	`number` integer PRIMARY KEY NOT NULL,
	`dataset` text NOT NULL,
	`batch` text NOT NULL,
	`edition` text NOT NULL,
	`digest` text NOT NULL,
	`answer` text NOT NULL,
	`changed` integer DEFAULT 0 NOT NULL,
	`areas` blob,
	FOREIGN KEY (`dataset`) REFERENCES `datasets`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `batches_by_key` ON `batches` (`dataset`,`batch`);--> statement-breakpoint
CREATE TABLE `callers` (
	`area` blob NOT NULL,
	`block` blob NOT NULL,
	`line` integer NOT NULL,
	`ballot` blob,
	`ballot_revision` integer DEFAULT 0 NOT NULL,
	`ownership` blob,
	`ownership_revision` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`area`, `block`, `line`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `copy` (
	`one` integer PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`state` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `datasets` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`kind` text NOT NULL,
	`licence` text NOT NULL,
	`country` text NOT NULL,
	`keep` text,
	`walked` blob
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `dirty` (
	`slot` text NOT NULL,
	`lane` integer NOT NULL,
	`queued` integer NOT NULL,
	`mark` text NOT NULL,
	`since` integer NOT NULL,
	`blocks` text NOT NULL,
	`digits` blob,
	PRIMARY KEY(`slot`, `lane`, `queued`, `mark`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `dirty_areas` (
	`since` integer NOT NULL,
	`mark` text NOT NULL,
	`named` blob NOT NULL,
	`claim` text,
	PRIMARY KEY(`since`, `mark`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `evidence` (
	`area` blob NOT NULL,
	`block` blob NOT NULL,
	`line` integer NOT NULL,
	`day` integer NOT NULL,
	`form` integer NOT NULL,
	`batch` integer NOT NULL,
	`undated` integer DEFAULT 0 NOT NULL,
	`complaints` integer NOT NULL,
	`name` blob,
	`kind` integer,
	PRIMARY KEY(`area`, `block`, `line`, `day`, `form`, `batch`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `pages` (
	`block` blob PRIMARY KEY NOT NULL,
	`body` blob NOT NULL,
	`version` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `revoked` (
	`id` text PRIMARY KEY NOT NULL,
	`day` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `revoked_by_day` ON `revoked` (`day`);--> statement-breakpoint
CREATE TABLE `unlisted` (
	`block` blob NOT NULL,
	`line` integer NOT NULL,
	PRIMARY KEY(`block`, `line`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `pictures` (
	`id` text PRIMARY KEY NOT NULL,
	`sender` text NOT NULL,
	`recipient` text,
	`expires` integer NOT NULL,
	`reported` integer DEFAULT false NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `pictures_by_sender` ON `pictures` (`sender`);--> statement-breakpoint
CREATE INDEX `pictures_by_recipient` ON `pictures` (`recipient`);--> statement-breakpoint
CREATE INDEX `pictures_by_expiry` ON `pictures` (`expires`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`message` text PRIMARY KEY NOT NULL,
	`day` integer NOT NULL,
	`kind` text NOT NULL,
	`channel` text NOT NULL,
	`country` text NOT NULL,
	`carrier` text NOT NULL,
	`outcome` text NOT NULL,
	`error` integer NOT NULL,
	`stage` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `deliveries_by_day` ON `deliveries` (`day`);--> statement-breakpoint
CREATE INDEX `deliveries_waiting` ON `deliveries` (`message`) WHERE outcome = 'waiting';--> statement-breakpoint
CREATE INDEX `deliveries_dead` ON `deliveries` (`day`,`message`) WHERE outcome IN ('expired', 'refused', 'unknown');--> statement-breakpoint
CREATE TABLE `delivery_counts` (
	`day` integer NOT NULL,
	`kind` text NOT NULL,
	`channel` text NOT NULL,
	`country` text NOT NULL,
	`carrier` text NOT NULL,
	`outcome` text NOT NULL,
	`error` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`day`, `kind`, `channel`, `country`, `carrier`, `outcome`, `error`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `audit` (
	`id` text PRIMARY KEY NOT NULL,
	`action` text NOT NULL,
	`target` text,
	`sealed` text NOT NULL,
	`outcome` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `disputes` (
	`id` text PRIMARY KEY NOT NULL,
	`sealed` text NOT NULL,
	`day` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `disputes_by_day` ON `disputes` (`day`);--> statement-breakpoint
CREATE TABLE `notices` (
	`version` text PRIMARY KEY NOT NULL,
	`effective_at` integer NOT NULL,
	`published_at` integer NOT NULL,
	`texts` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `retention` (
	`step` text NOT NULL,
	`day` integer NOT NULL,
	`removed` integer NOT NULL,
	`ran` integer NOT NULL,
	`failing` integer,
	PRIMARY KEY(`step`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `skipped` (
	`day` integer NOT NULL,
	`place` text NOT NULL,
	`reason` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`day`, `place`, `reason`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `renewals` (
	`store` text PRIMARY KEY NOT NULL,
	`pass` integer NOT NULL,
	`after` text,
	`ended` integer,
	`renewed` integer DEFAULT 0 NOT NULL,
	`left` text DEFAULT '{}' NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `seal_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`canary` text NOT NULL,
	`mark` text NOT NULL,
	`since` integer NOT NULL,
	`until` integer,
	`done` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `sealed_objects` (
	`class` text NOT NULL,
	`id` blob NOT NULL,
	PRIMARY KEY(`class`, `id`)
) WITHOUT ROWID;
