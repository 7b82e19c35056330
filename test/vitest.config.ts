import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloudflareTest, readD1Migrations, type D1Migration } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { kindsOfTests } from "./support/kinds.ts";
import { LongFirst } from "./support/long-first.ts";
import { scratchRoot } from "./support/scratch-root.ts";
import { testSecrets } from "./support/secrets.ts";

// wrangler takes secrets from here when there is no .dev.vars.
Object.assign(process.env, testSecrets);

// Thousands of small databases are written: what is made for a while is made in memory, where there is room. This file is
// read more than once.
if (process.env["KONNECTIONS_TEST_DISK"] === undefined) {
  process.env["KONNECTIONS_TEST_DISK"] = tmpdir();
  const scratch = mkdtempSync(join(scratchRoot(), "konnections-tests-"));
  process.env["TMPDIR"] = scratch;
  process.once("exit", () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }));
}

const root = join(import.meta.dirname, "..");
const kinds = kindsOfTests(root);

/** All migrations as one: hundreds of tests begin with empty stores, and each migration would be a batch of its own. */
async function wholeSchema(): Promise<D1Migration> {
  const migrations = await readD1Migrations(join(root, "migrations"));
  return { name: "all", queries: migrations.flatMap(({ queries }) => queries) };
}

export default defineConfig(({ mode }) => {
  /** A machine that does other things too is slow, not wrong: timeouts are long, and no test is timed. */
  const usual = { testTimeout: 600_000, hookTimeout: 600_000, provide: { thorough: mode === "thorough" } };
  return {
    root,
    test: {
      // On two cores: half of a test is waiting, for an alarm, a cache, a restart.
      maxWorkers: 4,
      sequence: { sequencer: LongFirst },
      projects: [
        {
          root,
          test: {
            ...usual,
            name: "unit",
            include: [...kinds.unit],
            isolate: false,
            // The engine has base64 of Uint8Array; Node has it behind a flag.
            execArgv: ["--js-base-64"],
          },
        },
        {
          root,
          plugins: [
            cloudflareTest(async () => ({
              wrangler: { configPath: "./wrangler.toml" },
              miniflare: {
                bindings: { ENVIRONMENT: "development", ...testSecrets, MIGRATIONS: [await wholeSchema()] },
              },
            })),
          ],
          test: {
            ...usual,
            name: "inside",
            include: [...kinds.inside],
            isolate: false,
            setupFiles: ["./test/support/migrated.ts"],
            globalSetup: ["./test/support/fake-twilio-setup.ts"],
          },
        },
        {
          root,
          test: {
            ...usual,
            name: "contract",
            include: [...kinds.contract],
            globalSetup: ["./test/support/build.ts"],
            // These share nothing but what starts the Worker, which is two seconds to load.
            isolate: false,
          },
        },
        {
          root,
          test: {
            ...usual,
            name: "outside",
            include: [...kinds.outside],
            globalSetup: ["./test/support/build.ts"],
            // As above; what a life of the service left behind, they only read.
            isolate: false,
          },
        },
      ],
    },
  };
});
