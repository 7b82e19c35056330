import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensureDevVars } from "../../src/commands/dev-vars.ts";
import { freePort } from "../support/ports.ts";
import { until } from "../support/until.ts";
import { startCommand } from "./child.ts";
import { scratchFolder } from "./scratch.ts";

const CONFIG = `name = "stand-in"
main = "worker.js"
compatibility_date = "2026-11-01"
[vars]
ENVIRONMENT = "production"
[[d1_databases]]
binding = "DB"
database_name = "stand-in"
migrations_dir = "migrations"
[triggers]
crons = ["* * * * *"]
`;
const WORKER = `
let ticks = 0;
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/healthz") return Response.json({ status: "ok" });
    if (pathname === "/ticks") return Response.json({ ticks, environment: env.ENVIRONMENT });
    const { results } = await env.DB.prepare("SELECT id, kind FROM datasets").all();
    return Response.json({ backlog: { blocks: 0, oldestSeconds: null }, datasets: results });
  },
  async scheduled({ cron }) { if (cron === "* * * * *") ticks++; console.log("ticked"); console.error("went wrong"); },
};`;

/** A project with a Worker of its own, whose directory is not empty. */
async function project(): Promise<string> {
  const root = await scratchFolder();
  await mkdir(join(root, "migrations"));
  await writeFile(join(root, "wrangler.toml"), CONFIG);
  await writeFile(join(root, "worker.js"), WORKER);
  const table = "CREATE TABLE datasets (id TEXT, kind TEXT); INSERT INTO datasets VALUES ('mine', 'directory');";
  await writeFile(join(root, "migrations", "0000_first.sql"), table);
  return root;
}

/** Starts it; wrangler chooses ports of its own too, and another one that starts at the same moment may take one of them. */
async function start(
  args: readonly string[] = [],
  existing?: { readonly root: string; readonly port: number },
): Promise<ReturnType<typeof startCommand> & { readonly root: string; readonly port: number }> {
  for (let tries = 1; ; tries += 1) {
    const { root, port } = existing ?? { root: await project(), port: await freePort() };
    const command = startCommand("dev", args, root, { PORT: String(port) });
    try {
      await command.said(
        /\n {2}curl -H "Authorization: Bearer \$\(npm run -s token\)" localhost:\d+\/v1\/lookup\/\+\d+\n/,
      );
      return { ...command, root, port };
    } catch (thrown) {
      if (tries === 5 || !String(thrown).includes("Address already in use")) throw thrown;
    }
  }
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => true,
    () => false,
  );

describe("npm run dev", () => {
  it.runIf(process.platform === "linux")(
    "starts and fires the cron; killed outright it leaves nothing behind; started again it brings the database up to date, and stops cleanly",
    async () => {
      const { root, port, child, exited, said } = await start(["--verbose", "--persist-to", "state"]);
      const datasets = async (): Promise<unknown[]> => {
        const answer = await fetch(`http://127.0.0.1:${port}/`);
        return (JSON.parse(await answer.text()) as { datasets: unknown[] }).datasets;
      };
      expect(await datasets()).toHaveLength(1);
      await said(/ticked/);
      const ticks = await fetch(`http://127.0.0.1:${port}/ticks?number=3125550123`);
      // Once a minute: on a slow machine it may have come again.
      expect(await ticks.json()).toEqual({ ticks: expect.any(Number) as number, environment: "development" });
      const second = await startCommand("dev", [], root, { PORT: String(port) }).exited;
      expect(second.code).toBe(1);
      expect(second.stderr).toContain(`Port ${port} is taken by another program: choose another one, as in "PORT=`);

      child.kill("SIGKILL");
      const killed = await exited;
      await until("it is gone", async () => !(await answers(port)), 100);
      expect(killed.stdout).toMatch(/^Created \.dev\.vars /);
      expect(killed.stdout + killed.stderr, "requested paths").not.toMatch(/GET/);
      expect(await readFile(join(root, ".dev.vars"), "utf8")).toContain("INDEX_KEY=");

      const row = "INSERT INTO datasets VALUES ('another', 'directory');";
      await writeFile(join(root, "migrations", "0001_second.sql"), row);
      const again = await start(["--persist-to", "state"], { root, port });
      expect(await datasets()).toHaveLength(2);
      await again.said(/went wrong/);
      again.child.kill("SIGTERM");
      const { code, stdout, stderr } = await again.exited;
      expect(code).toBe(0);
      // A request to copy; then errors, and nothing else.
      expect(stdout).toMatch(/^Starting .*\n\nKonnections listens on /);
      const lines = stdout.split("\n");
      expect(lines.filter((line) => line.length > 100)).toEqual([]);
      expect(lines.length).toBeLessThan(15);
      expect(
        stderr
          .trim()
          .split("\n")
          .filter((line) => !line.includes("went wrong")),
      ).toEqual([]);
      expect(await answers(port)).toBe(false);
    },
  );

  it("stops before it starts anything if a secret is malformed", async () => {
    const root = await project();
    const { secrets } = await ensureDevVars(root);
    const path = join(root, ".dev.vars");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(secrets.SEAL_KEYS, "c2VjcmV0"));
    const { code, stdout, stderr } = await startCommand("dev", [], root).exited;
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^SEAL_KEYS has a key of 6 bytes: expected .+\.\n$/);
    expect(stderr).not.toContain("c2VjcmV0");
  });

  it("says so when a migration fails", async () => {
    const root = await project();
    await writeFile(join(root, "migrations", "0001_wrong.sql"), "CREATE TABLEAU;");
    const { code, stderr } = await startCommand("dev", [], root, { PORT: String(await freePort()) }).exited;
    expect(code).toBe(1);
    expect(stderr).toContain("The D1 migrations could not be applied locally: see above.");
  });
});
