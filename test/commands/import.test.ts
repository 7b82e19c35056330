import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Surroundings } from "../../src/commands/import/context.ts";
import type { OperatorClient } from "../../src/commands/import/client.ts";
import { readOptions } from "../../src/commands/import/options.ts";
import { waitUntilPublished } from "../../src/commands/import/publication.ts";
import { dropDataset, importFile } from "../../src/commands/import/run.ts";
import { FakeService } from "./fake-service.ts";
import type { Call, Fault } from "./fake-service.ts";
import { scratchFolder } from "./scratch.ts";

/** Patient as the command is, in small steps: however slow the machine, what comes back is waited for. */
const PATIENT = { firstWait: 5, longestWait: 20, giveUpAfter: 120_000, timeout: 60_000 };
/** For a service that does not come back. */
const HASTY = { ...PATIENT, giveUpAfter: 100 };
const isRows = (call: Call): boolean => call.key !== null;

/** 2,410 records in three batches; every 80th is refused by the service, one by the reader. */
const NUMBERS = Array.from({ length: 2_409 }, (_, i) =>
  i % 80 === 7 ? `bad ${i}` : String(3_125_550_000 + (i % 1_800)),
);
const CSV = `id,phone\n${NUMBERS.map((number, i) => `${i},${number}\n`).join("")}x,"unclosed\n`;
const BAD = NUMBERS.flatMap((number, i) => (number.startsWith("bad") ? [{ line: i + 2, id: i, number }] : []));
const REJECTED = `line,reason,id,phone\n${BAD.map(({ line, id, number }) => `${line},not-a-number,${id},${number}\n`).join("")}2411,csv-quote-not-closed,"x,""unclosed"\n`;
const TOTALS = new Map<string, number>();
for (const number of NUMBERS) {
  if (!number.startsWith("bad")) TOTALS.set(number, (TOTALS.get(number) ?? 0) + 1);
}
const ACCEPTED = NUMBERS.length - BAD.length;
const LAST_LINE = `imported: ${ACCEPTED} accepted, CHANGED changed, ${BAD.length + 1} rejected`;

const changedOf = (line: string): number => Number(/(\d+) changed/.exec(line)?.[1]);

const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

describe("npm run import", () => {
  let service: FakeService;
  let folder: string;
  let printed: string[];
  let noted: string;
  let around: Surroundings;

  beforeEach(async () => {
    service = new FakeService();
    await service.start();
    folder = await scratchFolder();
    printed = [];
    noted = "";
    const write = (text: string): boolean => ((noted += text), true);
    around = {
      folder,
      credentials: () => Promise.resolve({ Authorization: "Bearer test" }),
      stream: { isTTY: false, write } as unknown as NodeJS.WriteStream,
      print: (line) => printed.push(line),
      retry: PATIENT,
      poll: 2,
    };
    await writeFile(join(folder, "calls.csv"), CSV);
    return () => service.stop();
  });

  const options = (more = "", file = "calls.csv") => {
    const line = `${file} --dataset ftc --kind complaints --country US --number-column phone --to ${service.origin.href} ${more}`;
    const read = readOptions(line.trim().split(" "), folder, {});
    if (read.command !== "import") throw new Error("not an import");
    return read;
  };
  const run = async (more = ""): Promise<string> => {
    await importFile(options(more), around);
    return printed.at(-1) ?? "";
  };
  const runInVain = async (words: string): Promise<void> => {
    await expect(importFile(options(), { ...around, retry: HASTY })).rejects.toThrow(words);
  };
  const expectWhole = async (line: string, changed: number): Promise<void> => {
    expect(line).toBe(LAST_LINE.replace("CHANGED", String(changed)));
    expect(service.totals("ftc")).toEqual(TOTALS);
    expect([...service.applied.values()]).toEqual([1, 1, 1]);
    expect(await readFile(join(folder, "calls.rejected.csv"), "utf8")).toBe(REJECTED);
    expect(await readdir(folder)).toEqual(["calls.csv", "calls.rejected.csv"]);
  };
  // Distinct numbers of each batch.
  const CHANGED = [0, 1_000, 2_000]
    .map((from) => new Set(NUMBERS.slice(from, from + 1_000).filter((number) => !number.startsWith("bad"))).size)
    .reduce((sum, size) => sum + size);

  it("takes every row once, says what was refused and waits until all is published", async () => {
    const line = await run("--title Complaints --licence CC0");
    await expectWhole(line, CHANGED);
    expect(service.datasets.get("ftc")).toMatchObject({ title: "Complaints", licence: "CC0", country: "US" });
    expect(service.backlog).toBe(0);
    expect(noted).toContain("publishing: ");
    // Two are under way at a time, over connections of their own.
    const posts = service.calls.filter(isRows).sort((a, b) => (a.key ?? "").localeCompare(b.key ?? ""));
    expect(posts.map(({ rows }) => rows)).toEqual([1_000, 1_000, 409]);
    expect(posts[0]?.headers).toMatchObject({ "content-type": "application/x-ndjson", authorization: "Bearer test" });
    const [edition] = service.datasets.get("ftc")?.editions.keys() ?? [];
    expect(edition).toMatch(/^[0-9a-f]{32}$/);
    expect(posts.map(({ key }) => key)).toEqual([0, 1, 2].map((index) => `${edition}-${index}`));
  });

  it("changes nothing when it is run again, and keeps what the dataset was called", async () => {
    await run("--title Complaints");
    await expectWhole(await run(), 0);
    expect(service.datasets.get("ftc")?.title).toBe("Complaints");
  });

  it.each<[string, (call: Call, nth: number) => Fault | null]>([
    ["answers lost after the work was done", (call, nth) => (isRows(call) && nth % 2 === 0 ? "drop-after" : null)],
    ["connections lost before", (call, nth) => (isRows(call) && nth % 3 !== 2 ? "drop-before" : null)],
    ["errors", (_, nth) => (nth % 2 === 0 ? "500" : null)],
    ["429 and 503", (_, nth) => (nth % 3 === 0 ? "429" : nth % 3 === 1 ? "503" : null)],
  ])("survives %s without counting a batch twice", async (_, fault) => {
    let nth = 0;
    service.fault = (call) => (isRows(call) || call.path.endsWith("status") ? fault(call, nth++) : null);
    await expectWhole(await run(), CHANGED);
    expect(noted).toContain("trying again in");
  });

  it("survives a service that is killed and comes back", async () => {
    let kills = 0;
    service.before = async (call) => {
      if (!isRows(call) || kills++ > 1) return;
      await service.stop();
      setTimeout(() => void service.start(), 60);
    };
    await expectWhole(await run(), CHANGED);
    expect(noted).toContain("ECONNREFUSED");
  });

  it.each([0, 1, 2])("goes on where it was when batch %i was done and the answer never came", async (batch) => {
    service.fault = (call) => (call.key?.endsWith(`-${batch}`) === true ? "drop-after" : null);
    await runInVain("could not be used for too long");
    expect(await readdir(folder)).toContain("calls.csv.import.json");
    const journal = await readFile(join(folder, "calls.csv.import.json"), "utf8");
    expect(journal).not.toMatch(/312555\d/);
    service.fault = () => null;
    await expectWhole(await run(), CHANGED);
    expect(noted).toMatch(/Going on after [\d,]+ rows, at line \d+\./);
  });

  it("goes on when two batches were done and neither answer came", async () => {
    service.fault = (call) => (/-[12]$/.test(call.key ?? "") ? "drop-after" : null);
    await runInVain("could not be used for too long");
    service.fault = () => null;
    await expectWhole(await run(), CHANGED);
  });

  it("sends the next batch while one is written, and no more than that", async () => {
    let most = 0;
    const underway = new Set<Call>();
    const arrived = Promise.withResolvers<void>();
    service.before = async (call) => {
      if (!isRows(call)) return;
      underway.add(call);
      most = Math.max(most, underway.size);
      if (underway.size === 2) arrived.resolve();
      // The first one is not answered before the second one has come.
      await arrived.promise;
      underway.delete(call);
    };
    await expectWhole(await run(), CHANGED);
    expect(most).toBe(2);
  });

  it("stops trying one batch again when another one was refused for good", async () => {
    service.fault = (call) => (call.key?.endsWith("-0") === true ? "login" : isRows(call) ? "500" : null);
    await expect(importFile(options(), around)).rejects.toThrow("asks for a login");
    const calls = service.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 10 * PATIENT.longestWait));
    expect(service.calls).toHaveLength(calls);
  });

  it("imports numbers without days as of a day, as an import of its own", async () => {
    service.read = { today: 20_500, rows: [] };
    await run("--as-of 2025-11-30");
    await run();
    const days = service.read.rows.map(({ day }) => day);
    expect(new Set(days.slice(0, ACCEPTED))).toEqual(new Set([Date.parse("2025-11-30") / 86_400_000]));
    expect(new Set(days.slice(ACCEPTED))).toEqual(new Set([20_500]));
    // Nobody knows when these complaints were made: they must not count as recent.
    expect(service.read.rows.every(({ undated }) => undated === true)).toBe(true);
  });

  it("goes on with refused rows of a batch whose journal was not written any more", async () => {
    service.fault = (call) => (call.key?.endsWith("-2") === true ? "500" : null);
    await runInVain("too long (it answered 500)");
    const path = join(folder, "calls.rejected.csv");
    await writeFile(path, `${await readFile(path, "utf8")}2009,not-a-nu`);
    service.fault = () => null;
    await expectWhole(await run(), CHANGED);
  });

  it("counts nothing as changed when a repeated import has to go on", async () => {
    await run();
    service.fault = (call) => (call.key?.endsWith("-1") === true ? "drop-after" : null);
    await runInVain("too long");
    service.fault = () => null;
    await expectWhole(await run(), 0);
  });

  it("waits again for publication, and sends nothing, when it was stopped there", async () => {
    service.fault = (call) => (call.path.endsWith("status") && service.applied.size === 3 ? "503" : null);
    await runInVain("too long (it answered 503)");
    service.fault = () => null;
    const before = service.calls.filter(isRows).length;
    await expectWhole(await run(), CHANGED);
    expect(service.calls.filter(isRows)).toHaveLength(before);
  });

  it("starts anew when the file has changed since, with a word about it", async () => {
    service.fault = (call) => (call.key?.endsWith("-1") === true ? "500" : null);
    await runInVain("too long");
    service.fault = () => null;
    await writeFile(join(folder, "calls.csv"), "id,phone\n1,3125550199\n");
    expect(await run()).toBe("imported: 1 accepted, 1 changed, 0 rejected");
    expect(noted).toContain("is of another file, dataset or mapping: starting from the first row.");
    expect(await readdir(folder)).toEqual(["calls.csv"]);
  });

  it("starts anew from a damaged journal", async () => {
    await writeFile(join(folder, "calls.csv.import.json"), "{");
    await expectWhole(await run(), CHANGED);
    expect(noted).toContain("is damaged");
  });

  it("keeps its files where the user stands if the file's folder is read-only", async () => {
    const shelf = join(folder, "shelf");
    await mkdir(shelf);
    await writeFile(join(shelf, "calls.csv"), CSV);
    await chmod(shelf, 0o555);
    onTestFinished(() => chmod(shelf, 0o755));
    await importFile(options("", "shelf/calls.csv"), around);
    expect(await readdir(shelf)).toEqual(["calls.csv"]);
    expect(await readFile(join(folder, "calls.rejected.csv"), "utf8")).toBe(REJECTED);
    expect(noted).toContain("is read-only: calls.csv.import.json and refused rows are kept here.");
    const why = `(${BAD.length} not-a-number, 1 csv-quote-not-closed)`;
    expect(printed).toContain(`Refused rows, with reasons: calls.rejected.csv ${why}`);
  });

  it("replaces what the dataset had before, and drops it", async () => {
    await run();
    await writeFile(join(folder, "calls.csv"), "id,phone\n1,3125550199\n");
    expect(changedOf(await run("--replace"))).toBe(1);
    expect(service.totals("ftc")).toEqual(new Map([["3125550199", 1]]));
    expect(printed).toContain(`${TOTALS.size} earlier rows that it does not have were removed.`);
    const drop = readOptions(["--drop", "--dataset", "ftc", "--to", service.origin.href], folder, {});
    if (drop.command !== "drop") throw new Error("not a drop");
    await dropDataset(drop, around);
    expect(printed.at(-1)).toBe("dropped: 1 removed");
    expect(service.datasets.size).toBe(0);
    await expect(dropDataset(drop, around)).rejects.toThrow(/has no dataset ftc/);
  });

  it("does not call a dataset missing that it dropped itself", async () => {
    await run();
    let lost = 0;
    service.fault = (call) => (call.method === "DELETE" && lost++ === 0 ? "drop-after" : null);
    const drop = readOptions(["--drop", "--dataset", "ftc", "--to", service.origin.href], folder, {});
    if (drop.command !== "drop") throw new Error("not a drop");
    await dropDataset(drop, around);
    expect(printed.at(-1)).toBe("dropped: 0 removed");
  });

  it("notes that old complaints weigh little", async () => {
    await writeFile(join(folder, "calls.csv"), `phone,on\n3125550100,${day(300)}\n3125550101,${day(200)}\n`);
    await run("--day-column on");
    expect(printed.join("\n")).toContain("Note: the newest complaint is 200 days old.");
    await run(`--as-of ${day(150)}`);
    expect(printed.join("\n")).toContain("Note: the newest complaint is 150 days old.");
    await writeFile(join(folder, "calls.csv"), `phone,on\n3125550100,${day(300)}\n3125550101,${day(20)}\n`);
    printed = [];
    await run("--day-column on");
    expect(printed.join("\n")).not.toContain("Note:");
  });

  it("says what is wrong when the service will not have it", async () => {
    await run();
    const directory = { ...options(), kind: "directory" as const };
    await expect(importFile(directory, around)).rejects.toThrow(
      /refused \(409 dataset-kind-differs\): Refused because dataset-kind-differs\.$/,
    );
    service.fault = () => "login";
    await expect(run()).rejects.toThrow("asks for a login: its Access service token was not accepted.");
    service.fault = (call) => (isRows(call) ? "garbage" : null);
    await expect(run()).rejects.toThrow("something that this command does not understand");
    await expect(importFile(options("", "nothing.csv"), around)).rejects.toThrow(
      /nothing\.csv cannot be read \(ENOENT\)/,
    );
  });
});

describe("waiting for publication", () => {
  /** Waits while a minute passes from look to look. @param backlogs what each look finds: blocks, and minutes that the oldest waits @returns looks that were not taken */
  const wait = async (...backlogs: [blocks: number, minutes: number][]): Promise<number> => {
    let now = 0;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => now);
    onTestFinished(() => clock.mockRestore());
    const looks = backlogs.values();
    const status = () => {
      now += 60_000;
      const [blocks, minutes] = looks.next().value ?? [0, 0];
      return Promise.resolve({ backlog: { blocks, oldestSeconds: minutes * 60 } });
    };
    await waitUntilPublished({ status } as unknown as OperatorClient, { backlog: () => undefined }, 0);
    return [...looks].length;
  };

  it("goes on while the oldest grows younger, though no more than a part of what waits is counted", async () => {
    const long = wait(...Array.from({ length: 30 }, (_, n): [number, number] => [64_000, 21 + n * 0.8]), [10, 45]);
    expect(await long).toBe(0);
  });

  it("ends when only what others changed since is left", async () => {
    expect(await wait([10, 1], [5, 2], [1, 0.1], [1, 0.1])).toBe(1);
  });

  it("fails where nothing moves for ten minutes", async () => {
    const stuck = wait(...Array.from({ length: 13 }, (_, n): [number, number] => [7, n + 1]));
    await expect(stuck).rejects.toThrow("7 blocks and changes of areas have been waiting");
  });
});
