ALTER TABLE `callers` ADD `profile` text;--> statement-breakpoint
ALTER TABLE `callers` ADD `profile_revision` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `callers` ADD `ownership` text;--> statement-breakpoint
ALTER TABLE `callers` ADD `ownership_revision` integer DEFAULT 0 NOT NULL;