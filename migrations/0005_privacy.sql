CREATE TABLE `notices` (
	`version` text PRIMARY KEY NOT NULL,
	`effective_at` integer NOT NULL,
	`published_at` integer NOT NULL,
	`texts` text NOT NULL
);
