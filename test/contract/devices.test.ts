import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { consent } from "../support/consenting.ts";
import { keyedId } from "../support/erased.ts";
import { proveNumber } from "../support/owner.ts";
import { Service } from "../support/service.ts";
import { codesTo, device, freshNumber, noticeVersion, requestCode, signIn, type SignedIn } from "../support/sign-in.ts";

// Devices of an account: the first, another one that waits, the PIN, and a change of hands. That time passes is tested in
// test/accounts, where it can be given.

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

const PIN = "493817";
const DAY_MS = 86_400_000;
const call = ({ accessToken }: SignedIn, method: string, path: string, json?: object): Promise<Answer> =>
  service.call(method, path, { as: { token: accessToken }, ...(json === undefined ? {} : { json }) });

interface Listed {
  readonly sessions: readonly {
    readonly id: string;
    readonly current: boolean;
    readonly access: string;
    readonly limitedUntil: string | null;
  }[];
  readonly pin?: boolean;
  readonly handOver?: { readonly at: string; readonly stoppable: boolean } | null;
}
const list = async (ann: SignedIn): Promise<Listed> => jsonOf<Listed>(await call(ann, "GET", "/v1/sessions"));
const own = async (ann: SignedIn): Promise<string> =>
  (await list(ann)).sessions.find(({ current }) => current)?.id ?? "";

/** A sign-in with a code, as it is answered. */
async function begin(number: string, more: object): Promise<Answer> {
  const before = (await codesTo(service, number, 0)).length;
  const requested = jsonOf<{ challengeId: string }>(await requestCode(service, number));
  const code = (await codesTo(service, number, before + 1)).at(-1);
  const json = {
    challengeId: requested.challengeId,
    code,
    device: device(),
    over16: true,
    noticeVersion: await noticeVersion(service),
    ...more,
  };
  return service.call("POST", "/v1/sessions", { as: null, json });
}

describe("a device that the account does not know", () => {
  it("waits, is listed, and is approved by one that it knows", async () => {
    const number = freshNumber();
    const phone = await signIn(service, number);
    expect(phone).toMatchObject({ newAccount: true, access: "full" });
    const tablet = await signIn(service, number, device());
    expect(tablet).toMatchObject({ accountId: phone.accountId, newAccount: false, access: "limited" });
    const { sessions, pin, handOver } = await list(phone);
    expect([pin, handOver]).toEqual([false, null]);
    const waiting = sessions.find(({ current }) => !current);
    expect(sessions.find(({ current }) => current)).toMatchObject({ access: "full", limitedUntil: null });
    expect(waiting?.access).toBe("limited");
    const until = Date.parse(waiting?.limitedUntil ?? "") - Date.now();
    expect(until).toBeGreaterThan(7 * DAY_MS - 60_000);
    expect(until).toBeLessThan(7 * DAY_MS + DAY_MS / 24);

    problemOf(await call(tablet, "GET", "/v1/me"), 403, "device-not-approved");
    problemOf(await call(tablet, "POST", "/v1/sessions/current/approve"), 403, "device-not-approved");
    problemOf(await call(tablet, "DELETE", `/v1/sessions/${await own(phone)}`), 403, "device-not-approved");
    problemOf(await call(phone, "POST", "/v1/sessions/nobody/approve"), 404, "not-found");
    expect((await call(phone, "POST", `/v1/sessions/${waiting?.id}/approve`)).status).toBe(204);
    // At once, with the token that it has.
    expect((await call(tablet, "GET", "/v1/me")).status).toBe(200);
    expect((await list(tablet)).sessions.map(({ access }) => access)).toEqual(["full", "full"]);
  });

  it("is ended by one that it knows, at once", async () => {
    const number = freshNumber();
    const phone = await signIn(service, number);
    const thief = await signIn(service, number, device());
    expect((await call(phone, "DELETE", `/v1/sessions/${await own(thief)}`)).status).toBe(204);
    problemOf(await call(thief, "GET", "/v1/sessions"), 401, "session-ended");
    const json = { refreshToken: thief.refreshToken };
    problemOf(await service.call("POST", "/v1/sessions/refresh", { as: null, json }), 401, "refresh-not-accepted");
  });

  it("refreshes, and waits on", async () => {
    const number = freshNumber();
    await signIn(service, number);
    const tablet = await signIn(service, number, device());
    const next = await service.call("POST", "/v1/sessions/refresh", {
      as: null,
      json: { refreshToken: tablet.refreshToken },
    });
    expect(next.status).toBe(200);
    problemOf(await call(jsonOf<SignedIn>(next), "GET", "/v1/me"), 403, "device-not-approved");
  });

  it("that it knows signs in again as one of its own, also when nobody else is signed in", async () => {
    const number = freshNumber();
    const mine = device();
    const phone = await signIn(service, number, mine);
    await call(phone, "DELETE", "/v1/sessions/current");
    expect(jsonOf<SignedIn>(await begin(number, { device: mine }))).toMatchObject({
      accountId: phone.accountId,
      newAccount: false,
      access: "full",
    });
  });

  it("is told of to the devices that listen", async () => {
    const number = freshNumber();
    const phone = await signIn(service, number);
    await consent(service, phone.accessToken, "phonebook-sync");
    const socket = new WebSocket(new URL("/v1/phonebook/live", service.url).href, {
      headers: { authorization: `Bearer ${phone.accessToken}` },
    } as never);
    const told = new Promise<string>((resolve, reject) => {
      socket.addEventListener("message", ({ data }) => resolve(String(data)));
      socket.addEventListener("error", () => reject(new Error("no socket")));
    });
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    await signIn(service, number, device());
    expect(JSON.parse(await told)).toEqual({ type: "account" });
    socket.close();
  });
});

describe("the PIN", () => {
  it("is set, asked for when it is changed, and taken away", async () => {
    const ann = await signIn(service);
    const put = (json: object): Promise<Answer> => call(ann, "PUT", "/v1/me/pin", json);
    for (const pin of ["123", "1234567890123", "12a4", 1234, ""]) {
      problemOf(await put({ pin }), 400, "invalid-request");
    }
    expect((await put({ pin: PIN })).status).toBe(204);
    expect((await list(ann)).pin).toBe(true);
    expect(problemOf(await put({ pin: "1234" }), 422, "pin-not-accepted").reason).toBe("wrong");
    expect((await put({ pin: "1234", current: PIN })).status).toBe(204);
    expect(problemOf(await call(ann, "DELETE", "/v1/me/pin"), 422, "pin-not-accepted").reason).toBe("wrong");
    expect((await call(ann, "DELETE", "/v1/me/pin", { current: "1234" })).status).toBe(204);
    expect((await call(ann, "DELETE", "/v1/me/pin")).status).toBe(204);
    expect((await list(ann)).pin).toBe(false);
    expect(JSON.stringify(jsonOf(await call(ann, "GET", "/v1/me/export")))).not.toContain(PIN);
  });

  it("bears five wrong tries a day", async () => {
    const ann = await signIn(service);
    await call(ann, "PUT", "/v1/me/pin", { pin: PIN });
    const reasons: unknown[] = [];
    for (let n = 0; n < 6; n += 1) {
      const answer = await call(ann, "PUT", "/v1/me/pin", { pin: "1234", current: `000${n}` });
      reasons.push(problemOf(answer, 422, "pin-not-accepted").reason);
    }
    expect(reasons).toEqual([...Array<string>(5).fill("wrong"), "used-up"]);
    const right = await call(ann, "PUT", "/v1/me/pin", { pin: "1234", current: PIN });
    expect(problemOf(right, 422, "pin-not-accepted").reason).toBe("used-up");
  });

  it("lets a device in at its sign-in, or while it waits", async () => {
    const number = freshNumber();
    const ann = await signIn(service, number);
    await call(ann, "PUT", "/v1/me/pin", { pin: PIN });
    expect(problemOf(await begin(number, { pin: "0000" }), 422, "pin-not-accepted").reason).toBe("wrong");
    expect(jsonOf<SignedIn>(await begin(number, { pin: PIN }))).toMatchObject({ access: "full", newAccount: false });
    const other = freshNumber();
    const bob = await signIn(service, other);
    await call(bob, "PUT", "/v1/me/pin", { pin: PIN });
    const tablet = await signIn(service, other, device());
    const approve = (json: object): Promise<Answer> => call(tablet, "POST", "/v1/sessions/current/approve", json);
    expect(problemOf(await approve({ pin: "0000" }), 422, "pin-not-accepted").reason).toBe("wrong");
    problemOf(await call(tablet, "POST", `/v1/sessions/${await own(bob)}/approve`, { pin: PIN }), 403);
    expect((await approve({ pin: PIN })).status).toBe(204);
    expect((await call(tablet, "GET", "/v1/me")).status).toBe(200);
  });
});

describe("a change of hands", () => {
  it("is told to the account's devices, and stopped once with the PIN", async () => {
    const number = freshNumber();
    const ann = await signIn(service, number);
    problemOf(await call(ann, "POST", "/v1/me/hand-over/stop", { pin: PIN }), 409, "hand-over");
    await call(ann, "PUT", "/v1/me/pin", { pin: PIN });
    const thief = await signIn(service, number, device());
    const owner = await proveNumber(service, number);
    const stated = await service.call("PUT", "/v1/ownership/number", { as: owner, json: { handOver: true } });
    expect(stated.status, stated.text).toBe(200);
    const { handOver } = await list(ann);
    expect(handOver?.stoppable).toBe(true);
    expect(Date.parse(handOver?.at ?? "") - Date.now()).toBeGreaterThan(7 * DAY_MS - 60_000);
    expect((await list(thief)).handOver).toBeUndefined();
    // Until then she is in, and who waits is not.
    expect((await call(ann, "GET", "/v1/me")).status).toBe(200);
    problemOf(await call(thief, "GET", "/v1/me"), 403, "device-not-approved");
    expect(problemOf(await call(ann, "DELETE", "/v1/me/pin", { pin: PIN }), 409, "hand-over").reason).toBe("under-way");
    problemOf(await call(thief, "POST", "/v1/me/hand-over/stop", { pin: PIN }), 403, "device-not-approved");
    problemOf(await call(ann, "POST", "/v1/me/hand-over/stop", { pin: "0000" }), 422, "pin-not-accepted");
    expect((await call(ann, "POST", "/v1/me/hand-over/stop", { pin: PIN })).status).toBe(204);
    expect((await list(ann)).handOver).toBeNull();
    problemOf(await call(thief, "GET", "/v1/sessions"), 401, "session-ended");
  });
});

describe("an account whose holder's time is over", () => {
  /** Changes an account's own row, as time would. */
  const turn = async ({ accountId }: SignedIn, statement: string): Promise<void> => {
    const name = keyedId("account", accountId);
    await (await service.harness.getWorker().getDurableObjectStorage("ACCOUNTS", { name })).exec(statement);
  };
  const said = { name: "Zyntharova Quellbrook", email: "zyntharova@quellbrook.example", visibility: "everyone" };
  const former = async (number: string, mine = device()): Promise<SignedIn> => {
    const ann = await signIn(service, number, mine);
    await call(ann, "PATCH", "/v1/me", said);
    await consent(service, ann.accessToken, "phonebook-sync");
    await call(ann, "PUT", "/v1/phonebook", { entries: [{ id: "hers", base: 0, sealed: "AAAA" }] });
    return ann;
  };
  const isNew = async (bob: SignedIn, ann: SignedIn): Promise<void> => {
    expect(bob).toMatchObject({ newAccount: true, access: "full" });
    expect(bob.accountId).not.toBe(ann.accountId);
    for (const path of ["/v1/me", "/v1/me/export", "/v1/sessions", "/v1/me/consents"]) {
      const answer = await call(bob, "GET", path);
      expect([answer.status, answer.text.includes("uellbrook"), answer.text.includes('"hers"')]).toEqual([
        200,
        false,
        false,
      ]);
    }
    for (const path of ["/v1/phonebook", "/v1/images?box=inbox"]) {
      expect((await call(ann, "GET", path)).text, "the former one's token").not.toMatch(/hers|expiresAt/);
    }
  };

  it("of 46 idle days is erased at the next sign-in, which does not wait for it and loses nothing by it", async () => {
    const [number, mine] = [freshNumber(), device()];
    const ann = await former(number, mine);
    await turn(ann, "UPDATE member SET used = used - 44");
    expect(jsonOf<SignedIn>(await begin(number, { device: mine }))).toMatchObject({ accountId: ann.accountId });
    await turn(ann, "UPDATE member SET used = used - 46");
    const bob = await signIn(service, number, mine);
    await isNew(bob, ann);
    await call(bob, "PATCH", "/v1/me", { name: "Bob Vanishgate", visibility: "everyone" });
    await consent(service, bob.accessToken, "phonebook-sync");
    await call(bob, "PUT", "/v1/phonebook", { entries: [{ id: "mine", base: 0, sealed: "AAAA" }] });
    const erasure = keyedId("erasure", ann.accountId);
    const done = async (): Promise<string> =>
      JSON.stringify(
        await (
          await service.harness.getWorker().getDurableObjectStorage("ERASURES", { name: erasure })
        ).exec("SELECT reason, erased, receipt FROM erasure"),
      );
    await expect.poll(done, { timeout: 180_000, interval: 500 }).toContain('"erased":null');
    expect(await done()).toContain('"reason":"new-holder"');
    expect(jsonOf(await call(bob, "GET", "/v1/me"))).toMatchObject({ name: "Bob Vanishgate" });
    expect(jsonOf(await call(bob, "GET", "/v1/phonebook"))["entries"]).toHaveLength(1);
  });

  it("of 46 idle days is kept by its PIN", async () => {
    const number = freshNumber();
    const ann = await former(number);
    await call(ann, "PUT", "/v1/me/pin", { pin: PIN });
    await turn(ann, "UPDATE member SET used = used - 46");
    expect(problemOf(await begin(number, { pin: "0000" }), 422, "pin-not-accepted").reason).toBe("wrong");
    const back = jsonOf<SignedIn>(await begin(number, { pin: PIN }));
    expect(back).toMatchObject({ accountId: ann.accountId, newAccount: false, access: "full" });
    expect(jsonOf(await call(back, "GET", "/v1/me"))).toMatchObject({ name: said.name });
  });

  it("whose number changed hands seven days ago is nobody's, and the next sign-in a new one's", async () => {
    const number = freshNumber();
    const ann = await former(number);
    const owner = await proveNumber(service, number);
    await service.call("PUT", "/v1/ownership/number", { as: owner, json: { handOver: true } });
    await turn(ann, `UPDATE member SET hand_over = hand_over - ${7 * DAY_MS + DAY_MS / 24}`);
    problemOf(await call(ann, "GET", "/v1/me"), 401, "session-ended");
    await isNew(await signIn(service, number), ann);
  });
});

it("every answer was as the document says", () => {
  expect([...service.deviations]).toEqual([]);
});
