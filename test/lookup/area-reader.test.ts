import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { encodeAreaTable } from "../../src/directory/area-table.ts";
import { areaTableSeal, publishedAreas } from "../../src/directory/published-areas.ts";
import { AreaReader, TABLE_MS } from "../../src/lookup/area-reader.ts";
import type { AreaRow, AreaTable } from "../../src/verdict/areas.ts";
import { weekOf } from "../../src/verdict/decay.ts";
import { asked, e164, markKv, testDirectory, testLookups, testVault } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { faulty } from "../support/faulty.ts";

const NOW = Date.UTC(2026, 10, 18);
const WEEK = weekOf(NOW);
/** In the bad thousand, and in the next one. */
const BAD = "+13125550123";
const GOOD = "+13125551123";
const BAD_THOUSAND: AreaRow = { digits: "0", area: "thousand", until: WEEK + 2 };

async function publish(rows: readonly AreaRow[]): Promise<void> {
  const table: AreaTable = new Map([["+1312555", rows]]);
  await env.PAGES.put("areas-1", await testVault().seal(areaTableSeal("1"), encodeAreaTable("1", table, WEEK)));
}

/** Lookups of a new isolate over the real KV, complete, behind a switch. */
function isolate() {
  const kv = faulty(env.PAGES, ["get"]);
  const d1 = faulty(env.DB, ["withSession"]);
  const directory = testDirectory(d1.store, kv.store);
  const lookups = testLookups(directory);
  const lookUp = async (number: string, now = NOW) => (await lookups.answer(number, {}, asked(now), 500)).answer;
  return { kv, d1, lookups, lookUp };
}

beforeEach(async () => {
  await emptyStores();
  await markKv(testDirectory());
});

describe("areas, at a lookup", () => {
  it("make unknown numbers suspected, from a table that an isolate reads once in a quarter of an hour", async () => {
    await publish([BAD_THOUSAND]);
    const { kv, d1, lookups, lookUp } = isolate();
    await lookups.area(e164(BAD), NOW);
    expect(kv.calls).toBe(1);
    expect(await lookUp(BAD)).toMatchObject({ spam: "suspected", advice: "warn", reports: 0, ttl: 3600 });
    expect(await lookUp(GOOD)).toMatchObject({ spam: "none", advice: "allow", ttl: 3600 });
    // A page each, and the marker.
    expect([kv.calls, d1.calls]).toEqual([4, 0]);

    await publish([]);
    expect(await lookUp(BAD, NOW + TABLE_MS), "the old one serves while it is read anew").toMatchObject({
      spam: "suspected",
    });
    await vi.waitFor(async () => expect(await lookUp(BAD, NOW + TABLE_MS)).toMatchObject({ spam: "none" }));
  });

  it("age without a new table", async () => {
    await publish([BAD_THOUSAND]);
    const { lookups, lookUp } = isolate();
    await lookups.area(e164(BAD), NOW);
    const weeks = (n: number): number => NOW + n * 7 * 86_400_000;
    expect((await lookUp(BAD, weeks(2))).spam).toBe("suspected");
    expect((await lookUp(BAD, weeks(3))).spam).toBe("none");
  });

  it("are the same for whoever else judges", async () => {
    await publish([BAD_THOUSAND]);
    const number = { e164: e164(BAD), country: "US", type: null, nationalFormat: "" } as const;
    // Each is the first thing that an isolate does.
    expect(await isolate().lookups.answerWith(number, null, asked(NOW))).toMatchObject({ spam: "suspected" });
    expect(await isolate().lookups.answerOn(number, new Map(), asked(NOW))).toMatchObject({ spam: "suspected" });
    expect(await isolate().lookups.area(number.e164, NOW)).toBe("thousand");
  });

  it.each(["fails", "hangs"] as const)(
    "say degraded where KV %s before there is a table, and are asked again",
    async (fault) => {
      await publish([BAD_THOUSAND]);
      const { kv, d1, lookups, lookUp } = isolate();
      kv.fault = fault;
      expect(await lookUp(BAD)).toMatchObject({ spam: "none", degraded: true, ttl: 30 });
      expect(d1.calls).toBe(1);
      kv.fault = "none";
      const later = NOW + 10_000;
      await lookups.area(e164(BAD), later);
      expect(await lookUp(BAD, later + 15_000)).toMatchObject({ spam: "suspected", degraded: false, ttl: 3600 });
    },
  );

  it("go on with the table that there is while KV fails", async () => {
    await publish([BAD_THOUSAND]);
    const { kv, lookups, lookUp } = isolate();
    await lookups.area(e164(BAD), NOW);
    await lookUp(BAD);
    kv.fault = "fails";
    const calls = kv.calls;
    const later = NOW + TABLE_MS;
    for (const _ of [1, 2, 3]) expect(await lookUp(BAD, later)).toMatchObject({ spam: "suspected" });
    // A page, the marker and a table: none is asked for at each lookup.
    expect(kv.calls - calls).toBe(3);
  });

  it("are not asked for where no formula is fitted, nor by a text that names no number", async () => {
    const { kv, lookups, lookUp } = isolate();
    expect(await lookups.area(e164("+442079460018"), NOW)).toBe("unfitted");
    await lookUp("nonsense");
    expect(kv.calls).toBe(0);
    await lookUp("+442079460018");
    expect(kv.calls, "a page and the marker").toBe(2);
  });

  it("leave a country as one without a formula until its first table is published", async () => {
    const { lookups } = isolate();
    expect(await lookups.area(e164(BAD), NOW)).toBe("unfitted");
    await publish([]);
    // It looks again in a minute, in the background.
    await vi.waitFor(async () => expect(await lookups.area(e164(BAD), NOW + 60_000)).toBeNull());
  });

  it("do not keep a lookup waiting: an answer without the first table is kept for half a minute", async () => {
    const table = Promise.withResolvers<AreaTable>();
    let reads = 0;
    const areas = new AreaReader(() => {
      reads += 1;
      return table.promise;
    });
    for (const _ of [1, 2, 3]) expect(areas.of(e164(BAD), NOW)).toEqual({ area: null, degraded: false, pending: true });
    expect(reads, "one read for all of them").toBe(1);
    expect(await areas.wait(e164(BAD), NOW, 20), "nor anybody for ever").toMatchObject({ pending: true });
    table.resolve(new Map([["+1312555", [BAD_THOUSAND]]]));
    expect(await areas.wait(e164(BAD), NOW, 1000)).toEqual({ area: "thousand", degraded: false, pending: false });
  });

  it("refuse a table that does not open", async () => {
    await env.PAGES.put("areas-1", new Uint8Array(80));
    const directory = testDirectory();
    await expect(publishedAreas(directory, "1")).rejects.toThrow("kv failed");
    expect(directory.events).toEqual([{ event: "vault.refused", fields: { table: "areas", reason: "unknown-key" } }]);
  });
});
