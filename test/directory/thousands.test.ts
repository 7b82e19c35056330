import { env } from "cloudflare:workers";
import { runDurableObjectAlarm } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { dropDataset } from "../../src/directory/drop.ts";
import { publishSlot } from "../../src/directory/publish.ts";
import { sendOwner } from "../../src/directory/send-owner.ts";
import { sendPart } from "../../src/directory/send-part.ts";
import type { DatasetRow } from "../../src/directory/take-in.ts";
import { unlist } from "../../src/directory/unlisting.ts";
import { tallyBallot, type Vote } from "../../src/verdict/ballot.ts";
import { weekOf } from "../../src/verdict/decay.ts";
import { dayOf } from "../../src/time/days.ts";
import type { Slot } from "../../src/telemetry/logger.ts";
import { dump, e164, lookUpIn, makeDataset, publishAll, quiet, send, testDirectory } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";

const NOW = Date.UTC(2026, 10, 18);
const WEEK_MS = 7 * 86_400_000;
const DAY = 20_775;
const directory = testDirectory();

/** Numbers of one thousand, +1 312 555 0…. */
const at = (hundred: number, line: number): string => `+13125550${hundred}${String(line).padStart(2, "0")}`;

async function complain(key: string, numbers: readonly string[], day = DAY): Promise<void> {
  const rows = numbers.map((number): DatasetRow => {
    return { of: "complaints", number: e164(number), day, complaints: 1, category: null };
  });
  await send(directory, await makeDataset(directory, "ftc", "complaints"), key, rows);
}

async function spamOf(number: string, now = NOW): Promise<string> {
  await publishAll(directory);
  return (await lookUpIn(directory, number, now)).spam;
}

beforeEach(async () => {
  await emptyStores();
});

describe("the thousand around a number", () => {
  it("suspects it where three hundreds have another that is complained of, whatever its own block", async () => {
    await complain("a", [at(1, 5), at(4, 5)]);
    for (const hundred of [1, 4, 8]) expect(await spamOf(at(hundred, 77))).toBe("none");
    await complain("b", [at(6, 5)]);
    for (const hundred of [0, 1, 4, 6, 9]) expect(await spamOf(at(hundred, 77))).toBe("suspected");
    // Itself does not count, nor does a thousand beside it suffer.
    expect(await spamOf(at(6, 5))).toBe("none");
    expect(await spamOf("+13125551077")).toBe("none");
    const { d1, kv } = await dump(directory);
    expect(Object.keys(d1)).toHaveLength(10);
    expect(kv).toEqual(d1);
  });

  it("fades without anybody writing", async () => {
    await complain("a", [at(1, 5), at(4, 5), at(6, 5)]);
    expect(await spamOf(at(0, 77), NOW + WEEK_MS)).toBe("suspected");
    expect(await spamOf(at(0, 77), NOW + 2 * WEEK_MS)).toBe("none");
  });

  it("is not made from old complaints", async () => {
    await complain("a", [at(1, 5), at(4, 5), at(6, 5)], DAY - 14);
    expect(await spamOf(at(0, 77))).toBe("none");
    expect(Object.keys((await dump(directory)).d1)).toHaveLength(3);
  });

  it("comes and goes with the dataset, and leaves nothing behind", async () => {
    const before = await dump(directory);
    await complain("a", [at(1, 5), at(4, 5), at(6, 5)]);
    expect(await spamOf(at(9, 77))).toBe("suspected");
    await dropDataset(directory, quiet, "ftc", "", NOW);
    expect(await spamOf(at(9, 77))).toBe("none");
    expect(await dump(directory)).toEqual(before);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM thousands").first("n")).toBe(0);
  });

  it("is the same whatever order its blocks were published in", async () => {
    const numbers = [at(1, 5), at(4, 5), at(6, 5), at(6, 44)];
    for (const number of numbers) {
      await complain(number, [number]);
      await publishAll(directory);
    }
    const slowly = await dump(directory);
    await emptyStores();
    for (const number of numbers.toReversed()) await complain(number, [number]);
    await publishAll(directory);
    expect((await dump(directory)).d1).toEqual(slowly.d1);
  });

  it("loses no change to publishers that read at the same time", async () => {
    await complain("a", [at(1, 5), at(4, 5), at(6, 5)]);
    const slots = await directory.records.dirty.readWaitingSlots(Number.MAX_SAFE_INTEGER);
    // Each has read before any has written.
    const read = directory.records.readSnapshot.bind(directory.records);
    let readers = 0;
    let all: () => void = () => undefined;
    const everybody = new Promise<void>((resolve) => (all = resolve));
    directory.records.readSnapshot = async (blocks) => {
      const snapshot = await read(blocks);
      readers += 1;
      if (readers === slots.length) all();
      await everybody;
      return snapshot;
    };
    await Promise.all(slots.map((slot) => publishSlot(directory, slot as Slot, NOW)));
    directory.records.readSnapshot = read;
    for (const hundred of [0, 1, 4, 6, 9]) expect(await spamOf(at(hundred, 77))).toBe("suspected");
  });

  it("is told on by the publishers themselves", async () => {
    // They go by the clock.
    await complain("a", [at(1, 5), at(4, 5), at(6, 5)], dayOf(Date.now()));
    for (const slot of await directory.records.dirty.readWaitingSlots(Number.MAX_SAFE_INTEGER)) {
      await env.PUBLISHERS.getByName(slot).poke();
    }
    const slots = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let ran = true; ran;) {
      const runs = await Promise.all(
        Array.from(slots).map((slot) => runDurableObjectAlarm(env.PUBLISHERS.getByName(slot))),
      );
      ran = runs.includes(true);
    }
    expect((await directory.records.dirty.readBacklog()).blocks).toBe(0);
    expect(Object.keys((await dump(directory)).d1)).toHaveLength(10);
  });

  it("suspects no number that its owner carved out, and takes no part of one taken out; a proof washes none around it", async () => {
    await complain("a", [at(1, 5), at(4, 5), at(6, 5)]);
    const owner = { name: null, kind: "other", photo: null, carved: true } as const;
    const part = { owner, since: null, override: null, taken: null };
    const carve = async (number: string): Promise<void> => {
      const sent = { number: e164(number), part, revision: 1 } as const;
      await sendOwner(directory, quiet, sent, NOW);
    };
    await carve(at(9, 77));
    expect(await spamOf(at(9, 77))).toBe("none");
    expect(await spamOf(at(9, 78))).toBe("suspected");
    await carve(at(6, 5));
    expect(await spamOf(at(9, 78))).toBe("suspected");
    await unlist(directory, quiet, e164(at(4, 5)), NOW);
    expect(await spamOf(at(9, 78))).toBe("none");
    await complain("b", [at(4, 5)]);
    expect(await spamOf(at(9, 78))).toBe("none");
  });

  it("does not listen to people's marks", async () => {
    const week = weekOf(NOW);
    const marks = Array.from({ length: 20 }, (_, voter): Vote => {
      const said = { name: null, spam: true, category: null } as const;
      return { pid: String(voter), ...said, tier: 2, source: "user", net: voter, week };
    });
    const part = tallyBallot(marks, week);
    for (const hundred of [1, 4, 6, 8]) {
      await sendPart(directory, quiet, { number: e164(at(hundred, 5)), part, revision: 1 }, NOW);
    }
    expect(await spamOf(at(4, 5))).not.toBe("none");
    expect(await spamOf(at(9, 78))).toBe("none");
  });

  it("writes a page again only where something changes for it", async () => {
    await complain("a", [at(1, 5), at(4, 5)]);
    expect(await publishAll(directory)).toBe(2);
    // The new block, twice: its thousand has become bad while it was written; the two others, and seven that nobody named.
    await complain("b", [at(6, 5)]);
    expect(await publishAll(directory)).toBeLessThanOrEqual(12);
    // One more in the same week changes nothing around it.
    await complain("c", [at(6, 6)]);
    expect(await publishAll(directory)).toBe(1);
  });
});
