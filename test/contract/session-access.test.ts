import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { consent } from "../support/consenting.ts";
import { FOR_EVERYBODY } from "../support/for-everybody.ts";
import { Service } from "../support/service.ts";
import { device, freshNumber, signIn, type SignedIn } from "../support/sign-in.ts";

// What asks how the session of a token stands: every call that the document describes for the app, with a token whose
// session has ended. A token is good for fifteen minutes; its session may end before that.

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

const SAMPLES: Readonly<Record<string, string>> = { number: "+13125550123", id: "current", purpose: "promotional" };

/** Every call that an app may make. */
const appCalls = (): { name: string; call: (token: string) => Promise<Answer> }[] =>
  service.document.operations
    .filter(({ operation }) => operation.security?.some(({ bearer }) => bearer?.includes("app")))
    .map(({ method, path }) => ({
      name: `${method} ${path}`,
      call: (token) =>
        service.call(
          method,
          path.replaceAll(/\{(\w+)\}/g, (_, field: string) => SAMPLES[field] ?? "x"),
          { as: { token } },
        ),
    }));

const ended = async (): Promise<SignedIn> => {
  const ann = await signIn(service, freshNumber(), device());
  const as = { token: ann.accessToken };
  expect((await service.call("DELETE", "/v1/sessions/current", { as })).status).toBe(204);
  return ann;
};

describe("a token whose session has ended", () => {
  it("opens nothing that is personal", async () => {
    const { accessToken } = await ended();
    const calls = appCalls();
    expect(calls.map(({ name }) => name)).toEqual(expect.arrayContaining([...FOR_EVERYBODY]));
    expect(calls.length).toBeGreaterThan(20);
    for (const { name, call } of calls) {
      const answer = await call(accessToken);
      if (FOR_EVERYBODY.has(name)) expect(answer.text, name).not.toContain("session-ended");
      else problemOf(answer, 401, "session-ended");
    }
  });

  it("votes, and is told no more of the vote than it says", async () => {
    const number = freshNumber();
    const vote = (token: string, json: object): Promise<Answer> =>
      service.call("PUT", `/v1/numbers/${number}/vote`, { as: { token }, json });
    const told = (answer: Answer): unknown => jsonOf<{ vote: unknown }>(answer).vote;
    const { accessToken: token } = await signIn(service);
    const whole = { name: "Thistlewyck Umbrella Menders", spam: true, category: "survey" };
    expect(told(await vote(token, whole))).toEqual(whole);
    expect(told(await vote(token, {}))).toEqual(whole);
    await service.call("DELETE", "/v1/sessions/current", { as: { token } });
    expect(told(await vote(token, {}))).toBeNull();
    expect(told(await vote(token, { spam: true }))).toEqual({ name: null, spam: true, category: null });
    // Whether this is good tells what the vote stands at.
    problemOf(await vote(token, { category: "survey" }), 400, "invalid-request");
    problemOf(await service.call("GET", `/v1/numbers/${number}/vote`, { as: { token } }), 401, "session-ended");
  });
});

describe("a token of a device that is not approved", () => {
  it("opens nothing that is personal but its own session", async () => {
    const number = freshNumber();
    await signIn(service, number);
    const limited = await signIn(service, number, device());
    expect(limited).toMatchObject({ newAccount: false, access: "limited" });
    for (const { name, call } of appCalls()) {
      // Of itself: the list has nothing else, and ending is left for last.
      if (name === "GET /v1/sessions" || name === "DELETE /v1/sessions/{id}") continue;
      const answer = await call(limited.accessToken);
      if (FOR_EVERYBODY.has(name)) expect(answer.text, name).not.toContain("device-not-approved");
      else problemOf(answer, 403, "device-not-approved");
    }
    const as = { token: limited.accessToken };
    const { sessions, ...rest } = jsonOf<{ sessions: Record<string, unknown>[] }>(
      await service.call("GET", "/v1/sessions", { as }),
    );
    expect(rest).toEqual({});
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ current: true, access: "limited" });
    expect((await service.call("DELETE", "/v1/sessions/current", { as })).status).toBe(204);
    problemOf(await service.call("GET", "/v1/sessions", { as }), 401, "session-ended");
  });

  it("votes for the account, and reads nothing of what the account has voted", async () => {
    const number = freshNumber();
    const path = `/v1/numbers/${freshNumber()}/vote`;
    const ann = await signIn(service, number);
    const whole = { name: "Thistlewyck Umbrella Menders", spam: true, category: "survey" };
    await service.call("PUT", path, { as: { token: ann.accessToken }, json: whole });
    const as = { token: (await signIn(service, number, device())).accessToken };
    problemOf(await service.call("GET", path, { as }), 403, "device-not-approved");
    expect(jsonOf(await service.call("PUT", path, { as, json: {} }))["vote"]).toBeNull();
    expect(jsonOf(await service.call("PUT", path, { as, json: { spam: false } }))["vote"]).toEqual({
      name: null,
      spam: false,
      category: null,
    });
    expect((await service.call("DELETE", path, { as })).status).toBe(204);
  });
});

describe("phonebook and inbox", () => {
  it("are read by a session that goes on, and by none that has ended", async () => {
    const { accessToken: token } = await signIn(service);
    await consent(service, token, "phonebook-sync");
    const paths = ["/v1/phonebook", "/v1/images?box=inbox", "/v1/images?box=sent", "/v1/me/export"];
    for (const path of paths) expect((await service.call("GET", path, { as: { token } })).status, path).toBe(200);
    await service.call("DELETE", "/v1/sessions/current", { as: { token } });
    for (const path of paths) problemOf(await service.call("GET", path, { as: { token } }), 401, "session-ended");
  });
});

it("every answer was as the document says", () => {
  expect([...service.deviations]).toEqual([]);
});
