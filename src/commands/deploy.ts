import { parseArgs } from "node:util";
import { unstable_readConfig as readConfig } from "wrangler";
import { afterDeployment, deploymentProblem, overrides } from "./deployment.ts";
import { CommandFailure, runCommand } from "./failure.ts";
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
  return 0;
});

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
