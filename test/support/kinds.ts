import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Where a test runs: pure ones in Node, those of rooms inside workerd, those that start the service in Node beside it. */
export interface Kinds {
  readonly unit: readonly string[];
  readonly inside: readonly string[];
  readonly contract: readonly string[];
  readonly outside: readonly string[];
}

const TEST = join(import.meta.dirname, "..");
/** What a test starts when it imports these: the service, a command, a browser. */
const STARTING = /^(?:wrangler|playwright-core|node:child_process)$/;
const IMPORT = /^(?:import|export)\s(?!type\b)(?:[^;"]*?\sfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gms;

/** Sorts every test by what it imports, directly or not: so no list has to be kept, and none is forgotten. Paths are relative to `root`. */
export function kindsOfTests(root: string): Kinds {
  const kinds = { unit: [] as string[], inside: [] as string[], contract: [] as string[], outside: [] as string[] };
  for (const name of readdirSync(TEST, { recursive: true, encoding: "utf8" }).sort()) {
    if (!name.endsWith(".test.ts")) continue;
    const packages = [...packagesOf(join(TEST, name), new Set())];
    const kind = packages.some((one) => one.startsWith("cloudflare:"))
      ? "inside"
      : !packages.some((one) => STARTING.test(one))
        ? "unit"
        : name.startsWith("contract/")
          ? "contract"
          : "outside";
    kinds[kind].push(relative(root, join(TEST, name)));
  }
  return kinds;
}

/** The packages that a file needs when it runs, through all that it imports. */
function packagesOf(file: string, seen: Set<string>): Set<string> {
  const packages = new Set<string>();
  if (seen.has(file) || !existsSync(file)) return packages;
  seen.add(file);
  for (const [, first, second = ""] of readFileSync(file, "utf8").matchAll(IMPORT)) {
    const name = first ?? second;
    if (!name.startsWith(".")) packages.add(name);
    else for (const one of packagesOf(join(dirname(file), name), seen)) packages.add(one);
  }
  return packages;
}
