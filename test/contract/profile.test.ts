import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { tell } from "../support/pictures.ts";
import { Service } from "../support/service.ts";
import { device, freshNumber, signIn, type SignedIn } from "../support/sign-in.ts";

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

const me = ({ accessToken }: SignedIn): Promise<Answer> =>
  service.call("GET", "/v1/me", { as: { token: accessToken } });
const patch = ({ accessToken }: SignedIn, json: object): Promise<Answer> =>
  service.call("PATCH", "/v1/me", { as: { token: accessToken }, json });
const putPhoto = ({ accessToken }: SignedIn, body: Uint8Array): Promise<Answer> =>
  service.call("PUT", "/v1/me/photo", { as: { token: accessToken }, headers: { "content-type": "image/jpeg" }, body });
const photoUrl = async (ann: SignedIn): Promise<string> => new URL(String(jsonOf(await me(ann))["photoUrl"])).pathname;

describe("a profile", () => {
  it("is empty and seen by nobody at first", async () => {
    const number = freshNumber();
    const ann = await signIn(service, number);
    expect(jsonOf(await me(ann))).toEqual({
      accountId: ann.accountId,
      number,
      name: null,
      email: null,
      dateOfBirth: null,
      address: null,
      socialLinks: [],
      visibility: "nobody",
      photoUrl: null,
    });
  });

  it("is changed field by field: what is left out stays, null clears", async () => {
    const ann = await signIn(service);
    const all = {
      name: "Ann Quellbrook",
      email: "ann@quellbrook.example",
      dateOfBirth: "1980-02-29",
      address: "1 Umbrella Row",
      socialLinks: ["https://social.example/@ann"],
      visibility: "everyone",
    };
    expect(jsonOf(await patch(ann, all))).toMatchObject(all);
    expect(jsonOf(await patch(ann, { email: null, name: "  Ann   Q  " }))).toMatchObject({
      ...all,
      name: "Ann Q",
      email: null,
    });
    expect(jsonOf(await patch(ann, { name: null, socialLinks: null, visibility: "nobody" }))).toMatchObject({
      name: null,
      socialLinks: [],
      visibility: "nobody",
      address: "1 Umbrella Row",
    });
  });

  it("keeps every field of changes that come at once", async () => {
    const ann = await signIn(service);
    const changes = [
      { name: "Ann" },
      { email: "a@b.example" },
      { address: "Row" },
      { dateOfBirth: "1980-01-01" },
      { socialLinks: ["https://a.example/"] },
    ];
    await Promise.all(changes.map((change) => patch(ann, change)));
    expect(jsonOf(await me(ann))).toMatchObject(Object.assign({}, ...changes) as object);
  });

  it.each([
    [{ name: "Mom" }, 422, "name-not-allowed"],
    [{ name: "call 312 555 0199" }, 422, "name-not-allowed"],
    [{ name: "x".repeat(201) }, 400, "invalid-request"],
    [{ name: 5 }, 400, "invalid-request"],
    [{ email: "nobody" }, 400, "invalid-request"],
    [{ email: "a@b.c d" }, 400, "invalid-request"],
    [{ dateOfBirth: "1980-02-30" }, 400, "invalid-request"],
    [{ dateOfBirth: "2999-01-01" }, 400, "invalid-request"],
    [{ dateOfBirth: "1800-01-01" }, 400, "invalid-request"],
    [{ address: "a\u202eb" }, 400, "invalid-request"],
    [{ socialLinks: ["http://a.example/"] }, 400, "invalid-request"],
    [{ socialLinks: ["javascript:alert(1)"] }, 400, "invalid-request"],
    [{ socialLinks: ["https://user:secret@a.example/"] }, 400, "invalid-request"],
    [{ socialLinks: ["https://localhost/"] }, 400, "invalid-request"],
    [{ socialLinks: Array<string>(6).fill("https://a.example/") }, 400, "invalid-request"],
    [{ visibility: "friends" }, 400, "invalid-request"],
    [{ photo: "x" }, 400, "unknown-field"],
  ])("takes no %j", async (change, status, code) => {
    const ann = await signIn(service);
    problemOf(await patch(ann, { address: "Row", ...change }), status, code);
    expect(jsonOf(await me(ann))["address"]).toBeNull();
  });

  it("shows something else twenty times a day, and is hidden at any time", async () => {
    const ann = await signIn(service);
    expect((await patch(ann, { name: "Ann 0", visibility: "everyone" })).status).toBe(200);
    // Null is what many clients write for what they leave out.
    expect(jsonOf(await patch(ann, { visibility: null }))["visibility"]).toBe("everyone");
    for (let n = 1; n < 20; n += 1) expect((await patch(ann, { name: `Ann ${n}` })).status).toBe(200);
    const over = await patch(ann, { name: "Ann Quellbrook" });
    problemOf(over, 429, "quota-exceeded");
    expect(over.headers.get("ratelimit-policy")).toBe('"profile";q=20;w=86400');
    // What it says already, what nobody else sees, and taking back are free.
    for (const change of [{ name: "Ann 19" }, { email: "a@b.example" }, { visibility: "nobody" }, { name: null }]) {
      expect((await patch(ann, change)).status).toBe(200);
    }
    problemOf(await patch(ann, { visibility: "everyone" }), 429, "quota-exceeded");
  });

  it("of a visible account has a photo for everybody who has its address, until it is not", async () => {
    const ann = await signIn(service);
    await putPhoto(ann, await tell("jpeg"));
    const path = await photoUrl(ann);
    const get = (): Promise<Answer> => service.callUnchecked("GET", path);
    expect((await get()).status).toBe(404);
    await patch(ann, { name: "Ann Quellbrook", visibility: "everyone" });
    const photo = await get();
    expect([photo.status, photo.headers.get("content-type")]).toEqual([200, "image/webp"]);
    expect(photo.headers.get("cache-control")).toBe("private, max-age=60");
    expect((await service.call("GET", path, { as: null })).status).toBe(401);
    await patch(ann, { visibility: "nobody" });
    expect((await get()).status).toBe(404);
  });

  it("gives nobody a vote on the own number", async () => {
    const number = freshNumber();
    const ann = await signIn(service, number);
    const path = `/v1/numbers/${encodeURIComponent(number)}/vote`;
    problemOf(
      await service.call("PUT", path, { as: { token: ann.accessToken }, json: { spam: false } }),
      422,
      "own-number",
    );
    expect((await service.call("PUT", path, { json: { spam: false } })).status).toBe(200);
  });
});

describe("a caller photo", () => {
  it("is replaced and taken away: the address of the old one opens nothing any more", async () => {
    const ann = await signIn(service);
    await patch(ann, { name: "Ann Quellbrook", visibility: "everyone" });
    expect((await putPhoto(ann, await tell("png"))).status).toBe(204);
    const first = await photoUrl(ann);
    expect((await service.callUnchecked("GET", first)).status).toBe(200);
    expect((await putPhoto(ann, await tell("webp"))).status).toBe(204);
    const second = await photoUrl(ann);
    expect(second).not.toBe(first);
    expect((await service.call("GET", first)).status).toBe(404);
    const taken = await service.call("DELETE", "/v1/me/photo", { as: { token: ann.accessToken } });
    expect(taken.status).toBe(204);
    expect((await service.call("GET", second)).status).toBe(404);
    expect(jsonOf(await me(ann))["photoUrl"]).toBeNull();
  });

  it.each([
    ["words", Buffer.from("no picture at all"), 415, "not-a-picture"],
    ["nothing", Buffer.alloc(0), 415, "not-a-picture"],
    ["sound", Buffer.from("ID3\u0003\u0000\u0000\u0000\u0000\u0000\u0000 and on"), 415, "audio"],
    ["6 MiB", Buffer.alloc(6 * 1024 * 1024), 413, "too-large"],
  ])("is none of %s", async (_, body, status, code) => {
    const ann = await signIn(service);
    const answer = await putPhoto(ann, body);
    expect([answer.status, jsonOf<{ code: string }>(answer).code]).toEqual([status, code]);
  });

  it("is not at an invented address", async () => {
    for (const id of ["x", "A".repeat(22), randomUUID()]) {
      problemOf(await service.call("GET", `/v1/photos/${id}`), 404, "not-found");
    }
  });
});

describe("over sixteen", () => {
  const years = (ago: number, days = 0): string => {
    const now = new Date();
    const day = Date.UTC(now.getUTCFullYear() - ago, now.getUTCMonth(), now.getUTCDate() + days);
    return new Date(day).toISOString().slice(0, 10);
  };

  it("an account whose birth date says otherwise is gone: the session, the profile, the number", async () => {
    const number = freshNumber();
    const ann = await signIn(service, number, device("young"));
    await patch(ann, { name: "Ann Quellbrook", visibility: "everyone" });
    problemOf(await patch(ann, { dateOfBirth: years(16, 1) }), 422, "too-young");
    problemOf(await me(ann), 401, "session-ended");
    const refreshed = { refreshToken: ann.refreshToken };
    problemOf(
      await service.call("POST", "/v1/sessions/refresh", { as: null, json: refreshed }),
      401,
      "refresh-not-accepted",
    );
  });

  it("sixteen today is old enough", async () => {
    expect((await patch(await signIn(service), { dateOfBirth: years(16) })).status).toBe(200);
  });
});

it("every answer was as the document says", () => {
  expect([...service.deviations]).toEqual([]);
});
