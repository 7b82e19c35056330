import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ATTACKS } from "./attacks.ts";
import { SHARES } from "./cells.ts";
import { FEATURES, FITTED_AREAS, type Neighbourhood } from "../../src/verdict/areas.ts";
import { dayNamed } from "../../src/time/days.ts";
import { complaintsResult, type ComplaintFiles, type ComplaintsResult } from "./complaints.ts";
import { textOf } from "./fit-run.ts";
import { fitWeights } from "./fitting.ts";
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
    // In a table of one day's two complaints nothing is suspected yet.
    expect(result).toMatchObject({
      caught: 0,
      legitimate: 2,
      flagged: 0,
      reaches: { block: { caught: 0.5, flagged: 1 } },
    });
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

/** Complaints in many hundreds of one thousand, one a line, as of a day. */
const burst = (day: string): string =>
  Array.from(
    { length: 40 },
    (_, n) => `${day},20255510${String(n * 2 + 10)}\n${day},2025551${String(n * 23 + 100)}\n`,
  ).join("");

describe("the files", () => {
  const complaintsOf = (complaints: string, legitimate: string, more: Partial<ComplaintFiles> = {}): ComplaintsResult =>
    complaintsResult({
      complaints: file("c.csv", complaints),
      history: null,
      asOf: null,
      countFrom: null,
      legitimate: [file("l.csv", legitimate)],
      areaCodes: ["202"],
      ...more,
    });

  it("are read whatever the order of rows and columns, the line ends, and how days and numbers are written", () => {
    const plain = complaintsOf(
      `file_date,company_phone_number\n${burst("2026-11-01")}2026-11-02,2025551088\n`,
      "phone\n2025551077\n2025561234\n",
    );
    expect(plain).toMatchObject({ caught: 1, complaints: 1, legitimate: 2, flagged: 1 });
    expect(
      complaintsOf(
        '\uFEFFCompany_Phone_Number,Subject,Created_Date\r\n202-555-1088,"a, ""b""",11/2/2026 1:02:03 AM\r\n' +
          "\r\n,,\r\nnone,x,11/2/2026\r\n2025550199,x,yesterday\r\n81300000000,x,11/2/2026\r\n2025550123\r\n" +
          burst("11/1/2026").replaceAll(/(.*),(.*)\n/g, '$2,5" x,$1\r\n'),
        'Facility Name,Telephone Number\n"Mercy, East",(202) 555-1077\nHope,202.556.1234\nHope,1-202-556-1234\nNone,\n',
      ),
    ).toEqual(plain);
  });

  it("may go before what is counted: days by --count-from, complaints without days by --as-of", () => {
    const later = "2026-11-02,2025551088\n2026-11-03,2025551066\n";
    const legitimate = "phone\n2025551077\n2025561234\n";
    const days = complaintsOf(`file_date,company_phone_number\n${burst("2026-11-01")}${later}`, legitimate);
    expect(days.byDay.map(({ day }) => day)).toEqual(["2026-11-02", "2026-11-03"]);
    const counted = complaintsOf(`file_date,company_phone_number\n${burst("2026-11-01")}${later}`, legitimate, {
      countFrom: dayNamed("2026-11-03"),
    });
    expect(counted).toMatchObject({ complaints: 1, caught: 1, flagged: 1 });

    const undated = complaintsOf(`file_date,company_phone_number\n${burst("")}${later}`, legitimate, {
      asOf: dayNamed("2026-10-31"),
    });
    const before = complaintsOf(`file_date,company_phone_number\n${later}`, legitimate, {
      history: file("h.csv", `company_phone_number\n${burst("").replaceAll(",", "")}`),
      asOf: dayNamed("2026-10-31"),
    });
    expect(before).toEqual(undated);
    expect(before.complaints).toBe(2);
    // What names no day is not recent.
    expect(before.areas.suspected).toBeLessThan(days.areas.suspected);
    expect(() =>
      complaintsOf(`file_date,company_phone_number\n${later}`, legitimate, { history: file("h.csv") }),
    ).toThrow(/--as-of/);
  });

  it("of seven-digit numbers are read with each area code", () => {
    const complaints = `file_date,company_phone_number\n${burst("2026-11-01")}`;
    const of = (areaCodes: string[]): number =>
      complaintsOf(complaints, "site_name,phone7\nElm,5551077\nOak,5551234\n", { areaCodes }).legitimate;
    expect([of(["202"]), of(["312", "773"])]).toEqual([2, 4]);
  });

  it("give a curve that falls with the threshold, through what the service does", () => {
    const { curve, caught, flagged } = complaintsOf(
      `file_date,company_phone_number\n${burst("2026-11-01")}2026-11-02,2025551088\n2026-11-02,2025569999\n`,
      "phone\n2025551077\n2025561234\n",
    );
    const [own] = FITTED_AREAS;
    expect(curve.find(({ threshold }) => threshold === own?.threshold)).toMatchObject({ caught, flagged });
    for (const [index, point] of curve.entries()) {
      const next = curve[index + 1];
      if (next === undefined) continue;
      expect(
        [point.caught, point.suspected, point.flagged].every(
          (one, at) => one >= ([next.caught, next.suspected, next.flagged][at] ?? 0),
        ),
      ).toBe(true);
    }
  });

  it("that lack what is needed are named at once", () => {
    const wrong = (): ComplaintsResult => complaintsOf("day\n2026-11-01\n", "phone\n2025550177\n");
    expect(wrong).toThrow(/c\.csv has no column company_phone_number/);
  });
});

describe("npm run fit", () => {
  const random = new Random("fit");
  const digits = (count: number): string => Array.from({ length: count }, () => random.below(10)).join("");
  const bad = Array.from({ length: 30 }, () => `20${2 + random.below(8)}55${random.below(10)}${digits(1)}`);
  const complaint = (): string => (random.chance(0.4) ? random.pick(bad) + digits(3) : `3${digits(2)}4${digits(6)}`);
  const rows = (count: number, day = ""): string =>
    Array.from({ length: count }, () => `${day === "" ? "" : `${day},`}${complaint()}\n`).join("");

  it("gives the same table for the same files, as the code has it", () => {
    const args = [
      ["--history", file("history.csv", `company_phone_number\n${rows(400)}`)],
      ["--as-of", "2026-10-01"],
      [
        "--days",
        file(
          "days.csv",
          `file_date,company_phone_number\n${[1, 2, 3].map((day) => rows(150, `2026-11-0${day}`)).join("")}`,
        ),
      ],
      [
        "--legitimate",
        file("known.csv", `phone\n${Array.from({ length: 60 }, () => `3${digits(2)}4${digits(6)}\n`).join("")}`),
      ],
      ["--date", "2026-11-28"],
    ].flat();
    const printed = run("fit.ts", ...args, "--out", file("a.ts"));
    expect(run("fit.ts", ...args, "--out", file("b.ts")).replace("b.ts", "a.ts")).toBe(printed);
    const text = readFileSync(file("a.ts"), "utf8");
    expect(readFileSync(file("b.ts"), "utf8")).toBe(text);
    expect(run("fit.ts", ...args, "--seed", "other", "--out", file("c.ts"))).not.toBe(printed);

    const weights = FEATURES.map((feature) => Number(new RegExp(`${feature} +(\\S+)`).exec(printed)?.[1]));
    expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
    // Complaints cluster in thousands, so what lies around tells.
    expect(Math.max(...weights)).toBeGreaterThan(0.1);
    for (const [index, feature] of FEATURES.entries()) expect(text).toContain(`${feature}: ${weights[index]},`);
    expect(text).toContain('fitted: "2026-11-28"');
    // The table in the code is written so, and by nothing else.
    const [own] = FITTED_AREAS;
    if (own !== undefined) {
      expect(readFileSync(join(import.meta.dirname, "../../src/verdict/fitted-areas.ts"), "utf8")).toBe(textOf(own));
    }
  });

  it("finds the weights that made the complaints", () => {
    const truth = { ten: 1, hundreds: 2 };
    const around = (): Neighbourhood =>
      Object.fromEntries(FEATURES.map((feature) => [feature, random.below(6)])) as Neighbourhood;
    const drawn = Array.from({ length: 20_000 }, around);
    const odds = ({ ten, hundreds }: Neighbourhood): number =>
      truth.ten * Math.log1p(ten) + truth.hundreds * Math.log1p(hundreds) - 4;
    const complained = drawn.map((counts) => random.chance(1 / (1 + Math.exp(-odds(counts)))));
    const some = (which: boolean) => drawn.filter((_, index) => complained[index] === which);
    const weights = fitWeights(
      [true, false].map((which) => ({ around: some(which), complained: which, weight: some(which).length })),
    );
    expect(weights.ten).toBeCloseTo(truth.ten, 0);
    expect(weights.hundreds).toBeCloseTo(truth.hundreds, 0);
    expect(Math.max(weights.own, weights.hundred, weights.tenThousand, weights.recentTenThousand)).toBeLessThan(0.1);
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
