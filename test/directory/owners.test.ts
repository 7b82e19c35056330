import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { takenName, type OwnerPart, type TakenDown } from "../../src/directory/owner-part.ts";
import { dropDataset } from "../../src/directory/drop.ts";
import { sendOwner } from "../../src/directory/send-owner.ts";
import { sendPart } from "../../src/directory/send-part.ts";
import type { DatasetRow } from "../../src/directory/take-in.ts";
import { unlist } from "../../src/directory/unlisting.ts";
import type { LookupAnswer } from "../../src/lookup/answer.ts";
import { weekOf } from "../../src/verdict/decay.ts";
import type { OwnerEvidence } from "../../src/verdict/evidence.ts";
import {
  dump,
  e164,
  lookUpIn,
  makeDataset,
  publishAll,
  quiet,
  send,
  testDirectory,
  testVault,
} from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";

const NOW = Date.UTC(2026, 10, 18);
const WEEK = weekOf(NOW);
const DAY = 20_775;
const NUMBER = "+13125550123";

const NOTHING: OwnerPart = { owner: null, since: null, override: null, taken: null };
const NOBODY: OwnerEvidence = { name: null, kind: "person", photo: null, carved: false };
const directory = testDirectory();

async function say(part: Partial<OwnerPart> | null, revision = 1, number = NUMBER) {
  const sent = { number: e164(number), part: part === null ? null : { ...NOTHING, ...part }, revision };
  return sendOwner(directory, quiet, sent, NOW);
}
const owned = (owner: Partial<OwnerEvidence>): Partial<OwnerPart> => ({ owner: { ...NOBODY, ...owner } });

async function lookUp(number = NUMBER, origin?: string): Promise<LookupAnswer> {
  await publishAll(directory);
  return lookUpIn(directory, number, NOW, origin);
}

async function isOfficially(name: string, day = DAY): Promise<void> {
  const row: DatasetRow = { of: "directory", number: e164(NUMBER), day, name, kind: "business" };
  await send(directory, await makeDataset(directory, "names", "directory"), `${name} ${day}`, [row]);
}

async function complain(lines: readonly number[], day = DAY): Promise<void> {
  const rows = lines.map((line): DatasetRow => {
    const number = e164(`+131255501${String(line).padStart(2, "0")}`);
    return { of: "complaints", number, day, complaints: 1, category: null };
  });
  await send(directory, await makeDataset(directory, "ftc", "complaints"), `${lines.join()} ${day}`, rows);
}

beforeEach(async () => {
  await emptyStores();
});

describe("the order of authority", () => {
  it("is operator, owner, dataset", async () => {
    await isOfficially("St Fiction Hospital");
    expect(await lookUp()).toMatchObject({ name: "St Fiction Hospital", nameLevel: "official", verified: true });
    await say(owned({ name: "Anna Berg", photo: "face" }), 1);
    expect(await lookUp()).toMatchObject({ name: "Anna Berg", nameLevel: "owner", kind: "person", verified: false });
    expect(await lookUp(NUMBER, "https://id.example")).toMatchObject({ photoUrl: "https://id.example/v1/photos/face" });
    const override = { name: "Fiction Clinic", kind: "business", spam: "likely" } as const;
    await say({ ...owned({ name: "Anna Berg" }), override }, 2);
    expect(await lookUp()).toMatchObject({ name: "Fiction Clinic", verified: true, spam: "likely", photoUrl: null });
    await say({ override: { ...override, name: null } }, 3);
    expect(await lookUp()).toMatchObject({ name: "St Fiction Hospital", spam: "likely", advice: "warn" });
    await say(null, 4);
    expect(await lookUp()).toMatchObject({ name: "St Fiction Hospital", nameLevel: "official", spam: "none" });
    // Whoever had said everything is forgotten, and counts from one again.
    await say(owned({ name: "Anna Berg" }), 1);
    expect(await lookUp()).toMatchObject({ name: "Anna Berg" });
  });

  it("leaves nothing of an owner who says nothing any more", async () => {
    const before = await dump(directory);
    await say(owned({ name: "Anna Berg" }));
    await publishAll(directory);
    expect((await dump(directory)).d1).not.toEqual(before.d1);
    await say(null, 2);
    await publishAll(directory);
    expect(await dump(directory)).toEqual(before);
  });
});

describe("an owner's part", () => {
  it("is never overwritten by an older one, nor by another writer's", async () => {
    await say(owned({ name: "Newer" }), 7);
    await say(owned({ name: "Older" }), 6);
    await say(owned({ name: "Repeated" }), 7);
    expect(await lookUp()).toMatchObject({ name: "Newer" });
    await sendPart(directory, quiet, { number: e164(NUMBER), part: null, revision: 99 }, NOW);
    expect(await lookUp()).toMatchObject({ name: "Newer" });
  });

  it("is dropped when the number is unlisted, and its writer told", async () => {
    await unlist(directory, quiet, e164(NUMBER), NOW);
    expect(await say(owned({ name: "Anna Berg" }))).toEqual({ unlisted: true });
    expect(await lookUp()).toMatchObject({ name: null });
    expect((await dump(directory)).rows["callers"]).toEqual([]);
  });

  it("does not open in another column, nor for another number", async () => {
    await say(owned({ name: "Anna Berg" }));
    await env.DB.prepare("UPDATE callers SET ballot = ownership, ownership = NULL").run();
    expect(await lookUp()).toMatchObject({ name: null });
    expect(directory.events.at(-1)).toMatchObject({ event: "vault.refused", fields: { table: "callers" } });
  });

  it("stays when a dataset that knows the number is dropped", async () => {
    await isOfficially("St Fiction Hospital");
    await say(owned({ name: "Anna Berg" }));
    await dropDataset(directory, quiet, "names", "", NOW);
    expect(await lookUp()).toMatchObject({ name: "Anna Berg" });
  });
});

describe("a proved owner", () => {
  it("carves the number out of what is said of its block", async () => {
    await complain([1, 55]);
    await complain([1, 55], DAY - 1);
    expect(await lookUp()).toMatchObject({ spam: "suspected" });
    await say(owned({ carved: true }));
    expect(await lookUp()).toMatchObject({ spam: "none", name: null });
    expect(await lookUp("+13125550124")).toMatchObject({ spam: "suspected" });
  });

  it("who is a new one leaves no name of before, and every complaint", async () => {
    await isOfficially("Former Tenant", DAY - 14);
    await complain([23], DAY - 14);
    await complain([23], DAY - 15);
    await complain([23], DAY - 16);
    const name = { form: "Former Tenant", support: 9000, total: 9000 };
    const part = { week: WEEK - 2, name, disputed: false, spam: null };
    await sendPart(directory, quiet, { number: e164(NUMBER), part, revision: 1 }, NOW);
    expect(await lookUp()).toMatchObject({ name: "Former Tenant", spam: "suspected" });
    await say({ since: WEEK });
    expect(await lookUp()).toMatchObject({ name: null, spam: "suspected", advice: "warn" });
    // What is said from then on counts.
    await isOfficially("New Tenant");
    expect(await lookUp()).toMatchObject({ name: "New Tenant" });
  });
});

describe("what operators took down", () => {
  /** All that is held of the number at a time. */
  async function takenDown(names: readonly string[], until: TakenDown["until"], complaintsUntil: number | null) {
    const caller = await testVault().numberId(e164(NUMBER));
    const hashes = await Promise.all(names.map((name) => takenName(testVault(), caller, name)));
    return { taken: { names: hashes, until, complaintsUntil } };
  }
  const rows = async (dataset: string, row: Partial<DatasetRow> & { day: number }): Promise<void> => {
    const of = "name" in row ? "directory" : "complaints";
    const said = of === "complaints" ? { complaints: 3, category: null } : { kind: "business" };
    const whole = { of, number: e164(NUMBER), ...said, ...row } as DatasetRow;
    await send(directory, await makeDataset(directory, dataset, of), JSON.stringify([dataset, row]), [whole]);
  };

  it.each([
    ["of the same dataset up to its newest day", "ftc", { day: DAY - 3 }, "none"],
    ["of that day", "ftc", { day: DAY - 2 }, "none"],
    ["of a later day", "ftc", { day: DAY - 1 }, "suspected"],
    ["of the same dataset without a day", "ftc", { day: DAY, undated: true }, "none"],
    ["of another dataset up to the newest day of any", "copy", { day: DAY - 1 }, "none"],
    ["of another dataset without a day", "copy", { day: DAY, undated: true }, "none"],
    ["of another dataset, of a later day", "copy", { day: DAY }, "suspected"],
  ] as const)("complaints %s", async (_, dataset, row, spam) => {
    const until = [
      { dataset: "ftc", day: DAY - 2 },
      { dataset: "ftc-old", day: DAY - 1 },
    ];
    await say(await takenDown([], until, DAY - 1));
    await rows(dataset, row);
    expect(await lookUp()).toMatchObject({ spam });
  });

  it.each([
    ["the same name", "names", { name: "Wrong Clinic", day: DAY }, null],
    ["it by another dataset", "copy", { name: "Wrong Clinic", day: DAY }, null],
    ["it written otherwise", "copy", { name: "  CLINIC, Wróng Ltd.", day: DAY, undated: true }, null],
    ["another name of an older day", "names", { name: "Right Clinic", day: DAY - 2 }, null],
    ["another name without a day", "names", { name: "Right Clinic", day: DAY, undated: true }, null],
    ["another name of a later day", "names", { name: "Right Clinic", day: DAY }, "Right Clinic"],
    ["another name by another dataset", "copy", { name: "Right Clinic", day: DAY - 9, undated: true }, "Right Clinic"],
  ] as const)("names: %s", async (_, dataset, row, name) => {
    await say(await takenDown(["Wrong Clinic"], [{ dataset: "names", day: DAY - 1 }], null));
    await rows(dataset, row);
    expect(await lookUp()).toMatchObject({ name });
  });

  it("is not shown whoever says it, but for an operator, and counts again once it is undone", async () => {
    const down = await takenDown(["Wrong Clinic"], [], null);
    const name = { form: "wrong clinic", support: 9000, total: 9000 };
    const part = { week: WEEK, name, disputed: false, spam: null };
    await sendPart(directory, quiet, { number: e164(NUMBER), part, revision: 1 }, NOW);
    await say({ ...down, ...owned({ name: "WRONG Clinic", photo: "face" }) });
    expect(await lookUp()).toMatchObject({ name: null, photoUrl: null });
    const override = { name: "Wrong Clinic", kind: "business", spam: null } as const;
    await say({ ...down, override }, 2);
    expect(await lookUp()).toMatchObject({ name: "Wrong Clinic", verified: true });
    await say(null, 3);
    expect(await lookUp()).toMatchObject({ name: "wrong clinic", verified: false });
    // Of another number it is another name.
    await say({ ...down, ...owned({ name: "Wrong Clinic" }) }, 1, "+13125550124");
    expect(await lookUp("+13125550124")).toMatchObject({ name: "Wrong Clinic" });
  });
});
