import { parseArgs } from "node:util";
import { CommandFailure } from "../failure.ts";
import { target } from "../import/options.ts";
import { localPort } from "../local-port.ts";

export const USAGE = `Usage: npm run reseal [-- --to URL]

Seals anew, under the first key of SEAL_KEYS, whatever is sealed under another one, and says when the others can go. The
service does the work, a few steps a minute by itself; this drives it without pause. Stopped and started again it goes on.

  --to URL   the service, this machine's when left out (PORT)`;

/** Reads the command line; null for `--help`. @param env has PORT @throws CommandFailure with exit code 2 */
export function readOptions(args: string[], env: Readonly<Record<string, string | undefined>>): { to: URL } | null {
  const misuse = (problem: string): CommandFailure => new CommandFailure(`${problem}\n${USAGE}`, 2);
  const { to, help } = parse(args, misuse);
  return help === true ? null : { to: target(to ?? `http://localhost:${localPort(env)}`, misuse) };
}

function parse(args: string[], misuse: (problem: string) => CommandFailure) {
  try {
    const options = { to: { type: "string" }, help: { type: "boolean", short: "h" } } as const;
    return parseArgs({ args, options }).values;
  } catch {
    throw misuse("That is not how it is called.");
  }
}
