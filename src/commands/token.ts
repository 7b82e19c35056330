import { parseArgs } from "node:util";
import { mintToken } from "./access-token.ts";
import type { Scope } from "./access-token.ts";
import { ensureDevVars } from "./dev-vars.ts";
import { CommandFailure, runCommand } from "./failure.ts";

const USAGE = "Usage: npm run -s token [-- --scope app|operator] [--sub UUID] [--since DAY]";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

await runCommand(async () => {
  const { scope, ...of } = readArguments(process.argv.slice(2));
  const { secrets } = await ensureDevVars(process.cwd());
  console.log(await mintToken(secrets.TOKEN_SIGNING_KEYS, scope, of));
  return 0;
});

function readArguments(args: string[]): { scope: Scope; subject?: string; since?: string } {
  let values: { scope?: string; sub?: string; since?: string };
  try {
    ({ values } = parseArgs({
      args,
      options: { scope: { type: "string" }, sub: { type: "string" }, since: { type: "string" } },
    }));
  } catch {
    throw new CommandFailure(USAGE, 2);
  }
  const { scope = "app", sub, since } = values;
  if (scope !== "app" && scope !== "operator") throw new CommandFailure(USAGE, 2);
  if (sub !== undefined && !UUID.test(sub)) throw new CommandFailure(`--sub must be a UUID. ${USAGE}`, 2);
  if (since !== undefined && (!DAY.test(since) || Number.isNaN(Date.parse(since))))
    throw new CommandFailure(`--since must be a day as YYYY-MM-DD. ${USAGE}`, 2);
  return {
    scope,
    ...(sub === undefined ? undefined : { subject: sub }),
    ...(since === undefined ? undefined : { since }),
  };
}
