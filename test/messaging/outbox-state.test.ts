import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { after, before, expiryOf, MAX_WAIT_MS, type Entry } from "../../src/messaging/outbox-state.ts";
import type { Kind } from "../../src/messaging/message.ts";
import { retryDelay } from "../../src/time/retry.ts";

const NOW = Date.UTC(2026, 10, 23);
const entry = (kind: Kind, changes: Partial<Entry> = {}): Entry => ({
  kind,
  attempts: 1,
  doubts: 0,
  expiresAt: NOW + 600_000,
  ...changes,
});
const KINDS: Kind[] = ["sign-in-code", "ownership-code", "picture-link", "promotional", "service"];
const CODES: Kind[] = ["sign-in-code", "ownership-code"];

describe("the expiry of a message", () => {
  it("is never what its caller asked for, nor later, nor earlier by more than a twentieth of its time", () => {
    const asks = fc.integer({ min: 60_000, max: MAX_WAIT_MS });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(asks, random, (life, chance) => {
        const expiry = expiryOf(NOW + life, NOW, chance);
        expect(expiry).toBeLessThan(NOW + life);
        expect(expiry).toBeGreaterThan(NOW + life * 0.95 - 2);
      }),
    );
    expect(expiryOf(NOW + 2 * MAX_WAIT_MS, NOW, 0)).toBeLessThan(NOW + MAX_WAIT_MS);
    expect(before(entry("sign-in-code", { expiresAt: expiryOf(NOW - 1, NOW, 0.5) }), null, NOW)).toMatchObject({
      end: "expired",
    });
  });
});

describe("before sending", () => {
  it.each(KINDS)("%s ends when it has expired, to the millisecond", (kind) => {
    expect(before(entry(kind, { expiresAt: NOW }), null, NOW)).toMatchObject({ end: "expired" });
    expect(before(entry(kind, { expiresAt: NOW + 1 }), null, NOW)).toBeNull();
  });

  it("a STOP ends links and promotion, never codes nor what concerns the service; an address that is gone gets codes alone", () => {
    const left = (ending: "said" | "gone") => KINDS.filter((kind) => before(entry(kind), ending, NOW) === null);
    expect(left("said")).toEqual([...CODES, "service"]);
    expect(left("gone")).toEqual(CODES);
  });
});

describe("after sending", () => {
  it.each(KINDS)("%s is tried again when it was certainly not sent, later each time", (kind) => {
    const attempt = { outcome: "not-sent", waitMs: 0, error: 0 } as const;
    expect(after(entry(kind), attempt, NOW)).toEqual({ waits: true, due: NOW + 2000, doubts: 0 });
    expect(after(entry(kind, { attempts: 4 }), attempt, NOW)).toEqual({ waits: true, due: NOW + 16_000, doubts: 0 });
  });

  it("Retry-After is kept to, within five minutes", () => {
    const wait = (waitMs: number) => after(entry("sign-in-code"), { outcome: "not-sent", waitMs, error: 20429 }, NOW);
    expect(wait(7000)).toMatchObject({ due: NOW + 7000 });
    expect(wait(9e9)).toMatchObject({ due: NOW + 300_000 });
    expect(wait(1)).toMatchObject({ due: NOW + 2000 });
  });

  it.each(CODES)("an unknown outcome ends a %s: it is never tried again", (kind) => {
    expect(after(entry(kind), { outcome: "unknown" }, NOW)).toMatchObject({ waits: false, end: "unknown" });
  });

  it("an unknown outcome ends promotion, and lets a link be tried once more", () => {
    expect(after(entry("promotional"), { outcome: "unknown" }, NOW)).toMatchObject({ end: "unknown" });
    expect(after(entry("picture-link"), { outcome: "unknown" }, NOW)).toMatchObject({ waits: true, doubts: 1 });
    expect(after(entry("picture-link", { doubts: 1 }), { outcome: "unknown" }, NOW)).toMatchObject({ end: "unknown" });
  });

  it.each(KINDS)("of %s an unknown outcome is tried again where the provider knows repeats, ten times", (kind) => {
    const unknown = { outcome: "unknown" } as const;
    expect(after(entry(kind), unknown, NOW, true)).toMatchObject({ waits: true, doubts: 1 });
    expect(after(entry(kind, { doubts: 9 }), unknown, NOW, true)).toMatchObject({ waits: true, doubts: 10 });
    expect(after(entry(kind, { doubts: 10 }), unknown, NOW, true)).toMatchObject({ waits: false, end: "unknown" });
  });

  it("what would expire while it waits ends at once", () => {
    const late = entry("sign-in-code", { expiresAt: NOW + 2000 });
    expect(after(late, { outcome: "not-sent", waitMs: 0, error: 20003 }, NOW)).toEqual({
      waits: false,
      end: "expired",
      error: 20003,
    });
  });

  it("a refusal ends it with the provider's code", () => {
    expect(after(entry("sign-in-code"), { outcome: "refused", error: 21211 }, NOW)).toEqual({
      waits: false,
      end: "refused",
      error: 21211,
    });
  });

  it("waits double from 2 s to 5 min", () => {
    expect([1, 2, 3, 8, 9, 99].map((attempts) => retryDelay(attempts))).toEqual([
      2000, 4000, 8000, 256_000, 300_000, 300_000,
    ]);
  });
});
