import { describe, expect, it } from "vitest";
import { Kept } from "../../src/memory/kept.ts";

const FRESH_MS = 1000;
const RETRY_MS = 100;

/** A store whose reads the test answers by hand, and what is kept of it. */
function store() {
  const reads: { answer(value: string): Promise<void>; fail(): Promise<void> }[] = [];
  const work: Promise<unknown>[] = [];
  const kept = new Kept<string>({
    read: () => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const settle = async (how: () => void): Promise<void> => {
        how();
        await Promise.allSettled(work.slice(-1));
      };
      reads.push({
        answer: (value) => settle(() => resolve(value)),
        fail: () => settle(() => reject(new Error("down"))),
      });
      return promise;
    },
    freshMs: () => FRESH_MS,
    retryMs: RETRY_MS,
    background: (done) => void work.push(done),
  });
  return { kept, reads };
}

describe("a value that an isolate keeps", () => {
  it("is read once for all who ask meanwhile, and not again while it is fresh", async () => {
    const { kept, reads } = store();
    expect(kept.get(0)).toBeUndefined();
    const asking = [kept.read(0), kept.read(1)];
    expect(reads).toHaveLength(1);
    await reads[0]?.answer("one");
    expect(await Promise.all(asking)).toEqual(["one", "one"]);
    expect([kept.get(FRESH_MS - 1), reads.length]).toEqual(["one", 1]);
  });

  it("serves while it is read anew, and while the store fails, which is not asked each time", async () => {
    const { kept, reads } = store();
    void kept.read(0);
    await reads[0]?.answer("one");
    expect([kept.get(FRESH_MS), await kept.read(FRESH_MS), reads.length]).toEqual(["one", "one", 2]);
    await reads[1]?.fail();
    expect(kept.isMissing).toBe(false);
    expect([kept.get(FRESH_MS + RETRY_MS - 1), reads.length]).toEqual(["one", 2]);
    expect([kept.get(FRESH_MS + RETRY_MS), reads.length]).toEqual(["one", 3]);
    await reads[2]?.answer("two");
    expect(kept.get(FRESH_MS + RETRY_MS + 1)).toBe("two");
  });

  it("is missing where the first read failed, and no longer when one succeeds", async () => {
    const { kept, reads } = store();
    const asking = kept.read(0);
    expect(kept.isMissing, "nobody knows yet").toBe(false);
    await reads[0]?.fail();
    expect([await asking, kept.isMissing]).toEqual([undefined, true]);
    kept.get(RETRY_MS);
    await reads[1]?.answer("one");
    expect([kept.get(RETRY_MS), kept.isMissing]).toEqual(["one", false]);
  });

  it("does not wait for ever for a read whose request was cut off", async () => {
    const { kept, reads } = store();
    kept.get(0);
    kept.get(9_999);
    expect(reads).toHaveLength(1);
    kept.get(10_000);
    expect(reads).toHaveLength(2);
    await reads[1]?.answer("one");
    expect(kept.get(10_001)).toBe("one");
  });
});
