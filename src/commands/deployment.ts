import { join } from "node:path";

/** Why a Worker with these `vars` must not be deployed, as one sentence that names what to set; null if it may be. */
export function deploymentProblem(vars: Readonly<Record<string, unknown>>): string | null {
  if (vars["ENVIRONMENT"] !== "production") {
    return 'Set ENVIRONMENT = "production" under [vars] in wrangler.toml: nothing else is deployed.';
  }
  const origin = vars["PUBLIC_ORIGIN"];
  const isOrigin = typeof origin === "string" && URL.canParse(origin) && new URL(origin).origin === origin;
  if (isOrigin && origin.startsWith("https:")) return null;
  return "Set PUBLIC_ORIGIN under [vars] in wrangler.toml to the service's https origin, such as https://api.example.com.";
}

/** The `KEY:VALUE` pairs among a command line's words, as wrangler accepts them after --var. */
export function overrides(words: readonly (string | boolean)[]): Record<string, string> {
  const pairs = words.flatMap((word) => {
    const match = typeof word === "string" ? /^(\w+):(.*)$/s.exec(word) : null;
    return match === null ? [] : [[match[1], match[2]] as const];
  });
  return Object.fromEntries(pairs);
}

/** R2's own lifecycle rules, in case the service misses a deletion. */
const LIFECYCLE = join(import.meta.dirname, "../images/lifecycle.json");

/** wrangler commands to run after a deployment: D1 migrations, and the lifecycle rules of the pictures' bucket. */
export function afterDeployment(
  buckets: readonly { readonly binding: string; readonly bucket_name?: unknown }[],
): string[][] {
  const names = buckets.flatMap(({ binding, bucket_name }) =>
    binding === "PICTURE_BYTES" && typeof bucket_name === "string" ? [bucket_name] : [],
  );
  return [
    ["d1", "migrations", "apply", "DB", "--remote"],
    ...names.map((name) => ["r2", "bucket", "lifecycle", "set", name, "--file", LIFECYCLE, "--force"]),
  ];
}
