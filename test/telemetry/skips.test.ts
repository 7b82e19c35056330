import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { SkippedRecords } from "../../src/storage/skipped-records.ts";
import { CountedSkips } from "../../src/storage/skips.ts";
import { toBase64Url, utf8 } from "../../src/vault/bytes.ts";
import { Vault } from "../../src/vault/vault.ts";
import { testDirectory } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";

const sealing = [new Uint8Array(32).fill(1)];
const vault = new Vault(new Uint8Array(32), sealing);
const other = new Vault(new Uint8Array(32), [new Uint8Array(32).fill(2)]);
const PLACE = { table: "disputes", id: "one" } as const;
const DAY_MS = 86_400_000;
const records = new SkippedRecords(env.DB);

function counting(add: SkippedRecords["add"] = (...sent) => records.add(...sent)) {
  const { events, logger } = testDirectory();
  const work: Promise<unknown>[] = [];
  const skips = new CountedSkips({ add }, logger, { waitUntil: (promise) => void work.push(promise) });
  return { seals: new Vault(new Uint8Array(32), sealing, skips).stored, events, done: () => Promise.all(work) };
}

beforeEach(async () => {
  await emptyStores();
});

describe("what a store holds sealed", () => {
  it("opens as it was", async () => {
    const { seals, events } = counting();
    const sealed = await vault.sealText(PLACE, '{"a":1}');
    expect(await seals.text(PLACE, sealed)).toBe('{"a":1}');
    expect(await seals.json(PLACE, sealed)).toEqual({ a: 1 });
    expect(events).toEqual([]);
  });

  it.each([
    ["no base64", async () => "no base64!", "malformed"],
    ["too short", async () => "AAAA", "malformed"],
    ["a key that is gone", () => other.sealText(PLACE, "{}"), "unknown-key"],
    ["another place's", () => vault.sealText({ ...PLACE, id: "two" }, "{}"), "tampered"],
    ["no JSON", () => vault.sealText(PLACE, "{"), "not-json"],
    ["neither object nor list", () => vault.sealText(PLACE, "null"), "not-json"],
  ])("is null where it is %s, and is counted", async (_, make, reason) => {
    const { seals, events, done } = counting();
    expect(await seals.json(PLACE, await make())).toBeNull();
    await done();
    expect(events).toEqual([{ event: "vault.refused", fields: { table: "disputes", reason } }]);
    expect(await records.read(Date.now())).toEqual([{ place: "disputes", reason, today: 1, month: 1 }]);
  });

  it("counts a thousand at once in a few writes, and writes no other thing about them", async () => {
    let writes = 0;
    const { seals, done } = counting((...sent) => {
      writes += 1;
      return records.add(...sent);
    });
    await Promise.all(Array.from({ length: 1000 }, () => seals.bytes(PLACE, utf8("x".repeat(40)))));
    await done();
    expect(writes).toBeLessThan(10);
    expect(await records.read(Date.now())).toEqual([
      { place: "disputes", reason: "unknown-key", today: 1000, month: 1000 },
    ]);
    const { results } = await env.DB.prepare("SELECT * FROM skipped").all();
    expect(Object.keys(results[0] ?? {})).toEqual(["day", "place", "reason", "count"]);
  });

  it("is skipped all the same while D1 is down", async () => {
    const { seals, done } = counting(() => Promise.reject(new Error("D1_ERROR: down")));
    expect(await seals.text(PLACE, toBase64Url(utf8("x".repeat(40))))).toBeNull();
    await expect(done()).resolves.toBeDefined();
  });

  it("is told of for 30 days", async () => {
    const now = Date.now();
    await records.add("audit", "tampered", 3, now - 31 * DAY_MS);
    await records.add("audit", "tampered", 2, now - 30 * DAY_MS);
    expect(await records.forget(now)).toBe(1);
    expect(await records.read(now)).toEqual([{ place: "audit", reason: "tampered", today: 0, month: 2 }]);
  });
});
