import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isGranted, PURPOSES, record, type ConsentEntry } from "../../src/accounts/consents/consent-state.ts";
import { ageOn, canonicalLink, EMPTY_PROFILE, isPlausible, shownOf } from "../../src/accounts/profile/profile-state.ts";
import {
  crowdedOut,
  isOver,
  MAX_SESSIONS,
  refreshed,
  type Session,
} from "../../src/accounts/sessions/session-state.ts";
import { dayOf, dayText } from "../../src/time/days.ts";

const NOW = Date.UTC(2026, 10, 18, 12);

describe("sessions", () => {
  const session = (id: string, used: number): Session => ({
    id,
    token: `t${id}`,
    device: { id, platform: "ios" },
    started: used,
    used,
    limited: null,
  });

  it("make room for one: the same device's ends, and the longest unused over ten", () => {
    const ten = Array.from({ length: MAX_SESSIONS }, (_, n) => session(String(n), 100 + n));
    expect(crowdedOut(ten, { id: "new", platform: "ios" }, false)).toEqual(["0"]);
    expect(crowdedOut(ten, { id: "5", platform: "ios" }, false)).toEqual(["5"]);
    expect(crowdedOut(ten.slice(1), { id: "new", platform: "ios" }, false)).toEqual([]);
  });

  it("that are limited end none of the account's own, and are three at most", () => {
    const ten = Array.from({ length: MAX_SESSIONS }, (_, n) => session(String(n), 100 + n));
    const three = ["a", "b", "c"].map((id, n) => ({ ...session(id, 100 + n), limited: NOW }));
    const crowded = (id: string, limited: boolean) => crowdedOut([...ten, ...three], { id, platform: "ios" }, limited);
    expect(crowded("new", true)).toEqual(["a"]);
    expect(crowded("b", true)).toEqual(["b"]);
    expect(crowded("5", true)).toEqual(["a"]);
    // Approved, it takes the place of its own limited session, and of the longest unused of the others.
    expect(crowded("b", false)).toEqual(["b", "0"]);
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
    const nothing = { name: null, photo: null };
    expect(shownOf({ ...all, visibility: "everyone" })).toEqual({ name: "Ann", photo: "p" });
    expect(shownOf(all)).toEqual(nothing);
    expect(shownOf({ ...all, visibility: "everyone", name: null })).toEqual(nothing);
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
