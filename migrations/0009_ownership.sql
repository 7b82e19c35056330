CREATE TABLE `disputes` (
	`id` text PRIMARY KEY NOT NULL,
	`sealed` text NOT NULL,
	`day` integer NOT NULL
) WITHOUT ROWID;
