import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { whenAbandoned } from "./abandoned.ts";
import { mintToken, TOKEN_SECONDS } from "./access-token.ts";
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

const USAGE = "Usage: npm run dev [-- --persist-to DIR]";
const READY_WITHIN_MS = 180_000;

await runCommand(async () => {
  const persist = readArguments(process.argv.slice(2));
  if (!existsSync("wrangler.toml")) throw new CommandFailure("Run it in the project's root, as npm run dev.");
  const port = localPort(process.env);
  const { secrets, made } = await ensureDevVars(process.cwd());
  if (made) console.log("Made .dev.vars with fresh secrets.");
  await requireFreePort(port);
  await applyMigrations(persist);

  const server = startServer(port, persist);
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort();
    void server.stop();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  whenAbandoned(stop);
  const cron = new AbortController();
  void serve(port, server, secrets.TOKEN_SIGNING_KEYS, cron.signal).catch((error: unknown) => {
    // The server stays: its output says more, and it reloads when the Worker is mended.
    if (!stopping.signal.aborted) console.error(error instanceof CommandFailure ? error.message : error);
  });
  const code = await server.exited;
  cron.abort();
  if (stopping.signal.aborted) process.exit(0);
  const how = code === null ? "killed" : `exit code ${code}`;
  throw new CommandFailure(`wrangler dev ended by itself (${how}).`, code ?? 1);
});

function readArguments(args: string[]): string[] {
  try {
    const { values } = parseArgs({ args, options: { "persist-to": { type: "string" } } });
    return values["persist-to"] === undefined ? [] : ["--persist-to", values["persist-to"]];
  } catch {
    throw new CommandFailure(USAGE, 2);
  }
}

async function serve(port: number, server: Server, tokenSigningKeys: string, stop: AbortSignal): Promise<void> {
  await untilReady(port, server);
  startCron(port, stop);
  await welcome(port, tokenSigningKeys);
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

async function welcome(port: number, tokenSigningKeys: string): Promise<void> {
  const client = new OperatorClient(new URL(`http://127.0.0.1:${port}`), operatorTokens(tokenSigningKeys));
  const seeded = await seedIfEmpty(client);
  const origin = `http://localhost:${port}`;
  const token = await mintToken(tokenSigningKeys, "app");
  console.log(`
${seeded ? "The directory was empty and has a demo now: numbers reserved for fiction, invented names.\n" : ""}\
konnections listens on ${origin} (PORT changes the port, Ctrl-C stops it). Who is calling?

  curl -s -X POST ${origin}/v1/lookup -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '{"number":"${SHOWN_NUMBER}"}'

The token is good for ${TOKEN_SECONDS / 60} minutes. Another one: npm run -s token -- --scope app
Signing in for real is in README.md, section 4; messages go nowhere but to ${origin}/dev/outbox?to=%2B1…
`);
}
