import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { attendCopy } from "../../src/directory/attend-copy.ts";
import { PAGES_A_COMPARISON } from "../../src/directory/compare.ts";
import { copyStatus } from "../../src/directory/copy.ts";
import type { Directory } from "../../src/directory/directory.ts";
import { ownerSeal } from "../../src/directory/owner-part.ts";
import { publishSlot } from "../../src/directory/publish.ts";
import { republishNext, type Asked, type Progress } from "../../src/directory/republish.ts";
import { blockOf } from "../../src/numbers/number.ts";
import { bytesOf } from "../../src/storage/bytes-column.ts";
import type { Slot } from "../../src/telemetry/logger.ts";
import type { BlockId } from "../../src/vault/vault.ts";
import {
  asked,
  dump,
  e164,
  makeDataset,
  markKv,
  placeOf,
  publishAll,
  quiet,
  send,
  testDirectory,
  testLookups,
  testVault,
} from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { faulty } from "../support/faulty.ts";

const NOW = Date.UTC(2026, 10, 18);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The n-th number of a directory, each in a block of its own. */
const named = (n: number): string => `+1312555${String(n * 100 + 23).padStart(4, "0")}`;
const UNKNOWN = "+13125559999";
const blockId = (number: string): Promise<BlockId> => testVault().blockId(blockOf(e164(number)));

/** Names so many numbers and publishes their pages. */
async function fill(directory: Directory, pages: number): Promise<void> {
  const dataset = await makeDataset(directory, "hospitals", "directory");
  const rows = Array.from({ length: pages }, (_, n) => {
    return { of: "directory", number: e164(named(n)), day: 20_775, name: `Hospital ${n}`, kind: "business" } as const;
  });
  await send(directory, dataset, "a", rows);
  await publishAll(directory);
}

/** Removes everything from KV, as another namespace in its place would. */
async function replaceKv(): Promise<void> {
  const { keys } = await env.PAGES.list();
  await Promise.all(keys.map(({ name }) => env.PAGES.delete(name)));
}

const isComplete = async (directory: Directory): Promise<boolean | null> => (await copyStatus(directory, NOW)).complete;
const waiting = async (directory: Directory): Promise<number> => (await directory.records.dirty.readBacklog()).blocks;

/** What lookups of an isolate that remembers nothing ask of the stores: D1's calls. */
async function d1CallsOf(number: string): Promise<number> {
  const d1 = faulty(env.DB, ["withSession"]);
  const lookups = testLookups(testDirectory(d1.store));
  await lookups.answer(number, {}, asked(NOW), 1000);
  return d1.calls;
}

/** Takes steps until the republication is through, publishing as it goes. */
async function republishAll(directory: Directory, from: Asked = {}, now = NOW): Promise<Progress> {
  let progress = await republishNext(directory, quiet, from, now);
  for (let steps = 1; progress.phase !== "done"; steps += 1) {
    if (steps > 100) throw new Error("it comes to no end");
    await publishAll(directory);
    progress = await republishNext(directory, quiet, { run: progress.run }, now + steps * 1000);
  }
  return progress;
}

beforeEach(emptyStores);

describe("a KV that is complete", () => {
  it("is that of a new directory, from its first minute on", async () => {
    const directory = testDirectory();
    expect([await isComplete(directory), await d1CallsOf(UNKNOWN)]).toEqual([false, 1]);
    await attendCopy(directory, quiet, NOW);
    expect([await isComplete(directory), await d1CallsOf(UNKNOWN)]).toEqual([true, 0]);
    await fill(directory, 3);
    await attendCopy(directory, quiet, NOW + HOUR);
    expect([await isComplete(directory), await d1CallsOf(UNKNOWN)], "and stays so").toEqual([true, 0]);
    expect(await waiting(directory)).toBe(0);
  });

  it("is not one that took another's place, until all is written anew", async () => {
    const directory = testDirectory();
    await attendCopy(directory, quiet, NOW);
    await fill(directory, 3);
    const before = (await dump(directory)).kv;
    await replaceKv();
    await attendCopy(directory, quiet, NOW + MINUTE);
    expect([await isComplete(directory), await d1CallsOf(named(1))]).toEqual([false, 1]);
    expect(await waiting(directory), "what is missing is found").toBe(3);
    expect(await republishAll(directory)).toMatchObject({ phase: "done", marked: 3, total: 3 });
    expect([await isComplete(directory), await d1CallsOf(named(1))]).toEqual([true, 0]);
    expect((await dump(directory)).kv).toEqual(before);
  });

  it("is not one that another directory is in, though under the same keys", async () => {
    const directory = testDirectory();
    await fill(directory, 1);
    await markKv(directory, { directory: "another" });
    expect(await isComplete(directory)).toBe(true);
    await attendCopy(directory, quiet, NOW);
    expect(await isComplete(directory)).toBe(false);
    await attendCopy(directory, quiet, NOW + MINUTE);
    expect(await isComplete(directory), "nor a minute later").toBe(false);
  });

  it("is not that of a D1 that was set back", async () => {
    const directory = testDirectory();
    await attendCopy(directory, quiet, NOW);
    await fill(directory, 1);
    const backup = await env.DB.prepare("SELECT state FROM copy").first<string>("state");
    await attendCopy(directory, quiet, NOW + HOUR);
    expect(await isComplete(directory)).toBe(true);
    await env.DB.prepare("UPDATE copy SET state = ?").bind(backup).run();
    await attendCopy(directory, quiet, NOW + HOUR + MINUTE);
    expect(await isComplete(directory)).toBe(false);
    expect(directory.events.map(({ event }) => event)).toContain("copy.estranged");
    // Where somebody still sees the marker that was removed, it is not taken for the directory's own.
    await markKv(directory, { directory: JSON.parse(backup ?? "{}").directory, at: NOW + HOUR });
    await attendCopy(directory, quiet, NOW + HOUR + 2 * MINUTE);
    expect(await isComplete(directory)).toBe(false);
    await republishAll(directory, {}, NOW + 2 * HOUR);
    await attendCopy(directory, quiet, NOW + 3 * HOUR);
    expect(await isComplete(directory)).toBe(true);
  });
});

describe("the comparison of a minute", () => {
  it("finds what differs in either direction, has it published again, and goes round", async () => {
    const directory = testDirectory();
    await fill(directory, PAGES_A_COMPARISON + 10);
    const before = (await dump(directory)).kv;
    await attendCopy(directory, quiet, NOW);
    await attendCopy(directory, quiet, NOW + MINUTE);
    expect(await copyStatus(directory, NOW)).toMatchObject({
      last: { began: NOW, pages: PAGES_A_COMPARISON + 10, differed: 0 },
      round: { began: NOW + MINUTE, pages: 0, differed: 0 },
    });

    // One is missing, one is older, one is damaged, and one is of a block that D1 does not know.
    await env.PAGES.delete(await blockId(named(1)));
    const other = await env.PAGES.get(await blockId(named(2)), "arrayBuffer");
    await env.PAGES.put(await blockId(named(3)), other ?? "");
    await env.PAGES.put(await blockId(named(4)), "damaged");
    await env.PAGES.put(await blockId(UNKNOWN), other ?? "");
    await env.PAGES.put("areas-1", "no page");
    await attendCopy(directory, quiet, NOW + 2 * MINUTE);
    await attendCopy(directory, quiet, NOW + 3 * MINUTE);
    expect((await copyStatus(directory, NOW)).last).toMatchObject({ differed: 4 });
    expect(await waiting(directory)).toBe(4);
    await publishAll(directory);
    await env.PAGES.delete("areas-1");
    expect((await dump(directory)).kv).toEqual(before);
    await attendCopy(directory, quiet, NOW + 4 * MINUTE);
    await attendCopy(directory, quiet, NOW + 5 * MINUTE);
    expect((await copyStatus(directory, NOW)).last).toMatchObject({ differed: 0 });
  });

  it("leaves what waits to be published to its mark", async () => {
    const directory = testDirectory();
    await fill(directory, 2);
    await replaceKv();
    await attendCopy(directory, quiet, NOW);
    expect(await waiting(directory)).toBe(2);
    await attendCopy(directory, quiet, NOW + MINUTE);
    expect(await waiting(directory)).toBe(2);
  });

  it("begins KV's keys anew where KV does not know its cursor any more, and fails where KV does", async () => {
    const directory = testDirectory();
    await attendCopy(directory, quiet, NOW);
    const kv = faulty(env.PAGES, ["list"]);
    kv.fault = "fails";
    await expect(attendCopy(testDirectory(env.DB, kv.store), quiet, NOW + MINUTE)).rejects.toThrow("kv failed");
    const state = JSON.parse((await env.DB.prepare("SELECT state FROM copy").first<string>("state")) ?? "");
    const lost = { ...state, round: { ...state.round, cursor: "of another KV" } };
    await env.DB.prepare("UPDATE copy SET state = ?").bind(JSON.stringify(lost)).run();
    await attendCopy(testDirectory(env.DB, kv.store), quiet, NOW + MINUTE);
    expect((await copyStatus(directory, NOW)).round.cursor).toBeNull();
  });
});

describe("a republication", () => {
  it("writes every page anew, removes what KV alone has, and says how far it is", async () => {
    const directory = testDirectory();
    await fill(directory, 3);
    const before = await dump(directory);
    await replaceKv();
    await env.PAGES.put(await blockId(UNKNOWN), "a page that D1 has not");
    const first = await republishNext(directory, quiet, {}, NOW);
    expect(first).toMatchObject({ phase: "beginning", marked: 0, total: 3 });
    expect((await copyStatus(directory, NOW)).republishing).toMatchObject({ run: first.run, total: 3 });
    const last = await republishAll(directory, { run: first.run });
    expect(last).toEqual({ run: first.run, phase: "done", marked: 3, total: 3 });
    const after = await dump(directory);
    expect([after.d1, after.kv]).toEqual([before.d1, before.kv]);
    const versions = await env.DB.prepare("SELECT DISTINCT version FROM pages").all();
    expect(versions.results).toEqual([{ version: 2 }]);
    expect(await republishNext(directory, quiet, { run: first.run }, NOW + HOUR), "a lost answer").toEqual(last);
    expect((await republishNext(directory, quiet, {}, NOW + HOUR)).run, "another one").not.toBe(first.run);
  });

  it("does not end before everything that it marked is in KV, and leaves a complete one complete meanwhile", async () => {
    const directory = testDirectory();
    await attendCopy(directory, quiet, NOW);
    await fill(directory, 3);
    let progress = await republishNext(directory, quiet, {}, NOW);
    for (let step = 0; step < 10; step += 1) {
      progress = await republishNext(directory, quiet, { run: progress.run }, NOW + step);
      expect(await isComplete(directory)).toBe(true);
    }
    expect(progress.phase).toBe("publishing");
    const kv = faulty(env.PAGES, ["put"]);
    kv.fault = "fails";
    await publishOnce(testDirectory(env.DB, kv.store));
    expect((await republishNext(directory, quiet, { run: progress.run }, NOW + 20)).phase).toBe("publishing");
    await publishAll(directory);
    expect((await republishNext(directory, quiet, { run: progress.run }, NOW + 30)).phase).toBe("done");
  });

  it("is ended by the cron where nobody goes on with it", async () => {
    const directory = testDirectory();
    await fill(directory, 2);
    await replaceKv();
    await republishNext(directory, quiet, {}, NOW);
    for (let minute = 1; minute < 8; minute += 1) {
      await attendCopy(directory, quiet, NOW + minute * MINUTE);
      await publishAll(directory);
    }
    expect(await isComplete(directory)).toBe(true);
    expect((await copyStatus(directory, NOW)).republishing).toBeNull();
  });

  it("does not call a KV complete that was put in the other's place meanwhile: it begins anew", async () => {
    const directory = testDirectory();
    await fill(directory, 2);
    let progress = await republishNext(directory, quiet, {}, NOW);
    while (progress.phase !== "publishing") {
      progress = await republishNext(directory, quiet, { run: progress.run }, NOW);
      await publishAll(directory);
    }
    await replaceKv();
    expect((await republishNext(directory, quiet, { run: progress.run }, NOW + MINUTE)).phase).toBe("publishing");
    expect(await isComplete(directory)).toBe(false);
    const again = await republishNext(directory, quiet, { run: progress.run }, NOW + 10 * MINUTE);
    expect([again.phase, again.run === progress.run]).toEqual(["beginning", false]);
    await republishAll(directory, {}, NOW + 11 * MINUTE);
    expect([await isComplete(directory), Object.keys((await dump(directory)).kv).length]).toEqual([true, 2]);
  });

  it("copies the page that stands where none can be made, so that what is not in KV is nowhere", async () => {
    const directory = testDirectory();
    await fill(directory, 2);
    const { area, block, line } = await placeOf(named(1));
    const nonsense = await directory.vault.sealText(ownerSeal(block, line), '{"week":1,"taken":{}}');
    await env.DB.prepare("INSERT INTO callers (area, block, line, ownership) VALUES (?, ?, ?, ?)")
      .bind(bytesOf(area), bytesOf(block), line, bytesOf(nonsense))
      .run();
    await replaceKv();
    let progress = await republishNext(directory, quiet, {}, NOW);
    for (let step = 1; step < 12 && progress.phase !== "done"; step += 1) {
      await publishOnce(directory);
      progress = await republishNext(directory, quiet, { run: progress.run }, NOW + step * 1000);
    }
    expect([progress.phase, await isComplete(directory)]).toEqual(["done", true]);
    expect((await testLookups(directory).answer(named(1), {}, asked(NOW), 1000)).answer.name).toBe("Hospital 1");
    expect(await waiting(directory), "its mark stays").toBe(1);
  });

  it("is driven by two at once as by one", async () => {
    const directory = testDirectory();
    await fill(directory, 3);
    await replaceKv();
    await Promise.all([republishAll(directory), republishAll(testDirectory())]);
    expect([await isComplete(directory), Object.keys((await dump(directory)).kv).length]).toEqual([true, 3]);
  });

  it("killed at any call of a store, goes on and ends the same", async () => {
    const directory = testDirectory();
    await fill(directory, 3);
    const before = await dump(directory);
    let killed = 0;
    for (let calls = 0; ; calls += 1) {
      await replaceKv();
      await env.DB.prepare("DELETE FROM copy").run();
      const fuse = { left: calls };
      const mortal = testDirectory(burning(env.DB, fuse), burning(env.PAGES, fuse));
      const outcome = await republishAll(mortal).catch(() => "killed");
      if (outcome !== "killed") break;
      killed += 1;
      expect(await republishAll(directory, {}, NOW + HOUR), `${calls} calls`).toMatchObject({ phase: "done" });
      expect(await isComplete(directory), `${calls} calls`).toBe(true);
      const after = await dump(directory);
      expect([after.d1, after.kv], `${calls} calls`).toEqual([before.d1, before.kv]);
      expect(await waiting(directory)).toBe(0);
    }
    expect(killed).toBeGreaterThan(20);
  });
});

/** One run of each slot. */
async function publishOnce(directory: Directory): Promise<void> {
  const slots = await directory.records.dirty.readWaitingSlots(Number.MAX_SAFE_INTEGER);
  for (const slot of slots) await publishSlot(directory, slot as Slot, NOW);
}

/** The real store, whose process dies after so many calls. */
function burning<Store extends object>(real: Store, fuse: { left: number }): Store {
  const CALLS = new Set(["batch", "get", "put", "delete", "list"]);
  return new Proxy(real, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const bound = value.bind(target) as (...args: unknown[]) => unknown;
      if (typeof name !== "string" || !CALLS.has(name)) return bound;
      return (...args: unknown[]) => {
        fuse.left -= 1;
        if (fuse.left < 0) throw new Error("Network connection lost.");
        return bound(...args);
      };
    },
  });
}
