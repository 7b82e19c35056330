CREATE TABLE `audit` (
	`id` text PRIMARY KEY NOT NULL,
	`action` text NOT NULL,
	`target` text,
	`sealed` text NOT NULL,
	`outcome` integer
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
CREATE INDEX `disputes_by_day` ON `disputes` (`day`);