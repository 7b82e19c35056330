import { copyFile, readdir, readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readOptions } from "../src/commands/import/options.ts";
import { importFile } from "../src/commands/import/run.ts";
import type { DatasetRow } from "../src/directory/take-in.ts";
import { wishOf } from "../src/messaging/stop-words.ts";
import { parseNumber } from "../src/numbers/number.ts";
import { checkName } from "../src/verdict/name-rules.ts";
import { normalForm } from "../src/verdict/names/normal-form.ts";
import { areCompatible } from "../src/verdict/names/similarity.ts";
import { FakeService } from "./commands/fake-service.ts";
import { scratchFolder } from "./commands/scratch.ts";

// Small inputs that went wrong once. They lie beside the repository, or not at all: their kinds are tested in the rooms.

const CASES = join(import.meta.dirname, "../../shared/data/cases");
const TODAY = Date.UTC(2025, 10, 20) / 86_400_000;

const linesOf = async (name: string): Promise<string[]> =>
  (await readFile(join(CASES, name), "utf8")).split("\n").filter((line) => line !== "");

/** Imports a file: the rows that arrive, and the reasons for the others, by line. */
async function load(name: string, how: string): Promise<{ taken: DatasetRow[]; refused: string[]; shown: string }> {
  const taken: DatasetRow[] = [];
  const [service, folder] = [new FakeService(), await scratchFolder()];
  service.read = { today: TODAY, rows: taken };
  await service.start();
  let shown = "";
  const print = (text: string): true => ((shown += text), true);
  try {
    await copyFile(join(CASES, name), join(folder, "f.csv"));
    const args = [...how.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
    const options = readOptions(["f.csv", "--dataset", "d", "--to", service.origin.href, ...args], folder, {});
    if (options.command !== "import") throw new Error("not an import");
    await importFile(options, {
      folder,
      credentials: () => Promise.resolve({}),
      stream: { isTTY: false, write: print } as unknown as NodeJS.WriteStream,
      print,
      poll: 2,
    });
  } catch (error) {
    shown += error instanceof Error ? error.message : String(error);
  } finally {
    await service.stop();
  }
  const rejected = (await readdir(folder)).includes("f.rejected.csv")
    ? (await readFile(join(folder, "f.rejected.csv"), "utf8")).trim().split("\n").slice(1)
    : [];
  return { taken, refused: rejected.map((line) => line.split(",").slice(0, 2).join(" ")), shown };
}

const numbersIn = (taken: readonly DatasetRow[]): string[] => taken.map(({ number }) => number);
const daysIn = (taken: readonly DatasetRow[]): (string | null)[] =>
  taken.map((row) => ("day" in row ? new Date(row.day * 86_400_000).toISOString().slice(0, 10) : null));
const categoriesIn = (taken: readonly DatasetRow[]): (string | null | undefined)[] =>
  taken.map((row) => (row.of === "complaints" ? row.category : undefined));

describe.skipIf(!existsSync(CASES))("inputs that went wrong once", () => {
  const DIRECTORY = "--kind directory --number-column phone --name-column name";

  it("float-suffix-de.csv: no number is a digit longer", async () => {
    const { taken, refused } = await load("float-suffix-de.csv", `${DIRECTORY} --country DE`);
    expect(numbersIn(taken)).toEqual(["+493012345678", "+493012345679"]);
    expect(refused).toEqual([]);
  });

  it("fcc-days.csv: two rows are in with their day, the others are refused for their number", async () => {
    const columns = '--number-column "Caller ID Number" --day-column "Date of Issue"';
    const { taken, refused } = await load("fcc-days.csv", `--kind complaints --country US ${columns}`);
    expect(numbersIn(taken)).toEqual(["+12025550171", "+12025550172"]);
    expect(daysIn(taken)).toEqual(["2025-11-01", "2025-11-01"]);
    expect(refused).toEqual(["4 not-a-number", "5 not-a-number", "6 too-short"]);
  });

  it("ftc-categories.csv: only the row without a number is refused", async () => {
    const columns = "--number-column Company_Phone_Number --category-column Subject";
    const { taken, refused } = await load("ftc-categories.csv", `--kind complaints --country US ${columns}`);
    expect(numbersIn(taken)).toEqual(["+12025550181", "+12025550182", "+12025550183"]);
    expect(refused).toEqual(["4 not-a-number"]);
  });

  it("counts-and-case.csv: case does not matter, and no complaint is lost for its category", async () => {
    const columns = "--number-column phone --count-column complaints --day-column date --category-column cat";
    const { taken, refused } = await load("counts-and-case.csv", `--kind complaints --country US ${columns}`);
    expect(taken).toHaveLength(8);
    expect(categoriesIn(taken).slice(0, 4)).toEqual(["fraud", "fraud", "fraud", "fraud"]);
    expect(refused).toEqual(["6 invalid-complaints"]);
  });

  it("excel-text-guards.csv: three numbers are in", async () => {
    const { taken } = await load("excel-text-guards.csv", `${DIRECTORY} --country US`);
    expect(numbersIn(taken)).toEqual(["+13125550180", "+13125550181", "+13125550182"]);
  });

  it("xlsx-named.csv: one sentence says what it is, and nothing of it reaches the terminal", async () => {
    const { taken, shown } = await load("xlsx-named.csv", `${DIRECTORY} --country US`);
    expect(taken).toEqual([]);
    expect(shown).toContain("The file is an Excel workbook (.xlsx)");
    expect(shown).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it("names-fine.txt and names-refused.txt", async () => {
    for (const name of await linesOf("names-fine.txt")) expect(checkName(name), name).toMatchObject({ ok: true });
    for (const name of await linesOf("names-refused.txt")) {
      expect(checkName(name), name).toEqual({ ok: false, reason: "impersonation" });
    }
  });

  it.each([
    ["names-different.txt", false],
    ["names-same.txt", true],
  ])("%s", async (file, same) => {
    for (const pair of await linesOf(file)) {
      const [a = "", b = ""] = pair.split("|");
      expect(areCompatible(normalForm(a), normalForm(b)), pair).toBe(same);
    }
  });

  it("stop-words.txt", async () => {
    for (const line of await linesOf("stop-words.txt")) {
      const [stops, words = ""] = line.split("\t");
      expect(wishOf(words, undefined) === "stop", line).toBe(stops === "yes");
    }
  });

  it("numbers-invisible.tsv", async () => {
    for (const line of await linesOf("numbers-invisible.tsv")) {
      const [text = "", number] = line.split("\t");
      expect(parseNumber(text), line).toMatchObject({ valid: true, number: { e164: number } });
    }
  });
});
