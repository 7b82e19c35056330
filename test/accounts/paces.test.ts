import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { BURSTS_A_DAY, FIRST_BURST_DAY, nextPace, type Bursts } from "../../src/accounts/sessions/pace-state.ts";
import { DAY_MS } from "../../src/time/days.ts";
import type { E164 } from "../../src/numbers/number.ts";
import type { Pace } from "../../src/vault/signer.ts";
import { begin, phone, sessionOf, testAccounts } from "../support/accounts.ts";
import { emptyStores } from "../support/empty-stores.ts";

const { accounts, sessions } = testAccounts();

describe("the pace of a token", () => {
  it("is never burst in the first week, nor more than four times a day, whenever tokens are asked for", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (days) => {
        let bursts: Bursts = { day: 0, handed: 0 };
        const given = new Map<number, number>();
        for (const day of days.toSorted((a, b) => a - b)) {
          const next = nextPace(bursts, 0, day);
          ({ bursts } = next);
          if (next.pace === "calm") continue;
          expect(day).toBeGreaterThanOrEqual(FIRST_BURST_DAY);
          given.set(day, (given.get(day) ?? 0) + 1);
        }
        for (const [day, n] of given) {
          expect(n).toBe(Math.min(BURSTS_A_DAY, days.filter((one) => one === day).length));
        }
      }),
    );
  });
});

describe("an account", () => {
  const NOW = Date.UTC(2026, 10, 18, 12);
  let number: E164;
  let n = 0;
  beforeEach(async () => {
    await emptyStores();
    n += 1;
    number = phone(`+1312555${String(2100 + n)}`).e164;
  });

  const claimOf = (accessToken: string): unknown =>
    (
      JSON.parse(atob((accessToken.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"))) as {
        pace?: unknown;
      }
    ).pace;

  it("gets four burst tokens a day over all its sessions, and the token says so", async () => {
    const first = await begin(number, "a", NOW);
    expect([first.pace, claimOf(first.accessToken)]).toEqual(["calm", "calm"]);
    const later = NOW + 7 * DAY_MS;
    // Signing in hands a token out too.
    const second = await begin(number, "b", later);
    // Those of a device that waits to be approved are calm, and use nothing up.
    expect([second.access, second.pace]).toEqual(["limited", "calm"]);
    await sessions.approve(first.accountId, sessionOf(second), later);
    let { refreshToken } = first;
    const paces: unknown[] = [(await begin(number, "b", later)).pace];
    for (let round = 0; round < 5; round += 1) {
      const next = await sessions.refresh(refreshToken, {}, later + round);
      refreshToken = next?.refreshToken ?? "";
      expect(claimOf(next?.accessToken ?? "")).toBe(next?.pace);
      paces.push(next?.pace);
    }
    expect(paces).toEqual(["burst", "burst", "burst", "burst", "calm", "calm"]);
    const tomorrow = await sessions.refresh(refreshToken, {}, later + DAY_MS);
    expect(tomorrow?.pace).toBe("burst");
    const exported = await accounts.exportOf(first.accountId);
    expect(exported?.burstTokens).toEqual({ day: "2026-11-26", handedOut: 1 });
  });

  it("keeps its burst tokens while it asks for calm ones", async () => {
    let { refreshToken } = await begin(number, "a", NOW);
    const paces: (Pace | undefined)[] = [];
    for (const wanted of ["calm", "calm", "calm", "calm", "calm", "burst"] as const) {
      const next = await sessions.refresh(refreshToken, {}, NOW + 8 * DAY_MS, wanted);
      refreshToken = next?.refreshToken ?? "";
      paces.push(next?.pace);
    }
    expect(paces).toEqual(["calm", "calm", "calm", "calm", "calm", "burst"]);
  });

  it("that is no more gets none", async () => {
    const ann = await begin(number, "a", NOW);
    await accounts.erase(ann.accountId, NOW + 9 * DAY_MS);
    expect(await (await accounts.objectOf(ann.accountId)).takePace(NOW + 9 * DAY_MS)).toBe("calm");
    expect(sessionOf(ann)).not.toBe("");
  });
});
