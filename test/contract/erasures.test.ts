import { createPublicKey, verify } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { claimsOf } from "../support/erased.ts";
import { proveNumber } from "../support/owner.ts";
import { Service } from "../support/service.ts";
import { Foreign } from "../support/foreign.ts";
import { codesTo, device, freshNumber, noticeVersion, requestCode, type SignedIn } from "../support/sign-in.ts";
import { until } from "../support/until.ts";

// People sign in by an issuer's word: after a code, the next one comes in half a minute.
const foreign = new Foreign();
let service: Service;
let notice: string;
beforeAll(async () => {
  service = await Service.shared();
  notice = await noticeVersion(service);
});
afterAll(() => foreign.restore());

const erase = ({ accessToken }: SignedIn): Promise<Answer> =>
  service.call("DELETE", "/v1/me", { as: { token: accessToken } });
const idOf = (answer: Answer): string => jsonOf<{ erasureId: string }>(answer).erasureId;
const statusOf = async (id: string): Promise<{ status: string; receipt?: string }> =>
  jsonOf(await service.call("GET", `/v1/erasures/${id}`, { as: null }));

/** The receipt, once the erasure is done. */
async function receiptOf(id: string): Promise<string> {
  return until("the end of the erasure", async () => {
    const { status, receipt } = await statusOf(id);
    return status === "done" && receipt;
  });
}

const begin = (number: string): Promise<Answer> => {
  const json = { token: foreign.phoneToken(number), device: device(), over16: true, noticeVersion: notice };
  return service.call("POST", "/v1/sessions/external", { as: null, json });
};
async function signIn(number: string): Promise<SignedIn> {
  const answer = await begin(number);
  expect(answer.status, answer.text).toBe(201);
  return jsonOf<SignedIn>(answer);
}

describe("the end of an account", () => {
  it("ends its sessions at once, keeps its number until it is done, and lets it sign up as new", async () => {
    const number = freshNumber();
    const ann = await signIn(number);
    const answer = await erase(ann);
    expect(answer.status).toBe(202);
    problemOf(await service.call("GET", "/v1/me", { as: { token: ann.accessToken } }), 401, "session-ended");
    const json = { refreshToken: ann.refreshToken };
    problemOf(await service.call("POST", "/v1/sessions/refresh", { as: null, json }), 401, "refresh-not-accepted");
    expect(await statusOf(idOf(answer))).toEqual({ status: "running" });
    problemOf(await begin(number), 403, "account-being-erased");
    const pending = await service.call("GET", "/v1/operators/status", { as: "operator" });
    expect(jsonOf<{ erasures: { pending: number } }>(pending).erasures.pending).toBeGreaterThan(0);

    await receiptOf(idOf(answer));
    const again = await begin(number);
    expect(again.status).toBe(201);
    expect(jsonOf<SignedIn>(again)).toMatchObject({ newAccount: true });
    expect(jsonOf<SignedIn>(again).accountId).not.toBe(ann.accountId);
  });

  it("has a receipt that anyone can verify, without personal data", async () => {
    const number = freshNumber();
    const ann = await signIn(number);
    await requestCode(service, number);
    await codesTo(service, number);
    const id = idOf(await erase(ann));
    const receipt = await receiptOf(id);
    const [header = "", payload = "", signature = ""] = receipt.split(".");
    const { keys } = jsonOf<{ keys: (JsonWebKey & { kid: string })[] }>(
      await service.call("GET", "/.well-known/jwks.json", { as: null }),
    );
    const { kid, typ, alg } = JSON.parse(Buffer.from(header, "base64url").toString()) as Record<string, string>;
    expect({ typ, alg }).toEqual({ typ: "erasure-receipt+jwt", alg: "ES256" });
    const jwk = keys.find((key) => key.kid === kid) ?? {};
    const key = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" as const };
    expect(verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url"))).toBe(true);
    const text = Buffer.from(payload, "base64url").toString();
    expect(JSON.parse(text)).toMatchObject({
      jti: id,
      reason: "request",
      removed: { accounts: 1, messages: 1 },
      recoveryHistoryDays: 30,
    });
    for (const told of [number, number.slice(1), ann.accountId]) expect(text).not.toContain(told);
    expect(await receiptOf(id), "one receipt").toBe(receipt);
    // It is signed by the key of access tokens, and is none.
    problemOf(await service.call("GET", "/v1/lookup/x", { as: { token: receipt } }), 401, "invalid-token");
  });

  it("takes back the name and the dispute of the number's owner, too, and leaves out what is out", async () => {
    const [number, out] = [freshNumber(), freshNumber()];
    const [ann, bob, as, gone] = await Promise.all([
      signIn(number),
      signIn(out),
      proveNumber(service, number),
      proveNumber(service, out),
    ]);
    const owning = (method: string, by: typeof as, path = "", json?: object): Promise<Answer> =>
      service.call(method, `/v1/ownership/number${path}`, { as: by, ...(json === undefined ? {} : { json }) });
    const disputed = async (): Promise<boolean> =>
      (await service.call("GET", "/v1/operators/reports", { as: "operator" })).text.includes(number);
    expect((await owning("PUT", as, "", { name: "Ann's Own Name" })).status).toBe(200);
    expect((await owning("POST", as, "/dispute", { cause: "mistaken", text: "It is I." })).status).toBe(202);
    expect(await disputed()).toBe(true);
    expect((await owning("DELETE", gone)).status).toBe(200);
    const [one, other] = [idOf(await erase(ann)), idOf(await erase(bob))];
    const removed = async (id: string): Promise<unknown> => claimsOf(await receiptOf(id));
    expect(await removed(one)).toMatchObject({ removed: { accounts: 1, ownerNames: 1 } });
    expect(await removed(other)).toMatchObject({ removed: { accounts: 1, ownerNames: 0 } });
    expect(await disputed()).toBe(false);
    expect(jsonOf(await owning("GET", as))).toMatchObject({
      listed: true,
      account: false,
      owner: { name: null, dispute: null },
    });
    expect(jsonOf(await owning("GET", gone))).toMatchObject({ listed: false, account: false });
  });

  it("asked for twice is the same erasure", async () => {
    const number = freshNumber();
    const ann = await signIn(number);
    const id = idOf(await erase(ann));
    problemOf(await erase(ann), 401, "session-ended");
    const json = { number, reason: "legal" };
    const answer = await service.call("POST", "/v1/operators/erasures", { as: "operator", json });
    expect([answer.status, idOf(answer)]).toEqual([202, id]);
  });

  it("is begun by operators for who writes, and nobody is told who has an account but them", async () => {
    const number = freshNumber();
    await signIn(number);
    const json = { number, reason: "minor" };
    problemOf(await service.call("POST", "/v1/operators/erasures", { json }), 403, "forbidden");
    const answer = await service.call("POST", "/v1/operators/erasures", { as: "operator", json });
    expect(answer.status).toBe(202);
    problemOf(await begin(number), 403, "account-being-erased");
    const nobody = { number: freshNumber(), reason: "request" };
    problemOf(await service.call("POST", "/v1/operators/erasures", { as: "operator", json: nobody }), 404, "not-found");
    const wrong = { number: "nonsense", reason: "request" };
    problemOf(
      await service.call("POST", "/v1/operators/erasures", { as: "operator", json: wrong }),
      422,
      "number-not-valid",
    );
  });

  it("of no such id is not found", async () => {
    for (const id of ["x", "0123456789abcdefghijkl", "a".repeat(500)]) {
      problemOf(await service.call("GET", `/v1/erasures/${id}`, { as: null }), 404, "not-found");
    }
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
