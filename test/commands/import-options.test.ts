import { describe, expect, it } from "vitest";
import { freshSecrets } from "../../src/commands/secrets.ts";
import { operatorCredentials } from "../../src/commands/import/credentials.ts";
import { readOptions } from "../../src/commands/import/options.ts";
import { scratchFolder } from "./scratch.ts";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const MINIMAL = "f.csv --dataset d-1 --kind complaints --country US --number-column n";
const readAny = (line: string, env = {}) => readOptions(line.split(" "), "/home/me", env);
const read = (line: string, env = {}) => {
  const options = readAny(line, env);
  if (options.command !== "import") throw new Error("not an import");
  return options;
};
const column = (...names: string[]) => ({ names, must: true });

describe("the import's options", () => {
  it("are read, files from where the user stands", () => {
    expect(read(MINIMAL)).toEqual({
      command: "import",
      file: "/home/me/f.csv",
      dataset: "d-1",
      kind: "complaints",
      country: "US",
      columns: { number: column("n") },
      preset: null,
      categoryMap: new Map(),
      dayOrder: null,
      asOf: null,
      delimiter: null,
      encoding: null,
      title: undefined,
      licence: undefined,
      to: new URL("http://localhost:8787"),
      replace: false,
      acceptRefused: false,
    });
    expect(read(MINIMAL, { PORT: "9000" }).to.origin).toBe("http://localhost:9000");
    const all = "--count-column b --day-column c --category-column d --replace --to https://id.example";
    const forms =
      "--day-format DD.MM.YYYY --delimiter tab --encoding latin1 --category-map Debt=debt --accept-refused --as-of 2025-11-2";
    expect(read(`${MINIMAL} ${all} ${forms}`)).toMatchObject({
      columns: { number: column("n"), count: column("b"), day: column("c"), category: column("d") },
      replace: true,
      to: new URL("https://id.example"),
      categoryMap: new Map([["debt", "debt"]]),
      dayOrder: "dmy",
      delimiter: "\t",
      encoding: "latin1",
      acceptRefused: true,
      asOf: "2025-11-02",
    });
    expect(readAny("--drop --dataset d")).toMatchObject({ command: "drop", dataset: "d" });
    expect(readAny("--help")).toEqual({ command: "help" });
  });

  it("come from a preset, and over it", () => {
    expect(read("f.csv --preset fcc")).toMatchObject({
      dataset: "fcc",
      kind: "complaints",
      country: "US",
      columns: { number: { names: ["Caller ID Number"], must: true }, day: { must: false } },
    });
    expect(read("f.csv --preset cms-hospitals --dataset h --name-column Nom --title T")).toMatchObject({
      dataset: "h",
      kind: "directory",
      title: "T",
      columns: { name: column("Nom") },
    });
  });

  it.each([
    ["--dataset d --kind complaints --country US --number-column n", "Name one CSV file."],
    [`g.csv ${MINIMAL}`, "Name one CSV file."],
    ["f.csv --kind complaints --country US --number-column n", "--dataset is missing."],
    [MINIMAL.replace("d-1", "D_1"), "--dataset must be"],
    [MINIMAL.replace("complaints", "phones"), "--kind must be complaints or directory."],
    [MINIMAL.replace("US", "usa"), "--country must be two capital letters"],
    ["f.csv --dataset d --kind complaints --country US", "--number-column is missing."],
    ["f.csv --preset ftc", "--preset must be one of ftc-dnc, fcc"],
    [MINIMAL.replace("complaints", "directory"), "--name-column is missing: a directory is of names."],
    [`${MINIMAL.replace("complaints", "directory")} --name-column a --count-column b`, "are for complaints"],
    [`${MINIMAL} --name-column a`, "--name-column is for a directory: complaints name nobody."],
    [`${MINIMAL} --category-map a=rude`, "--category-map must be pairs"],
    [`${MINIMAL} --day-format weekly`, "--day-format must be"],
    [MINIMAL.replace("US", "XX"), "--country XX is no country"],
    [`${MINIMAL} --as-of yesterday`, "--as-of must be a day since 2000"],
    [`${MINIMAL} --as-of 1999-12-31`, "--as-of must be a day since 2000"],
    [`${MINIMAL} --as-of 2999-01-01`, "--as-of 2999-01-01 has not come yet"],
    [`${MINIMAL} --delimiter ab`, "--delimiter must be"],
    [`${MINIMAL} --encoding morse`, "--encoding must be"],
    [`${MINIMAL} --column x`, "Unknown option '--column'."],
    [`${MINIMAL} --to ftp://localhost`, "--to must be an http or https address."],
    [`${MINIMAL} --to https://id.example/v1`, "--to must be an origin alone"],
    [`${MINIMAL} --to http://id.example`, "--to must be https for any host but this machine"],
    [`${MINIMAL} --to http://127.0.0.1.example`, "--to must be https for any host but this machine"],
    ["--drop --dataset d f.csv", "--drop takes no file."],
    ["--drop --dataset d --replace", "not with --replace."],
  ])('refuse "%s": %s', (line, problem) => {
    expect(() => readAny(line)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(problem) }),
    );
  });

  it("refuse a PORT that is none", () => {
    expect(() => read(MINIMAL, { PORT: "http" })).toThrow("PORT must be a number from 1 to 65535.");
  });
});

describe("the import's credentials", () => {
  const away = new URL("https://id.example");

  it("are an Access service token for any other machine", async () => {
    const env = { CF_ACCESS_CLIENT_ID: "id.access", CF_ACCESS_CLIENT_SECRET: "secret" };
    const credentials = await operatorCredentials(away, await scratchFolder(), env);
    expect(await credentials()).toEqual({ "CF-Access-Client-Id": "id.access", "CF-Access-Client-Secret": "secret" });
    await expect(operatorCredentials(away, "", { CF_ACCESS_CLIENT_ID: "id.access" })).rejects.toThrow(
      "id.example is behind Cloudflare Access: set CF_ACCESS_CLIENT_ID and CF_ACCESS_CLIENT_SECRET to a service token's.",
    );
  });

  it.each(["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"])("are signed here for %s", async (to) => {
    const root = await scratchFolder();
    await expect(operatorCredentials(new URL(to), root, {})).rejects.toThrow("start the service first");
    const { INDEX_KEY, SEAL_KEYS, TOKEN_SIGNING_KEYS } = await freshSecrets();
    const text = `INDEX_KEY=${INDEX_KEY}\nSEAL_KEYS=${SEAL_KEYS}\nTOKEN_SIGNING_KEYS='${TOKEN_SIGNING_KEYS}'\n`;
    await writeFile(join(root, ".dev.vars"), text);
    const credentials = await operatorCredentials(new URL(to), root, {});
    expect(await credentials()).toEqual({ Authorization: expect.stringMatching(/^Bearer ey/) });
  });
});
