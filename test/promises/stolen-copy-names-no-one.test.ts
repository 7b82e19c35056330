/**
 * Promise: a stolen copy names no one. The raw bytes of every store hold no phone number, name, e-mail or image in
 * clear. (Privacy notice, section 6.)
 *
 * In the life of test/support/life the service runs as `npm run dev` starts it. Names and numbers are imported, replaced and dropped, good rows and
 * refused ones; then it is stopped, and the raw bytes of every file of the state folder, write-ahead logs and blobs
 * included, and of everything else it wrote, are searched for each of them: in every spelling and encoding that a
 * program would leave, as integers and packed decimals, and as hashes without a key, which for a phone number are as
 * good as the number. The secrets must not be in the copy either.
 *
 * Seen to fail on a copy of the sources with each of these changes: names written to `evidence` unsealed; pages put
 * into KV unsealed; the id of a number as SHA-256 without a key; the number as an integer in a column of `callers`; what
 * an operator noted written to `audit` unsealed.
 */
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/answer.ts";
import { ndjson } from "../support/import.ts";
import { ALONE, COMPLAINED, DROPPED, NOTE, OPERATOR, PEOPLE, REFUSED, REPLACED } from "../support/life/imports.ts";
import { theLife, type Life } from "../support/life/life.ts";
import { addHashes, addName, addNumber, addText, Needles } from "../support/needles.ts";
import { testSecrets } from "../support/secrets.ts";
import { filesOf } from "../support/state.ts";

let life: Life;
beforeAll(async () => {
  life = await theLife();
});

const people = (): Needles => {
  const needles = new Needles();
  for (const [e164, national, name] of [...PEOPLE, REPLACED, DROPPED]) {
    addNumber(needles, e164, national);
    addName(needles, name);
  }
  for (const [e164, national] of COMPLAINED) addNumber(needles, e164, national);
  addName(needles, REFUSED);
  addText(needles, OPERATOR, "an operator");
  return needles;
};
describe("a copy of everything that the service wrote", () => {
  it("holds the imports at all, which the service itself can read", () => {
    expect(jsonOf(life.imports.refused)).toMatchObject({ accepted: 0, rejected: 3 });
    expect(life.imports.statuses).toEqual([200, 404, 404]);
    expect(life.imports.audit, "operators can read it").toContain(NOTE);
    for (const [at, [, , name]] of PEOPLE.entries()) {
      expect(life.shown[at]).toMatchObject({ name, nameLevel: "official" });
    }
    const files = filesOf(life.left.state);
    expect(files.some((path) => path.includes("/d1/"))).toBe(true);
    expect(files.some((path) => path.includes("/kv/") && path.includes("/blobs/"))).toBe(true);
    expect(files.some((path) => path.includes("/do/"))).toBe(true);
  });

  it("shows no number and no name, taken while the service was running", () =>
    expect(life.running.search(people())).toEqual({}));

  it("shows no number and no name after it was stopped: not what was replaced, dropped or refused either", () => {
    expect(life.left.search(people())).toEqual({});
  });

  it("shows no hash without a key of what was sent: a batch of one row could be found by trying all numbers", () => {
    const needles = new Needles();
    addHashes(needles, ALONE, "a batch of one complaint");
    addHashes(needles, ALONE.trim(), "its row");
    for (const [number] of COMPLAINED) {
      const body = ndjson([
        { number, complaints: 1 + COMPLAINED.findIndex(([other]) => other === number), category: "fraud" },
      ]);
      addHashes(needles, body, `the batch of ${number}`);
    }
    expect(life.left.search(needles)).toEqual({});
  });

  it("does not hold the secrets that would open it", () => {
    const needles = new Needles();
    const { d, kid: _ } = (JSON.parse(testSecrets.TOKEN_SIGNING_KEYS) as { keys: [{ d: string; kid: string }] })
      .keys[0];
    for (const [name, text] of [
      ["INDEX_KEY", testSecrets.INDEX_KEY],
      ["SEAL_KEYS", testSecrets.SEAL_KEYS],
      ["the signing key", d],
    ] as const) {
      needles.add(text.slice(0, 40), name);
      needles.add(Buffer.from(text, name === "the signing key" ? "base64url" : "base64"), `${name}, raw`);
      needles.add(Buffer.from(text, "base64").toString("hex"), `${name} in hex`);
      addHashes(needles, Buffer.from(text, "base64"), name);
    }
    expect(life.left.search(needles)).toEqual({});
  });

  it("holds in clear only what the notice says: no column of text but ids, labels and sealed values", () => {
    // Names of datasets, categories and days are public facts of public registers. Everything else that is text must be
    // a keyed id, a sealed value or a label of the service's own; anything that reads like words is looked at here.
    const words = new Needles();
    for (const text of ["Infirmary", "Surgery", "Umbrella", "Hospital", "Clínica", "@", "example.com"].filter(
      ({ length }) => length > 4,
    )) {
      addText(words, text, text);
    }
    const found = Object.entries(life.left.search(words)).filter(([path]) => path.startsWith(".wrangler/state"));
    expect(Object.fromEntries(found)).toEqual({});
  });
});

describe("the log", () => {
  it("says no number and no name", () => {
    expect(people().find(Buffer.from(life.log))).toEqual([]);
  });
});

describe("this test", () => {
  it("finds a number or a name wherever one is left", () => {
    const needles = people();
    const [[number, national, name]] = PEOPLE as [readonly [string, string, string]];
    const integer = Buffer.alloc(8);
    integer.writeBigInt64BE(BigInt(number.slice(1)));
    const double = Buffer.alloc(8);
    double.writeDoubleLE(Number(number.slice(1)));
    const traces: (string | Buffer)[] = [
      number,
      national,
      `(${national.slice(0, 3)}) ${national.slice(3, 6)}-${national.slice(6)}`,
      number.slice(0, -2),
      Buffer.from(number, "utf16le"),
      Buffer.from(`x${number}`).toString("base64"),
      integer.subarray(2),
      double,
      Buffer.from(`0${number.slice(1)}`, "hex"),
      createHash("sha256").update(number).digest(),
      createHash("sha256").update(number).digest().subarray(0, 16).toString("base64url"),
      createHash("sha1").update(national).digest("hex"),
      name,
      name.toUpperCase(),
      name.toLowerCase().replaceAll(" ", ""),
      Buffer.from(name, "utf16le"),
      Buffer.from(`ab${name}c`).toString("base64url"),
      "zyntharova",
      createHash("md5").update(name.toLowerCase()).digest("hex"),
    ];
    for (const trace of traces) {
      const file = Buffer.concat([Buffer.from("some page "), Buffer.from(trace), Buffer.from(" and on")]);
      expect(needles.find(file).length, String(trace)).toBeGreaterThan(0);
    }
  });
});
