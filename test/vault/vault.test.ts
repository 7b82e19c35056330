import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64Url, toBase64Url, utf8 } from "../../src/vault/bytes.ts";
import { Vault } from "../../src/vault/vault.ts";

const key = (fill: number): Uint8Array<ArrayBuffer> => new Uint8Array(32).fill(fill);
const place = { table: "pages", id: "a" } as const;

describe("keyed ids", () => {
  it("are 22 characters, the same for the same key and input", async () => {
    const [one, other] = [new Vault(key(1), [key(2)]), new Vault(key(1), [key(3)])];
    const id = await one.numberId("+13125550123");
    expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(await other.numberId("+13125550123")).toBe(id);
  });

  it("differ by key, by purpose and by input", async () => {
    const vault = new Vault(key(1), [key(2)]);
    const ids = await Promise.all([
      vault.numberId("+131255501"),
      vault.blockId("+131255501"),
      vault.accountId("+131255501"),
      vault.numberId("+131255502"),
      new Vault(key(9), [key(2)]).numberId("+131255501"),
    ]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("is HMAC-SHA-256 under HKDF's key, cut to 16 bytes", async () => {
    const root = await crypto.subtle.importKey("raw", key(1), "HKDF", false, ["deriveBits"]);
    const info = utf8("konnections/index/number");
    const bits = await crypto.subtle.deriveBits(
      { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info },
      root,
      256,
    );
    const mac = await crypto.subtle.importKey("raw", bits, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const expected = await crypto.subtle.sign("HMAC", mac, utf8("+13125550123"));
    expect(await new Vault(key(1), [key(2)]).numberId("+13125550123")).toBe(
      toBase64Url(new Uint8Array(expected, 0, 16)),
    );
  });
});

describe("sealing", () => {
  it("opens what it sealed, and nothing tells two seals of one text to be equal", async () => {
    const vault = new Vault(key(1), [key(2)]);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 500 }), async (text) => {
        const wellFormed = text.toWellFormed();
        const [one, two] = [await vault.sealText(place, wellFormed), await vault.sealText(place, wellFormed)];
        expect(one).not.toBe(two);
        expect(await vault.openText(place, one)).toEqual({ ok: true, text: wellFormed });
      }),
      { numRuns: 50 },
    );
  });

  it("refuses every single changed bit", async () => {
    const vault = new Vault(key(1), [key(2)]);
    const sealed = await vault.seal(place, utf8("St Fiction Hospital"));
    for (let bit = 0; bit < sealed.byteLength * 8; bit += 1) {
      const changed = sealed.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const opened = await vault.open(place, changed);
      expect(opened.ok, `bit ${bit}`).toBe(false);
      expect(opened).toMatchObject({ reason: bit < 32 ? "unknown-key" : "tampered" });
    }
  });

  it("refuses another place, a shortened or lengthened value, and what is no seal", async () => {
    const vault = new Vault(key(1), [key(2)]);
    const sealed = await vault.seal(place, utf8("x"));
    expect(await vault.open({ table: "pages", id: "b" }, sealed)).toEqual({ ok: false, reason: "tampered" });
    expect(await vault.open({ table: "evidence", id: "a" }, sealed)).toEqual({ ok: false, reason: "tampered" });
    expect(await vault.open(place, sealed.slice(0, -1))).toEqual({ ok: false, reason: "tampered" });
    expect(await vault.open(place, new Uint8Array([...sealed, 0]))).toEqual({ ok: false, reason: "tampered" });
    expect(await vault.open(place, sealed.slice(0, 31))).toEqual({ ok: false, reason: "malformed" });
    expect(await vault.open(place, new Uint8Array(0))).toEqual({ ok: false, reason: "malformed" });
    for (const text of ["", "!", "a b", "=", "ab=c", "a"]) expect((await vault.openText(place, text)).ok).toBe(false);
  });

  it("rotates: the first key seals, the others still open, a retired one does not", async () => {
    const before = new Vault(key(1), [key(2)]);
    const sealed = await before.seal(place, utf8("old"));
    const during = new Vault(key(1), [key(3), key(2)]);
    expect((await during.open(place, sealed)).ok).toBe(true);
    const anew = await during.seal(place, utf8("new"));
    expect(await before.open(place, anew)).toEqual({ ok: false, reason: "unknown-key" });
    const after = new Vault(key(1), [key(3)]);
    expect((await after.open(place, anew)).ok).toBe(true);
    expect(await after.open(place, sealed)).toEqual({ ok: false, reason: "unknown-key" });
  });
});

describe("base64url", () => {
  it("is the inverse of itself and has one spelling", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toMatch(/^[A-Za-z0-9_-]*$/);
        expect(fromBase64Url(text)).toEqual(bytes);
      }),
    );
    // The last two would be second spellings of "AA" and "AAA": a sealed value has one.
    for (const text of ["a", "ab=", "a b", "a\n", "+/aa", "AB", "AAB"]) expect(fromBase64Url(text)).toBeNull();
  });
});
