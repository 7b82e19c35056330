import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  counted,
  PURSES,
  takenBack,
  weighed,
  type CounterState,
  type Share,
} from "../../src/messaging/counter-state.ts";
import { askerOf, coarse, networkOf } from "../../src/messaging/network.ts";

const NOW = Date.UTC(2026, 10, 18, 12);
const HOUR_MS = 3_600_000;
const limit = {
  hour: { soft: 2, hard: 5, reserve: 3 },
  day: { soft: 4, hard: 10, reserve: 6 },
} as const;
const share = (changes: Partial<Share> = {}): Share => ({
  limit,
  amount: 1,
  purse: "codes",
  ...changes,
});

/** Counts as many as leave, at most 100, and what the last one met. */
function fill(
  from: CounterState | null,
  one: Share,
  now: number,
): { state: CounterState | null; left: number; free: number } {
  let state = from;
  let [left, free] = [0, 0];
  for (let n = 0; n < 100; n += 1) {
    const answer = weighed(state, one, now);
    if (!answer.ok) break;
    left += 1;
    if (answer.fullness === 0) free += 1;
    state = counted(state, one, now);
  }
  return { state, left, free };
}

describe("a counter", () => {
  it("asks a price above its soft bound, stops at its hard one, and keeps a reserve", () => {
    const first = fill(null, share(), NOW);
    expect(first).toMatchObject({ left: 5, free: 2 });
    expect(weighed(first.state, share(), NOW)).toEqual({ ok: false, window: "hour", allows: 5, retryAfter: 3600 });
    // A third of the reserve for each: what strangers can ask for uses up nothing of what members have.
    let { state } = first;
    for (const purse of ["owners", "late", "members"] as const) {
      const reserve = fill(state, share({ purse }), NOW);
      expect(reserve).toMatchObject({ left: 1, free: 0 });
      expect(weighed(reserve.state, share({ purse }), NOW)).toMatchObject({ ok: false, allows: 5 });
      ({ state } = reserve);
    }
    // Nothing of it shows where codes are weighed.
    expect(state?.codes).toEqual(first.state?.codes);
  });

  it("lets go when the hour, and then the day, is over", () => {
    const { state } = fill(null, share(), NOW);
    const second = fill(state, share(), NOW + HOUR_MS);
    expect(second).toMatchObject({ left: 5, free: 0 });
    expect(weighed(second.state, share(), NOW + 2 * HOUR_MS)).toEqual({
      ok: false,
      window: "day",
      allows: 10,
      retryAfter: 10 * 3600,
    });
    expect(fill(second.state, share(), NOW + 12 * HOUR_MS)).toMatchObject({ left: 5, free: 2 });
  });

  it("counts amounts that never go over, however small the rest is", () => {
    const money = share({ limit: { hour: null, day: { soft: 100, hard: 1000, reserve: 0 } }, amount: 300 });
    expect(fill(null, money, NOW)).toMatchObject({ left: 3, free: 0, state: { codes: { inDay: 900 } } });
  });

  it("lets what is no code leave below the soft bound alone, whoever used it, and never in the way of codes", () => {
    const others = fill(null, share({ purse: "others" }), NOW);
    expect(others).toMatchObject({ left: 2, free: 2 });
    expect(fill(others.state, share(), NOW)).toMatchObject({ left: 5, free: 2 });
    const codes = fill(null, share(), NOW);
    expect(weighed(codes.state, share({ purse: "others" }), NOW)).toMatchObject({
      ok: false,
      window: "day",
      allows: 4,
    });
  });

  it("takes back what was counted, in the window in which it was", () => {
    const { state } = fill(null, share(), NOW);
    const back = takenBack(state, share(), NOW);
    expect(fill(back, share(), NOW).left).toBe(1);
    // Of the hour that is over nothing is taken from the one that stands; the day is the same.
    const later = counted(state, share(), NOW + HOUR_MS);
    expect(takenBack(later, share(), NOW)).toMatchObject({ codes: { inHour: 1, inDay: 5 } });
    expect(takenBack(later, share(), NOW - 24 * HOUR_MS)).toEqual(later);
    expect(takenBack(null, share(), NOW)).toBeNull();
  });

  it("does not begin anew for a clock that is a little behind", () => {
    const { state } = fill(null, share(), NOW);
    expect(weighed(state, share(), NOW - 1000)).toMatchObject({ ok: false, window: "hour" });
    expect(counted(state, share(), NOW - 1000)).toMatchObject({ codes: { inHour: 6, inDay: 6 } });
  });

  it("is never over its bounds, whatever is asked of it in whatever order", () => {
    const asked = fc.record({
      purse: fc.constantFrom(...PURSES),
      amount: fc.integer({ min: 1, max: 3 }),
      minutes: fc.integer({ min: 0, max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 100 }), (all) => {
        let state: CounterState | null = null;
        let now = NOW;
        for (const { minutes, ...one } of all) {
          now += minutes * 60_000;
          if (weighed(state, share(one), now).ok) state = counted(state, share(one), now);
          if (state === null) continue;
          const most = {
            codes: [5, 10],
            others: [2, 4],
            members: [1, 2],
            owners: [1, 2],
            late: [1, 2],
            campaigns: [5, 10],
          } as const;
          for (const purse of PURSES) {
            expect(state[purse]?.inHour ?? 0).toBeLessThanOrEqual(most[purse][0]);
            expect(state[purse]?.inDay ?? 0).toBeLessThanOrEqual(most[purse][1]);
          }
        }
      }),
    );
  });
});

it("says how full it is above its soft bound", () => {
  const fullness: number[] = [];
  let state: CounterState | null = null;
  for (let n = 0; n < 5; n += 1) {
    const answer = weighed(state, share(), NOW);
    fullness.push(answer.ok ? Math.round(answer.fullness * 100) : -1);
    state = counted(state, share(), NOW);
  }
  expect(fullness).toEqual([0, 0, 33, 67, 100]);
});

it("an asker is an IPv4 address, or the /64 of an IPv6 address", () => {
  expect(askerOf("192.0.2.1")).not.toBe(askerOf("192.0.2.2"));
  expect(askerOf("::ffff:192.0.2.1")).toBe(askerOf("192.0.2.1"));
  expect(askerOf("2001:db8:1:2::1")).toBe(askerOf("2001:0db8:1:2:3:4:5:6"));
  expect(askerOf("2001:db8:1:2::1")).not.toBe(askerOf("2001:db8:1:3::1"));
  expect([askerOf(null), askerOf("nonsense")]).toEqual(["unknown", "unknown"]);
});

describe("a network", () => {
  it.each([
    ["192.0.2.1", "192.0.2"],
    ["::ffff:192.0.2.1", "192.0.2"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1"],
    ["2001:0DB8:0001::1", "2001:db8:1"],
    ["2001:db8::1", "2001:db8:0"],
    ["::1", "0:0:0"],
    ["nonsense", "unknown"],
    [null, "unknown"],
  ])("of %s is %s, also when it was kept no closer", (address, network) => {
    expect(networkOf(address)).toBe(network);
    const kept = coarse({ address, asn: 1 });
    expect(networkOf(kept.address)).toBe(network);
    expect(kept.address).not.toBe(address === null ? "" : address);
    expect(kept.asn).toBe(1);
  });
});
