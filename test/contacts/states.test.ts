import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkContacts, numbersIn } from "../../src/contacts/check.ts";
import { readConfig } from "../../src/config.ts";
import { mixerOf, mixers, nextRun, releaseTime } from "../../src/contacts/mixer-state.ts";
import { toBase64Url } from "../../src/vault/bytes.ts";
import { checkName } from "../../src/verdict/name-rules.ts";
import { e164 } from "../support/directory.ts";

const HOUR_MS = 3_600_000;

describe("mixers", () => {
  it("share names evenly, each name always with the same one", () => {
    const counts = new Map<string, number>();
    for (let at = 0; at < 64_000; at += 1) {
      const pid = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
      expect(mixerOf(pid)).toBe(mixerOf(pid));
      counts.set(mixerOf(pid), (counts.get(mixerOf(pid)) ?? 0) + 1);
    }
    expect(new Set(counts.keys())).toEqual(new Set(mixers()));
    expect(counts.size).toBe(64);
    for (const size of counts.values()) expect(Math.abs(size - 1000)).toBeLessThan(250);
  });

  it("give any moment within the spread, and none outside", () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(2 ** 41), fc.nat(24 * HOUR_MS), random, (now, spread, chance) => {
        const release = releaseTime(now, spread, chance);
        expect(release).toBeGreaterThanOrEqual(now);
        expect(release).toBeLessThanOrEqual(now + spread);
        expect(nextRun(release, now)).toBeGreaterThan(now);
        expect(nextRun(release, now)).toBeGreaterThanOrEqual(release);
      }),
    );
  });
});

describe("what was taken back", () => {
  it("has settled when the longest wait in a mixer is over and every ballot has looked, with time to spare", () => {
    const where = { ...env } as unknown as Record<string, unknown>;
    const settles = (vars: Record<string, string>) => {
      const { contactSettleMs, contactSpreadMs, contactLookMs } = readConfig({ ...where, ...vars });
      return contactSettleMs - Math.max(contactSpreadMs, contactLookMs);
    };
    for (const spread of ["", "0", "86400"]) expect(settles({ CONTACT_SPREAD_S: spread })).toBe(HOUR_MS);
    expect(settles({ CONTACT_LOOK_S: "2" })).toBe(5000);
    expect(readConfig({ ...where }).contactLookMs).toBe(24 * HOUR_MS);
    for (const wrong of ["0", "day", "-1"]) {
      expect(() => readConfig({ ...where, CONTACT_LOOK_S: wrong })).toThrow("CONTACT_LOOK_S");
    }
    expect(() => readConfig({ ...where, ENVIRONMENT: "production", CONTACT_LOOK_S: "2" })).toThrow("CONTACT_LOOK_S");
  });
});

describe("checking contacts", () => {
  it("takes each number once it is clean, whatever stands around it", () => {
    const text = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom("+13125550123", "(312) 555-0142", "12", "0"));
    const contact = fc.record({ name: fc.string({ maxLength: 40 }), numbers: fc.array(text, { maxLength: 4 }) });
    const own = e164("+13125550123");
    fc.assert(
      fc.property(fc.array(contact, { maxLength: 6 }), (contacts) => {
        const { taken, refused } = checkContacts(contacts, own, "US");
        const named = new Set(contacts.flatMap(({ name }, index) => (checkName(name).ok ? [] : [index])));
        const numbers = contacts.filter((_, index) => !named.has(index)).flatMap((one) => one.numbers);
        expect(taken.length + refused.length - named.size).toBe(numbers.length);
        expect(taken.map(({ number }) => number)).toEqual(numbersIn(numbers, "US").filter((number) => number !== own));
        for (const { index } of refused) expect(contacts[index]).toBeDefined();
      }),
    );
  });
});
