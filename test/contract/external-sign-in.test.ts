import { createHmac, generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { Foreign } from "../support/foreign.ts";
import { Service } from "../support/service.ts";
import { device, freshNumber, noticeVersion, signIn, type SignedIn } from "../support/sign-in.ts";
import { type Claims, compact, ecdsa, seconds } from "../support/tokens.ts";

const foreign = new Foreign();
const partner = foreign.issuer;
let service: Service;
let notice: string;
beforeAll(async () => {
  service = await Service.shared();
  notice = await noticeVersion(service);
});
afterAll(() => foreign.restore());

const claims = (changes: Claims = {}): Claims => ({
  iss: "https://phones.example",
  aud: "app",
  sub: "user-1",
  iat: seconds(),
  exp: seconds() + 3600,
  phone_number: freshNumber(),
  phone_number_verified: true,
  ...changes,
});
const begin = (token: string, more: object = {}): Promise<Answer> =>
  service.call("POST", "/v1/sessions/external", {
    as: null,
    json: { token, device: device(), over16: true, noticeVersion: notice, ...more },
  });
const refused = async (token: string, reason: string): Promise<void> => {
  expect(problemOf(await begin(token), 422, "assertion-not-accepted").reason).toBe(reason);
};

describe("an issuer's token", () => {
  it("signs in to the account of the number that it asserts, which is the one a code signs in to", async () => {
    const number = freshNumber();
    const mine = await signIn(service, number);
    const answer = await begin(partner.rs256(claims({ phone_number: number, name: "Zyntharova", picture: "x" })));
    expect(answer.status).toBe(201);
    const session = jsonOf<SignedIn>(answer);
    expect(session).toMatchObject({ accountId: mine.accountId, newAccount: false, access: "limited" });
    const [limited] = jsonOf<{ sessions: { id: string }[] }>(
      await service.call("GET", "/v1/sessions", { as: { token: session.accessToken } }),
    ).sessions;
    const approve = `/v1/sessions/${limited?.id}/approve`;
    expect((await service.call("POST", approve, { as: { token: mine.accessToken } })).status).toBe(204);
    // Nothing of the profile is kept.
    const me = jsonOf(await service.call("GET", "/v1/me", { as: { token: session.accessToken } }));
    expect(me).toMatchObject({ number, name: null, email: null, photoUrl: null });
    expect(jsonOf<SignedIn>(await begin(partner.es256(claims()))).newAccount).toBe(true);
  });

  it("of an issuer that asserts numbers does nothing but sign in: its holder would have a second voice", async () => {
    const [number, own] = [freshNumber(), freshNumber()];
    const as = { token: partner.rs256(claims({ phone_number: own })) };
    for (const of of [number, own]) {
      const vote = await service.call("PUT", `/v1/numbers/${of}/vote`, { as, json: { spam: true } });
      expect(problemOf(vote, 401, "invalid-token").reason).toBe("not-accepted");
    }
    const plain = { token: partner.rs256(claims({ iss: "https://partner.example", phone_number: undefined })) };
    const vote = await service.call("PUT", `/v1/numbers/${number}/vote`, { as: plain, json: { spam: true } });
    expect(vote.status, vote.text).toBe(200);
    // Signed in, the holder votes once, and not on the own number.
    const { accessToken } = jsonOf<SignedIn>(await begin(as.token));
    const signed = { as: { token: accessToken }, json: { spam: true } };
    expect((await service.call("PUT", `/v1/numbers/${number}/vote`, signed)).status).toBe(200);
    problemOf(await service.call("PUT", `/v1/numbers/${own}/vote`, signed), 422, "own-number");
  });

  it.each([undefined, false, "true", 1, null])("whose number is verified: %j does not sign in", async (verified) => {
    await refused(partner.rs256(claims({ phone_number_verified: verified })), "number-not-verified");
  });

  it("without a number, or with one that is none, does not sign in", async () => {
    await refused(partner.rs256(claims({ phone_number: undefined })), "number-not-verified");
    await refused(partner.rs256(claims({ phone_number: 13_125_550_123 })), "number-not-verified");
    const answer = await begin(partner.rs256(claims({ phone_number: "3125550123" })));
    problemOf(answer, 422, "number-not-valid");
  });

  it("of an issuer that is not configured for it, or not at all, does not sign in", async () => {
    await refused(partner.rs256(claims({ iss: "https://partner.example" })), "not-accepted");
    await refused(partner.rs256(claims({ iss: "https://elsewhere.example" })), "not-accepted");
    await refused(service.mint.token({ phone_number: freshNumber(), phone_number_verified: true }), "not-accepted");
  });

  it("that is old, over, of tomorrow, or of no known age does not sign in", async () => {
    await refused(partner.rs256(claims({ iat: seconds() - 660 })), "expired");
    await refused(partner.rs256(claims({ iat: seconds() - 60, exp: seconds() - 40 })), "expired");
    await refused(partner.rs256(claims({ iat: undefined })), "expired");
    await refused(partner.rs256(claims({ nbf: seconds() + 600 })), "not-accepted");
    await refused(partner.rs256(claims({ iat: seconds() + 600 })), "not-accepted");
    await refused(partner.rs256(claims({ exp: undefined })), "not-accepted");
  });

  it("for somebody else, or forged, does not sign in", async () => {
    const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const jwk = stranger.publicKey.export({ format: "jwk" });
    const header = { alg: "ES256", kid: "ec-1", typ: "JWT" };
    const public_ = JSON.stringify(partner.jwks().keys[0]);
    await refused(partner.rs256(claims({ aud: "another-app" })), "not-accepted");
    await refused(partner.rs256(claims({ aud: "konnections" })), "not-accepted");
    await refused(compact(header, claims(), ecdsa(stranger.privateKey)), "not-accepted");
    await refused(compact({ ...header, jwk }, claims(), ecdsa(stranger.privateKey)), "not-accepted");
    await refused(
      compact({ ...header, alg: "none" }, claims(), () => new Uint8Array(64)),
      "not-accepted",
    );
    await refused(
      compact(header, claims(), () => new Uint8Array(64)),
      "not-accepted",
    );
    const hmac = (input: string): Uint8Array => createHmac("sha256", public_).update(input).digest();
    await refused(compact({ alg: "HS256", kid: "rsa-1" }, claims(), hmac), "not-accepted");
    await refused(partner.rs256(claims(), { crit: ["b64"], b64: false }), "not-accepted");
    for (const token of ["", "x", "a.b.c", "a".repeat(4096)]) await refused(token, "malformed");
  });

  it("of an issuer whose keys cannot be had is told to wait", async () => {
    problemOf(await begin(partner.rs256(claims({ iss: "https://down.example" }))), 503, "unavailable");
  });

  it("signs in under the notice in force and over sixteen, like a code", async () => {
    problemOf(await begin(partner.rs256(claims()), { noticeVersion: "1999" }), 409, "notice-not-in-force");
    problemOf(await begin(partner.rs256(claims()), { over16: false }), 422, "too-young");
    problemOf(await begin(partner.rs256(claims()), { over16: undefined }), 400, "invalid-request");
  });
});

it("every answer was as the document says", () => {
  expect([...service.deviations]).toEqual([]);
});
