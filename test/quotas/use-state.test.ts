import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { current, giveBack, retryAfter, spend, untilMidnight, type Used } from "../../src/quotas/use-state.ts";

const DAY = { name: "photos", allows: 10, window: 86_400 };
const HOUR = { name: "recipients", allows: 3, window: 3600 };
const NOW = Date.UTC(2026, 10, 18, 9, 30);
const HOUR_MS = 3_600_000;

/** What stands after spendings that must be taken. */
function spent(used: readonly Used[], n: number, quota: typeof DAY, now: number): readonly Used[] {
  const after = spend(used, [{ quota, n }], now);
  if ("allows" in after) throw new Error(after.name);
  return after;
}

describe("a quota", () => {
  it("never passes what it allows, begins anew with its window, and a refusal costs nothing", () => {
    const step = fc.tuple(fc.constantFrom(DAY, HOUR), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 90 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let [used, now]: [readonly Used[], number] = [[], NOW];
        const taken = new Map<string, number>();
        for (const [quota, n, minutes] of steps) {
          now += minutes * 60_000;
          const window = `${quota.name} ${Math.floor(now / (quota.window * 1000))}`;
          const before = taken.get(window) ?? 0;
          const after = spend(used, [{ quota, n }], now);
          expect("allows" in after).toBe(n > 0 && before + n > quota.allows);
          if ("allows" in after) continue;
          taken.set(window, before + n);
          used = after;
        }
      }),
    );
  });

  it("is spent with others, or nothing of them", () => {
    const full = spent([], 3, HOUR, NOW);
    const both = [
      { quota: DAY, n: 1 },
      { quota: HOUR, n: 1 },
    ];
    expect(spend(full, both, NOW)).toBe(HOUR);
    expect(spend(full, both, NOW + HOUR_MS)).toHaveLength(2);
    expect(spend(full, [{ quota: HOUR, n: 0 }], NOW)).toHaveLength(1);
  });

  it("gets back what came to nothing, in its window alone, and never more than was used", () => {
    const used = spent([], 2, DAY, NOW);
    expect(current(giveBack(used, [{ quota: DAY, n: 1 }], NOW), NOW)).toMatchObject([{ n: 1 }]);
    expect(current(giveBack(used, [{ quota: DAY, n: 5 }], NOW), NOW)).toEqual([]);
    expect(giveBack(used, [{ quota: DAY, n: 1 }], NOW + 24 * HOUR_MS)).toEqual(used);
  });

  it("says when it begins anew, and what counts until then", () => {
    expect([retryAfter(DAY, NOW), retryAfter(HOUR, NOW)]).toEqual([14.5 * 3600, 1800]);
    expect(untilMidnight(NOW)).toBe(14.5 * HOUR_MS);
    const used = spent(spent([], 1, DAY, NOW), 1, HOUR, NOW);
    expect(current(used, NOW + HOUR_MS).map(({ name }) => name)).toEqual(["photos"]);
    expect(current(used, NOW + 24 * HOUR_MS)).toEqual([]);
  });
});
