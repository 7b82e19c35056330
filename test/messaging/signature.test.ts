import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSigned } from "../../src/messaging/signature.ts";

const TOKEN = "12345";
/** The example of Twilio's documentation and its libraries' tests. */
const ADDRESS = "https://mycompany.com/myapp.php?foo=1&bar=2";
const FORM = {
  CallSid: "CA1234567890ABCDE",
  Caller: "+14158675309",
  Digits: "1234",
  From: "+14158675309",
  To: "+18005551212",
};
const SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
const form = (changes: object = {}) => new URLSearchParams({ ...FORM, ...changes } as Record<string, string>);

describe("Twilio's signature", () => {
  it("of its own example is good", async () => {
    expect(await isSigned(TOKEN, SIGNATURE, ADDRESS, form())).toBe(true);
    const otherOrder = new URLSearchParams(Object.entries(FORM).toReversed());
    expect(await isSigned(TOKEN, SIGNATURE, ADDRESS, otherOrder)).toBe(true);
  });

  it("is not good with anything changed", async () => {
    expect(await isSigned(TOKEN, SIGNATURE, ADDRESS, form({ Digits: "1235" }))).toBe(false);
    expect(await isSigned(TOKEN, SIGNATURE, ADDRESS, form({ More: "" }))).toBe(false);
    expect(await isSigned(TOKEN, SIGNATURE, ADDRESS.replace("https", "http"), form())).toBe(false);
    expect(await isSigned(TOKEN, SIGNATURE, `${ADDRESS}&`, form())).toBe(false);
    expect(await isSigned("12346", SIGNATURE, ADDRESS, form())).toBe(false);
  });

  it.each([
    null,
    "",
    "=",
    SIGNATURE.slice(1),
    `${SIGNATURE}=`,
    "A".repeat(28),
    SIGNATURE.toLowerCase(),
    "ü".repeat(28),
  ])("%j is none", async (signature) => expect(await isSigned(TOKEN, signature, ADDRESS, form())).toBe(false));

  it("is what anybody computes by the rule, whatever the fields", async () => {
    const fields = fc.uniqueArray(fc.tuple(fc.string({ maxLength: 12 }), fc.string({ maxLength: 40 })), {
      selector: ([name]) => name,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fields, async (pairs) => {
        // Lone surrogates do not survive a form: what was sent is what is read.
        const sent = new URLSearchParams(pairs.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]));
        fc.pre(new Set(sent.keys()).size === pairs.length);
        const sorted = [...sent].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => name + value);
        const signature = createHmac("sha1", TOKEN)
          .update(ADDRESS + sorted.join(""))
          .digest("base64");
        expect(await isSigned(TOKEN, signature, ADDRESS, new URLSearchParams(sent.toString()))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
