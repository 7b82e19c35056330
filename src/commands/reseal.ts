import { whenAbandoned } from "./abandoned.ts";
import { runCommand } from "./failure.ts";
import { OperatorClient } from "./import/client.ts";
import { operatorCredentials } from "./import/credentials.ts";
import { Line } from "./republish/line.ts";
import { readOptions, USAGE } from "./reseal/options.ts";
import { reseal } from "./reseal/run.ts";

await runCommand(async () => {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === null) {
    console.log(USAGE);
    return 0;
  }
  const line = new Line(process.stderr);
  // The service keeps the place, and goes on by itself: the process may exit at any time.
  const stop = (code: number): void => {
    line.end();
    console.error("Stopped. The service goes on slowly; the same command again goes on at its pace.");
    process.exit(code);
  };
  process.once("SIGINT", () => stop(130));
  process.once("SIGTERM", () => stop(143));
  whenAbandoned(() => stop(143));
  const onRetry = (why: string, wait: number): void =>
    line.note(`${options.to.host} did not take it (${why}): trying again in ${(wait / 1000).toFixed(1)} s.`);
  const credentials = await operatorCredentials(options.to, process.cwd(), process.env);
  const client = new OperatorClient(options.to, credentials, { onRetry });
  try {
    const said = await reseal(client, line.say);
    line.end();
    for (const sentence of said) console.log(sentence);
    return 0;
  } finally {
    line.end();
  }
});
