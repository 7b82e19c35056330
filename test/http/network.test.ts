import { describe, expect, it } from "vitest";
import { networkOf } from "../../src/http/network.ts";
import type { Network } from "../../src/messaging/network.ts";

function network(development: boolean, headers: Record<string, string>, cf?: Record<string, unknown>): Network {
  const request = Object.assign(new Request("https://test.example/", { headers }), { cf });
  return networkOf({ request, development });
}

describe("where a request comes from", () => {
  it("is what the platform tells", () => {
    expect(network(false, { "cf-connecting-ip": "203.0.113.7" }, { asn: 64_500 })).toEqual({
      address: "203.0.113.7",
      asn: 64_500,
    });
    expect(network(false, {})).toEqual({ address: null, asn: null });
    expect(network(false, {}, { asn: "64500" }).asn).toBeNull();
  });

  it("is what X-Dev-Network says, in development only", () => {
    expect(network(true, { "x-dev-network": "64501" }, { asn: 64_500 }).asn).toBe(64_501);
    expect(network(false, { "x-dev-network": "64501" }, { asn: 64_500 }).asn).toBe(64_500);
    expect(network(false, { "x-dev-network": "64501" }).asn).toBeNull();
  });

  it.each(["", "AS64501", "-1", "1.5", "4294967296", "1e3"])('takes no "%s" for a network', (text) => {
    expect(network(true, { "x-dev-network": text }, { asn: 64_500 }).asn).toBe(64_500);
  });
});
