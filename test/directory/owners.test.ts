import { env } from "cloudflare:workers";
import { applyD1Migrations, reset } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { encodePage } from "../../src/directory/page.ts";
import { sendOwner, type OwnerPart, type OwnerSource } from "../../src/directory/send-owner.ts";
import { sendPart } from "../../src/directory/send-part.ts";
import type { DatasetRow } from "../../src/directory/take-in.ts";
import { unlist } from "../../src/directory/unlisting.ts";
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
  testVault,
} from "../support/directory.ts";

const NOW = Date.UTC(2026, 10, 18);
const WEEK = weekOf(NOW);
const DAY = 20_775;
const NUMBER = "+13125550123";

const NOTHING: OwnerPart = { name: null, kind: "person", photo: null, carved: false };
const directory = testDirectory();

async function say(source: OwnerSource, part: Partial<OwnerPart> | null, revision = 1, number = NUMBER) {
  const sent = { ...(await placeOf(number)), source, part: part === null ? null : { ...NOTHING, ...part }, revision };
  return sendOwner(directory, quiet, sent, NOW);
}

async function lookUp(number = NUMBER, origin: string | null = null): Promise<LookupAnswer> {
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
  await reset();
  await applyD1Migrations(env.DB, env.MIGRATIONS);
});

describe("the order of authority", () => {
  it("is ownership, profile, dataset", async () => {
    await isOfficially("St Fiction Hospital");
    expect(await lookUp()).toMatchObject({ name: "St Fiction Hospital", nameLevel: "official", verified: true });
    await say("profile", { name: "Anna Berg" });
    expect(await lookUp()).toMatchObject({ name: "Anna Berg", nameLevel: "owner", kind: "person", verified: false });
    await say("ownership", { name: "Berg & Daughters", kind: "business" });
    expect(await lookUp()).toMatchObject({ name: "Berg & Daughters", kind: "business", nameConfidence: 100 });
    await say("ownership", null, 2);
    expect(await lookUp()).toMatchObject({ name: "Anna Berg" });
    await say("profile", null, 2);
    expect(await lookUp()).toMatchObject({ name: "St Fiction Hospital", nameLevel: "official" });
  });

  it("keeps what the higher one does not say", async () => {
    await say("profile", { name: "Anna Berg", photo: "face" });
    await say("ownership", { carved: true });
    expect(await lookUp()).toMatchObject({
      name: "Anna Berg",
      photoUrl: "https://test.example/v1/photos/face",
      updatedAt: "2026-11-16",
    });
    expect(await lookUp(NUMBER, "https://id.example")).toMatchObject({ photoUrl: "https://id.example/v1/photos/face" });
  });

  it("leaves nothing of an owner who says nothing any more", async () => {
    const before = await dump(directory);
    await say("profile", { name: "Anna Berg" });
    await publishAll(directory);
    expect((await dump(directory)).d1).not.toEqual(before.d1);
    await say("profile", null, 2);
    await publishAll(directory);
    expect(await dump(directory)).toEqual(before);
  });
});

describe("an owner's part", () => {
  it("is never overwritten by an older one, nor by another writer's", async () => {
    await say("profile", { name: "Newer" }, 7);
    await say("profile", { name: "Older" }, 6);
    await say("profile", { name: "Repeated" }, 7);
    expect(await lookUp()).toMatchObject({ name: "Newer" });
    await sendPart(directory, quiet, { ...(await placeOf(NUMBER)), part: null, revision: 99 }, NOW);
    expect(await lookUp()).toMatchObject({ name: "Newer" });
  });

  it("is dropped when the number is unlisted, and its writer told", async () => {
    await unlist(directory, quiet, await placeOf(NUMBER), NOW);
    expect(await say("profile", { name: "Anna Berg" })).toEqual({ unlisted: true });
    expect(await lookUp()).toMatchObject({ name: null });
    expect((await dump(directory)).rows["callers"]).toEqual([]);
  });

  it("does not open in another column, nor for another number", async () => {
    await say("profile", { name: "Anna Berg" });
    await env.DB.prepare("UPDATE callers SET ownership = profile, profile = NULL").run();
    expect(await lookUp()).toMatchObject({ name: null });
    expect(directory.events.at(-1)).toMatchObject({ event: "vault.refused", fields: { table: "callers" } });
  });

  it("stays when a dataset that knows the number is dropped", async () => {
    await isOfficially("St Fiction Hospital");
    await say("profile", { name: "Anna Berg" });
    await directory.records.datasets.markDropping("names", "");
    const batch = await directory.records.datasets.readBatchToDrop("names", "");
    await directory.records.datasets.dropBatch("names", batch ?? "", NOW);
    expect(await lookUp()).toMatchObject({ name: "Anna Berg" });
  });
});

describe("a proved owner", () => {
  it("carves the number out of what is said of its block", async () => {
    await complain([1, 55]);
    expect(await lookUp()).toMatchObject({ spam: "suspected" });
    await say("ownership", { carved: true });
    expect(await lookUp()).toMatchObject({ spam: "none", name: null });
    expect(await lookUp("+13125550124")).toMatchObject({ spam: "suspected" });
  });

  it("who is a new one leaves nothing of what was said before", async () => {
    await isOfficially("Former Tenant", DAY - 14);
    await complain(
      [23, 23, 23].map((line) => line),
      DAY - 14,
    );
    const place = await placeOf(NUMBER);
    const marks = { yes: 9000, no: 0, reports: 9000, voters: 9, nets: 9, trusted: 9, category: null };
    const part = { week: WEEK - 2, name: null, disputed: false, spam: marks };
    await sendPart(directory, quiet, { ...place, part, revision: 1 }, NOW);
    expect(await lookUp()).toMatchObject({ name: "Former Tenant", spam: "spam" });
    await say("ownership", { since: WEEK });
    expect(await lookUp()).toMatchObject({ name: null, spam: "none", reports: 0, updatedAt: null });
    // What is said from then on counts.
    await isOfficially("New Tenant");
    expect(await lookUp()).toMatchObject({ name: "New Tenant", spam: "none" });
  });
});

it("reads pages that were published before there were owners", async () => {
  const { block } = await placeOf(NUMBER);
  const line = {
    official: { name: "St Fiction Hospital", kind: "business" },
    complaints: [],
    category: null,
    week: WEEK,
  };
  const page = new TextDecoder().decode(encodePage(new Map([[23, line as never]])));
  const old = page.replace(/^\[2,/, "[1,").replace(/,null\]\]\]$/, "]]]");
  expect(old).not.toBe(page);
  const sealed = await testVault().seal({ table: "pages", id: block }, new Uint8Array(new TextEncoder().encode(old)));
  await env.PAGES.put(block, sealed);
  expect(await lookUp()).toMatchObject({ name: "St Fiction Hospital", degraded: false });
});
