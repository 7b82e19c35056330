CREATE TABLE `accounts` (
	`number` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`subject` text NOT NULL,
	`state` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_account_unique` ON `accounts` (`account`);
