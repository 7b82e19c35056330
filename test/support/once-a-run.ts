import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deserialize, serialize } from "node:v8";
import { ofThisRun } from "./build.ts";

const LONGEST_WAIT_MS = 540_000;

type Outcome<T> = { readonly made: T } | { readonly failed: string };

/**
 * Makes something once a run of the tests, in the process whose file asks first; all others wait for it, and get what it
 * gave. Where it fails, it fails for all of them. Needs a run's shared folder: `build.ts` among the global setups.
 * @param make is given an empty folder of its own, which is removed after the run; gives plain data, also bytes, maps and sets
 */
export async function onceARun<T>(name: string, make: (folder: string) => Promise<T>): Promise<T> {
  const shared = ofThisRun();
  if (shared === null) throw new Error("There is no run of the tests.");
  const file = join(shared, `${name}.made`);
  if (isFirst(join(shared, `${name}.begun`))) {
    const folder = join(shared, name);
    mkdirSync(folder);
    const outcome = await make(folder).then(
      (made): Outcome<T> => ({ made }),
      (error: unknown): Outcome<T> => ({
        failed: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    );
    writeFileSync(`${file}.draft`, serialize(outcome));
    renameSync(`${file}.draft`, file);
  }
  for (let waited = 0; !existsSync(file); waited += 200) {
    if (waited > LONGEST_WAIT_MS) throw new Error(`${name} was begun by another file and is not done.`);
    await sleep(200);
  }
  const outcome = deserialize(readFileSync(file)) as Outcome<T>;
  if ("failed" in outcome) throw new Error(`${name}: ${outcome.failed}`);
  return outcome.made;
}

/** Whether nobody else has left this mark. */
function isFirst(mark: string): boolean {
  try {
    writeFileSync(mark, "", { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}
