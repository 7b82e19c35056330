import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CODES_A_DAY,
  decide,
  opened,
  takenBack,
  tried,
  TRIES,
  type ChallengeState,
} from "../../src/accounts/challenge-state.ts";
import { isGranted, PURPOSES, record, type ConsentEntry } from "../../src/accounts/consent-state.ts";
import { ageOn, canonicalLink, EMPTY_PROFILE, isPlausible, ownerPart } from "../../src/accounts/profile-state.ts";
import { crowdedOut, isOver, MAX_SESSIONS, refreshed, type Session } from "../../src/accounts/session-state.ts";
import { DAY_MS, dayOf, dayText } from "../../src/accounts/time.ts";

const NOW = Date.UTC(2026, 10, 18, 12);

describe("a challenge", () => {
  it("lets another code be sent after 30 s, 60 s and 5 min, five times a day", () => {
    let state: ChallengeState | null = null;
    let now = NOW;
    for (const wait of [30, 60, 300, 300, 300]) {
      expect(decide(state, now).kind).toBe("due");
      state = opened(state, { id: String(now), hash: "h" }, now);
      expect(decide(state, now)).toMatchObject({ kind: "stands", opened: { id: String(now), resendAfter: wait } });
      now += wait * 1000 - 1;
      expect(decide(state, now)).toMatchObject({ kind: "stands", opened: { resendAfter: 1 } });
      now += 1;
    }
    const midnight = (dayOf(now) + 1) * DAY_MS;
    expect(decide(state, now)).toEqual({ kind: "used-up", retryAfter: Math.ceil((midnight - now) / 1000) });
    expect(decide(state, midnight).kind).toBe("due");
  });

  it("never bears more than five codes and 25 wrong tries a day, whoever asks and tries how", () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant("ask" as const), after: fc.integer({ min: 0, max: 400_000 }) }),
      fc.record({ what: fc.constant("prove" as const), after: fc.integer({ min: 0, max: 5000 }) }),
      fc.record({ what: fc.constant("try" as const), after: fc.integer({ min: 0, max: 5000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        let state: ChallengeState | null = null;
        let now = NOW;
        const codes = new Map<number, number>();
        const tries = new Map<number, number>();
        for (const { what, after } of steps) {
          now += after;
          const day = dayOf(now);
          if (what === "ask" && decide(state, now).kind === "due") {
            state = opened(state, { id: String(now), hash: "right" }, now);
            codes.set(day, (codes.get(day) ?? 0) + 1);
          } else if (what === "prove") {
            ({ state } = tried(state, state?.live?.id ?? "", "right", now));
          } else if (what === "try") {
            const result = tried(state, state?.live?.id ?? "", "wrong", now);
            state = result.state;
            if (result.proof === "wrong") tries.set(day, (tries.get(day) ?? 0) + 1);
          }
        }
        for (const count of codes.values()) expect(count).toBeLessThanOrEqual(CODES_A_DAY);
        for (const count of tries.values()) expect(count).toBeLessThanOrEqual(CODES_A_DAY * TRIES);
      }),
    );
  });

  it("is proved once, by its own code, within ten minutes", () => {
    const state = opened(null, { id: "a", hash: "right" }, NOW);
    expect(tried(state, "a", "right", NOW + 599_999).proof).toBe("right");
    expect(tried(state, "a", "right", NOW + 600_000).proof).toBe("expired");
    expect(tried(state, "b", "right", NOW).proof).toBe("expired");
    expect(tried(null, "a", "right", NOW).proof).toBe("expired");
    expect(tried(tried(state, "a", "right", NOW).state, "a", "right", NOW).proof).toBe("used-up");
  });

  it("stands no more once it was proved or tried too often", () => {
    const state = opened(null, { id: "a", hash: "right" }, NOW);
    expect(decide(tried(state, "a", "right", NOW).state, NOW + 1000).kind).toBe("due");
    let guessed: ChallengeState | null = state;
    for (let n = 0; n < TRIES; n += 1) {
      expect(decide(guessed, NOW + 1000).kind).toBe("stands");
      guessed = tried(guessed, "a", "wrong", NOW).state;
    }
    expect(decide(guessed, NOW + 1000)).toEqual({ kind: "used-up", retryAfter: 29 });
    expect(decide(guessed, NOW + 30_000).kind).toBe("due");
    const fifth = { ...state, codes: CODES_A_DAY };
    const midnight = Math.ceil(((dayOf(NOW) + 1) * DAY_MS - NOW) / 1000);
    for (const live of [tried(fifth, "a", "right", NOW).state, guessed && { ...guessed, codes: CODES_A_DAY }]) {
      expect(decide(live, NOW)).toEqual({ kind: "used-up", retryAfter: midnight });
    }
  });

  it("costs nothing when its message was not taken", () => {
    const before = opened(null, { id: "a", hash: "h" }, NOW);
    const after = takenBack(opened(before, { id: "b", hash: "h" }, NOW + 30_000), "b");
    expect(after).toMatchObject({ codes: 1, live: null });
    expect(decide(after, NOW + 30_000).kind).toBe("due");
    expect(takenBack(before, "another")).toBe(before);
  });
});

describe("sessions", () => {
  const session = (id: string, used: number): Session => ({
    id,
    token: `t${id}`,
    device: { id, platform: "ios" },
    started: used,
    used,
  });

  it("make room for one: the same device's ends, and the longest unused over ten", () => {
    const ten = Array.from({ length: MAX_SESSIONS }, (_, n) => session(String(n), 100 + n));
    expect(crowdedOut(ten, { id: "new", platform: "ios" })).toEqual(["0"]);
    expect(crowdedOut(ten, { id: "5", platform: "ios" })).toEqual(["5"]);
    expect(crowdedOut(ten.slice(1), { id: "new", platform: "ios" })).toEqual([]);
  });

  it("are refreshed by their token alone, and over after 180 days", () => {
    const one = session("a", 1000);
    expect(refreshed(one, "ta", "next", { carrier: "X" }, 1100)).toMatchObject({
      ok: true,
      session: { token: "next", used: 1100, started: 1000, device: { id: "a", carrier: "X" } },
    });
    expect(refreshed(one, "tb", "next", {}, 1100)).toEqual({ ok: false, reason: "reused" });
    expect(refreshed(null, "ta", "next", {}, 1100)).toEqual({ ok: false, reason: "unknown" });
    expect([isOver(one, 1179), isOver(one, 1180)]).toEqual([false, true]);
    expect(refreshed(one, "ta", "next", {}, 1180)).toEqual({ ok: false, reason: "unknown" });
  });
});

describe("the consent ledger", () => {
  it("only grows, says what was said last of each purpose, and can always be withdrawn from", () => {
    const said = fc.record({
      purpose: fc.constantFrom(...PURPOSES),
      granted: fc.boolean(),
      noticeVersion: fc.constantFrom("1", "2"),
      day: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(said, { maxLength: 200 }), (entries) => {
        const ledger: ConsentEntry[] = [];
        for (const entry of entries) {
          const recorded = record(ledger, entry);
          if (recorded.ok && recorded.added) ledger.push(recorded.entry);
          if (recorded.ok) expect(isGranted(ledger, entry.purpose)).toBe(entry.granted);
          else expect(entry.granted).toBe(true);
        }
      }),
    );
  });

  it("keeps which text was agreed to", () => {
    const first: ConsentEntry = { purpose: "promotional", granted: true, noticeVersion: "1", day: 1 };
    expect(record([first], { ...first, noticeVersion: "2", day: 9 })).toMatchObject({ ok: true, added: true });
    expect(record([first], { ...first, day: 9 })).toMatchObject({ ok: true, added: false, entry: { day: 1 } });
  });
});

describe("a profile", () => {
  it("shows name and photo to others while visible and named, and nothing else", () => {
    const all = { ...EMPTY_PROFILE, name: "Ann", email: "a@b.example", address: "Row", photo: "p" };
    const shown = { name: "Ann", kind: "person", photo: "p", carved: false };
    expect(ownerPart({ ...all, visibility: "everyone" })).toEqual(shown);
    expect(ownerPart(all)).toBeNull();
    expect(ownerPart({ ...all, visibility: "everyone", name: null })).toBeNull();
  });

  it.each([
    ["2010-11-18", NOW, 16],
    ["2010-11-19", NOW, 15],
    ["2010-12-01", NOW, 15],
    ["2010-01-31", NOW, 16],
    ["2012-02-29", Date.UTC(2028, 1, 28), 15],
    ["2012-02-29", Date.UTC(2028, 1, 29), 16],
    ["2012-02-29", Date.UTC(2029, 1, 28), 16],
    ["2012-02-29", Date.UTC(2029, 2, 1), 17],
  ])("of somebody born on %s is, at %d, one of %d years", (born, now, age) => {
    expect(ageOn(born, now)).toBe(age);
  });

  it("takes birthdays of the living", () => {
    expect(isPlausible(dayText(dayOf(NOW)), NOW)).toBe(true);
    expect(isPlausible(dayText(dayOf(NOW) + 1), NOW)).toBe(false);
    expect(isPlausible("1890-01-01", NOW)).toBe(false);
  });

  it.each([
    ["https://Social.Example/@ann", "https://social.example/@ann"],
    ["https://a.example", "https://a.example/"],
    ["http://a.example", null],
    ["https://a.example:8443/", null],
    ["https://u@a.example/", null],
    ["https://localhost/", null],
    ["https://127.0.0.1/", null],
    ["https://[::1]/", null],
    ["javascript:alert(1)", null],
    ["data:text/html,x", null],
    ["", null],
  ])("reads the link %j as %j", (text, link) => {
    expect(canonicalLink(text)).toBe(link);
  });
});
