import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { unstable_readConfig as readConfig } from "wrangler";
import { afterDeployment, deploymentProblem, overrides } from "../../src/commands/deployment.ts";
import { QUIET, startWrangler } from "../../src/commands/wrangler.ts";
import { ROOT } from "../support/service.ts";
import { startCommand } from "./child.ts";
import { scratchFolder } from "./scratch.ts";

async function project(environment: string, origin: string): Promise<string> {
  const root = await scratchFolder();
  const vars = `[vars]\nENVIRONMENT = "${environment}"\nPUBLIC_ORIGIN = "${origin}"\n`;
  await writeFile(
    join(root, "wrangler.toml"),
    `name = "stand-in"\nmain = "worker.js"\ncompatibility_date = "2026-11-01"\n${vars}`,
  );
  await writeFile(join(root, "worker.js"), "export default { fetch: () => new Response() };");
  return root;
}

describe("npm run deploy", () => {
  it.each([
    ["development", "https://id.example", "", /^Set ENVIRONMENT = "production" under \[vars\]/],
    ["production", "", "", /^Set PUBLIC_ORIGIN under \[vars\]/],
    ["production", "http://id.example", "", /^Set PUBLIC_ORIGIN/],
    ["production", "https://id.example/path", "", /^Set PUBLIC_ORIGIN/],
    ["production", "https://id.example", "ENVIRONMENT:development", /^Set ENVIRONMENT/],
    ["production", "https://id.example", "A:b PUBLIC_ORIGIN:", /^Set PUBLIC_ORIGIN/],
  ])("refuses ENVIRONMENT %s with PUBLIC_ORIGIN %j and --var %j", (environment, origin, more, sentence) => {
    const vars = { ENVIRONMENT: environment, PUBLIC_ORIGIN: origin, ...overrides(more.split(" ")) };
    expect(deploymentProblem(vars)).toMatch(sentence);
  });

  it("deploys production with an https origin, also if that is given with --var", () => {
    const origin = overrides(["PUBLIC_ORIGIN:https://id.example", "worker.js", true]);
    expect(deploymentProblem({ ENVIRONMENT: "production", PUBLIC_ORIGIN: "", ...origin })).toBeNull();
  });

  it("makes the tables, and gives the bucket of pictures the rule that deletes after seven days", async () => {
    const { r2_buckets } = readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true });
    const [tables, rule, ...more] = afterDeployment(r2_buckets);
    expect(tables?.slice(0, 3)).toEqual(["d1", "migrations", "apply"]);
    expect(rule?.slice(0, 5)).toEqual(["r2", "bucket", "lifecycle", "set", "konnections-pictures"]);
    expect(more).toEqual([]);

    // Wrangler itself reads the file and sends it; only Cloudflare is played.
    const asked: { method: string; path: string; body: string }[] = [];
    const cloudflare = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => (body += String(part)));
      request.on("end", () => {
        asked.push({ method: request.method ?? "", path: request.url ?? "", body });
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ success: true, errors: [], messages: [], result: {} }));
      });
    });
    await new Promise<void>((resolve) => cloudflare.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void cloudflare.close());
    const wrangler = startWrangler(
      rule ?? [],
      {
        ...QUIET,
        CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(cloudflare.address() as AddressInfo).port}/client/v4`,
        CLOUDFLARE_API_TOKEN: "stand-in",
        CLOUDFLARE_ACCOUNT_ID: "0".repeat(32),
      },
      { cwd: await scratchFolder(), stdio: "ignore" },
    );
    expect(await new Promise((resolve) => wrangler.once("exit", resolve))).toBe(0);
    const put = asked.find(({ method }) => method === "PUT");
    expect(put?.path).toContain("/r2/buckets/konnections-pictures/lifecycle");
    const { rules } = JSON.parse(put?.body ?? "{}") as { rules: { deleteObjectsTransition?: object }[] };
    const week = { condition: { type: "Age", maxAge: 7 * 86_400 } };
    expect(rules.map((one) => one.deleteObjectsTransition)).toContainEqual(week);
  }, 90_000);

  it("refuses before wrangler is asked", async () => {
    const { code, stdout, stderr } = await startCommand("deploy", [], await project("production", "")).exited;
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^Set PUBLIC_ORIGIN/);
  });

  it("tries anything with --dry-run, and leaves the database alone", async () => {
    const root = await project("development", "");
    const { code, stdout } = await startCommand("deploy", ["--dry-run"], root).exited;
    expect(code).toBe(0);
    expect(stdout).toContain("--dry-run: exiting now.");
    expect(stdout).not.toContain("migrations");
  });
});
