-- What became of messages is told by channel too. Nothing is deployed: the tables are made anew, empty.
DROP TABLE `deliveries`;--> statement-breakpoint
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
DROP TABLE `delivery_counts`;--> statement-breakpoint
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
