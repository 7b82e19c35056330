import { lineOf } from "../../src/numbers/number.ts";
import { bytesOf } from "../../src/storage/bytes-column.ts";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { sendOwner } from "../../src/directory/send-owner.ts";
import { sendPart } from "../../src/directory/send-part.ts";
import type { DatasetRow } from "../../src/directory/take-in.ts";
import { isUnlisted, relist, unlist } from "../../src/directory/unlisting.ts";
import type { LookupAnswer } from "../../src/lookup/answer.ts";
import { weekOf } from "../../src/verdict/decay.ts";
import {
  dump,
  e164,
  lookUpIn,
  makeDataset,
  placeOf,
  publishAll,
  quiet,
  send,
  testDirectory,
} from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";

const NOW = Date.UTC(2026, 10, 18);
const DAY = 20_775;
const NUMBER = "+13125550123";
const UNKNOWN = "+13125550124";
const directory = testDirectory();

const complaint = (line: number, complaints = 2): DatasetRow => ({
  of: "complaints",
  number: e164(`+131255501${String(line).padStart(2, "0")}`),
  day: DAY,
  complaints,
  category: "robocall",
});
const named: DatasetRow = {
  of: "directory",
  number: e164(NUMBER),
  day: DAY,
  name: "St Fiction Hospital",
  kind: "business",
};

async function vote(revision: number): Promise<{ unlisted: boolean }> {
  const name = { form: "Voted Name", support: 9000, total: 9000 };
  const part = { week: weekOf(NOW), name, disputed: false, spam: null };
  return sendPart(directory, quiet, { number: e164(NUMBER), part, revision }, NOW);
}

/** Says all that can be said of the number. */
async function speak(key: string): Promise<void> {
  await send(directory, await makeDataset(directory, "names", "directory"), key, [named]);
  await send(directory, await makeDataset(directory, "ftc", "complaints"), key, [complaint(23, 9)]);
  await vote(1);
  const owner = { name: "Anna Berg", kind: "person", photo: "face", carved: true } as const;
  const part = { owner, since: null, override: null, taken: null };
  await sendOwner(directory, quiet, { number: e164(NUMBER), part, revision: 1 }, NOW);
}

/** An answer without what names the number itself. */
async function lookUp(number: string): Promise<Partial<LookupAnswer>> {
  await publishAll(directory);
  const { number: _, nationalFormat: __, ...rest } = await lookUpIn(directory, number, NOW);
  return rest;
}

beforeEach(async () => {
  await emptyStores();
});

describe("unlisting", () => {
  it("leaves of a number its tombstone, and its page in D1 and KV anew", async () => {
    await speak("a");
    expect(await lookUp(NUMBER)).toMatchObject({ name: "Anna Berg", reports: 4 });
    await unlist(directory, quiet, e164(NUMBER), NOW);
    expect(await lookUp(NUMBER)).toEqual(await lookUp(UNKNOWN));
    const { rows, d1, kv } = await dump(directory);
    expect({ d1, kv }).toEqual({ d1: {}, kv: {} });
    expect(rows).toMatchObject({ callers: [], evidence: [], unlisted: [{ line: lineOf(e164(NUMBER)) }] });
    expect(await isUnlisted(directory, e164(NUMBER))).toBe(true);
    expect(await isUnlisted(directory, e164(UNKNOWN))).toBe(false);
  });

  it("holds against everything that speaks afterwards, in any order and repeatedly", async () => {
    await speak("a");
    await unlist(directory, quiet, e164(NUMBER), NOW);
    await speak("b");
    expect(await vote(2)).toEqual({ unlisted: true });
    await unlist(directory, quiet, e164(NUMBER), NOW);
    expect(await lookUp(NUMBER)).toEqual(await lookUp(UNKNOWN));
    expect((await dump(directory)).rows).toMatchObject({ callers: [], evidence: [] });
  });

  it("is the last door too: rows that were there before the tombstone are not published", async () => {
    await speak("a");
    const { block, line } = await placeOf(NUMBER);
    await env.DB.prepare("INSERT INTO unlisted VALUES (?, ?)").bind(bytesOf(block), line).run();
    expect(await lookUp(NUMBER)).toEqual(await lookUp(UNKNOWN));
  });

  // A number that alone is not suspected in such a block would be known to be unlisted.
  it("makes a number as unknown ones around it are, suspected with them", async () => {
    await speak("a");
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "b", [complaint(1), complaint(55)]);
    await unlist(directory, quiet, e164(NUMBER), NOW);
    expect(await lookUp(NUMBER)).toMatchObject({ spam: "suspected", name: null, photoUrl: null });
    expect(await lookUp(NUMBER)).toEqual(await lookUp(UNKNOWN));
  });

  it("takes what was said of the number out of its neighbours' verdicts", async () => {
    await speak("a");
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "b", [complaint(55)]);
    expect(await lookUp(UNKNOWN)).toMatchObject({ spam: "suspected" });
    await unlist(directory, quiet, e164(NUMBER), NOW);
    expect(await lookUp(UNKNOWN)).toMatchObject({ spam: "none" });
  });

  it("wins against a publisher that is at work", async () => {
    await speak("a");
    const write = directory.records.writePages.bind(directory.records);
    directory.records.writePages = async (...args) => {
      directory.records.writePages = write;
      await unlist(directory, quiet, e164(NUMBER), NOW);
      return write(...args);
    };
    await publishAll(directory);
    expect(await lookUp(NUMBER)).toEqual(await lookUp(UNKNOWN));
  });

  it("wins against parts that arrive at the same time", async () => {
    await Promise.all([speak("a"), unlist(directory, quiet, e164(NUMBER), NOW), speak("b")]);
    expect(await lookUp(NUMBER)).toEqual(await lookUp(UNKNOWN));
    expect((await dump(directory)).rows).toMatchObject({ callers: [], evidence: [] });
  });

  it("changes nothing of a number nobody knows but its tombstone", async () => {
    await unlist(directory, quiet, e164(NUMBER), NOW);
    expect(await lookUp(NUMBER)).toEqual(await lookUp(UNKNOWN));
    expect(await dump(directory)).toMatchObject({ d1: {}, kv: {}, rows: { callers: [], dirty: [] } });
  });

  it("ends when the owner lets the number in again, with nothing of before", async () => {
    await speak("a");
    await unlist(directory, quiet, e164(NUMBER), NOW);
    await relist(directory, e164(NUMBER));
    expect(await lookUp(NUMBER)).toEqual(await lookUp(UNKNOWN));
    expect(await vote(3)).toEqual({ unlisted: false });
    expect(await lookUp(NUMBER)).toMatchObject({ name: "Voted Name" });
  });
});
