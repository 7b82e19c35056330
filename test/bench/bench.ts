import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildOwn, buildProduct } from "./build.ts";
import { casesOf, type Case } from "./cases.ts";
import { curve } from "./curve.ts";
import { benchSecrets, openDirectory } from "./directory.ts";
import { runDuels, type Grounds } from "./duel.ts";
import { runDuringImport } from "./during-import.ts";
import { runImportDuels } from "./import-duel.ts";
import { measureFirsts, type Firsts } from "./first.ts";
import { readOptions, USAGE, type Options } from "./options.ts";
import type { Reads } from "./librarian.ts";
import { report, type Results } from "./report.ts";
import { runVoteDuels } from "./vote-duel.ts";
import { measureStorage } from "./storage.ts";
import { scratchRoot } from "../support/scratch-root.ts";

/** Fresh isolates of each kind, a round: what a process costs differs by a twentieth. */
const STARTS_A_ROUND = 3;

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) console.log(USAGE);
  else await run(options);
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}

async function run(options: Options): Promise<void> {
  const scratch = mkdtempSync(join(scratchRoot(), "konnections-bench-"));
  const remove = (): void => rmSync(scratch, { recursive: true, force: true });
  process.once("SIGINT", () => {
    remove();
    process.exit(130);
  });
  try {
    const results = await measure(options, scratch);
    console.log(report(results));
    if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
  } finally {
    remove();
  }
}

async function measure(options: Options, scratch: string): Promise<Results> {
  say("building the Worker and the floor");
  const [product, floor, librarian] = await Promise.all([
    buildProduct(join(scratch, "product")),
    buildOwn("floor", scratch),
    buildOwn("librarian", scratch),
  ]);
  const secrets = await benchSecrets();
  const cases = casesOf(options.callers).filter(({ name }) => options.cases.includes(name));

  say(`filling a directory of ${options.callers.toLocaleString("en")} callers`);
  const stores = { worker: join(scratch, "stores-worker"), floor: join(scratch, "stores-floor") };
  mkdirSync(stores.worker);
  const half = Math.floor(options.callers / 2);
  const directory = await openDirectory(librarian, stores.worker, secrets);
  await directory.fill(0, half, true);
  await directory.fill(half, options.callers, false);
  await directory.publish();
  const [whole, partial] = [cases.filter(({ kvComplete }) => kvComplete), cases.filter((one) => !one.kvComplete)];
  const reads: { readonly name: Case["name"]; readonly of: readonly Reads[] }[] = [];
  for (const { name, numbers } of partial) reads.push({ name, of: await directory.count(numbers.slice(1, 21)) });
  await directory.close();
  const partialStores = { ...stores, worker: join(scratch, "stores-partial") };
  cpSync(stores.worker, partialStores.worker, { recursive: true });

  const complete = await openDirectory(librarian, stores.worker, secrets, false);
  await complete.markComplete();
  for (const { name, numbers } of whole) reads.push({ name, of: await complete.count(numbers.slice(1, 21)) });
  await complete.close();
  cpSync(stores.worker, stores.floor, { recursive: true });

  const grounds = { product, floor, stores, secrets };
  const duels = whole.length === 0 ? [] : await runDuels(grounds, whole, options, say);
  if (partial.length > 0) duels.push(...(await runDuels({ ...grounds, stores: partialStores }, partial, options, say)));
  if (options.cases.includes("vote")) duels.push(...(await runVoteDuels(grounds, options, say)));
  const imports = options.cases.includes("import")
    ? await runImportDuels(grounds, options.callers, options, scratch, say)
    : [];
  const during = options.cases.includes("during-import") ? await runDuringImport(grounds, options, scratch, say) : null;
  const first = options.cases.includes("first") ? await runFirsts(grounds, options, scratch) : null;
  const stored = options.cases.includes("storage")
    ? await measureStorage(librarian, secrets, options, scratch, say)
    : [];
  const points = options.curve ? await curve({ product, librarian }, secrets, scratch, say) : [];
  return { options, duels, reads, imports, during, stored, bundleBytes: product.gzipped, first, curve: points };
}

function runFirsts(grounds: Grounds, { rounds }: Options, scratch: string): Promise<Firsts | null> {
  say("starting fresh isolates");
  return measureFirsts(grounds, rounds * STARTS_A_ROUND, scratch);
}

/** Progress, beside the results. */
function say(sentence: string): void {
  console.error(`… ${sentence}`);
}
