import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ATTACKS } from "./attacks.ts";
import { SHARES } from "./cells.ts";
import { complaintsResult, type ComplaintsResult } from "./complaints.ts";
import { METHOD_NAMES } from "./methods.ts";
import { Random } from "./random.ts";
import { estimate, type Cell } from "./tally.ts";

const scratch = mkdtempSync(join(tmpdir(), "simulate-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const run = (script: string, ...args: readonly string[]): string =>
  execFileSync(process.execPath, [join(import.meta.dirname, script), ...args], { encoding: "utf8" });
const file = (name: string, text?: string): string => {
  const path = join(scratch, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
};

describe("npm run simulate", () => {
  it("writes a cell for each method, attack, share and least of honest votes, the same in every run", () => {
    const complaints = file(
      "complaints.csv",
      "file_date,company_phone_number\n2026-11-01,2025550101\n2026-11-01,2025550144\n2026-11-02,2025550188\n2026-11-02,2025559999\n2026-11-02,81300000000\n",
    );
    const legitimate = file("legitimate.csv", "name,phone\nMercy,2025550177\nHope,2025551234\n");
    const args = ["--seeds", "2", "--numbers", "10", "--complaints", complaints, "--legitimate", legitimate, "--json"];
    const table = run("simulate.ts", ...args, file("a.json"));
    expect(run("simulate.ts", ...args, file("b.json"))).toBe(table);
    const text = readFileSync(file("a.json"), "utf8");
    expect(readFileSync(file("b.json"), "utf8")).toBe(text);

    const {
      seeds,
      cells,
      complaints: result,
    } = JSON.parse(text) as { seeds: number[]; cells: Cell[]; complaints: unknown };
    expect(seeds).toEqual([1, 2]);
    expect(new Set(cells.map(({ method }) => method))).toEqual(new Set(METHOD_NAMES));
    expect(new Set(cells.map(({ attack }) => attack))).toEqual(new Set([...Object.keys(ATTACKS), "spam-brigade"]));
    expect(cells).toHaveLength(METHOD_NAMES.length * (Object.keys(ATTACKS).length + 1) * SHARES.length * 2);
    for (const { right, wrong, silent } of cells) expect(right + wrong + silent).toBeCloseTo(1, 9);
    // The second day's first number has two neighbours of the first day in two tens; so has one of the legitimate.
    expect(result).toMatchObject({ caught: 0.5, legitimate: 2, flagged: 1 });
  });

  it("takes names from a file that its converter makes", () => {
    const sites = file("sites.csv", 'true_id,site_name\n1,"Fiske, John"\n1,FISKE\n2,Goudy School\n');
    const hospitals = file("hospitals.csv", 'facility_id,name\n010001,"MERCY ""EAST"" HOSPITAL"\n');
    expect(run("make-names.ts", "--sites", sites, "--hospitals", hospitals, "--out", file("names.csv"))).toBe(
      "names: 4 of 3 callers\n",
    );
    expect(run("simulate.ts", "--names", file("names.csv"), "--seeds", "1", "--numbers", "10")).toContain(
      "callers: 3; spellings: 4",
    );
  });
});

describe("the files", () => {
  const complaintsOf = (complaints: string, legitimate: string): ComplaintsResult =>
    complaintsResult(file("c.csv", complaints), file("l.csv", legitimate));

  it("are read whatever the order of rows and columns, the line ends, and how days and numbers are written", () => {
    const plain = complaintsOf(
      "file_date,company_phone_number\n2026-11-01,2025550101\n2026-11-01,2025550144\n2026-12-02,2025550188\n",
      "phone\n2025550177\n2025551234\n",
    );
    expect(plain).toMatchObject({ caught: 1, complaints: 1, legitimate: 2, flagged: 1 });
    expect(
      complaintsOf(
        '\uFEFFCompany_Phone_Number,Subject,Created_Date\r\n202-555-0188,"a, ""b""",12/2/2026 1:02:03 AM\r\n' +
          "\r\n,,\r\nnone,x,12/2/2026\r\n2025550199,x,yesterday\r\n81300000000,x,12/2/2026\r\n2025550123\r\n" +
          '(202) 555-0101,5" x,11/1/2026\r\n+1 202 555 0144,x,11/1/2026,more\r\n',
        'Facility Name,Telephone Number\n"Mercy, East",(202) 555-0177\nHope,202.555.1234\nHope,1-202-555-1234\nNone,\n',
      ),
    ).toEqual(plain);
  });

  it("that lack what is needed are named at once", () => {
    const wrong = (): ComplaintsResult => complaintsOf("day\n2026-11-01\n", "phone\n2025550177\n");
    expect(wrong).toThrow(/c\.csv has no column company_phone_number/);
  });
});

describe("the parts of it", () => {
  it("are random as the seed says", () => {
    const draw = (seed: string): number[] => Array.from({ length: 5 }, (_, index) => index + new Random(seed).next());
    expect(draw("a")).toEqual(draw("a"));
    expect(draw("a")).not.toEqual(draw("b"));
    const random = new Random("mean");
    const mean = Array.from({ length: 20_000 }, () => random.next()).reduce((sum, value) => sum + value, 0) / 20_000;
    expect(mean).toBeCloseTo(0.5, 1);
  });

  it("give Student's interval over the seeds", () => {
    expect(estimate([0.1, 0.2, 0.3, 0.4, 0.5])).toEqual({
      mean: expect.closeTo(0.3, 9) as number,
      half: expect.closeTo(0.1966, 3) as number,
    });
    expect(estimate([0.4]).half).toBe(0);
  });
});
