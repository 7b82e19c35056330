import { applyD1Migrations, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { roomInHour } from "./clock.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      /** Given by test/vitest.config.ts. */
      readonly MIGRATIONS: D1Migration[];
    }
  }
}

// Days and weeks begin with an hour.
await roomInHour(30_000);
await applyD1Migrations(env.DB, env.MIGRATIONS);
