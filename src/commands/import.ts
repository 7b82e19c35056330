import { runCommand } from "./failure.ts";
import { operatorCredentials } from "./import/credentials.ts";
import { readOptions } from "./import/options.ts";
import { dropDataset, importFile } from "./import/run.ts";

await runCommand(async () => {
  // npm starts commands in the project's root; paths are meant from where the user stands.
  const folder = process.env["INIT_CWD"] ?? process.cwd();
  const options = readOptions(process.argv.slice(2), folder, process.env);
  // The journal is whole at any moment, so stopping needs no ceremony.
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      console.error("\nStopped. The same command again goes on where this one was.");
      process.exit(code);
    });
  }
  const credentials = await operatorCredentials(options.to, process.cwd(), process.env);
  const around = { folder, credentials, stream: process.stderr, print: console.log };
  await (options.command === "drop" ? dropDataset(options, around) : importFile(options, around));
  return 0;
});
