import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sourcesOf } from "../../src/commands/frames/sources.ts";
import { problemOf } from "../support/answer.ts";
import { built } from "../support/build.ts";
import { ROOT, Service } from "../support/service.ts";
import { startCommand } from "./child.ts";

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.stop());

const MAP = join(built().prebuiltWorkerDir ?? "", "index.js.map");

describe("npm run frames", () => {
  it("leads a bug's frames, as the built Worker logs them, back to the source", async () => {
    // A notice without texts: no call can write one, so whoever reads it meets a bug.
    const { DB } = await service.harness.getWorker<{ DB: D1Database }>().getEnv();
    await DB.prepare(
      "INSERT INTO notices (version, effective_at, published_at, texts) VALUES ('broken', 1, 1, '[]')",
    ).run();
    problemOf(await service.callUnchecked("GET", "/privacy/broken", { as: null }), 500, "internal");
    const logged = (): string =>
      service.harness
        .getLogs()
        .map((line) => JSON.stringify(line))
        .find((line) => line.includes("http.bug")) ?? "";
    await expect.poll(logged, { timeout: 30_000 }).toMatch(/index\.js:\d+:\d+/);
    expect(logged()).not.toContain("src/");

    const sources = sourcesOf(readFileSync(MAP, "utf8"), logged());
    // Of the bundle; a library may have a file of that name.
    expect(sources).not.toMatch(/[^/]index\.js:\d/);
    const [, line = ""] = / src\/privacy\/page-routes\.ts:(\d+):\d+/.exec(sources) ?? [];
    const source = readFileSync(join(ROOT, "src/privacy/page-routes.ts"), "utf8").split("\n");
    expect(source[Number(line) - 1], sources).toMatch(/\S/);
  });

  it("reads a log and prints it, and says what it lacks", async () => {
    const command = startCommand("frames", ["--map", MAP], ROOT);
    command.child.stdin?.end('{"event":"http.bug","frames":["a index.js:1:1","b other.js:1:1"]}\n');
    const { code, stdout } = await command.exited;
    expect(code).toBe(0);
    expect(stdout).toContain("b other.js:1:1");
    const without = await startCommand("frames", ["--map", "nowhere.map"], ROOT).exited;
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining("npm run build")]);
    expect((await startCommand("frames", ["--mop"], ROOT).exited).code).toBe(2);
  });
});
