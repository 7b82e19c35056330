CREATE TABLE `deliveries` (
	`message` text PRIMARY KEY NOT NULL,
	`day` integer NOT NULL,
	`kind` text NOT NULL,
	`country` text NOT NULL,
	`carrier` text NOT NULL,
	`outcome` text NOT NULL,
	`error` integer NOT NULL,
	`stage` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `deliveries_by_day` ON `deliveries` (`day`);--> statement-breakpoint
CREATE TABLE `delivery_counts` (
	`day` integer NOT NULL,
	`kind` text NOT NULL,
	`country` text NOT NULL,
	`carrier` text NOT NULL,
	`outcome` text NOT NULL,
	`error` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`day`, `kind`, `country`, `carrier`, `outcome`, `error`)
) WITHOUT ROWID;
