ALTER TABLE `evidence` ADD `undated` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `callers` DROP COLUMN `profile`;--> statement-breakpoint
ALTER TABLE `callers` DROP COLUMN `profile_revision`;