import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { claimsOf } from "../support/erased.ts";
import { Foreign, useAll } from "../support/foreign.ts";
import { turned } from "../support/pictures.ts";
import { fresh, Service } from "../support/service.ts";
import { until } from "../support/until.ts";

// Accounts whose tokens another issuer makes, and which have no session here: they can vote and send pictures.

const foreign = new Foreign();
let service: Service;
let picture: Uint8Array;
beforeAll(async () => {
  service = await Service.shared();
  picture = await turned(1, 90, 70);
});
afterAll(() => foreign.restore());

type As = ReturnType<Foreign["token"]>;
const exported = async (as: As): Promise<Record<string, unknown>> => {
  const answer = await service.call("GET", "/v1/me/export", { as });
  expect(answer.status, answer.text).toBe(200);
  return jsonOf(answer);
};
const NOTHING = {
  account: null,
  voter: null,
  messages: { number: null, email: null },
  contacts: { sharing: false, takenBackBy: null },
  pictures: { sent: [], inbox: [] },
  phonebook: [],
};
const erase = (as: As): Promise<Answer> => service.call("DELETE", "/v1/me", { as });
const begun = async (as: As): Promise<string> => {
  const answer = await erase(as);
  expect(answer.status, answer.text).toBe(202);
  return jsonOf<{ erasureId: string }>(answer).erasureId;
};
const statusOf = async (id: string): Promise<{ status: string; receipt?: string }> =>
  jsonOf(await service.call("GET", `/v1/erasures/${id}`, { as: null }));
async function receiptOf(id: string): Promise<string> {
  return until("the end of the erasure", async () => (await statusOf(id)).receipt);
}

describe("an account of another issuer", () => {
  it("is told what is held on it, which is nothing before it does anything", async () => {
    const as = foreign.token(fresh("user"));
    expect(await exported(as)).toEqual({ ...NOTHING, used: { exports: 1 } });
    const id = await useAll(service, as, picture);
    expect(await exported(as)).toMatchObject({
      account: null,
      messages: { number: null, email: null },
      voter: { names: 1, marks: 0 },
      pictures: { sent: [{ id }] },
      used: { pictures: 1, recipients: 1, exports: 2 },
    });
    problemOf(await service.call("GET", "/v1/me", { as }), 401, "session-ended");
  });

  it("is erased as often as it asks, each time with a receipt of its own, and no other with it", async () => {
    const sub = fresh("user");
    const as = foreign.token(sub);
    const namesake = foreign.token(sub, "other");
    await useAll(service, as, picture);
    await useAll(service, namesake, picture);
    const first = await begun(as);
    expect(await begun(as), "asked for twice is the same").toBe(first);
    const receipt = await receiptOf(first);
    expect(claimsOf(receipt)).toMatchObject({
      jti: first,
      reason: "request",
      removed: { accounts: 0, messages: 0, pictures: 1, voterStandings: 1 },
    });
    // What it used of the day stays until midnight.
    const used = { since: null, disagreements: 0, countedFrom: null, day: expect.any(String), epoch: 0 };
    const day = { pictures: 1, tries: 1, recipients: 1 };
    const voter = { ...used, names: 1, marks: 0 };
    expect(await exported(as)).toEqual({ ...NOTHING, voter, used: { ...day, exports: 1 } });
    expect(await exported(namesake)).toMatchObject({ voter: { names: 1 }, pictures: { sent: [{}] } });

    // Its tokens are its issuer's, and good: what comes now is held anew.
    const vote = { as: foreign.token(sub), json: { spam: true } };
    expect((await service.call("PUT", "/v1/numbers/+13125550177/vote", vote)).status).toBe(200);
    expect(await exported(as)).toMatchObject({ voter: { names: 1, marks: 1 } });
    const second = await begun(as);
    expect(second).not.toBe(first);
    expect(await begun(as)).toBe(second);
    expect(claimsOf(await receiptOf(second))).toMatchObject({
      jti: second,
      removed: { pictures: 0, voterStandings: 1 },
    });
    expect(await exported(as)).toEqual({ ...NOTHING, voter: { ...voter, marks: 1 }, used: { ...day, exports: 3 } });
    expect(await receiptOf(first), "the first receipt stands").toBe(receipt);
  });

  it("is exported ten times a day: each export may be as large as a phonebook", async () => {
    const as = foreign.token(fresh("user"));
    for (let n = 1; n <= 10; n += 1) expect(await exported(as)).toMatchObject({ used: { exports: n } });
    const answer = await service.call("GET", "/v1/me/export", { as });
    problemOf(answer, 429, "quota-exceeded");
    expect(answer.headers.get("ratelimit-policy")).toBe('"exports";q=10;w=86400');
  });

  it("needs a token that is good", async () => {
    const { token } = foreign.token(fresh("user"));
    for (const method of ["GET /v1/me/export", "DELETE /v1/me"]) {
      const [verb = "", path = ""] = method.split(" ");
      const forged = `${token.slice(0, -8)}AAAAAAAA`;
      problemOf(await service.call(verb, path, { as: { token: forged } }), 401, "invalid-token");
      problemOf(await service.call(verb, path, { as: null }), 401, "missing-token");
    }
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
