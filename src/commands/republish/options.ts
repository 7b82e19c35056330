import { parseArgs } from "node:util";
import { CommandFailure } from "../failure.ts";
import { target } from "../import/options.ts";
import { localPort } from "../local-port.ts";

export const USAGE = `Usage: npm run republish [-- --to URL] [--anew]

Writes every published page anew from D1, in D1 and in KV, and marks KV as complete. The service does the work, beside its
usual one; this shows how far it is. Stopped and started again it goes on where it was.

  --to URL   the service, this machine's when left out (PORT)
  --anew     from the beginning, although a republication is under way`;

export interface RepublishOptions {
  readonly to: URL;
  readonly anew: boolean;
}

/** Reads the command line; null for `--help`. @param env has PORT @throws CommandFailure with exit code 2 */
export function readOptions(
  args: string[],
  env: Readonly<Record<string, string | undefined>>,
): RepublishOptions | null {
  const misuse = (problem: string): CommandFailure => new CommandFailure(`${problem}\n${USAGE}`, 2);
  const { to, anew, help } = parse(args, misuse);
  if (help === true) return null;
  return { to: target(to ?? `http://localhost:${localPort(env)}`, misuse), anew: anew === true };
}

function parse(args: string[], misuse: (problem: string) => CommandFailure) {
  try {
    const options = {
      to: { type: "string" },
      anew: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    } as const;
    return parseArgs({ args, options }).values;
  } catch {
    throw misuse("That is not how it is called.");
  }
}
