CREATE TABLE `skipped` (
	`day` integer NOT NULL,
	`place` text NOT NULL,
	`reason` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`day`, `place`, `reason`)
);
