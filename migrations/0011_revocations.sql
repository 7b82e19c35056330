CREATE TABLE `revoked` (
	`id` text PRIMARY KEY NOT NULL,
	`day` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `revoked_by_day` ON `revoked` (`day`);