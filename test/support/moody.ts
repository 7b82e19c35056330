import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestHarness, experimental_readRawConfig } from "wrangler";
import { testSecrets } from "./secrets.ts";
import { ROOT, Service } from "./service.ts";

/** How a store is today: as it should be, failing at once, or never answering. */
export type Mood = "well" | "throws" | "hangs";

/** Two Workers over the same data: one whose stores are well, and one whose stores have moods. */
export interface Moody {
  readonly well: Service;
  readonly moody: Service;
  set(moods: { readonly kv?: Mood; readonly d1?: Mood }): Promise<void>;
}

/** Starts the built Worker twice, the second time with `moody-stores.ts` in place of its KV and D1 bindings. */
export async function startMoody(): Promise<Moody> {
  const { rawConfig } = await experimental_readRawConfig({ config: join(ROOT, "wrangler.toml") });
  const { secrets: _required, ...relative } = rawConfig;
  const alias = Object.fromEntries(
    Object.entries(relative.alias ?? {}).map(([name, path]) => [name, join(ROOT, String(path))]),
  );
  const config = { ...relative, alias, main: join(ROOT, "src/index.ts") };
  const stores = {
    kv_namespaces: [{ binding: "PAGES", id: "pages" }],
    d1_databases: [
      {
        binding: "DB",
        database_name: "konnections",
        database_id: "konnections",
        migrations_dir: join(ROOT, "migrations"),
      },
    ],
  };
  const vars = { ...config.vars, ENVIRONMENT: "development", ...testSecrets };
  const harness = createTestHarness({
    // Away from the project's own .dev.vars, which would take the place of these.
    root: mkdtempSync(join(tmpdir(), "konnections-moody-")),
    workers: [
      { config: { ...config, ...stores, vars } },
      {
        config: {
          ...config,
          name: "moody",
          vars,
          kv_namespaces: [],
          d1_databases: [],
          services: [
            { binding: "PAGES", service: "stores", entrypoint: "Kv" },
            { binding: "DB", service: "stores", entrypoint: "D1" },
          ],
        },
      },
      {
        config: {
          name: "stores",
          main: join(ROOT, "test/support/moody-stores.ts"),
          ...(config.compatibility_date === undefined ? {} : { compatibility_date: config.compatibility_date }),
          ...stores,
        },
      },
    ],
  });
  const well = await Service.of(harness);
  await harness.getWorker().applyD1Migrations("DB");
  const moody = await Service.of(harness, "moody");
  return {
    well,
    moody,
    async set(moods) {
      const query = new URLSearchParams(moods as Record<string, string>);
      await (await harness.getWorker("stores").fetch(`${well.url.origin}/?${query.toString()}`)).text();
    },
  };
}
