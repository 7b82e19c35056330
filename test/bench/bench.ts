import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildOwn, buildProduct } from "./build.ts";
import { casesOf } from "./cases.ts";
import { curve } from "./curve.ts";
import { benchSecrets, openDirectory } from "./directory.ts";
import { runDuels } from "./duel.ts";
import { runDuringImport } from "./during-import.ts";
import { readOptions, USAGE, type Options } from "./options.ts";
import { report, type Results } from "./report.ts";
import { runVoteDuels } from "./vote-duel.ts";
import { scratchRoot } from "../support/scratch-root.ts";
import { startUp } from "./startup.ts";

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
  const reads = [];
  for (const { name, numbers } of cases) reads.push({ name, of: await directory.count(numbers.slice(0, 20)) });
  await directory.close();
  cpSync(stores.worker, stores.floor, { recursive: true });

  const grounds = { product, floor, stores, secrets };
  const duels = cases.length === 0 ? [] : await runDuels(grounds, cases, options, say);
  if (options.cases.includes("vote")) duels.push(...(await runVoteDuels(grounds, options, say)));
  const during = options.cases.includes("during-import") ? await runDuringImport(grounds, options, scratch, say) : null;
  say("measuring the start");
  const start = await startUp(grounds, scratch);
  const points = options.curve ? await curve({ product, librarian }, secrets, scratch, say) : [];
  return { options, duels, reads, during, bundleBytes: product.gzipped, start, curve: points };
}

/** Progress, beside the results. */
function say(sentence: string): void {
  console.error(`… ${sentence}`);
}
