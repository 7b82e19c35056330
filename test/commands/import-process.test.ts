import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { ensureDevVars } from "../../src/commands/dev-vars.ts";
import { startCommand } from "./child.ts";
import { FakeService } from "./fake-service.ts";
import { scratchFolder } from "./scratch.ts";

const ROWS = 4_600;
const number = (i: number): string => (i % 200 === 3 ? `no ${i}` : String(3_125_550_000 + i));
const CSV = `n\n${Array.from({ length: ROWS }, (_, i) => `${number(i)}\n`).join("")}`;
const REFUSED = Array.from({ length: ROWS }, (_, i) => i).filter((i) => i % 200 === 3);
const LAST = `imported: ${ROWS - REFUSED.length} accepted, ${ROWS - REFUSED.length} changed, ${REFUSED.length} rejected`;

describe("npm run import as a program", () => {
  let service: FakeService;
  let folder: string;
  let args: string[];

  beforeEach(async () => {
    service = new FakeService();
    service.step = 100;
    await service.start();
    folder = await scratchFolder();
    await ensureDevVars(folder);
    await writeFile(join(folder, "f.csv"), CSV);
    const line = `f.csv --dataset d --kind complaints --country US --number-column n --to ${service.origin.href}`;
    args = line.split(" ");
    return () => service.stop();
  });

  const expectWhole = async (stdout: string): Promise<void> => {
    expect(stdout.trimEnd().split("\n").at(-1)).toBe(LAST);
    expect(service.totals("d").size).toBe(ROWS - REFUSED.length);
    expect([...service.applied.values()]).toEqual([1, 1, 1, 1, 1]);
    const rejected = await readFile(join(folder, "f.rejected.csv"), "utf8");
    expect(rejected).toBe(`line,reason,n\n${REFUSED.map((i) => `${i + 2},not-a-number,${number(i)}\n`).join("")}`);
    expect((await readdir(folder)).toSorted()).toEqual([".dev.vars", "f.csv", "f.rejected.csv"]);
  };

  it("stops at Ctrl-C with 130 and how to go on, and goes on", async () => {
    const { child, exited } = startCommand("import", args, folder);
    service.before = (call) => void (call.key?.endsWith("-3") === true && child.kill("SIGINT"));
    const { code, stderr } = await exited;
    expect(code).toBe(130);
    expect(stderr).toContain("Stopped. The same command again goes on where this one was.");
    service.before = () => {};
    const second = await startCommand("import", args, folder).exited;
    // The batch before may be unanswered when this one arrives.
    expect(second.stderr).toMatch(/Going on after (?:2,000 rows, at line 2002|3,000 rows, at line 3002)\./);
    expect(second.code).toBe(0);
    await expectWhole(second.stdout);
  });

  it("goes on after being killed outright, again and again, at any moment", { timeout: 90_000 }, async () => {
    let kills = 0;
    let stdout = "";
    // Some kills hit before the service did the work, some after it, some between two batches.
    const waits = [0, 3, 30];
    for (;;) {
      const command = startCommand("import", args, folder);
      service.before = (call) => {
        const wait = waits[kills];
        if (call.key === null || wait === undefined) return;
        kills += 1;
        setTimeout(() => command.child.kill("SIGKILL"), wait);
        service.before = () => {};
      };
      const { code, stdout: said } = await command.exited;
      stdout = said;
      // Null: it was killed.
      if (code !== null) break;
    }
    expect(kills).toBe(waits.length);
    await expectWhole(stdout);
  });

  it.runIf(process.platform === "linux")("stops when npm's shell is ended and it is not told", async () => {
    const env = { npm_lifecycle_event: "import" };
    const { child, exited } = startCommand("import", args, folder, env, { shell: true });
    service.before = async (call) => {
      if (call.key?.endsWith("-2") !== true) return;
      child.kill("SIGTERM");
      // Unanswered until it has noticed; one that does not notice goes on in the end, and is found out.
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 30_000))]);
    };
    const { stdout, stderr } = await exited;
    expect(stdout).toBe("");
    expect(stderr).toContain("Stopped.");
    service.before = () => {};
    await expectWhole((await startCommand("import", args, folder).exited).stdout);
  });

  it("ends with 0 and everything that can be said when it is asked for help", async () => {
    const { code, stdout, stderr } = await startCommand("import", ["--help"], folder).exited;
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("--preset NAME");
    expect(service.calls).toEqual([]);
  });

  it("ends with 1 when most rows were refused, and the sentence above its last line says so", async () => {
    await writeFile(join(folder, "f.csv"), "n\nnothing\nat all\n");
    const { code, stdout } = await startCommand("import", [...args, "--replace"], folder).exited;
    expect(code).toBe(1);
    const [before, last] = stdout.trimEnd().split("\n").slice(-2);
    expect(before).toMatch(/^Failed: every row of f\.csv was refused \(2\), and no row of dataset d /);
    expect(last).toBe("imported: 0 accepted, 0 changed, 2 rejected");
  });

  it("ends with 1 and a sentence that does nothing to the terminal when it cannot go on", async () => {
    const { code, stdout, stderr } = await startCommand("import", [...args, "--day-column", "a\u001B[2J"], folder)
      .exited;
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe('The file has no column "a\\u{1b}[2J". Its columns are: "n".\n');
  });
});
