import { parseArgs } from "node:util";
import { mintToken } from "./access-token.ts";
import type { Scope } from "./access-token.ts";
import { ensureDevVars } from "./dev-vars.ts";
import { CommandFailure, runCommand } from "./failure.ts";

const USAGE = "Usage: npm run -s token -- --scope app|operator [--sub UUID]";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

await runCommand(async () => {
  const { scope, subject } = readArguments(process.argv.slice(2));
  const { secrets } = await ensureDevVars(process.cwd());
  console.log(await mintToken(secrets.TOKEN_SIGNING_KEYS, scope, subject === undefined ? {} : { subject }));
  return 0;
});

function readArguments(args: string[]): { scope: Scope; subject: string | undefined } {
  let values: { scope?: string; sub?: string };
  try {
    ({ values } = parseArgs({ args, options: { scope: { type: "string" }, sub: { type: "string" } } }));
  } catch {
    throw new CommandFailure(USAGE, 2);
  }
  const { scope, sub } = values;
  if (scope !== "app" && scope !== "operator") throw new CommandFailure(USAGE, 2);
  if (sub !== undefined && !UUID.test(sub)) throw new CommandFailure(`--sub must be a UUID. ${USAGE}`, 2);
  return { scope, subject: sub };
}
