import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig, type Unstable_Config } from "wrangler";
import { QUIET, startWrangler } from "../../src/commands/wrangler.ts";

const root = join(import.meta.dirname, "../..");

/** What miniflare needs to run a Worker, but for its script. wrangler types it as an open record. */
export type WorkerSettings = Readonly<Record<string, unknown>>;

/** A Worker as `npm run deploy` would upload it. */
export interface Built {
  readonly script: string;
  readonly settings: WorkerSettings;
  /** Bytes of the upload, gzipped. */
  readonly gzipped: number;
}

/** Builds the product by wrangler.toml, into `directory`. */
export async function buildProduct(directory: string): Promise<Built> {
  await build(join(root, "wrangler.toml"), directory);
  // Read from a copy: beside the original lies .dev.vars, which is nothing to the bench.
  const config = join(directory, "wrangler.toml");
  cpSync(join(root, "wrangler.toml"), config);
  return built(directory, config);
}

/** Builds one of the bench's own Workers by the same tool, with the stores that the product has. */
export async function buildOwn(name: "floor" | "librarian", directory: string): Promise<Built> {
  const { compatibility_date, kv_namespaces, d1_databases } = readConfig(join(root, "wrangler.toml"));
  // The floor of a vote writes one row.
  const row = { name: "ROWS", class_name: "Row" };
  const objects =
    name === "floor"
      ? { durable_objects: { bindings: [row] }, exports: { Row: { type: "durable-object", storage: "sqlite" } } }
      : {};
  const config = join(directory, `${name}.json`);
  const main = join(import.meta.dirname, `${name}.ts`);
  const stores = { kv_namespaces, d1_databases };
  writeFileSync(config, JSON.stringify({ name, main, compatibility_date, minify: true, ...stores, ...objects }));
  await build(config, join(directory, name));
  return built(join(directory, name), config);
}

/** The statements of all migrations, in their order. */
export function migrations(): string[] {
  const directory = join(root, "migrations");
  const files = readdirSync(directory).filter((name) => name.endsWith(".sql"));
  return files.sort().flatMap((name) => readFileSync(join(directory, name), "utf8").split("--> statement-breakpoint"));
}

function built(directory: string, config: string): Built {
  const files = readdirSync(directory).filter((name) => /\.(?:js|wasm|bin|txt|html|sql)$/.test(name));
  return {
    script: readFileSync(join(directory, files.find((name) => name.endsWith(".js")) ?? "index.js"), "utf8"),
    settings: unstable_getMiniflareWorkerOptions(withoutSecrets(readConfig(config))).workerOptions,
    gzipped: gzipSync(Buffer.concat(files.map((name) => readFileSync(join(directory, name))))).length,
  };
}

function readConfig(config: string): Unstable_Config {
  return unstable_readConfig({ config });
}

/** The secrets that wrangler.toml asks for are made for the run: wrangler need not warn that they are not there. */
function withoutSecrets(config: Unstable_Config): Unstable_Config {
  const { secrets: _, ...rest } = config;
  return rest;
}

async function build(config: string, directory: string): Promise<void> {
  const command = ["deploy", "--dry-run", "--config", config, "--outdir", directory];
  const wrangler = startWrangler(command, QUIET, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [wrangler.stdout, wrangler.stderr]) stream?.on("data", (chunk) => (said += String(chunk)));
  const code = await new Promise((resolve, reject) => wrangler.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`wrangler could not build ${config}:\n${said}`);
}
