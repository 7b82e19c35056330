import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "csv-parse/sync";
import { complaintsFile } from "./complaints-file.ts";
import { dumpDifferences, dumpDirectory } from "./directory-dump.ts";
import { Disturber } from "./disturber.ts";
import { Importer } from "./importer.ts";
import { trialVault } from "./keys.ts";
import { Random } from "./random.ts";
import { Victim } from "./victim.ts";

const ROWS = 30_000;
const USUAL = ["--dataset", "complaints", "--kind", "complaints", "--country", "US"];
const MADE_UP = {
  "number-column": "number",
  "count-column": "complaints",
  "day-column": "day",
  "category-column": "category",
};

/** What is imported, and how often it is disturbed. */
interface Options {
  readonly kills: number;
  readonly seed: number;
  /** Writes the file to a path. */
  readonly write: (path: string) => void;
  readonly columns: readonly string[];
}

/** An import with the service and itself killed again and again, held against one in peace. @returns whether they are equal */
export async function run(args: string[]): Promise<boolean> {
  const options = readOptions(args);
  const peace = new Victim();
  const victim = new Victim();
  const vault = trialVault();
  const importers: Importer[] = [];
  let holds = false;
  try {
    const calm = await begin(peace, options);
    importers.push(calm);
    await calm.ended();
    await peace.stop();
    console.log(`in peace: ${calm.totals}`);
    const expected = await dumpDirectory(peace.development.state, vault);

    const importer = await begin(victim, options);
    importers.push(importer);
    const done = await new Disturber(victim, importer, new Random(options.seed)).disturb(options.kills);
    await importer.ended();
    console.log(`with kills: ${importer.totals}`);
    const differences = [
      ...(expected["dirty"]?.size === 0 ? [] : ["blocks are left dirty in peace"]),
      ...dumpDifferences(expected, await dumpDirectory(victim.development.state, vault)),
      ...outcomeDifferences(calm, importer),
    ];
    if (done.service < options.kills)
      differences.push(`the import was over after ${done.service} kills: it needs more rows`);

    importer.start();
    await importer.ended();
    console.log(`again: ${importer.totals}`);
    if (importer.totals !== calm.totals.replace(/\d+ changed/, "0 changed"))
      differences.push(`again: ${importer.totals}`);
    const again = dumpDifferences(expected, await dumpDirectory(victim.development.state, vault));
    differences.push(...again.map((difference) => `again, ${difference}`));

    for (const difference of differences) console.log(`  ${difference}`);
    holds = differences.length === 0;
    console.log(
      `import: ${done.service + done.import} kills, ${rowsOf(calm)} rows, pages ${holds ? "level" : "NOT level"}`,
    );
  } finally {
    for (const importer of importers) await importer.kill();
    for (const one of [peace, victim]) {
      await one.stop();
      if (holds) rmSync(one.development.folder, { recursive: true, force: true, maxRetries: 5 });
      else console.log(`The stores are kept in ${one.development.folder}.`);
    }
  }
  return holds;
}

/** Starts a service and an import into it. */
async function begin(victim: Victim, { write, columns }: Options): Promise<Importer> {
  await victim.start();
  const { folder, origin } = victim.development;
  const path = join(folder, "complaints.csv");
  write(path);
  const importer = new Importer(folder, path, [...USUAL, ...columns, "--to", origin]);
  importer.start();
  return importer;
}

/** Where totals and refused rows differ. */
function outcomeDifferences(calm: Importer, importer: Importer): string[] {
  const found: string[] = [];
  if (importer.totals !== calm.totals) found.push(`totals: ${importer.totals}, in peace ${calm.totals}`);
  if (importer.refused !== calm.refused) found.push("the files of refused rows differ");
  const refused = parse<{ line: string }>(importer.refused, { columns: true, relax_column_count: true });
  const once = new Set(refused.map(({ line }) => line)).size;
  if (once !== refused.length) found.push(`${refused.length - once} refused rows are told more than once`);
  const rejected = Number(/(\d+) rejected/.exec(importer.totals)?.[1]);
  if (refused.length !== rejected) found.push(`${rejected} rows were refused and ${refused.length} told`);
  return found;
}

function rowsOf({ totals }: Importer): number {
  const [accepted = 0, rejected = 0] = (totals.match(/\d+(?= accepted| rejected)/g) ?? []).map(Number);
  return accepted + rejected;
}

function readOptions(args: string[]): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args,
    options: {
      kills: { ...text, default: "6" },
      seed: { ...text, default: "1" },
      file: text,
      "number-column": text,
      "day-column": text,
    },
  });
  const { kills, seed, file, ...columns } = values;
  const named = Object.entries(file === undefined ? MADE_UP : columns);
  // npm starts commands in the project's root; paths are meant from where the user stands.
  const from = resolve(process.env["INIT_CWD"] ?? ".", file ?? "");
  return {
    kills: Number(kills),
    seed: Number(seed),
    write: (path) =>
      file === undefined ? writeFileSync(path, complaintsFile(ROWS, Number(seed))) : copyFileSync(from, path),
    columns: named.flatMap(([name, value]) => [`--${name}`, value]),
  };
}
