import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { Surroundings } from "../../src/commands/import/context.ts";
import { readOptions } from "../../src/commands/import/options.ts";
import { importFile } from "../../src/commands/import/run.ts";
import type { DatasetRow } from "../../src/directory/take-in.ts";
import { FakeService } from "./fake-service.ts";
import { scratchFolder } from "./scratch.ts";

// Shapes of files as registers and spreadsheets make them, with invented rows. The rows that arrive are read by the
// service's own reader.

const DAY_MS = 86_400_000;
const TODAY = Date.UTC(2025, 10, 20) / DAY_MS;
const COMPLAINTS = "--dataset d --kind complaints --country US --number-column phone";
const DIRECTORY = "--dataset d --kind directory --country US --number-column phone --name-column name";

let service: FakeService;
let folder: string;
let printed: string[];
let noted: string;
let around: Surroundings;
let taken: DatasetRow[];

beforeEach(async () => {
  service = new FakeService();
  taken = [];
  service.read = { today: TODAY, rows: taken };
  await service.start();
  folder = await scratchFolder();
  printed = [];
  noted = "";
  around = {
    folder,
    credentials: () => Promise.resolve({}),
    stream: { isTTY: false, write: (text: string) => ((noted += text), true) } as unknown as NodeJS.WriteStream,
    print: (line) => printed.push(line),
    poll: 2,
  };
  return () => service.stop();
});

/** Imports a text with options (a quoted option may hold spaces); whether it counts as done. */
async function load(content: string | Buffer, how: string): Promise<boolean> {
  await writeFile(join(folder, "f.csv"), content);
  const args = [...how.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  const options = readOptions(["f.csv", "--to", service.origin.href, ...args], folder, {});
  if (options.command !== "import") throw new Error("not an import");
  return importFile(options, around);
}

const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
/** What arrived, a line a row: number, day or name, count, category. */
const arrived = (): string[] =>
  taken.map((row) =>
    row.of === "directory"
      ? `${row.number} ${row.name}`
      : `${row.number} ${"undated" in row ? "-" : dayText(row.day)} ${row.complaints} ${row.category ?? "-"}`,
  );
/** The refused rows' reasons, by line. */
async function refused(): Promise<string[]> {
  if (!(await readdir(folder)).includes("f.rejected.csv")) return [];
  const lines = (await readFile(join(folder, "f.rejected.csv"), "utf8")).trim().split("\n").slice(1);
  return lines.map((line) => line.split(",").slice(0, 2).join(" "));
}

describe("spreadsheets", () => {
  it("make numbers of numbers: none becomes longer by its decimals", async () => {
    await load(
      "phone,name\n3012345678.0,Laden\n493012345679.00,Laden\n3.01235E+09,Laden\n",
      DIRECTORY.replace("US", "DE"),
    );
    expect(arrived()).toEqual(["+493012345678 Laden", "+493012345679 Laden"]);
    expect(await refused()).toEqual(["4 number-rounded"]);
  });

  it("guard text: the guards are read", async () => {
    const csv = `phone,name\n'+13125550180,'t Hooft\n"=""+13125550181""",Shop\n="3125550182",="Shop Two"\n=3125550183,Shop\n`;
    expect(await load(csv, DIRECTORY)).toBe(true);
    expect(arrived()).toEqual([
      "+13125550180 't Hooft",
      "+13125550181 Shop",
      "+13125550182 Shop Two",
      "+13125550183 Shop",
    ]);
  });
});

describe("the registers that are known by name", () => {
  it("FCC: days are American, whatever lacks a number is refused for that", async () => {
    const columns =
      "Ticket ID,Ticket Created,Date of Issue,Time of Issue,Form,Method,Issue,Caller ID Number,Type of Call or Messge,Advertiser Business Number,State,Zip";
    const rows = [
      "1001,11/02/2025 12:00:00 AM,11/01/2025,3:05 pm,Phone,Wireless (cell phone/other mobile device),Unwanted Calls,(202) 555-0171,Prerecorded Voice,,IL,60601",
      "1002,11/02/2025 12:00:00 AM,,10:15 AM,Phone,Wired,Robocalls,202-555-0172,Live Voice,None,TX,75001",
      "1003,11/03/2025 12:00:00 AM,11/02/2025,,Phone,Wireless,Unwanted Calls,None,Text Message,202-555-0173,NY,10001",
      "1004,11/03/2025 12:00:00 AM,11/02/2025,,Phone,Wireless,Unwanted Calls,,,,NY,10001",
      "1005,11/03/2025 12:00:00 AM,11/02/2025,,Phone,Wireless,Unwanted Calls,0-,,,NY,10001",
    ];
    expect(await load([columns, ...rows, ""].join("\n"), "--preset fcc")).toBe(false);
    expect(arrived()).toEqual(["+12025550171 2025-11-01 1 robocall", "+12025550172 2025-11-02 1 robocall"]);
    expect(await refused()).toEqual(["4 not-a-number", "5 not-a-number", "6 too-short"]);
    const columnsAsked = '--number-column "Caller ID Number" --day-column "Date of Issue" --accept-refused';
    taken.length = 0;
    expect(
      await load([columns, ...rows, ""].join("\n"), `--dataset e --kind complaints --country US ${columnsAsked}`),
    ).toBe(true);
    expect(arrived()).toEqual(["+12025550171 2025-11-01 1 -", "+12025550172 - 1 -"]);
  });

  it("FTC: subjects are mapped, and what is none of ours is no category", async () => {
    const csv = [
      "Company_Phone_Number,Created_Date,Violation_Date,Consumer_City,Consumer_State,Consumer_Area_Code,Subject,Recorded_Message_Or_Robocall",
      "2025550181,2025-11-02 00:01:12,2025-11-01 14:03:00,Chicago,Illinois,312,Dropped call or no message,N",
      '2025550182,2025-11-02 00:02:12,2025-11-01 14:03:00,,Illinois,312,"Reducing your debt (credit cards, mortgage, student loans)",Y',
      ",2025-11-02 00:02:12,2025-11-01 14:03:00,,Illinois,312,Other,Y",
      '2025550183,2025-11-02 00:02:12,,"St. Louis ""west""",Missouri,314,No Subject Provided,Y',
      "2025550184,2025-11-02 00:02:12,,,Missouri,314,Alien\u001b[2Jabduction,N",
      "",
    ].join("\n");
    expect(await load(csv, "--preset ftc-dnc")).toBe(true);
    expect(arrived()).toEqual([
      "+12025550181 2025-11-01 1 silent",
      "+12025550182 2025-11-01 1 debt",
      "+12025550183 2025-11-02 1 robocall",
      "+12025550184 2025-11-02 1 -",
    ]);
    expect(await refused()).toEqual(["4 not-a-number"]);
    expect(service.datasets.get("ftc-dnc")).toMatchObject({ kind: "complaints", country: "US" });
    expect(printed.join("\n")).toContain('none of ours: "Alien\\u{1b}[2Jabduction" (1).');
    taken.length = 0;
    const mapped = '--category-map "Alien\u001b[2Jabduction=harassment, Dropped call or no message=other"';
    await load(csv, `--preset ftc-dnc --dataset e ${mapped}`);
    expect(arrived().map((row) => row.split(" ").at(-1))).toEqual(["other", "debt", "robocall", "harassment"]);
    await load("company-phone-number,subject\n2025550181,Other\n", "--preset ftc-dnc --dataset g");
    expect(arrived().at(-1)).toBe("+12025550181 - 1 other");
  });

  it("CMS: hospitals and their telephone numbers", async () => {
    await load(
      "Facility ID,Facility Name,Telephone Number\n1,Fiction Hospital,(312) 555-0100\n",
      "--preset cms-hospitals",
    );
    expect(arrived()).toEqual(["+13125550100 Fiction Hospital"]);
  });
});

describe("counts, days and categories", () => {
  const HOW = `${COMPLAINTS} --count-column complaints --day-column date --category-column cat`;

  it("are read as people write them", async () => {
    const rows = [
      '+12025550191,"1,234",2025-11-01,fraud',
      "+12025550192,12.0,2025-11-01,fraud",
      "+12025550193,3,01/11/2025,fraud",
      "+12025550194,3,2025-11-01T10:00:00Z,Fraud",
      "+12025550195,0,2025-11-01,fraud",
      "+12025550196,3,20251101,",
      "+12025550197,3,2025-11-1,",
      "+12025550198,3,Nov 1 2025,",
      "+12025550199,3,1762000000,",
      "+12025550190,many,2025-11-01,",
      "+12025550189,3,2025-02-30,",
      "+12025550188,3,45962,",
    ];
    expect(await load(`phone,complaints,date,cat\n${rows.join("\n")}\n`, HOW)).toBe(true);
    expect(arrived()).toEqual([
      "+12025550191 2025-11-01 1234 fraud",
      "+12025550192 2025-11-01 12 fraud",
      "+12025550193 2025-01-11 3 fraud",
      "+12025550194 2025-11-01 3 fraud",
      "+12025550196 2025-11-01 3 -",
      "+12025550197 2025-11-01 3 -",
      "+12025550198 2025-11-01 3 -",
      "+12025550199 2025-11-01 3 -",
      "+12025550188 2025-11-01 3 -",
    ]);
    expect(await refused()).toEqual(["6 invalid-complaints", "11 invalid-complaints", "12 invalid-day"]);
    expect(printed.at(-2)).toMatch(/^9 of 12 rows of f\.csv are in dataset d .* 3 were refused\.$/);
  });

  it("days are in the order that the file proves, or that is asked for", async () => {
    const csv = "phone,complaints,date,cat\n+12025550191,1,01/11/2025,\n+12025550192,1,13/11/2025,\n";
    await load(csv, HOW);
    expect(arrived()).toEqual(["+12025550191 2025-11-01 1 -", "+12025550192 2025-11-13 1 -"]);
    expect(noted).toContain("Days are read as day/month/year, since some can be nothing else.");
    await expect(load(`${csv}+12025550193,1,11/13/2025,\n`, HOW)).rejects.toThrow("say --day-format");
    taken.length = 0;
    await load(`${csv}+12025550193,1,11/13/2025,\n`, `${HOW} --day-format MM/DD/YYYY`);
    expect(arrived()).toEqual(["+12025550191 2025-01-11 1 -", "+12025550193 2025-11-13 1 -"]);
  });
});

describe("more of what people write", () => {
  const HOW = `${COMPLAINTS} --count-column n --day-column date --category-column cat`;
  const csv = (cells: readonly string[]): string =>
    `phone,n,date,cat\n${cells.map((row, i) => `${3_125_550_100 + i},${row}\n`).join("")}`;

  it("days: time zones, spaces, months of other languages, and words for none", async () => {
    const day = "2025-11-01";
    const first = [
      "2025-11-01Z",
      "2025-11-01+02:00",
      "20251101T100000+0200",
      "1. 11. 2025",
      '"45962,5"',
      "’2025-11-01",
    ];
    const named = ["1 novembro 2025", "1 november 2025", "1 novembre 2025"];
    const none = ["N/A", "NULL", "-"];
    await load(csv([...first, ...named, ...none].map((cell) => `1,${cell},`)), HOW);
    const days = [...first.map(() => day), ...named.map(() => day), ...none.map(() => "-")];
    expect(arrived().map((row) => row.split(" ")[1])).toEqual(days);
    expect(await refused()).toEqual([]);
  });

  it("days with dots: the day first, unless the file proves the month", async () => {
    await load(csv(["1,11.05.2025,", "1,11.04.2025,"]), HOW);
    expect(arrived().map((row) => row.split(" ")[1])).toEqual(["2025-05-11", "2025-04-11"]);
    taken.length = 0;
    await load(csv(["1,11.05.2025,", "1,11.14.2025,"]), HOW);
    expect(arrived().map((row) => row.split(" ")[1])).toEqual(["2025-11-05", "2025-11-14"]);
    await expect(load(csv(["1,11.14.2025,", "1,14.11.2025,"]), HOW)).rejects.toThrow("say --day-format");
  });

  it("the header below a title", async () => {
    const title = '"Complaints, all of them"\nexported,2025-11-14\n\n';
    await load(`${title}${csv(["2,2025-11-01,fraud"])}`, HOW);
    expect(arrived()).toEqual(["+13125550100 2025-11-01 2 fraud"]);
    expect(noted).toContain("The columns are named in line 4");
    // A row that resembles a header is none where the first line names a column.
    await load(`phone,n,date,cat\n3125550100,x,phone,n\n`, HOW);
    expect(await refused()).toEqual(["2 invalid-complaints"]);
    await expect(load(`${title}a,b\n1,2\n`, HOW)).rejects.toThrow('The file has no column "phone"');
  });

  it("counts in Indian groups", async () => {
    await load(csv(['"1,23,456",,', '"12,34",,', '"1,2",,']), HOW);
    expect(arrived()).toEqual(["+13125550100 - 123456 -"]);
    expect(await refused()).toEqual(["3 invalid-complaints", "4 invalid-complaints"]);
  });

  it("categories with signs; a damaged one costs the category alone", async () => {
    const rows = ["1,,Robo-Call", "1,,tele marketing", "1,,caf"];
    const damaged = Buffer.concat([Buffer.from(csv(rows).trimEnd()), Buffer.from([0xe9]), Buffer.from(" é é\n")]);
    await load(damaged, HOW);
    expect(arrived().map((row) => row.split(" ").at(-1))).toEqual(["robocall", "telemarketing", "-"]);
  });
});

describe("delimiters and encodings", () => {
  const HOW = DIRECTORY.replace("US", "DE");
  const rows = (by: string) =>
    `phone${by}name\n0301234567${by}Müller & Söhne\n0301234568${by}"Café${by}""Zur Post"""\n`;
  const EXPECTED = (by: string) => ["+49301234567 Müller & Söhne", `+49301234568 Café${by}"Zur Post"`];

  it.each([";", "\t", "|", ","])("cells separated by %j are recognised", async (by) => {
    expect(await load(rows(by), HOW)).toBe(true);
    expect(arrived()).toEqual(EXPECTED(by).map((row) => row.replaceAll(/\s+/g, " ")));
  });

  it("a line sep= says it", async () => {
    expect(await load(`\uFEFFsep=^\r\n${rows("^").replaceAll("\n", "\r\n")}`, HOW)).toBe(true);
    expect(arrived()).toEqual(EXPECTED("^"));
  });

  it.each([
    ["UTF-16LE", Buffer.from(`\uFEFF${rows(";")}`, "utf16le")],
    ["UTF-16BE", Buffer.from(`\uFEFF${rows(";")}`, "utf16le").swap16()],
    ["UTF-16 without a mark", Buffer.from(rows(";"), "utf16le")],
    ["Windows-1252", Buffer.from(rows(";"), "latin1")],
    ["UTF-8", Buffer.from(rows(";"))],
  ])("%s is recognised", async (_, bytes) => {
    expect(await load(bytes, HOW)).toBe(true);
    expect(arrived()).toEqual(EXPECTED(";"));
    expect(noted).toContain("cells separated by semicolon.");
  });

  it.each([
    ["Shift-JIS", [0x83, 0x65, 0x83, 0x58, 0x83, 0x67, 0x93, 0x58]],
    ["a DOS code page", [0x4d, 0x81, 0x6c, 0x6c, 0x65, 0x72]],
    ["Windows-1250", [0x4d, 0x61, 0xb3, 0x67, 0x6f, 0x72, 0x7a, 0x61, 0x74, 0x61]],
  ])("%s is not taken for Windows-1252", async (_, name) => {
    const bytes = Buffer.concat([Buffer.from("phone,name\n0301234567,"), Buffer.from(name)]);
    await expect(load(bytes, HOW)).rejects.toThrow("neither UTF-8 nor Windows-1252");
  });

  it("one that could be several is named, and read where it is said", async () => {
    const cyrillic = Buffer.concat([
      Buffer.from("phone;name\n0301234567;"),
      Buffer.from([0xc8, 0xe2, 0xe0, 0xed, 0x20, 0xcf, 0xe5, 0xf2, 0xf0, 0xee, 0xe2]),
    ]);
    await expect(load(cyrillic, HOW)).rejects.toThrow(
      "The text of the file is neither UTF-8 nor Windows-1252: say which with --encoding",
    );
    await load(cyrillic, `${HOW} --encoding windows-1251`);
    expect(arrived()).toEqual(["+49301234567 Иван Петров"]);
  });

  it.each([",", ";", "\t", "|"])("one quote that nobody closes costs its row, separated by %j", async (by) => {
    const lines = ["phone", "name"].join(by) + "\n";
    const body = Array.from(
      { length: 2000 },
      (_, i) => `${3_125_550_000 + i}${by}${i === 700 ? '"' : ""}Shop ${i}\n`,
    ).join("");
    expect(await load(lines + body, DIRECTORY)).toBe(true);
    expect(taken).toHaveLength(1999);
    expect(await refused()).toEqual(["702 csv-quote-not-closed"]);
  });
});

describe("what is no CSV is called what it is", () => {
  it.each([
    ["PK\u0003\u0004\u0014\0[Content_Types].xml\0\u0008xl/workbook.xml\u001b]0;x\u0007", "an Excel workbook (.xlsx)"],
    [
      "PK\u0003\u0004\u0014\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
      "an OpenDocument spreadsheet (.ods)",
    ],
    ["PK\u0003\u0004\u0014\0photo.jpg", "a ZIP archive"],
    ["\u00D0\u00CF\u0011\u00E0\u00A1\u00B1", "a workbook of an old Excel (.xls)"],
    ["%PDF-1.7\n", "a PDF"],
    ["BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\n", "a vCard (.vcf)"],
    ["\n<!DOCTYPE html><table>", "a web page (HTML)"],
    ['[{"phone":"1"}]', "JSON"],
    ["\u001F\u008B\u0008", "compressed with gzip"],
  ])("%j", async (text, is) => {
    await expect(load(Buffer.from(text, "latin1"), DIRECTORY)).rejects.toThrow(`The file is ${is}`);
    expect(service.calls).toEqual([]);
  });

  it("zero bytes are no text", async () => {
    await expect(load("phone,name\n\0\u0001\n", DIRECTORY)).rejects.toThrow("holds zero bytes");
  });

  it("and no character of a file is obeyed by the terminal", async () => {
    const hostile = "ph\u001B]0;owned\u0007one\u202E,b\n1,2\n";
    await expect(load(hostile, DIRECTORY)).rejects.toThrow(
      'The file has no column "phone". Its columns are: "ph\\u{1b}]0;owned\\u{7}one\\u{202e}", "b".',
    );
  });
});

describe("what happened is said", () => {
  const GOOD = "phone,name\n3125550100,Shop\n3125550101,Shop Two\n";

  it("N/A, Null, Test and the like are no names", async () => {
    const names = [
      "N/A",
      "Null",
      "TEST",
      "n.a.",
      "unknown",
      "Test 2",
      "TBC",
      "Pending",
      "void",
      "Nulli Secundus",
      "Testarossa Pizza",
    ];
    await load(`phone,name\n${names.map((name, i) => `${3_125_550_100 + i},${name}\n`).join("")}`, DIRECTORY);
    expect(arrived()).toEqual(["+13125550109 Nulli Secundus", "+13125550110 Testarossa Pizza"]);
    expect(new Set((await refused()).map((line) => line.split(" ")[1]))).toEqual(new Set(["name-missing"]));
  });

  it("a spreadsheet's errors and zeros are no names, names with such words are", async () => {
    const none = ["#REF!", "#DIV/0!", "#VALUE!", "#NUM!", "#NV", "#¡REF!", "0", "00", "x", "\\N", "Test account"];
    const names = ["Null Island Bar", "Jennifer Null", "Test Valley School", "#1 Pizza", "360", "3M", "X Corp", "X2"];
    await load(`phone,name\n${[...none, ...names].map((n, i) => `${3_125_550_100 + i},${n}\n`).join("")}`, DIRECTORY);
    expect(taken.map((row) => (row.of === "directory" ? row.name : ""))).toEqual(names);
    expect((await refused()).filter((line) => line.endsWith("name-missing"))).toHaveLength(none.length);
  });

  it("rows of delimiters alone are blank lines, and headers hide nothing", async () => {
    expect(await load(`ph\u200Bone,name\n3125550100,Shop\n${", \n".repeat(9)}`, DIRECTORY)).toBe(true);
    expect(await refused()).toEqual([]);
    await expect(load("phone,name,name\n3125550100,A,B\n", DIRECTORY)).rejects.toThrow("more than one column");
    await expect(load(GOOD, `${DIRECTORY} --number-column=`)).rejects.toThrow("A column must have a name");
  });

  it("a directory without names is refused before anything is sent", async () => {
    await load(GOOD, DIRECTORY);
    const calls = service.calls.length;
    await expect(load(GOOD, `${DIRECTORY.replace(" --name-column name", "")} --replace`)).rejects.toThrow(
      "--name-column is missing: a directory is of names.",
    );
    await expect(load("phone,title\n3125550100,Shop\n", `${DIRECTORY} --replace`)).rejects.toThrow("no column");
    expect(service.calls).toHaveLength(calls);
    expect(service.totals("d").size).toBe(2);
  });

  it.each([
    [
      "every row is refused",
      "phone,name\n3125550100,N/A\n3125550101,\n",
      "Failed: every row of f.csv was refused (2)",
      0,
      2,
    ],
    ["it has no rows", "phone,name\n", "Failed: f.csv has no rows", 0, 0],
    ["most are refused", "phone,name\n1,A\n2,B\n3125550109,C\n", "Failed for the most part: 1 of 3 rows", 1, 2],
  ])("nothing is removed where %s, and it is a failure", async (_, csv, sentence, accepted, rejected) => {
    await load(GOOD, DIRECTORY);
    expect(await load(csv, `${DIRECTORY} --replace`)).toBe(false);
    expect(service.totals("d").size).toBe(2 + accepted);
    expect(printed).toContain("Nothing was removed from dataset d.");
    expect(printed.at(-2)).toContain(sentence);
    expect(printed.at(-1)).toBe(`imported: ${accepted} accepted, ${accepted} changed, ${rejected} rejected`);
    expect(await load(csv, `${DIRECTORY} --replace --accept-refused`)).toBe(accepted > 0);
    expect(service.totals("d").size).toBe(accepted > 0 ? accepted : 2);
  });
});
