import { exports } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { DatasetRow } from "../../src/directory/take-in.ts";
import { categoryCode, categoryOf, kindCode, kindOf } from "../../src/directory/codes.ts";
import { publishedPages } from "../../src/directory/published-pages.ts";
import { blockOf, lineOf } from "../../src/numbers/number.ts";
import { CATEGORIES, KINDS } from "../../src/verdict/evidence.ts";
import { judge } from "../../src/verdict/verdict.ts";
import { weekOfDay } from "../../src/verdict/decay.ts";
import { dump, e164, makeDataset, publishAll, send, testDirectory } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";

const DAY = 20_775; // 2026-11-18
const complaint = (number: string, complaints = 1, day = DAY): DatasetRow => ({
  of: "complaints",
  number: e164(number),
  day,
  complaints,
  category: null,
});
const named = (number: string, name: string, day = DAY): DatasetRow => ({
  of: "directory",
  number: e164(number),
  day,
  name,
  kind: "business",
});

beforeEach(async () => {
  await emptyStores();
});

describe("taking in", () => {
  it("publishes what it took in to D1 and KV alike", async () => {
    const directory = testDirectory();
    const hospitals = await makeDataset(directory, "hospitals", "directory");
    const ftc = await makeDataset(directory, "ftc", "complaints");
    expect(await send(directory, hospitals, "a", [named("+13125550123", "St Fiction Hospital")])).toMatchObject({
      ok: true,
      changed: 1,
      replayed: false,
    });
    expect(await send(directory, ftc, "a", [complaint("+13125550199", 7), complaint("+13125550188")])).toMatchObject({
      changed: 2,
    });
    expect(await publishAll(directory)).toBe(1);
    const { d1, kv } = await dump(directory);
    expect(kv).toEqual(d1);
    const number = e164("+13125550123");
    const block = await directory.vault.blockId(blockOf(number));
    const page = await publishedPages(directory).fromD1(block);
    expect(judge(page ?? new Map(), lineOf(number), weekOfDay(DAY), "unfitted")).toMatchObject({
      name: "St Fiction Hospital",
      nameLevel: "official",
      advice: "allow",
    });
    expect(judge(page ?? new Map(), 99, weekOfDay(DAY), "unfitted")).toMatchObject({
      name: null,
      spam: "likely",
      reports: 4,
      advice: "warn",
    });
    expect(judge(page ?? new Map(), 88, weekOfDay(DAY), "unfitted")).toMatchObject({
      spam: "none",
      reports: 0,
      advice: "allow",
    });
    const response = await exports.default.fetch("http://x/healthz");
    expect(await response.json()).toMatchObject({ status: "ok" });
  });

  it("leaves the thread to others every few hundred rows", async () => {
    const directory = testDirectory();
    const ftc = await makeDataset(directory, "ftc", "complaints");
    let turn = 0;
    const over = new AbortController();
    const others = (async () => {
      for (; !over.signal.aborted; turn += 1) await scheduler.wait(0);
    })();
    const ofTurn = new Map<number, number>();
    const blockId = directory.vault.blockId.bind(directory.vault);
    directory.vault.blockId = (block) => {
      ofTurn.set(turn, (ofTurn.get(turn) ?? 0) + 1);
      return blockId(block);
    };
    const rows = Array.from({ length: 1500 }, (_, at) => complaint(`+1312${2_000_000 + at * 1001}`));
    await send(directory, ftc, "a", rows);
    over.abort();
    await others;
    expect(ofTurn.size).toBeGreaterThan(2);
    expect(Math.max(...ofTurn.values())).toBeLessThanOrEqual(500);
  });
});

describe("codes in D1", () => {
  it("stand for one category, or kind, each", () => {
    expect(CATEGORIES.map((category) => categoryOf(categoryCode(category)))).toEqual([...CATEGORIES]);
    expect(categoryOf(categoryCode(null))).toBeNull();
    expect(KINDS.map((kind) => kindOf(kindCode(kind)))).toEqual([...KINDS]);
    expect([categoryOf(99), kindOf(null), kindOf(99)]).toEqual([null, null, null]);
  });
});
