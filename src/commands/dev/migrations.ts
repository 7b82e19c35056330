import { CommandFailure } from "../failure.ts";
import { LOCAL, startWrangler } from "../wrangler.ts";

/** Applies the D1 migrations that the local database lacks. Says nothing unless it fails, with a {@link CommandFailure}. */
export async function applyMigrations(persist: readonly string[]): Promise<void> {
  const args = ["d1", "migrations", "apply", "DB", "--local", ...persist];
  // CI answers wrangler's question whether to go ahead.
  const child = startWrangler(args, { ...LOCAL, CI: "true" }, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (said += text));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  if (code === 0) return;
  process.stderr.write(said);
  throw new CommandFailure("The D1 migrations could not be applied locally: see above.");
}
