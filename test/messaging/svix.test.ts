import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isSvixSigned } from "../../src/messaging/svix.ts";

/** The example of Svix's documentation. */
const SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIMESTAMP = 1_614_265_330;
const BODY = '{"test": 2432232314}';
const SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const NOW = TIMESTAMP * 1000;

const bytes = (secret: string) => Uint8Array.from(atob(secret), (char) => char.charCodeAt(0));
const headers = (changes: Readonly<Record<string, string>> = {}) =>
  new Headers({ "svix-id": ID, "svix-timestamp": String(TIMESTAMP), "svix-signature": SIGNATURE, ...changes });
const good = (its = headers(), body = BODY, now = NOW, secret = SECRET) => isSvixSigned(bytes(secret), its, body, now);

describe("Svix's signature", () => {
  it("of its own example is good, alone or among others", async () => {
    expect(await good()).toBe(true);
    const other = `v1,${createHmac("sha256", "another").update("x").digest("base64")}`;
    expect(await good(headers({ "svix-signature": `${other} v2,abc ${SIGNATURE}` }))).toBe(true);
    expect(await good(headers({ "svix-signature": other }))).toBe(false);
  });

  it("is not good with anything changed", async () => {
    expect(await good(headers({ "svix-id": "msg_other" }))).toBe(false);
    expect(await good(headers({ "svix-timestamp": String(TIMESTAMP + 1) }))).toBe(false);
    expect(await good(headers(), `${BODY} `)).toBe(false);
    expect(await good(headers(), BODY, NOW, btoa("x".repeat(24)))).toBe(false);
  });

  it("is good for five minutes, before and after", async () => {
    expect(await good(headers(), BODY, NOW + 300_000)).toBe(true);
    expect(await good(headers(), BODY, NOW - 300_000)).toBe(true);
    expect(await good(headers(), BODY, NOW + 301_000)).toBe(false);
    expect(await good(headers(), BODY, NOW - 301_000)).toBe(false);
  });

  it.each(["", "v1,", "v1", SIGNATURE.slice(3), "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="])(
    "%j is none",
    async (signature) => expect(await good(headers({ "svix-signature": signature }))).toBe(false),
  );

  it.each(["", "soon", "-1614265330", "1e9"])("a time of %j is none", async (timestamp) => {
    expect(await good(headers({ "svix-timestamp": timestamp }))).toBe(false);
  });
});
