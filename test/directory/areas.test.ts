import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { openBodies, rebuildAreas } from "../../src/directory/areas.ts";
import { nameAreas } from "../../src/directory/area-marks.ts";
import { dropDataset } from "../../src/directory/drop.ts";
import { stillCounts, type OwnerPart, type TakenDown } from "../../src/directory/owner-part.ts";
import { encodeBody } from "../../src/directory/area-body.ts";
import { republishNext } from "../../src/directory/republish.ts";
import { publishTables } from "../../src/directory/publish-areas.ts";
import { publishedAreas } from "../../src/directory/published-areas.ts";
import { publishers } from "../../src/directory/publishers.ts";
import { sendPart } from "../../src/directory/send-part.ts";
import { sendOwner } from "../../src/directory/send-owner.ts";
import { sweep } from "../../src/directory/sweep.ts";
import { editionId, type ComplaintsRow } from "../../src/directory/take-in.ts";
import { relist, unlist } from "../../src/directory/unlisting.ts";
import type { E164 } from "../../src/numbers/number.ts";
import { bytesOf } from "../../src/storage/bytes-column.ts";
import { dayOf } from "../../src/time/days.ts";
import { FITTED_AREAS, suspectedIn, type AreaRow, type Complained, type OwnArea } from "../../src/verdict/areas.ts";
import { weekOf, weekOfDay } from "../../src/verdict/decay.ts";
import {
  e164,
  longestBound,
  lookUpIn,
  makeDataset,
  placeOf,
  publishAll,
  quiet,
  send,
  testDirectory,
} from "../support/directory.ts";
import { renewColumn } from "../../src/storage/sealed-columns.ts";
import { areaTableList, DIRECTORY_SEALS } from "../../src/directory/lifecycle.ts";
import { readSecrets } from "../../src/vault/secrets.ts";
import { Vault } from "../../src/vault/vault.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { failing, type Failure } from "../support/failing.ts";

const directory = testDirectory();
const publishing = publishers(env);
const kv = failing(env.PAGES);
const d1 = failing(env.DB);
const object = (): DurableObjectStub => env.AREAS.getByName("all");

beforeEach(emptyStores);
afterEach(() => {
  kv.set(null);
  d1.set(null);
});

/** What is true: the rows of each dataset's editions, who is unlisted, and what was taken down. */
interface Truth {
  readonly rows: { readonly dataset: string; readonly edition: string; readonly row: ComplaintsRow }[];
  readonly unlisted: Set<E164>;
  readonly taken: Map<E164, TakenDown>;
}

const TODAY = dayOf(Date.now());

/** A complaint about one of a few numbers close together. */
const row = fc.record({
  rest: fc.integer({ min: 0, max: 60 }),
  age: fc.integer({ min: 0, max: 200 }),
  complaints: fc.integer({ min: 1, max: 3 }),
  undated: fc.boolean(),
});
/** An import is of one ten thousand, so that another seldom mends what one has left undone. */
const rows = fc
  .record({
    area: fc.constantFrom("+1312555", "+1646555", "+1202555", "+1415555"),
    said: fc.array(row, { minLength: 12, maxLength: 30 }),
  })
  .map(({ area, said }) =>
    said.map(({ rest, age, ...said }): ComplaintsRow => {
      const number = e164(`${area}${String(rest * 31).padStart(4, "0")}`);
      return { of: "complaints", number, day: TODAY - age, ...said, category: null };
    }),
  );

const dataset = fc.constantFrom("ftc", "other");
const edition = fc.constantFrom("a", "b");
/** Which of the numbers complained of something happens to. */
const which = fc.array(fc.nat(), { minLength: 1, maxLength: 8 });

/** What can happen, to evidence and to the object. */
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant("import" as const),
      dataset,
      edition,
      rows,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("drop" as const), dataset, keep: fc.oneof(fc.constant(""), edition) }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom("unlist" as const, "relist" as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("take down" as const), which, age: fc.integer({ min: 0, max: 200 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constantFrom("run" as const, "evict" as const, "run twice at a time" as const) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant("run while a store fails" as const),
      store: fc.constantFrom(kv, d1),
      how: fc.constantFrom<Failure[]>("refuses", "loses", "breaks"),
    }),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer One> ? One : never;

let steps = 0;

/** Lets something happen to the service, and to what is true. */
async function live(truth: Truth, one: Happening): Promise<void> {
  steps += 1;
  const known = [...new Set(truth.rows.map(({ row: { number } }) => number))].sort();
  switch (one.does) {
    case "import": {
      const made = await makeDataset(directory, one.dataset, "complaints");
      await send(directory, made, `batch ${steps}`, one.rows, one.edition);
      for (const said of one.rows) {
        // What a batch says of a number and day is one row of evidence: undated if a part of it is.
        const isSame = ({ number, day }: ComplaintsRow): boolean => number === said.number && day === said.day;
        const undated = one.rows.some((other) => isSame(other) && other.undated === true);
        if (!truth.unlisted.has(said.number)) truth.rows.push({ ...one, row: { ...said, undated } });
      }
      return;
    }
    case "drop": {
      const id = one.keep === "" ? "" : await editionId(directory.vault, one.dataset, one.keep);
      await dropDataset(directory, publishing, one.dataset, id, Date.now());
      remove(truth, (said) => said.dataset === one.dataset && said.edition !== one.keep);
      return;
    }
    case "unlist":
      for (const number of pick(known, one.which)) {
        await unlist(directory, publishing, number, Date.now());
        truth.unlisted.add(number);
        truth.taken.delete(number);
        remove(truth, ({ row: said }) => said.number === number);
      }
      return;
    case "relist":
      for (const number of pick([...truth.unlisted], one.which)) {
        await relist(directory, number);
        truth.unlisted.delete(number);
      }
      return;
    case "take down":
      for (const number of pick(known, one.which)) {
        const day = TODAY - one.age;
        const taken: TakenDown = { names: [], until: [{ dataset: "ftc", day }], complaintsUntil: day };
        const part: OwnerPart = { owner: null, since: null, override: null, taken };
        await sendOwner(directory, publishing, { number, part, revision: steps }, Date.now());
        truth.taken.set(number, taken);
      }
      return;
    case "run":
      return void (await runDurableObjectAlarm(object()));
    case "evict":
      // Nothing to evict where it does not run.
      return evictDurableObject(object()).catch(() => undefined);
    case "run twice at a time":
      await Promise.all([
        runDurableObjectAlarm(object()),
        rebuildAreas(directory, `run ${steps}`, Date.now()),
        rebuildAreas(directory, `other run ${steps}`, Date.now()),
      ]);
      return;
    case "run while a store fails":
      one.store.set(one.how);
      await runDurableObjectAlarm(object());
      one.store.set(null);
  }
}

function remove(truth: Truth, what: (one: Truth["rows"][number]) => boolean): void {
  const left = truth.rows.filter((one) => !what(one));
  truth.rows.splice(0, truth.rows.length, ...left);
}

function pick<T>(of: readonly T[], at: readonly number[]): T[] {
  return [...new Set(at.flatMap((one) => of[one % of.length] ?? []))];
}

/** Until nothing waits: what the cron and the alarms do in a minute. */
async function settle(): Promise<void> {
  for (;;) {
    await sweep(directory, publishing, Date.now() + 60_000);
    await runDurableObjectAlarm(object());
    const [{ oldest }, tables] = await Promise.all([
      directory.records.areas.readBacklog(),
      directory.records.areas.readTables(),
    ]);
    if (oldest === null && tables.every(({ mark }) => mark === null)) return;
    await scheduler.wait(200);
  }
}

/** What is suspected, by ten thousand: computed from what is true. */
function expected({ rows, taken }: Truth): Map<string, { rows: readonly AreaRow[]; own: readonly OwnArea[] }> {
  const [fitted] = FITTED_AREAS;
  if (fitted === undefined) throw new Error("nothing is fitted");
  const counted = rows.filter(({ dataset: of, row: said }) => {
    const down = taken.get(said.number);
    return (
      down === undefined ||
      stillCounts(down, { dataset: of, day: said.day, undated: said.undated === true }, "complaints")
    );
  });
  const said = new Map<string, { rows: readonly AreaRow[]; own: readonly OwnArea[] }>();
  for (const [area, some] of Map.groupBy(counted, ({ row: { number } }) => number.slice(0, -4))) {
    const masses = new Map<string, Complained>();
    for (const { row: of } of some) {
      const week = weekOfDay(of.day);
      const dated = of.undated !== true;
      const before = masses.get(`${of.number} ${week} ${dated}`)?.mass ?? 0;
      const number = Number(of.number.slice(-4));
      masses.set(`${of.number} ${week} ${dated}`, { number, week, dated, mass: before + of.complaints * 1000 });
    }
    const found = suspectedIn(fitted, [...masses.values()], weekOf(Date.now()));
    if (found.rows.length + found.own.length > 0) said.set(area, { rows: found.rows, own: found.own });
  }
  return said;
}

/** What stands in D1, and in KV. */
async function standing(): Promise<{ d1: ReturnType<typeof expected>; kv: Map<string, readonly AreaRow[]> }> {
  const bodies = await openBodies(directory, await directory.records.areas.readRows("1", null));
  return {
    d1: new Map([...bodies.values()].map(({ digits, rows, own }) => [digits, { rows, own }])),
    kv: new Map(await publishedAreas(directory, "1")),
  };
}

describe("the areas", () => {
  it("are what all evidence makes of them, whatever happened in whatever order, and whoever died", async () => {
    let suspected = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 6, maxLength: 16 }), async (happenings) => {
        await emptyStores();
        const truth: Truth = { rows: [], unlisted: new Set(), taken: new Map() };
        for (const one of happenings) await live(truth, one);
        await settle();
        const areas = expected(truth);
        suspected += areas.size;
        const found = await standing();
        expect(sorted(found.d1)).toEqual(sorted(areas));
        const rows = [...areas]
          .filter(([, said]) => said.rows.length > 0)
          .map(([area, said]) => [area, said.rows] as const);
        expect(sorted(found.kv)).toEqual(sorted(new Map(rows)));
      }),
      { numRuns: inject("thorough") ? 60 : 8, endOnFailure: true },
    );
    // Else it would have compared nothing with nothing.
    expect(suspected).toBeGreaterThan(4);
  });
});

describe("an area", () => {
  /** A bad hundred: seven of its numbers, in seven tens. */
  const BAD = [0, 1, 2, 3, 4, 5, 6].map((ten) => `+131255502${ten}7`);
  const complaint = (number: string, complaints = 1): ComplaintsRow => {
    return { of: "complaints", number: e164(number), day: TODAY, complaints, category: null };
  };
  const importAll = async (numbers: readonly string[], key = "a"): Promise<void> => {
    const rows = numbers.map((number) => complaint(number));
    await send(directory, await makeDataset(directory, "ftc", "complaints"), key, rows);
  };
  /** What a lookup answers in a new isolate, when everything is published. */
  const lookUp = async (number: string, now = Date.now()) => {
    await publishAll(directory);
    return lookUpIn(directory, number, now);
  };

  it("makes unknown numbers suspected, by one object and one value in KV", async () => {
    await importAll(BAD);
    await settle();
    expect(await lookUp("+13125550299")).toMatchObject({ spam: "suspected", advice: "warn", reports: 0 });
    expect(await lookUp("+13125560299")).toMatchObject({ spam: "none" });
    await dropDataset(directory, publishing, "ftc", "", Date.now());
    await settle();
    expect(await lookUp("+13125550299")).toMatchObject({ spam: "none" });
    expect((await directory.records.areas.readRows("1", null)).length).toBe(0);
  });

  it("exempts who is known, and nobody who was taken out", async () => {
    await importAll(BAD);
    const names = await makeDataset(directory, "names", "directory");
    const [official, carved, voted, stated, out] = [
      "+13125550290",
      "+13125550291",
      "+13125550292",
      "+13125550293",
      "+13125550294",
    ].map(e164);
    if (!official || !carved || !voted || !stated || !out) throw new Error("no numbers");
    await send(directory, names, "b", [
      { of: "directory", number: official, day: TODAY, name: "Oak Clinic", kind: "business" },
    ]);
    const nothing = { owner: null, since: null, override: null, taken: null };
    const owner = { name: null, kind: "other", photo: null, carved: true } as const;
    await sendOwner(directory, publishing, { number: carved, part: { ...nothing, owner }, revision: 1 }, Date.now());
    const override = { name: "Elm Bank", kind: "business", spam: null } as const;
    await sendOwner(directory, publishing, { number: stated, part: { ...nothing, override }, revision: 1 }, Date.now());
    const name = { form: "Ash Books", support: 9000, total: 9000 };
    const part = { week: weekOf(Date.now()), name, disputed: false, spam: null };
    await sendPart(directory, publishing, { number: voted, part, revision: 1 }, Date.now());
    await unlist(directory, publishing, out, Date.now());
    await settle();
    for (const number of [official, carved, voted, stated])
      expect(await lookUp(number), number).toMatchObject({ spam: "none" });
    expect(await lookUp(voted)).toMatchObject({ name: "Ash Books", nameLevel: "confirmed" });
    const unknown = await lookUp("+13125550299");
    expect(unknown).toMatchObject({ spam: "suspected" });
    const like = { ...unknown, number: out, nationalFormat: "(312) 555-0294" };
    expect(await lookUp(out)).toEqual(like);
  });

  it("gives a page to a number whose own complaints decide, and takes it away again", async () => {
    const [fitted] = FITTED_AREAS;
    if (fitted === undefined) throw new Error("nothing is fitted");
    // As many as it takes until the numbers complained of are suspected and the others are not.
    const isOwn = (some: readonly string[]): boolean => {
      const complained = some.map((number) => ({
        number: Number(number.slice(-4)),
        week: weekOf(Date.now()),
        mass: 1000,
        dated: true,
      }));
      const { rows, own } = suspectedIn(fitted, complained, weekOf(Date.now()));
      return own.length > 0 && rows.length === 0;
    };
    const spread = Array.from({ length: 10 }, (_, thousand) => `+1312555${thousand}207`);
    const together =
      BAD.map((_, at) => BAD.slice(0, at + 1)).find(isOwn) ??
      BAD.map((_, at) => [...BAD.slice(0, at + 1), ...spread]).find(isOwn);
    if (together === undefined) throw new Error("no such neighbourhood");
    await importAll(together);
    await settle();
    const [number = ""] = together;
    expect(await lookUp(number)).toMatchObject({ spam: "suspected" });
    expect(await lookUp("+13125550299")).toMatchObject({ spam: "none" });
    await dropDataset(directory, publishing, "ftc", "", Date.now());
    await settle();
    expect(await lookUp(number)).toMatchObject({ spam: "none" });
    expect(await env.DB.prepare("SELECT count(*) AS n FROM pages").first("n")).toBe(0);
  });

  it("ages at read, and in a new week what ageing needs is computed again", async () => {
    await importAll(BAD);
    const now = Date.now();
    const WEEK_MS = 7 * 86_400_000;
    await settle();
    expect(await lookUp("+13125550299", now + 600 * WEEK_MS)).toMatchObject({ spam: "none" });
    // A year later: nothing is suspected any more, and nothing is left of it.
    const later = now + 60 * WEEK_MS;
    for (let runs = 0; runs < 6; runs += 1) {
      await rebuildAreas(directory, `year ${runs}`, later);
      await publishTables(directory, false, later + runs * 2000);
    }
    expect(await directory.records.areas.readRows("1", null)).toEqual([]);
    expect([...((await publishedAreas(directory, "1")) ?? [])]).toEqual([]);
    expect((await directory.records.areas.readTables()).map(({ week }) => week)).toEqual([weekOf(later)]);
  });

  it("is one of so many that a run takes: marks of large batches wait for others", async () => {
    const { areas } = directory.records;
    const many = Array.from({ length: 13_000 }, (_, area) => `+1${String(2_000_000 + area)}`);
    for (const names of [many, many, ["+1312555"]]) {
      const named = await nameAreas(directory.vault, names);
      if (named !== null) await areas.mark([named], Date.now());
      await scheduler.wait(2);
    }
    expect((await areas.claim("first", 8)).length).toBe(1);
    await areas.finish("first");
    expect((await areas.claim("second", 8)).length).toBe(2);
  });

  it("whose row makes no sense is made anew, and keeps no other from being computed or published", async () => {
    await importAll([...BAD, ...BAD.map((number) => number.replace("312", "646"))]);
    await settle();
    const { area } = await placeOf("+13125550299");
    const nonsense = await directory.vault.sealText({ table: "areas", id: area }, "{}");
    await env.DB.prepare("UPDATE areas SET body = ? WHERE area = ?").bind(bytesOf(nonsense), bytesOf(area)).run();
    await directory.records.areas.dueTable("1", weekOf(Date.now()), Date.now());
    await settle();
    expect([...((await publishedAreas(directory, "1")) ?? new Map()).keys()]).toEqual(["+1646555"]);
    await importAll(["+13125559999"], "b");
    await settle();
    expect([...((await publishedAreas(directory, "1")) ?? new Map()).keys()]).toEqual(["+1312555", "+1646555"]);
  });

  it("is written in parts that D1 takes, however much is said of it", async () => {
    const at = Array.from({ length: 100 }, (_, n) => `+1${String(2_000_000 + n)}`);
    const body = "A".repeat(40_000);
    const put = await Promise.all(
      at.map(async (digits) => ({ area: await directory.vault.areaId(digits), code: "1", body, changes: 9000 })),
    );
    const writes = { put, gone: [], marks: [], codes: new Map() };
    const longest = await longestBound(() => directory.records.areas.write("", 0, writes, 1, 1));
    expect(longest).toBeLessThan(2_000_000);
    expect((await directory.records.areas.readRows("1", null)).length).toBe(100);
  });

  it("is written by the run that has read last, and by no other", async () => {
    await importAll(BAD);
    const read = directory.records.areas.readSnapshot.bind(directory.records.areas);
    let stale: Promise<unknown> = Promise.resolve();
    const areas = testDirectory();
    // The first run has read; then everything is dropped and another run is faster.
    areas.records.areas.readSnapshot = async (wanted) => {
      const snapshot = await read(wanted);
      await dropDataset(directory, publishing, "ftc", "", Date.now());
      await rebuildAreas(directory, "faster", Date.now());
      return snapshot;
    };
    stale = rebuildAreas(areas, "slower", Date.now());
    await stale;
    await settle();
    expect(await directory.records.areas.readRows("1", null)).toEqual([]);
    expect([...((await publishedAreas(directory, "1")) ?? [])]).toEqual([]);
  });

  it("is put into KV no more than once a second, and not for every batch", async () => {
    const puts: number[] = [];
    const put = env.PAGES.put.bind(env.PAGES);
    const counted = vi.spyOn(env.PAGES, "put").mockImplementation(async (...args: unknown[]) => {
      if (String(args[0]).startsWith("areas-")) puts.push(Date.now());
      await Reflect.apply(put, env.PAGES, args);
    });
    for (let batch = 0; batch < 12; batch += 1) {
      await importAll(
        BAD.map((number) => number.replace("5550", `55${batch % 10}0`)),
        `batch ${batch}`,
      );
      await runDurableObjectAlarm(object());
    }
    await settle();
    counted.mockRestore();
    expect(puts.length).toBeGreaterThan(0);
    expect(puts.length).toBeLessThanOrEqual(6);
    for (const [at, time] of puts.entries()) expect(time - (puts[at - 1] ?? 0)).toBeGreaterThanOrEqual(1000);
  });

  it("that does not open is left out and counted, and others are published; so is a mark", async () => {
    await importAll([...BAD, ...BAD.map((number) => number.replace("312", "646"))]);
    await settle();
    const { area } = await placeOf("+13125550299");
    await env.DB.prepare("UPDATE areas SET body = x'00' WHERE area = ?").bind(bytesOf(area)).run();
    await directory.records.areas.dueTable("1", weekOf(Date.now()), Date.now());
    await env.DB.prepare("INSERT INTO dirty_areas (since, mark, named) VALUES (1, 'spoilt', x'00')").run();
    await settle();
    expect([...((await publishedAreas(directory, "1")) ?? new Map()).keys()]).toEqual(["+1646555"]);
    // Whatever touches it next mends it.
    await importAll(["+13125559999"], "b");
    await settle();
    expect([...((await publishedAreas(directory, "1")) ?? new Map()).keys()]).toEqual(["+1312555", "+1646555"]);
  });
});

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

it("all of them are computed anew by a republication, whatever stood there", async () => {
  const numbers = Array.from({ length: 8 }, (_, ten) => `+131255502${ten}7`);
  const rows = numbers.map((number): ComplaintsRow => {
    return { of: "complaints", number: e164(number), day: TODAY, complaints: 1, category: null };
  });
  await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", rows);
  await settle();
  const before = await standing();
  expect(before.kv.size).toBe(1);
  // What a restored or damaged store might say: a row too many, one too few, another table.
  const [{ body, area } = { body: "", area: "" }] = await directory.records.areas.readRows("1", null);
  const other = await directory.vault.areaId("+1646555");
  const lie = { digits: "+1646555", rows: [{ digits: "", area: "ten", until: 9999 }], own: [] } as const;
  const sealed = await directory.vault.sealText({ table: "areas", id: other }, encodeBody(lie));
  expect(body).not.toBe(sealed);
  await env.DB.batch([
    env.DB.prepare("DELETE FROM areas WHERE area = ?").bind(bytesOf(area)),
    env.DB.prepare("INSERT INTO areas (area, code, body, changes) VALUES (?, '1', ?, 9999)").bind(
      bytesOf(other),
      bytesOf(sealed),
    ),
  ]);
  await env.PAGES.delete("areas-1");
  for (let run: string | undefined, steps = 0; steps < 8; steps += 1) {
    const progress = await republishNext(directory, publishing, { run }, Date.now());
    run = progress.run;
    if (progress.phase !== "beginning" && progress.phase !== "areas") break;
  }
  await settle();
  expect(await standing()).toEqual(before);
});

describe("what is sealed of areas", () => {
  it("comes under a new key: rows, marks, what batches named, and the table in KV", async () => {
    const old = testDirectory();
    const read = readSecrets(env);
    if (!read.ok) throw new Error(read.sentence);
    const { indexKey, sealKeys } = read.secrets;
    const vault = new Vault(indexKey, [crypto.getRandomValues(new Uint8Array(32)), ...sealKeys]);
    const renewed = { ...old, vault };
    const numbers = Array.from({ length: 8 }, (_, ten) => `+131255502${ten}7`);
    const rows = numbers.map((number): ComplaintsRow => {
      return { of: "complaints", number: e164(number), day: TODAY, complaints: 1, category: null };
    });
    await send(old, await makeDataset(old, "ftc", "complaints"), "a", rows);
    await settle();
    await send(old, await makeDataset(old, "ftc", "complaints"), "b", rows);
    const keyOf = async (table: string, column: string): Promise<unknown> =>
      env.DB.prepare(`SELECT DISTINCT lower(hex(substr(${column}, 1, 4))) AS key FROM ${table}`).first("key");
    const places = [
      ["areas", "body"],
      ["dirty_areas", "named"],
      ["batches", "areas"],
    ] as const;
    const [newest] = await vault.sealKeyIds();
    for (const name of ["areas", "area-marks", "batch-areas"] as const) {
      const column = DIRECTORY_SEALS[name];
      if (column === undefined) throw new Error(name);
      expect((await renewColumn(env.DB, vault, column, null)).left).toEqual({});
    }
    for (const [table, column] of places) expect(await keyOf(table, column), table).toBe(newest);
    const list = areaTableList(renewed, quiet);
    await env.DB.prepare("UPDATE area_tables SET week = 1").run();
    expect(Object.values((await list.renew(null, 0)).left)).toEqual([1]);
    const [mark] = await renewed.records.areas.readTables();
    expect(mark?.mark).not.toBeNull();
    expect(mark?.week, "what ageing changes is still to be computed").toBe(1);
    // As its object would with the new keys.
    const later = Date.now() + 60_000;
    await rebuildAreas(renewed, "renewed", later);
    await publishTables(renewed, false, later);
    expect((await list.renew(null, 0)).left).toEqual({});
    expect([...((await publishedAreas(renewed, "1")) ?? new Map()).keys()]).toEqual(["+1312555"]);
  });
});
