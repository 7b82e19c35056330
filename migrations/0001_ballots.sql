ALTER TABLE `callers` ADD `ballot` text;--> statement-breakpoint
ALTER TABLE `callers` ADD `ballot_revision` integer DEFAULT 0 NOT NULL;