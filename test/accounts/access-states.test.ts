import { describe, expect, it } from "vitest";
import {
  accessOf,
  admit,
  handedOver,
  IDLE_DAYS,
  inHours,
  isHandedOver,
  isIdle,
  LIMITED_MS,
  NOTICE_MS,
  stopHandOver,
  type Belonging,
} from "../../src/accounts/sessions/access-state.ts";
import { counted, forgiven, WRONG_A_DAY, type Tries } from "../../src/accounts/sessions/pin-state.ts";
import { DAY_MS, dayOf, HOUR_MS } from "../../src/time/days.ts";

const NOW = Date.UTC(2026, 10, 18, 12, 34);
const HOURS = { limited: inHours(NOW + LIMITED_MS), notice: inHours(NOW + NOTICE_MS) };
const used = (daysAgo: number): Belonging => ({ used: dayOf(NOW) - daysAgo, handOver: null, stopped: false });
const stranger = { known: false, pin: false, before: null };

describe("a sign-in", () => {
  it("of a known device is full, of another one limited for seven days, while the account is in use", () => {
    for (const days of [0, 1, 10, IDLE_DAYS - 1]) {
      expect(admit(used(days), { ...stranger, known: true }, NOW), String(days)).toEqual({ as: "full" });
      expect(admit(used(days), stranger, NOW), String(days)).toEqual({ as: "limited", until: HOURS.limited });
      expect(admit(used(days), { ...stranger, pin: true }, NOW), String(days)).toEqual({ as: "full" });
    }
    expect(HOURS.limited - NOW).toBeGreaterThanOrEqual(7 * DAY_MS);
    expect(HOURS.limited - NOW).toBeLessThan(7 * DAY_MS + HOUR_MS);
  });

  it("after 45 idle days finds a new holder, also on a device that is known, unless the PIN is given", () => {
    for (const days of [IDLE_DAYS, IDLE_DAYS + 1, 400]) {
      const over = { as: "new-holder", why: "idle" };
      expect(admit(used(days), stranger, NOW)).toEqual(over);
      expect(admit(used(days), { ...stranger, known: true }, NOW)).toEqual(over);
      expect(admit(used(days), { ...stranger, before: NOW - 1 }, NOW)).toEqual(over);
      expect(admit(used(days), { ...stranger, pin: true }, NOW)).toEqual({ as: "full" });
    }
  });

  it("again of the same limited device does not begin its week anew", () => {
    const before = inHours(NOW + DAY_MS);
    expect(admit(used(2), { ...stranger, before }, NOW)).toEqual({ as: "limited", until: before });
  });
});

describe("a limited session", () => {
  it("is full when its time has come, and over where the account has been idle by then", () => {
    expect(accessOf(HOURS.limited, used(0), NOW)).toBe("limited");
    expect(accessOf(HOURS.limited, used(0), HOURS.limited - 1)).toBe("limited");
    expect(accessOf(HOURS.limited, used(0), HOURS.limited)).toBe("full");
    expect(accessOf(HOURS.limited, used(30), HOURS.limited)).toBe("full");
    // It began on the 44th idle day, and no device of the account's came back.
    expect(accessOf(HOURS.limited, used(44), HOURS.limited)).toBe("ended");
    expect(accessOf(null, used(44), HOURS.limited)).toBe("full");
  });

  it("waits for ever while a change of hands is under way", () => {
    const under = handedOver(used(0), NOW + DAY_MS);
    expect(accessOf(HOURS.limited, under, HOURS.limited + HOUR_MS)).toBe("limited");
  });
});

describe("a change of hands", () => {
  it("takes effect seven days after it is first stated, for every session", () => {
    const under = handedOver(used(3), NOW);
    expect(under.handOver).toBe(HOURS.notice);
    expect(handedOver(under, NOW + DAY_MS)).toBe(under);
    expect([isHandedOver(under, HOURS.notice - 1), isHandedOver(under, HOURS.notice)]).toEqual([false, true]);
    expect(accessOf(null, under, HOURS.notice - 1)).toBe("full");
    for (const limited of [null, NOW, HOURS.limited]) expect(accessOf(limited, under, HOURS.notice)).toBe("ended");
    const over = { as: "new-holder", why: "handed-over" };
    expect(admit(under, { known: true, pin: true, before: null }, HOURS.notice)).toEqual(over);
    expect(admit(under, { ...stranger, known: true }, HOURS.notice - 1)).toEqual({ as: "full" });
  });

  it("is stopped once, in time", () => {
    const under = handedOver(used(0), NOW);
    const stopped = stopHandOver(under, NOW + DAY_MS);
    expect(stopped).toEqual({ ok: true, after: { ...under, handOver: null, stopped: true } });
    if (!stopped.ok) return;
    expect(stopHandOver(stopped.after, NOW)).toEqual({ ok: false, reason: "none" });
    const again = handedOver(stopped.after, NOW + 2 * DAY_MS);
    expect(stopHandOver(again, NOW + 3 * DAY_MS)).toEqual({ ok: false, reason: "stopped-before" });
    expect(stopHandOver(under, HOURS.notice)).toEqual({ ok: false, reason: "none" });
  });
});

describe("idle days", () => {
  it("are counted in UTC, and by use of the account's own devices", () => {
    expect([isIdle(used(44), NOW), isIdle(used(45), NOW), isIdle(used(0), NOW)]).toEqual([false, true, false]);
  });
});

describe("tries of a PIN", () => {
  it("are five wrong ones a day, of devices and of strangers apart", () => {
    let tries: Tries | null = { day: 0, own: 0, other: 0 };
    for (let n = 1; n <= WRONG_A_DAY; n += 1) {
      tries = counted(tries, "other", 7);
      expect(tries).toEqual({ day: 7, own: 0, other: n });
      if (tries === null) return;
    }
    expect(counted(tries, "other", 7)).toBeNull();
    expect(counted(tries, "own", 7)).toEqual({ day: 7, own: 1, other: WRONG_A_DAY });
    expect(counted(tries, "other", 8)).toEqual({ day: 8, own: 0, other: 1 });
  });

  it("that were right count no more, and forgive no other", () => {
    expect(forgiven({ day: 7, own: 0, other: 3 }, "other")).toEqual({ day: 7, own: 0, other: 2 });
    expect(forgiven({ day: 7, own: 0, other: 0 }, "own")).toEqual({ day: 7, own: 0, other: 0 });
  });
});
