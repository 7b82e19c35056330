import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deploymentProblem, overrides } from "../../src/commands/deployment.ts";
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

  it("refuses before wrangler is asked", { timeout: 20_000 }, async () => {
    const { code, stdout, stderr } = await startCommand("deploy", [], await project("production", "")).exited;
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^Set PUBLIC_ORIGIN/);
  });

  it("tries anything with --dry-run, and leaves the database alone", { timeout: 20_000 }, async () => {
    const root = await project("development", "");
    const { code, stdout } = await startCommand("deploy", ["--dry-run"], root).exited;
    expect(code).toBe(0);
    expect(stdout).toContain("--dry-run: exiting now.");
    expect(stdout).not.toContain("migrations");
  });
});
