import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { CommandFailure, runCommand } from "./failure.ts";
import { sourcesOf } from "./frames/sources.ts";

const USAGE = "Usage: npm run -s frames -- [--map .wrangler/build/index.js.map] < log";
const MAP = ".wrangler/build/index.js.map";

await runCommand(async () => {
  const path = mapPath(process.argv.slice(2));
  const map = await readFile(path, "utf8").catch(() => {
    throw new CommandFailure(`${path} is not there: npm run build at the commit that was deployed makes it.`);
  });
  process.stdout.write(sourcesOf(map, await text(process.stdin)));
  return 0;
});

function mapPath(args: string[]): string {
  try {
    return parseArgs({ args, options: { map: { type: "string" } } }).values.map ?? MAP;
  } catch {
    throw new CommandFailure(USAGE, 2);
  }
}
