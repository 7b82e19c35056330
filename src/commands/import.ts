import { whenAbandoned } from "./abandoned.ts";
import { runCommand } from "./failure.ts";
import { operatorCredentials } from "./import/credentials.ts";
import { readOptions } from "./import/options.ts";
import { dropDataset, importFile } from "./import/run.ts";
import { HELP } from "./import/usage.ts";

await runCommand(async () => {
  // npm starts commands in the project's root, but paths are relative to the user's folder.
  const folder = process.env["INIT_CWD"] ?? process.cwd();
  const options = readOptions(process.argv.slice(2), folder, process.env);
  if (options.command === "help") {
    console.log(HELP);
    return 0;
  }
  // The journal is always consistent, so the process may exit at any time.
  const stop = (code: number): void => {
    console.error("\nStopped. The same command again goes on where this one was.");
    process.exit(code);
  };
  process.once("SIGINT", () => stop(130));
  process.once("SIGTERM", () => stop(143));
  whenAbandoned(() => stop(143));
  const credentials = await operatorCredentials(options.to, process.cwd(), process.env);
  const around = { folder, credentials, stream: process.stderr, print: console.log };
  if (options.command === "import") return (await importFile(options, around)) ? 0 : 1;
  await dropDataset(options, around);
  return 0;
});
