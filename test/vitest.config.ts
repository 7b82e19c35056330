import { join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { testSecrets } from "./support/secrets.ts";

// wrangler takes secrets from here when there is no .dev.vars.
Object.assign(process.env, testSecrets);

const root = join(import.meta.dirname, "..");

/** Rooms that touch the platform are tested inside workerd; pure ones and everything from outside in Node. */
const INSIDE = [
  "accounts",
  "contacts",
  "directory",
  "images",
  "lookup",
  "messaging",
  "operators",
  "ownership",
  "phonebook",
  "privacy",
  "storage",
  "telemetry",
  "vault",
  "voting",
];
/** A promise about time is tested where time can be given. */
const INSIDE_TOO = [
  "test/promises/delist-is-complete.test.ts",
  "test/promises/images-last-seven-days.test.ts",
  "test/promises/unlisted-stays-unlisted.test.ts",
  "test/promises/verified-means-confirmed.test.ts",
];

/** A machine that does other things too is slow, not wrong. */
const PATIENCE = { testTimeout: 180_000, hookTimeout: 300_000 };

export default defineConfig({
  root,
  test: {
    // On two cores: half of a test is waiting, for an alarm, a cache, a restart. Timeouts are long, and no test is timed.
    maxWorkers: 3,
    projects: [
      {
        root,
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                ENVIRONMENT: "development",
                ...testSecrets,
                MIGRATIONS: await readD1Migrations(join(root, "migrations")),
              },
            },
          }),
        ],
        test: {
          name: "inside",
          include: [...INSIDE.map((room) => `test/${room}/**/*.test.ts`), ...INSIDE_TOO],
          setupFiles: ["./test/support/migrated.ts"],
          ...PATIENCE,
          globalSetup: ["./test/support/fake-twilio-setup.ts"],
        },
      },
      {
        root,
        test: {
          name: "contract",
          globalSetup: ["./test/support/build.ts"],
          include: ["test/contract/**/*.test.ts"],
          // These share nothing but what starts the Worker, which is two seconds to load.
          isolate: false,
          ...PATIENCE,
        },
      },
      {
        root,
        test: {
          name: "outside",
          globalSetup: ["./test/support/build.ts"],
          include: ["test/**/*.test.ts"],
          exclude: [...INSIDE.map((room) => `test/${room}/**`), ...INSIDE_TOO, "test/contract/**"],
          ...PATIENCE,
        },
      },
    ],
  },
});
