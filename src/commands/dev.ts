import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { whenAbandoned } from "./abandoned.ts";
import { ensureDevVars } from "./dev-vars.ts";
import { startCron } from "./dev/cron.ts";
import { SHOWN_NUMBER } from "./dev/demo.ts";
import { applyMigrations } from "./dev/migrations.ts";
import { seedIfEmpty } from "./dev/seed.ts";
import { startServer } from "./dev/server.ts";
import type { Server } from "./dev/server.ts";
import { CommandFailure, runCommand } from "./failure.ts";
import { OperatorClient } from "./import/client.ts";
import { operatorTokens } from "./import/credentials.ts";
import { localPort, requireFreePort } from "./local-port.ts";

const USAGE = `Usage: npm run dev [-- --verbose] [--persist-to DIR]

  --verbose          print the Worker's log and what wrangler says, not only errors
  --persist-to DIR   keep the data in DIR instead of .wrangler/state
  PORT=8788 npm run dev   listen on another port than 8787`;
const READY_WITHIN_MS = 180_000;

await runCommand(async () => {
  const { persist, verbose } = readArguments(process.argv.slice(2));
  if (!existsSync("wrangler.toml")) throw new CommandFailure("Run it in the project's root, as npm run dev.");
  const port = localPort(process.env);
  const { secrets, made } = await ensureDevVars(process.cwd());
  if (made) console.log("Created .dev.vars with new secrets for this machine.");
  await requireFreePort(port);
  console.log("Starting the Worker and its stores (the first start takes some ten seconds) …");
  await applyMigrations(persist);

  const server = startServer(port, persist, verbose);
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort();
    void server.stop();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  whenAbandoned(stop);
  const cron = new AbortController();
  void serve(port, server, secrets.TOKEN_SIGNING_KEYS, cron.signal, verbose).catch((error: unknown) => {
    // Keep the server running: it prints the error, and reloads once the Worker is fixed.
    if (!stopping.signal.aborted) console.error(error instanceof CommandFailure ? error.message : error);
  });
  const code = await server.exited;
  cron.abort();
  if (stopping.signal.aborted) process.exit(0);
  const how = code === null ? "killed" : `exit code ${code}`;
  throw new CommandFailure(`wrangler dev ended by itself (${how}).`, code ?? 1);
});

function readArguments(args: string[]): { persist: string[]; verbose: boolean } {
  try {
    const { values } = parseArgs({
      args,
      options: { "persist-to": { type: "string" }, verbose: { type: "boolean", default: false } },
    });
    const folder = values["persist-to"];
    return { persist: folder === undefined ? [] : ["--persist-to", folder], verbose: values.verbose };
  } catch {
    throw new CommandFailure(USAGE, 2);
  }
}

async function serve(
  port: number,
  server: Server,
  tokenSigningKeys: string,
  stop: AbortSignal,
  verbose: boolean,
): Promise<void> {
  await untilReady(port, server);
  startCron(port, stop);
  const client = new OperatorClient(new URL(`http://127.0.0.1:${port}`), operatorTokens(tokenSigningKeys));
  console.log(welcome(port, await seedIfEmpty(client), verbose));
}

async function untilReady(port: number, server: Server): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  const gone = server.exited.then(() => true);
  while (Date.now() < deadline) {
    const signal = AbortSignal.timeout(5_000);
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal }).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    if (await Promise.race([gone, sleep(200, false)])) break;
  }
  throw new CommandFailure("The service did not become ready: /healthz does not answer 200.");
}

function welcome(port: number, seeded: boolean, verbose: boolean): string {
  const origin = `http://localhost:${port}`;
  const demo = seeded ? "The directory was empty: demo data was added (fictional numbers, invented names).\n" : "";
  return `
Konnections listens on ${origin} (Ctrl-C stops it).
${demo}
Who is calling? Ask in another terminal, in this folder:

  curl -H "Authorization: Bearer $(npm run -s token)" localhost:${port}/v1/lookup/${SHOWN_NUMBER}

The API           ${origin}/openapi.json
Messages sent     ${origin}/dev/outbox?to=%2B13125550142
${verbose ? "" : "The Worker's log  npm run dev -- --verbose\n"}Signing in        docs/guide.md
`;
}
