-- WITHOUT ROWID by hand (drizzle-kit has no word for it): these rows are found by their whole key, so the key is the row.
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
	`line` integer NOT NULL,
	`ballot` text,
	`ballot_revision` integer DEFAULT 0 NOT NULL,
	`ownership` text,
	`ownership_revision` integer DEFAULT 0 NOT NULL
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
	`lane` integer NOT NULL,
	`queued` integer NOT NULL,
	`since` integer NOT NULL,
	`mark` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `dirty_by_slot` ON `dirty` (`slot`,`lane`,`queued`,`since`);--> statement-breakpoint
CREATE TABLE `evidence` (
	`dataset` text NOT NULL,
	`batch` text NOT NULL,
	`caller` text NOT NULL,
	`day` integer NOT NULL,
	`undated` integer DEFAULT 0 NOT NULL,
	`category` text NOT NULL,
	`form` text NOT NULL,
	`complaints` integer NOT NULL,
	`name` text,
	`kind` text,
	PRIMARY KEY(`dataset`, `batch`, `caller`, `day`, `category`, `form`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `evidence_by_caller` ON `evidence` (`caller`);--> statement-breakpoint
CREATE TABLE `hundreds` (
	`block` text PRIMARY KEY NOT NULL,
	`thousand` text NOT NULL,
	`until` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `hundreds_by_thousand` ON `hundreds` (`thousand`);--> statement-breakpoint
CREATE TABLE `pages` (
	`block` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`version` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `revoked` (
	`id` text PRIMARY KEY NOT NULL,
	`day` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `revoked_by_day` ON `revoked` (`day`);--> statement-breakpoint
CREATE TABLE `thousands` (
	`id` text PRIMARY KEY NOT NULL,
	`prefix` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `unlisted` (
	`id` text PRIMARY KEY NOT NULL
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
);
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
);
