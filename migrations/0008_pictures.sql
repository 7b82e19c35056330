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
CREATE INDEX `pictures_by_expiry` ON `pictures` (`expires`);