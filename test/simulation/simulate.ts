import { writeFileSync } from "node:fs";
import { checkName } from "../../src/verdict/name-rules.ts";
import { brigadeOf } from "./brigade.ts";
import { ofEachAttack, trialsOf } from "./cells.ts";
import { complaintsResult } from "./complaints.ts";
import { madeUpNames, readNames, type Entity } from "./names-file.ts";
import { readOptions, USAGE, type Options } from "./options.ts";
import { report } from "./report.ts";
import { Tally } from "./tally.ts";

/** Callers whose names can be given: what the service refuses, its users cannot say. */
function sayable(entities: readonly Entity[]): Entity[] {
  return entities
    .map(({ id, names }) => ({ id, names: names.filter((name) => checkName(name).ok) }))
    .filter(({ names }) => names.length > 0);
}

function simulate(options: Options): void {
  const all = options.names === null ? madeUpNames() : readNames(options.names);
  const entities = sayable(all);
  const count = (of: readonly Entity[]): number => new Set(of.flatMap(({ names }) => names)).size;
  console.log(
    `callers: ${entities.length}; spellings: ${count(entities)}, refused by the name rules: ${count(all) - count(entities)}`,
  );
  if (entities.length < 2) throw new Error("At least two callers are needed.");

  const complaints = options.complaints === null ? null : complaintsResult(options.complaints);
  const seeds = Array.from({ length: options.seeds }, (_, index) => index + 1);
  const tally = new Tally();
  for (const seed of seeds) {
    for (const trial of trialsOf(seed, entities, options.numbers)) tally.addTrial(seed, trial);
    for (const { outcome, ...key } of brigadeOf(seed, options.numbers)) tally.add(seed, key, outcome);
  }
  console.log(report(tally, complaints));
  if (options.json === null) return;
  const results = {
    seeds,
    cells: tally.cells().flatMap(ofEachAttack),
    complaints,
    histories: tally.histories(),
    calibration: tally.calibration(),
    halves: tally.halves(),
  };
  writeFileSync(options.json, `${JSON.stringify(results)}\n`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) console.log(USAGE);
  else simulate(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(USAGE);
  process.exitCode = 1;
}
