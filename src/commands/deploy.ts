import { parseArgs } from "node:util";
import { unstable_readConfig as readConfig } from "wrangler";
import { afterDeployment, deploymentProblem, overrides } from "./deployment.ts";
import { CommandFailure, runCommand } from "./failure.ts";
import { operatorCredentials } from "./import/credentials.ts";
import { keyHealth } from "./key-health.ts";
import { QUIET, runWrangler } from "./wrangler.ts";

await runCommand(async () => {
  const args = process.argv.slice(2);
  const { values, positionals } = parseArgs({
    args,
    strict: false,
    options: {
      config: { type: "string", short: "c" },
      env: { type: "string", short: "e" },
      profile: { type: "string" },
      var: { type: "string", multiple: true },
      "dry-run": { type: "boolean" },
    },
  });
  const place = (["config", "env", "profile"] as const).flatMap((flag) => {
    const value = values[flag];
    return typeof value === "string" ? [`--${flag}`, value] : [];
  });
  const dryRun = values["dry-run"] === true;
  const config = readConfig({ config: text(values.config), env: text(values.env) }, { hideWarnings: true });
  if (!dryRun) {
    // wrangler accepts several KEY:VALUE after one --var; parseArgs sees the later ones as positionals.
    const problem = deploymentProblem({ ...config.vars, ...overrides([...(values.var ?? []), ...positionals]) });
    if (problem !== null) throw new CommandFailure(problem);
  }
  const code = await runWrangler(["deploy", ...args], QUIET);
  if (code !== 0 || dryRun) return code;
  // After the deployment, because the first one creates the database and the bucket.
  for (const command of afterDeployment(config.r2_buckets)) {
    const ended = await runWrangler([...command, ...place], QUIET);
    if (ended !== 0) return ended;
  }
  return checkKeys({ ...config.vars, ...overrides([...(values.var ?? []), ...positionals]) });
});

/** Whether the deployment has the keys of its data: another exit code where it has not, since nothing is written then. */
async function checkKeys(vars: Readonly<Record<string, unknown>>): Promise<number> {
  const origin = String(vars["PUBLIC_ORIGIN"]);
  const credentials = await operatorCredentials(new URL(origin), process.cwd(), process.env).catch(() => null);
  if (credentials === null) {
    console.log("The keys were not checked: set CF_ACCESS_CLIENT_ID and CF_ACCESS_CLIENT_SECRET to have it done here.");
    return 0;
  }
  const health = await keyHealth(origin, credentials);
  if (health.is === "wrong") throw new CommandFailure(`${health.problem} Until then ${origin} writes nothing.`);
  console.log(health.is === "right" ? "The keys are those of the data." : `The keys were not checked: ${health.why}.`);
  return 0;
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
