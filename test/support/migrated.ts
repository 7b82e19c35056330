import type { D1Migration } from "cloudflare:test";
import { roomInHour } from "./clock.ts";
import { emptyStores } from "./empty-stores.ts";

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
// The files of a process share its engine, and each begins with nothing.
await emptyStores();
