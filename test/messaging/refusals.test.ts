import { describe, expect, it } from "vitest";
import { refusedMore, type Refused } from "../../src/messaging/counter-state.ts";
import { Refusals } from "../../src/messaging/refusals.ts";

const NOW = Date.UTC(2026, 10, 18, 12);
const TODAY = NOW / 86_400_000 - 0.5;

describe("refusals", () => {
  it("are written at once however many they are, each counted once, by kind and day", async () => {
    const written: (readonly Refused[])[] = [];
    const background: Promise<unknown>[] = [];
    const refusals = new Refusals({
      write: async (refused) => void written.push(refused),
      waitUntil: (work) => background.push(work),
      gatherMs: 20,
    });
    for (let n = 0; n < 10_000; n += 1) refusals.note(n % 4 === 0 ? "money" : "range", NOW);
    expect([background.length, written.length]).toEqual([1, 0]);
    await Promise.all(background);
    expect(written).toEqual([
      [
        { by: "money", day: TODAY, n: 2500 },
        { by: "range", day: TODAY, n: 7500 },
      ],
    ]);
    refusals.note("range", NOW + 100);
    refusals.note("range", NOW + 86_400_000);
    await Promise.all(background);
    expect(background.length).toBeLessThanOrEqual(3);
    const all = written.flat().reduce((sum, { n }) => sum + n, 0);
    expect(all).toBe(10_002);
  });

  it("that are not written are counted with later ones when whoever gathered them was stopped, and a store may fail", async () => {
    const written: (readonly Refused[])[] = [];
    let background: Promise<unknown>[] = [];
    let failing = false;
    const refusals = new Refusals({
      write: (refused) => (failing ? Promise.reject(new Error("away")) : Promise.resolve(void written.push(refused))),
      waitUntil: (work) => background.push(work),
      gatherMs: 5,
    });
    failing = true;
    refusals.note("money", NOW);
    await Promise.all(background);
    failing = false;
    background = [];
    // As if the first one's timer never fired: long after, the next one writes.
    refusals.note("money", NOW);
    refusals.note("money", NOW + 60_000);
    expect(background.length).toBe(2);
    await Promise.all(background);
    expect(written.flat().reduce((sum, { n }) => sum + n, 0)).toBe(2);
  });

  it("of a new day begin anew, and what comes late for an old one is dropped", () => {
    const one = (by: Refused["by"], day: number, n: number): Refused => ({ by, day, n });
    expect(refusedMore([], [one("range", 5, 2), one("range", 5, 3)])).toEqual([one("range", 5, 5)]);
    expect(refusedMore([one("range", 5, 5), one("money", 5, 1)], [one("range", 6, 1)])).toEqual([
      one("range", 6, 1),
      one("money", 5, 1),
    ]);
    expect(refusedMore([one("range", 6, 1)], [one("range", 5, 9)])).toEqual([one("range", 6, 1)]);
  });
});
