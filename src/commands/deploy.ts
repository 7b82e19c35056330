import { parseArgs } from "node:util";
import { unstable_readConfig as readConfig } from "wrangler";
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
  if (!dryRun) {
    const { vars } = readConfig({ config: text(values.config), env: text(values.env) }, { hideWarnings: true });
    // wrangler takes several KEY:VALUE behind one --var: the later ones look like positionals.
    requireProduction({ ...vars, ...overrides([...(values.var ?? []), ...positionals]) });
  }
  const code = await runWrangler(["deploy", ...args], QUIET);
  if (code !== 0 || dryRun) return code;
  // After the deployment, since the first one is what creates the database.
  return runWrangler(["d1", "migrations", "apply", "DB", "--remote", ...place], QUIET);
});

function requireProduction(vars: Record<string, unknown>): void {
  if (vars["ENVIRONMENT"] !== "production") {
    throw new CommandFailure('Set ENVIRONMENT = "production" under [vars] in wrangler.toml: nothing else is deployed.');
  }
  const origin = vars["PUBLIC_ORIGIN"];
  if (
    typeof origin !== "string" ||
    !URL.canParse(origin) ||
    new URL(origin).origin !== origin ||
    !origin.startsWith("https:")
  ) {
    throw new CommandFailure(
      "Set PUBLIC_ORIGIN under [vars] in wrangler.toml to the service's https origin, such as https://api.example.com.",
    );
  }
}

function overrides(pairs: readonly (string | boolean)[]): Record<string, string> {
  const entries = pairs.flatMap((pair) => {
    const match = typeof pair === "string" ? /^(\w+):(.*)$/s.exec(pair) : null;
    return match === null ? [] : [[match[1], match[2]] as const];
  });
  return Object.fromEntries(entries);
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
