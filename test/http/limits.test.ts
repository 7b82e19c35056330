import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Limits } from "../../src/http/limits.ts";
import type { Vault } from "../../src/vault/vault.ts";

const vault = {
  keyedHash: async (use: string, text: string) => createHash("sha256").update(`${use} ${text}`).digest("hex"),
} as unknown as Vault;

/** Limits whose limiters let `room` requests of a key through, or fail. */
function limits(room: number): { limits: Limits; keys: string[] } {
  const keys: string[] = [];
  const binding = {
    limit: async ({ key }: { key: string }) => {
      if (room === 0) throw new Error("down");
      keys.push(key);
      return { success: keys.filter((one) => one === key).length <= room };
    },
  };
  const all = {
    CALM_LOOKUPS: binding,
    BURST_LOOKUPS: binding,
    CALLS: binding,
    COSTLY_CALLS: binding,
    ADDRESS_CALLS: binding,
    PICTURE_VIEWS: binding,
  };
  return { limits: new Limits(all, vault, true), keys };
}
const from = (address?: string) =>
  new Request("https://id.example/i/x", { headers: address === undefined ? {} : { "cf-connecting-ip": address } });

describe("the limit by address", () => {
  it("is one for a /64 of IPv6, however it is written, and one for each IPv4 address", async () => {
    const { limits: counted, keys } = limits(100);
    const same = ["2001:db8:0:1::1", "2001:0DB8::1:ffff:0:0:2", "2001:db8:0:1:a:b:c:d"];
    for (const address of same) await counted.checkAddress(from(address));
    expect(new Set(keys).size).toBe(1);
    for (const address of ["2001:db8:0:2::1", "2001:db8::1", "203.0.113.7", "203.0.113.8"]) {
      await counted.checkAddress(from(address));
    }
    expect(new Set(keys).size).toBe(5);
    for (const key of keys) expect(key, "no address in a key").toMatch(/^[0-9a-f]{64}$/);
  });

  it("refuses above it, says for how long, and lets pass who has no known address or when the limiter is down", async () => {
    const { limits: counted } = limits(1);
    expect(await counted.checkAddress(from("203.0.113.7"))).toBeNull();
    expect(await counted.checkAddress(from("203.0.113.7"))).toEqual({
      code: "rate-limited",
      retryAfter: 60,
      policy: '"address";q=1200;w=60',
    });
    expect(await counted.checkAddress(from("203.0.113.8"))).toBeNull();
    for (let time = 0; time < 3; time += 1) expect(await counted.checkAddress(from())).toBeNull();
    expect(await limits(0).limits.checkAddress(from("203.0.113.7"))).toBeNull();
  });

  it("counts no picture with another, nor with an account of its name", async () => {
    const { limits: counted } = limits(1);
    const principal = { account: "picture a", pace: null } as Parameters<Limits["check"]>[1];
    expect(await counted.check("calls", principal)).toBeNull();
    expect(await counted.overShown("b")).toBeNull();
    expect(await counted.overShown("b")).toMatchObject({ code: "rate-limited", policy: '"views";q=10;w=60' });
    expect(await counted.overShown("c")).toBeNull();
  });
});
