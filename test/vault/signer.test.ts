import { env } from "cloudflare:workers";
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { readSecrets, type SigningKey } from "../../src/vault/secrets.ts";
import { Signer, TOKEN_AUDIENCE, TOKEN_ISSUER } from "../../src/vault/signer.ts";

const NOW = Date.UTC(2026, 10, 18);

function keys(): readonly SigningKey[] {
  const read = readSecrets(env);
  if (!read.ok) throw new Error(read.sentence);
  return read.secrets.signingKeys;
}
const published = createLocalJWKSet({ keys: keys().map(({ kty, crv, x, y, kid }) => ({ kty, crv, x, y, kid })) });

describe("a signer", () => {
  it("makes access tokens that verify for fifteen minutes and no longer", async () => {
    const token = await new Signer(keys()).accessToken({ sub: "account", sid: "session", scope: "app" }, NOW);
    const options = { issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE, algorithms: ["ES256"] };
    const { payload } = await jwtVerify(token, published, { ...options, currentDate: new Date(NOW + 899_000) });
    expect(payload).toEqual({
      iss: "konnections",
      aud: "konnections",
      sub: "account",
      sid: "session",
      scope: "app",
      iat: NOW / 1000,
      exp: NOW / 1000 + 900,
    });
    await expect(jwtVerify(token, published, { ...options, currentDate: new Date(NOW + 900_000) })).rejects.toThrow(
      "exp",
    );
  });

  it("signs with the first key and names it, so that keys rotate", async () => {
    const fresh = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
      "sign",
      "verify",
    ])) as CryptoKeyPair;
    const jwk = (await crypto.subtle.exportKey("jwk", fresh.privateKey)) as JsonWebKey;
    const next = { kty: "EC", crv: "P-256", x: jwk.x, y: jwk.y, d: jwk.d, kid: "next" } as SigningKey;
    const receipt = await new Signer([next, ...keys()]).sign({ done: true }, "receipt+jwt");
    expect(decodeProtectedHeader(receipt)).toEqual({ alg: "ES256", kid: "next", typ: "receipt+jwt" });
    await expect(compactVerify(receipt, published)).rejects.toThrow("no applicable key");
    const { payload } = await compactVerify(receipt, fresh.publicKey);
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ done: true });
  });

  it("lets nobody who says more claims overwrite the token's own", async () => {
    const more = { own: "sealed", scope: "operator", iss: "elsewhere", exp: "9999999999" };
    const token = await new Signer(keys()).accessToken({ sub: "n", sid: "s", scope: "owner", more, seconds: 600 }, NOW);
    const { payload } = await jwtVerify(token, published, { currentDate: new Date(NOW) });
    expect(payload).toMatchObject({ own: "sealed", scope: "owner", iss: "konnections", exp: NOW / 1000 + 600 });
  });
});
