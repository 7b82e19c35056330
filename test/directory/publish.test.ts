import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { dropDataset } from "../../src/directory/drop.ts";
import { publishSlot } from "../../src/directory/publish.ts";
import { DirectoryRecords } from "../../src/directory/records.ts";
import { sweep } from "../../src/directory/sweep.ts";
import { editionId, type DatasetRow } from "../../src/directory/take-in.ts";
import { sendPart } from "../../src/directory/send-part.ts";
import { blockOf, type E164 } from "../../src/numbers/number.ts";
import type { Directory } from "../../src/directory/directory.ts";
import { publishers } from "../../src/directory/publishers.ts";
import type { Slot } from "../../src/telemetry/logger.ts";
import { bytesOf } from "../../src/storage/bytes-column.ts";
import {
  dump,
  e164,
  makeDataset,
  longestBound,
  placeOf,
  publishAll,
  quiet,
  send,
  testDirectory,
} from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { faulty } from "../support/faulty.ts";

const DAY = 20_775;
const NOW = Date.UTC(2026, 10, 18);
/** Two complaints unless told: a lonely one has no page. */
const complaint = (line: number, complaints = 2): DatasetRow => ({
  of: "complaints",
  number: e164(`+131255501${String(line).padStart(2, "0")}`),
  day: DAY,
  complaints,
  category: "robocall",
});
const named = (line: number, name: string, day = DAY): DatasetRow => ({
  of: "directory",
  number: e164(`+131255501${String(line).padStart(2, "0")}`),
  day,
  name,
  kind: "business",
});

const LATER = NOW + 3600_000;

async function theSlot(): Promise<Slot> {
  const row = await env.DB.prepare("SELECT slot FROM dirty").first<string>("slot");
  return row as Slot;
}

beforeEach(async () => {
  await emptyStores();
});

describe("publishing", () => {
  it("writes pages in parts that D1 takes, however long their names", async () => {
    const { records, vault } = testDirectory();
    const body = new Uint8Array(160_000);
    const writes = await Promise.all(
      Array.from({ length: 25 }, async (_, n) => ({ block: await vault.blockId(`+1312555${n}`), version: 1, body })),
    );
    expect(await longestBound(() => records.writePages(writes))).toBeLessThan(2_000_000);
    expect(await records.copy.countPages()).toBe(25);
  });

  it("keeps the mark of a block that changed while it was being published", async () => {
    const kv = faulty(env.PAGES, ["put"]);
    const directory = testDirectory(env.DB, kv.store);
    const dataset = await makeDataset(directory, "ftc", "complaints");
    await send(directory, dataset, "a", [complaint(1)]);
    const slot = await theSlot();
    const [first] = await directory.records.dirty.readMarks(slot, 1);
    // The change arrives between the snapshot and the clearing of marks.
    const write = directory.records.writePages.bind(directory.records);
    directory.records.writePages = async (...args) => {
      await write(...args);
      await send(directory, dataset, "b", [complaint(2)]);
    };
    await publishSlot(directory, slot, LATER);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM dirty").first("n")).toBe(1);
    // The change's own, with its own age: a number that changes all the time is no backlog that grows old.
    expect(await directory.records.dirty.readMarks(slot, 1)).not.toEqual([first]);
    directory.records.writePages = write;
    await publishSlot(directory, slot, NOW);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM dirty").first("n")).toBe(0);
    const { d1, kv: copy } = await dump(directory);
    expect(copy).toEqual(d1);
    expect(JSON.stringify(d1)).toContain("[2,null");
  });

  it("keeps marks while KV is down, and brings KV level afterwards", async () => {
    const kv = faulty(env.PAGES, ["put", "delete"]);
    const directory = testDirectory(env.DB, kv.store);
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", [complaint(1, 7)]);
    const slot = await theSlot();
    kv.fault = "fails";
    expect(await publishSlot(directory, slot, NOW)).toEqual({ published: 0, failed: 1, more: false });
    expect((await directory.records.dirty.readBacklog()).blocks).toBe(1);
    kv.fault = "none";
    expect(await publishSlot(directory, slot, NOW)).toEqual({ published: 1, failed: 0, more: false });
    expect((await directory.records.dirty.readBacklog()).blocks).toBe(0);
    const { d1, kv: copy } = await dump(directory);
    expect(copy).toEqual(d1);
  });

  it("never writes a page over a newer one", async () => {
    const directory = testDirectory();
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", [complaint(1)]);
    const slot = await theSlot();
    const write = directory.records.writePages.bind(directory.records);
    // Another instance of the same publisher was faster: its page stands, and the mark of the slower one's stays.
    directory.records.writePages = async (...args) => {
      const [[first]] = args;
      await env.DB.prepare("INSERT INTO pages (block, body, version) VALUES (?, 'newer', 5)")
        .bind(bytesOf(first?.block ?? ""))
        .run();
      return write(...args);
    };
    await publishSlot(directory, slot, NOW);
    expect(await env.DB.prepare("SELECT body FROM pages").first("body")).toBe("newer");
    expect((await directory.records.dirty.readBacklog()).blocks).toBe(1);
  });

  it("says when there is more than one run can do", async () => {
    const directory = testDirectory();
    const rows = Array.from({ length: 300 }, (_, at): DatasetRow => ({
      of: "complaints",
      number: e164(`+1312${2_000_000 + at * 1000}`),
      day: DAY,
      complaints: 2,
      category: null,
    }));
    const dataset = await makeDataset(directory, "ftc", "complaints");
    await send(directory, dataset, "a", rows.slice(0, 150));
    await send(directory, dataset, "b", rows.slice(150));
    const slot = await env.DB.prepare("SELECT slot FROM dirty GROUP BY slot HAVING count(*) > 1").first("slot");
    expect((await publishSlot(directory, slot as Slot, NOW, 1)).more).toBe(true);
    await publishAll(directory);
    expect((await directory.records.dirty.readBacklog()).blocks).toBe(0);
  });
});

describe("the queue of a slot", () => {
  /** A dataset's numbers and a vote's, in blocks of one slot, the vote the last; and the slot. */
  async function inOneSlot(directory: Directory): Promise<{ slot: Slot; imported: DatasetRow[]; voted: E164 }> {
    const bySlot = new Map<string, E164[]>();
    for (let at = 0; ; at += 1) {
      const number = e164(`+1312${2_000_000 + at * 1001}`);
      const slot = (await directory.vault.blockId(blockOf(number))).charAt(0);
      const [first, second] = bySlot.get(slot) ?? [];
      bySlot.set(slot, [...(bySlot.get(slot) ?? []), number]);
      if (first === undefined || second === undefined) continue;
      const imported = [first, second].map((imported): DatasetRow => ({ ...complaint(0), number: imported }));
      return { slot: slot as Slot, imported, voted: number };
    }
  }

  it("puts what people did before what was imported, however long that has waited", async () => {
    const directory = testDirectory();
    const { slot, imported, voted } = await inOneSlot(directory);
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", imported);
    const place = await placeOf(voted);
    await sendPart(directory, quiet, { number: voted, part: null, revision: 1 }, LATER);
    expect((await directory.records.dirty.readMarks(slot, 1)).map(({ blocks }) => blocks)).toEqual([[place.block]]);
    // What is imported for it as well does not put it back, nor does it bring others forward.
    await send(directory, await makeDataset(directory, "more", "complaints"), "a", [
      { ...complaint(0), number: voted },
      ...imported,
    ]);
    expect((await directory.records.dirty.readMarks(slot, 1)).map(({ blocks }) => blocks)).toEqual([[place.block]]);
  });

  it("counts what waits, and keeps the age of what could not be made into a page", async () => {
    const directory = testDirectory();
    const { slot, imported } = await inOneSlot(directory);
    const dataset = await makeDataset(directory, "ftc", "complaints");
    for (const row of imported) await send(directory, dataset, row.number, [row]);
    const [first, second] = await directory.records.dirty.readMarks(slot, 2);
    if (first === undefined) throw new Error("no mark");
    await directory.records.dirty.postpone([first], LATER);
    expect((await directory.records.dirty.readMarks(slot, 1)).map(({ mark }) => mark)).toEqual([second?.mark]);
    expect(await directory.records.dirty.readBacklog()).toEqual({ blocks: 2, oldest: NOW });
    expect(await directory.records.dirty.readWaitingSlots(NOW)).toEqual([]);
    expect(await directory.records.dirty.readWaitingSlots(NOW + 1)).toEqual([slot]);
  });
});

describe("the publisher object", () => {
  it("is poked, publishes from its alarm, and rests; a second alarm does nothing", async () => {
    const directory = testDirectory();
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", [complaint(1)]);
    const slot = await theSlot();
    const stub = env.PUBLISHERS.getByName(slot);
    await stub.poke();
    await stub.poke();
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect((await directory.records.dirty.readBacklog()).blocks).toBe(0);
    const first = await dump(directory);
    // A poke during the run may have asked for one more.
    await runDurableObjectAlarm(stub);
    expect(await dump(directory)).toEqual(first);
    expect(await runDurableObjectAlarm(stub)).toBe(false);
  });

  it("runs beside no other of its isolate: lookups share the thread, and everybody D1", async () => {
    const directory = testDirectory();
    const rows = Array.from({ length: 40 }, (_, at): DatasetRow => ({
      ...complaint(0),
      number: e164(`+1312${2_000_000 + at * 1001}`),
    }));
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", rows);
    let inside = 0;
    let most = 0;
    const readSnapshot = directory.records.readSnapshot.bind(directory.records);
    const spied = vi.spyOn(DirectoryRecords.prototype, "readSnapshot").mockImplementation(async (blocks) => {
      inside += 1;
      most = Math.max(most, inside);
      await scheduler.wait(20);
      inside -= 1;
      return readSnapshot(blocks);
    });
    const slots = await directory.records.dirty.readWaitingSlots(Number.MAX_SAFE_INTEGER);
    expect(slots.length).toBeGreaterThan(8);
    const stubs = slots.map((slot) => env.PUBLISHERS.getByName(slot));
    await Promise.all(stubs.map((stub) => stub.poke()));
    await Promise.all(stubs.map((stub) => runDurableObjectAlarm(stub)));
    spied.mockRestore();
    expect(most).toBe(1);
    expect((await directory.records.dirty.readBacklog()).blocks).toBe(0);
  });

  it("keeps the run that an import was told of, though somebody had an earlier one", async () => {
    const stub = env.PUBLISHERS.getByName("-");
    const told = await stub.poke(60_000);
    expect(await stub.poke(60_000)).toBe(told);
    expect(await stub.poke()).toBeLessThan(told);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await runInDurableObject(stub, (_, state) => state.storage.getAlarm())).toBe(told);
  });

  it("is poked by an import only when no run that it was told of is still to come", async () => {
    let now = NOW;
    const pokes: number[] = [];
    const stub = {
      poke: (patience: number): Promise<number> => {
        pokes.push(patience);
        return Promise.resolve(now + patience);
      },
    };
    const namespace = { getByName: () => stub } as unknown as typeof env.PUBLISHERS;
    const publishing = publishers({ PUBLISHERS: namespace, AREAS: env.AREAS }, () => now);
    for (const after of [0, 1000, 1000, 999]) {
      now += after;
      await publishing.poke("A", 3000);
    }
    expect(pokes).toEqual([3000]);
    // Who has less patience does not wait for it, and the moment of the run is too late for it.
    await publishing.poke("A");
    now += 1;
    await publishing.poke("A", 3000);
    expect(pokes).toEqual([3000, 0, 3000]);
  });

  it("finds its work after an eviction", async () => {
    const directory = testDirectory();
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", [complaint(1)]);
    const stub = env.PUBLISHERS.getByName(await theSlot());
    await stub.poke();
    await evictDurableObject(stub);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect((await directory.records.dirty.readBacklog()).blocks).toBe(0);
  });

  it("arms its next alarm before it works, and tries again when D1 is down", async () => {
    const directory = testDirectory();
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", [complaint(1)]);
    const stub = env.PUBLISHERS.getByName(await theSlot());
    await stub.poke();
    await env.DB.prepare("ALTER TABLE dirty RENAME TO gone").run();
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const alarm = await runInDurableObject(stub, (_, state) => state.storage.getAlarm());
    expect(alarm).toBeGreaterThan(Date.now());
    await env.DB.prepare("ALTER TABLE gone RENAME TO dirty").run();
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect((await directory.records.dirty.readBacklog()).blocks).toBe(0);
  });

  it("is found by the cron when nobody poked", async () => {
    const directory = testDirectory();
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", [complaint(1)]);
    const stub = env.PUBLISHERS.getByName(await theSlot());
    await sweep(directory, publishers(env), NOW + 60_000);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect((await directory.records.dirty.readBacklog()).blocks).toBe(0);
  });
});

describe("what needs a page", () => {
  /** A number of a block of its own in a country without a formula, and in one with. */
  const IN = { "where nothing is fitted": "+4420794601", "where a formula is fitted": "+131255504" } as const;
  const lonely = (block: string, line: number): DatasetRow => ({ ...complaint(0, 1), number: e164(`${block}${line}`) });
  const blocksWithPages = async (directory: Directory): Promise<number> => {
    await publishAll(directory);
    const { d1, kv } = await dump(directory);
    expect(kv).toEqual(d1);
    return Object.keys(d1).length;
  };

  it.each(Object.entries(IN))("is no lonely complaint, %s: it costs its evidence alone", async (_, block) => {
    const directory = testDirectory();
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", [lonely(block, 21)]);
    expect((await directory.records.dirty.readBacklog()).blocks).toBe(0);
    expect(await blocksWithPages(directory)).toBe(0);
    expect((await dump(directory)).rows["evidence"]).toHaveLength(1);
    await dropDataset(directory, quiet, "ftc", "", NOW);
    expect((await directory.records.dirty.readBacklog()).blocks).toBe(0);
  });

  it("is a number with two complaints, of batches that came at the same time, until one of them is dropped", async () => {
    const directory = testDirectory();
    const [one, two] = [
      await makeDataset(directory, "one", "complaints"),
      await makeDataset(directory, "two", "complaints"),
    ];
    const row = lonely("+131255504", 21);
    await Promise.all([send(directory, one, "a", [row]), send(directory, two, "a", [row])]);
    expect(await blocksWithPages(directory)).toBe(1);
    expect(JSON.stringify(await dump(directory))).toContain('"+131255504"');
    await dropDataset(directory, quiet, "two", "", NOW);
    expect(await blocksWithPages(directory)).toBe(0);
  });

  it("is a second number complained of, only where nothing is fitted: there neighbours count by the block", async () => {
    const directory = testDirectory();
    const ftc = await makeDataset(directory, "ftc", "complaints");
    const blocks = Object.values(IN);
    for (const line of [21, 55]) {
      await send(
        directory,
        ftc,
        `${line}`,
        blocks.map((block) => lonely(block, line)),
      );
    }
    expect(await blocksWithPages(directory)).toBe(1);
    expect(JSON.stringify(await dump(directory))).toContain(`"${IN["where nothing is fitted"]}"`);
  });

  it("is a vote, with the complaint beside it, in whatever order they come and go", async () => {
    const directory = testDirectory();
    const ftc = await makeDataset(directory, "ftc", "complaints");
    const [number, part] = [e164("+13125550421"), { week: 2970, name: null, disputed: false, spam: null }];
    const complain = (): Promise<unknown> => send(directory, ftc, "a", [lonely("+131255504", 55)]);
    const voted = (revision: number, with_: typeof part | null): Promise<unknown> =>
      sendPart(directory, quiet, { number, part: with_, revision }, NOW);
    // The part is there and its page not yet: the complaint must not be lost.
    await voted(1, part);
    await complain();
    expect(await blocksWithPages(directory)).toBe(1);
    const both = (await dump(directory)).d1;
    expect(JSON.stringify(both)).toContain("[55,");
    await voted(2, null);
    expect(await blocksWithPages(directory)).toBe(0);
    await voted(3, part);
    expect(await blocksWithPages(directory)).toBe(1);
    expect((await dump(directory)).d1).toEqual(both);
  });
});

describe("a drop's walk", () => {
  const row = (at: number): DatasetRow => ({ ...complaint(0), number: e164(`+1312${2_000_000 + at * 37}`) });
  const rows = Array.from({ length: 120 }, (_, at) => row(at));

  it("goes on where it came to, over what others wrote meanwhile, and takes nothing of theirs", async () => {
    const directory = testDirectory();
    const { drops } = directory.records;
    const kept = await makeDataset(directory, "kept", "complaints");
    await send(directory, kept, "a", rows.slice(0, 60));
    const dropped = await makeDataset(directory, "dropped", "complaints");
    await send(directory, dropped, "a", rows.slice(30));
    await publishAll(directory);
    await drops.mark("dropped", "");
    let removed = 0;
    let steps = 0;
    for (let done = false; !done; steps += 1) {
      // Twins: a call and the cron. Those who come second do nothing.
      const both = await Promise.all([drops.step("dropped", "", NOW, 10), drops.step("dropped", "", NOW, 10)]);
      removed += both.reduce((sum, step) => sum + step.removed, 0);
      done = both.some((step) => step.done);
      if (steps === 2) await send(directory, kept, "b", rows.slice(100));
      expect(await send(directory, dropped, `late ${steps}`, rows)).toEqual({
        ok: false,
        code: "dataset-being-dropped",
      });
    }
    expect(steps).toBeGreaterThan(5);
    expect(removed).toBe(90);
    await publishAll(directory);
    const after = await dump(directory);
    await emptyStores();
    const alone = await makeDataset(directory, "kept", "complaints");
    await send(directory, alone, "a", rows.slice(0, 60));
    await send(directory, alone, "b", rows.slice(100));
    await publishAll(directory);
    expect(after).toEqual(await dump(directory));
  });

  it("begins anew when another edition is to be kept, and ends without a trace", async () => {
    const directory = testDirectory();
    const { drops } = directory.records;
    const dataset = await makeDataset(directory, "ftc", "complaints");
    await send(directory, dataset, "a", rows.slice(0, 60), "old");
    await send(directory, dataset, "b", rows.slice(60), "new");
    await drops.mark("ftc", await editionId(directory.vault, "ftc", "old"));
    await drops.step("ftc", await editionId(directory.vault, "ftc", "old"), NOW, 10);
    await dropDataset(directory, quiet, "ftc", "", NOW);
    await publishAll(directory);
    expect(await dump(directory)).toMatchObject({ d1: {}, rows: { evidence: [], datasets: [], dirty: [] } });
    expect(await env.DB.prepare("SELECT count(*) AS n FROM batches").first("n")).toBe(0);
  });
});

describe("dropping and re-importing", () => {
  const rows = Array.from({ length: 60 }, (_, line) => complaint(line, (line % 9) + 1));
  const other = [complaint(3, 2), complaint(77, 4)];

  it("leaves the directory as if the dataset had never been", async () => {
    const directory = testDirectory();
    const kept = await makeDataset(directory, "kept", "complaints");
    await send(directory, kept, "a", other);
    await send(directory, await makeDataset(directory, "names", "directory"), "a", [named(5, "St Fiction Hospital")]);
    await publishAll(directory);
    const without = await dump(directory);

    const dropped = await makeDataset(directory, "dropped", "complaints");
    await send(directory, dropped, "a", rows.slice(0, 40));
    await send(directory, dropped, "b", rows.slice(20));
    await publishAll(directory);
    expect((await dump(directory)).d1).not.toEqual(without.d1);
    expect(await dropDataset(directory, quiet, "dropped", "", NOW)).toEqual({ removed: 80, done: true });
    await publishAll(directory);
    expect(await dump(directory)).toEqual(without);
  });

  it("removes pages of blocks of which nothing is left", async () => {
    const directory = testDirectory();
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", rows);
    await publishAll(directory);
    await dropDataset(directory, quiet, "ftc", "", NOW);
    await publishAll(directory);
    expect(await dump(directory)).toMatchObject({
      d1: {},
      kv: {},
      rows: { callers: [], evidence: [], datasets: [], dirty: [] },
    });
  });

  it("gives the same after drop and import as after one import", async () => {
    const directory = testDirectory();
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", rows);
    await publishAll(directory);
    const once = await dump(directory);
    await dropDataset(directory, quiet, "ftc", "", NOW);
    await publishAll(directory);
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", rows);
    await publishAll(directory);
    expect(await dump(directory)).toEqual(once);
  });

  it("keeps no edition of which another drop may have taken rows", async () => {
    const directory = testDirectory();
    const dataset = await makeDataset(directory, "names", "directory");
    await send(directory, dataset, "a", [named(1, "Oak Clinic")], "a");
    await send(directory, dataset, "b", [named(2, "Elm Clinic")], "b");
    const [a, b] = await Promise.all(["a", "b"].map((edition) => editionId(directory.vault, "names", edition)));
    const keptOf = async () => (await directory.records.datasets.readDataset("names"))?.keep;
    await directory.records.drops.mark("names", a ?? "");
    await directory.records.drops.mark("names", b ?? "");
    expect(await keptOf()).toBe(a);
    await directory.records.drops.mark("names", "");
    await directory.records.drops.mark("names", a ?? "");
    expect(await keptOf()).toBe("");
  });

  it("keeps one edition exactly", async () => {
    const directory = testDirectory();
    const names = await makeDataset(directory, "names", "directory");
    await send(directory, names, "b1", [named(5, "New Name"), named(7, "Same Name")], "september");
    await publishAll(directory);
    const only = await dump(directory);
    await dropDataset(directory, quiet, "names", "", NOW);
    await publishAll(directory);

    const again = await makeDataset(directory, "names", "directory");
    await send(
      directory,
      again,
      "a1",
      [named(5, "Old Name", DAY - 90), named(6, "Closed", DAY - 90), named(7, "Same Name", DAY - 90)],
      "june",
    );
    await send(directory, again, "b1", [named(5, "New Name"), named(7, "Same Name")], "september");
    await publishAll(directory);
    await dropDataset(directory, quiet, "names", await editionId(directory.vault, "names", "september"), NOW);
    await publishAll(directory);
    expect(await dump(directory)).toEqual(only);
    expect((await directory.records.datasets.readDataset("names"))?.keep).toBeNull();
  });

  it("is finished by the cron when its caller is gone", async () => {
    const directory = testDirectory();
    await send(directory, await makeDataset(directory, "ftc", "complaints"), "a", rows);
    await directory.records.drops.mark("ftc", "");
    const dataset = await directory.records.datasets.readDataset("ftc");
    if (dataset === null) throw new Error("gone");
    expect(await send(directory, dataset, "b", rows)).toEqual({ ok: false, code: "dataset-being-dropped" });
    await sweep(directory, quiet, NOW);
    expect(await directory.records.datasets.readDatasets()).toEqual([]);
  });
});

describe("idempotency", () => {
  it("takes twenty simultaneous twins in once", async () => {
    const directory = testDirectory();
    const dataset = await makeDataset(directory, "ftc", "complaints");
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(directory, dataset, "a", [complaint(1, 3)])),
    );
    expect(answers.every((answer) => answer.ok && answer.changed === 1)).toBe(true);
    expect(answers.filter((answer) => answer.ok && !answer.replayed)).toHaveLength(1);
    expect(await env.DB.prepare("SELECT sum(complaints) AS n FROM evidence").first("n")).toBe(3);
  });

  it("refuses a key that comes with another body, and sums rows of one number within a batch", async () => {
    const directory = testDirectory();
    const dataset = await makeDataset(directory, "ftc", "complaints");
    await send(directory, dataset, "a", [complaint(1, 1), complaint(1, 1), complaint(1, 1)]);
    expect(await send(directory, dataset, "a", [complaint(2)])).toEqual({ ok: false, code: "idempotency-key-reused" });
    expect(await env.DB.prepare("SELECT complaints FROM evidence").first("complaints")).toBe(3);
  });

  it("calls a name that the dataset already gave no change", async () => {
    const directory = testDirectory();
    const dataset = await makeDataset(directory, "names", "directory");
    expect(await send(directory, dataset, "a", [named(1, "One"), named(2, "Two")])).toMatchObject({ changed: 2 });
    expect(await send(directory, dataset, "b", [named(1, "One"), named(2, "Second")])).toMatchObject({ changed: 1 });
  });
});

describe("tombstones", () => {
  it("keep unlisted numbers out of evidence, callers and pages", async () => {
    const directory = testDirectory();
    const { block, line } = await placeOf("+13125550101");
    await env.DB.prepare("INSERT INTO unlisted (block, line) VALUES (?, ?)").bind(bytesOf(block), line).run();
    await send(directory, await makeDataset(directory, "names", "directory"), "a", [
      named(1, "Gone"),
      named(2, "Here"),
    ]);
    await publishAll(directory);
    const { d1, rows } = await dump(directory);
    expect(JSON.stringify(d1)).not.toContain("Gone");
    expect(rows["evidence"]).toHaveLength(1);
  });
});
