import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { Service } from "../support/service.ts";
import { device, freshNumber, noticeVersion, signIn, type SignedIn } from "../support/sign-in.ts";

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

interface Pair {
  readonly accessToken: string;
  readonly refreshToken: string;
}
interface Listed {
  readonly id: string;
  readonly current: boolean;
  readonly device: Record<string, string | null>;
}

const refresh = (refreshToken: string, change?: object): Promise<Answer> =>
  service.call("POST", "/v1/sessions/refresh", {
    as: null,
    json: { refreshToken, ...(change === undefined ? {} : { device: change }) },
  });
const refused = async (token: string): Promise<void> => {
  problemOf(await refresh(token), 401, "refresh-not-accepted");
};
const list = (token: string): Promise<Answer> => service.call("GET", "/v1/sessions", { as: { token } });
const listed = async (token: string): Promise<Listed[]> => jsonOf<{ sessions: Listed[] }>(await list(token)).sessions;
const end = (id: string, token: string): Promise<Answer> =>
  service.call("DELETE", `/v1/sessions/${id}`, { as: { token } });
const claims = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;

describe("a session", () => {
  it("gives an access token by the contract, and a refresh token that tells nothing", async () => {
    const number = freshNumber();
    const { accessToken, refreshToken, accountId } = await signIn(service, number);
    expect(claims(accessToken)).toEqual({
      iss: "konnections",
      pace: "calm",
      aud: "konnections",
      sub: accountId,
      sid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      scope: "app",
      iat: expect.any(Number),
      exp: (claims(accessToken)["iat"] as number) + 900,
    });
    expect(refreshToken).toMatch(/^[\w-]{150,300}$/);
    const opened = Buffer.from(refreshToken, "base64url").toString("latin1");
    expect(opened).not.toContain(accountId);
    expect(opened).not.toContain(number.slice(1));
  });

  it("goes on by its refresh token, which is good once", async () => {
    const first = await signIn(service);
    const second = jsonOf<Pair>(await refresh(first.refreshToken));
    expect(Object.keys(second)).toEqual(["accessToken", "refreshToken", "expiresIn", "pace"]);
    expect(claims(second.accessToken)).toMatchObject({ sub: first.accountId, sid: claims(first.accessToken)["sid"] });
    const third = jsonOf<Pair>(await refresh(second.refreshToken));
    expect((await list(third.accessToken)).status).toBe(200);
  });

  it("ends when a spent token comes again, for the thief and for the robbed", async () => {
    const first = await signIn(service);
    const second = jsonOf<Pair>(await refresh(first.refreshToken));
    const third = jsonOf<Pair>(await refresh(second.refreshToken));
    await refused(first.refreshToken);
    await refused(third.refreshToken);
    problemOf(await list(third.accessToken), 401, "session-ended");
  });

  it("ends when one token is spent twice at once", async () => {
    const { refreshToken } = await signIn(service);
    const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(refreshToken)));
    const good = answers.filter(({ status }) => status === 200);
    expect(good.length).toBeLessThanOrEqual(1);
    for (const answer of good) await refused(jsonOf<Pair>(answer).refreshToken);
  });

  it("is not ended by what was never one of its tokens", async () => {
    const { refreshToken } = await signIn(service);
    const bytes = Buffer.from(refreshToken, "base64url");
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    const other = (await signIn(service)).refreshToken;
    for (const token of ["", "x", bytes.toString("base64url"), refreshToken.slice(0, -8), `${refreshToken}AAAA`]) {
      await refused(token);
    }
    expect((await refresh(refreshToken)).status).toBe(200);
    expect((await refresh(other)).status).toBe(200);
  });

  it("is listed with its device as that is now", async () => {
    const { accessToken, refreshToken } = await signIn(service, freshNumber(), device("handset-1"));
    const change = { osVersion: "17", carrier: "Othertel", language: "es" };
    expect((await refresh(refreshToken, change)).status).toBe(200);
    expect(await listed(accessToken)).toEqual([
      {
        id: claims(accessToken)["sid"],
        current: true,
        device: { id: "handset-1", platform: "android", appVersion: "1.0.0", ...change },
        startedAt: new Date().toISOString().slice(0, 10),
        usedAt: new Date().toISOString().slice(0, 10),
        access: "full",
        limitedUntil: null,
      },
    ]);
    problemOf(await refresh("x", { nickname: "mine" }), 400, "unknown-field");
  });

  it("ends when its account says so: its refresh token and its account's calls at once", async () => {
    const { accessToken, refreshToken } = await signIn(service);
    expect((await end("00000000-0000-4000-8000-000000000000", accessToken)).status).toBe(204);
    expect((await list(accessToken)).status).toBe(200);
    expect((await end("current", accessToken)).status).toBe(204);
    await refused(refreshToken);
    for (const path of ["/v1/sessions", "/v1/me/consents"]) {
      problemOf(await service.call("GET", path, { as: { token: accessToken } }), 401, "session-ended");
    }
    problemOf(await end("current", accessToken), 401, "session-ended");
  });

  it("is nobody else's: another account neither sees nor ends it", async () => {
    const [ann, bob] = [await signIn(service), await signIn(service)];
    expect((await listed(bob.accessToken)).map(({ id }) => id)).not.toContain(claims(ann.accessToken)["sid"]);
    expect((await end(String(claims(ann.accessToken)["sid"]), bob.accessToken)).status).toBe(204);
    expect((await list(ann.accessToken)).status).toBe(200);
  });

  it("is none where a token was never given by a sign-in", async () => {
    problemOf(await list(service.app()), 401, "session-ended");
  });
});

describe("consents", () => {
  const put = (signedIn: SignedIn, purpose: string, json: object): Promise<Answer> =>
    service.call("PUT", `/v1/me/consents/${purpose}`, { as: { token: signedIn.accessToken }, json });
  const get = async ({ accessToken }: SignedIn): Promise<Record<string, unknown>[]> =>
    jsonOf<{ consents: Record<string, unknown>[] }>(
      await service.call("GET", "/v1/me/consents", { as: { token: accessToken } }),
    ).consents;

  it("are none at first", async () => {
    const consents = await get(await signIn(service));
    expect(consents.map(({ purpose }) => purpose)).toEqual([
      "contact-sharing",
      "phonebook-sync",
      "promotional",
      "personalised-ads",
    ]);
    for (const consent of consents) expect(consent).toMatchObject({ granted: false, noticeVersion: null, day: null });
  });

  it("are granted under the notice in force, and withdrawn at any time", async () => {
    const ann = await signIn(service);
    const version = await noticeVersion(service);
    const today = new Date().toISOString().slice(0, 10);
    const granted = { purpose: "promotional", granted: true, noticeVersion: version, day: today };
    expect(jsonOf(await put(ann, "promotional", { granted: true, noticeVersion: version }))).toEqual(granted);
    expect((await get(ann))[2]).toEqual(granted);
    expect(jsonOf(await put(ann, "promotional", { granted: false }))).toMatchObject({ granted: false });
    expect((await get(ann))[2]).toMatchObject({ granted: false, day: today });
    expect((await get(ann))[0]).toMatchObject({ granted: false, day: null });
  });

  it("are not granted under another notice, or for what nobody asks", async () => {
    const ann = await signIn(service);
    problemOf(await put(ann, "promotional", { granted: true, noticeVersion: "1999" }), 409, "notice-not-in-force");
    problemOf(await put(ann, "promotional", { granted: true }), 409, "notice-not-in-force");
    problemOf(await put(ann, "everything", { granted: true, noticeVersion: "x" }), 400, "invalid-request");
    problemOf(await put(ann, "promotional", { granted: "yes" }), 400, "invalid-request");
    for (const consent of await get(ann)) expect(consent["granted"]).toBe(false);
  });

  it("can be taken back however often they were given", async () => {
    const ann = await signIn(service);
    const given = { granted: true, noticeVersion: await noticeVersion(service) };
    let last: Answer | null = null;
    for (let n = 0; n < 25 && last?.status !== 429; n += 1) {
      last = await put(ann, "promotional", given);
      if (last.status === 200) expect((await put(ann, "promotional", { granted: false })).status).toBe(200);
    }
    expect(last?.status).toBe(429);
    expect((await get(ann))[2]).toMatchObject({ granted: false });
  });
});

it("keys rotate: what the first key signed, whichever it is, all verify", async () => {
  const { accessToken } = await signIn(service);
  const kidOf = (token: string): unknown => JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
  expect(kidOf(accessToken)).toMatchObject({ kid: "next" });
  expect((await list(accessToken)).status).toBe(200);
  // A token that the old key signed is still good.
  expect(kidOf(service.app())).toMatchObject({ kid: service.mint.kid });
  expect((await service.call("GET", "/v1/lookup/+13125550123", { as: "app" })).status).toBe(200);
  const { keys } = jsonOf<{ keys: object[] }>(await service.call("GET", "/.well-known/jwks.json", { as: null }));
  expect(keys).toHaveLength(2);
  expect(JSON.stringify(keys)).not.toContain('"d"');
});

it("every answer was as the document says", () => {
  expect([...service.deviations]).toEqual([]);
});
