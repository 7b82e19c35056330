CREATE TABLE `hundreds` (
	`block` text PRIMARY KEY NOT NULL,
	`thousand` text NOT NULL,
	`until` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `hundreds_by_thousand` ON `hundreds` (`thousand`);--> statement-breakpoint
CREATE TABLE `thousands` (
	`id` text PRIMARY KEY NOT NULL,
	`prefix` text NOT NULL
) WITHOUT ROWID;
