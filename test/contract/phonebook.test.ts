import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { PhonebookClient, type Line, type RemoteEntry, type WriteResult } from "../support/phonebook-client.ts";
import { consent, consenting } from "../support/consenting.ts";
import { keyedId } from "../support/erased.ts";
import { ContactSeal, randomKey } from "../support/phonebook-seal.ts";
import { rawRequest } from "../support/raw-http.ts";
import { Service } from "../support/service.ts";
import { often } from "../support/thorough.ts";

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

/** An account that syncs its phonebook. */
const account = async (): Promise<string> => (await consenting(service, ["phonebook-sync"])).accountId;

/** A device of an account, by a token without a session, as development has them. */
function device(sub: string) {
  return deviceWith(service.mint.token({ sub, sid: null }));
}

/** Devices of one account: a session that goes on, and a token without one, which is told of its own writes. */
async function signedIn(): Promise<[phone: ReturnType<typeof deviceWith>, tablet: ReturnType<typeof deviceWith>]> {
  const phone = await consenting(service, ["phonebook-sync"]);
  return [deviceWith(phone.accessToken), deviceWith(service.mint.token({ sub: phone.accountId, sid: null }))];
}

function deviceWith(token: string) {
  const as = { token };
  return {
    token,
    read: (query = "") => service.call("GET", `/v1/phonebook${query}`, { as }),
    write: (entries: unknown) => service.call("PUT", "/v1/phonebook", { as, json: { entries } }),
    clear: () => service.call("DELETE", "/v1/phonebook", { as }),
  };
}

interface Page {
  readonly revision: number;
  readonly entries: readonly RemoteEntry[];
  readonly more: boolean;
}
interface Written {
  readonly revision: number;
  readonly results: readonly WriteResult[];
}
const page = (answer: Answer): Page => {
  expect(answer.status, answer.text).toBe(200);
  return jsonOf<Page>(answer);
};
const written = (answer: Answer): Written => {
  expect(answer.status, answer.text).toBe(200);
  return jsonOf<Written>(answer);
};
const bytes = (size: number): string => randomBytes(size).toString("base64url");

describe("PUT and GET /v1/phonebook", () => {
  it("writes, reads what is new, and deletes", async () => {
    const phone = device(await account());
    const [a, b] = [bytes(300), bytes(64 * 1024)];
    expect(written(await phone.write([{ id: "a", base: 0, sealed: a }]))).toEqual({
      revision: 1,
      results: [{ id: "a", revision: 1 }],
    });
    expect(written(await phone.write([{ id: "b", base: 0, sealed: b }])).revision).toBe(2);
    expect(page(await phone.read())).toEqual({
      revision: 2,
      entries: [
        { id: "a", revision: 1, sealed: a },
        { id: "b", revision: 2, sealed: b },
      ],
      more: false,
    });
    expect(page(await phone.read("?since=1")).entries.map(({ id }) => id)).toEqual(["b"]);
    written(await phone.write([{ id: "a", base: 1, sealed: null }]));
    expect(page(await phone.read("?since=2"))).toEqual({
      revision: 3,
      entries: [{ id: "a", revision: 3, sealed: null }],
      more: false,
    });
    expect(page(await phone.read("?since=0")).entries.map(({ id }) => id)).toEqual(["b"]);
  });

  it("answers each conflict with what stands, writes the others, and knows a repeat", async () => {
    const phone = device(await account());
    const write = [
      { id: "a", base: 0, sealed: "AAAA" },
      { id: "b", base: 0, sealed: "BBBB" },
    ];
    const first = written(await phone.write(write));
    expect(written(await phone.write(write))).toEqual(first);
    expect(
      written(
        await phone.write([
          { id: "a", base: 0, sealed: "CCCC" },
          { id: "b", base: 2, sealed: null },
          { id: "c", base: 7, sealed: "DDDD" },
          { id: "d", base: 0, sealed: "EEEE" },
          { id: "b", base: 0, sealed: "FFFF" },
        ]),
      ),
    ).toEqual({
      revision: 4,
      results: [
        { id: "a", conflict: { revision: 1, sealed: "AAAA" } },
        { id: "b", revision: 3 },
        { id: "c", conflict: { revision: 0, sealed: null } },
        { id: "d", revision: 4 },
        { id: "b", conflict: { revision: 3, sealed: null } },
      ],
    });
  });

  it("is nobody else's", async () => {
    await device(await account()).write([{ id: "a", base: 0, sealed: "AAAA" }]);
    expect(page(await device(await account()).read()).entries).toEqual([]);
  });

  it("asks to start anew after DELETE, and for what it cannot know", async () => {
    const phone = device(await account());
    await phone.write([{ id: "a", base: 0, sealed: "AAAA" }]);
    expect((await phone.clear()).status).toBe(204);
    problemOf(await phone.read("?since=1"), 410, "resync");
    problemOf(await phone.read("?since=99"), 410, "resync");
    expect(page(await phone.read()).entries).toEqual([]);
    expect((await phone.clear()).status).toBe(204);
  });

  it("refuses what is no entry, too large or too many", async () => {
    const phone = device(await account());
    const entry = { id: "a", base: 0, sealed: "AAAA" };
    for (const wrong of [
      { ...entry, sealed: bytes(64 * 1024 + 1) },
      { ...entry, sealed: "AA==" },
      { ...entry, sealed: "A+/A" },
      // Bits beyond the last byte: the decoder takes one spelling.
      { ...entry, sealed: "AB" },
      { ...entry, sealed: "AAB" },
      { ...entry, sealed: "AAAAA" },
      { ...entry, sealed: "" },
      { ...entry, id: "" },
      { ...entry, id: "a".repeat(65) },
      { ...entry, id: "+13125550123" },
      { ...entry, base: -1 },
      { ...entry, base: 0.5 },
      { id: "a", base: 0 },
    ]) {
      problemOf(await phone.write([wrong]), 400, "invalid-request");
    }
    problemOf(await phone.write([{ ...entry, name: "Ann" }]), 400, "unknown-field");
    problemOf(await phone.write([]), 400, "invalid-request");
    problemOf(await phone.write(Array.from({ length: 201 }, () => entry)), 400, "invalid-request");
    const tooLarge = Array.from({ length: 60 }, (_, at) => ({ id: `e${at}`, base: 0, sealed: bytes(64 * 1024) }));
    problemOf(await phone.write(tooLarge), 413, "too-large");
    for (const query of ["?since=-1", "?since=x", "?limit=x", "?since=9999999999999999"]) {
      problemOf(await phone.read(query), 400, "invalid-request");
    }
    expect(page(await phone.read())).toEqual({ revision: 0, entries: [], more: false });
  });

  it("pages by bytes as well: large entries come a few at a time, and all of them", async () => {
    const phone = device(await account());
    const large = Array.from({ length: 100 }, (_, at) => ({ id: `e${at}`, base: 0, sealed: bytes(64 * 1024) }));
    for (let at = 0; at < 100; at += 40) written(await phone.write(large.slice(at, at + 40)));
    const got: string[] = [];
    for (let since = 0, more = true; more;) {
      const answer = await phone.read(`?since=${since}&limit=1000`);
      expect(answer.text.length).toBeLessThan(7 * 1024 * 1024);
      const one = page(answer);
      got.push(...one.entries.map(({ id }) => id));
      since = one.revision;
      ({ more } = one);
    }
    expect(got).toEqual(large.map(({ id }) => id));
  });
});

describe("the consent phonebook-sync", () => {
  it("is asked for every time; withdrawn, the phonebook is gone and nobody listens", async () => {
    const signedIn = await consenting(service, []);
    const token = signedIn.accessToken;
    const phone = deviceWith(token);
    const refused = async (): Promise<void> => {
      for (const answer of [await phone.read(), await phone.write([{ id: "a", base: 0, sealed: "AAAA" }])]) {
        expect(problemOf(answer, 403, "consent-missing").reason).toBe("phonebook-sync");
      }
      await expect(listen(phone.token)).rejects.toThrow("refused");
    };
    await refused();
    await consent(service, token, "phonebook-sync");
    written(await phone.write([{ id: "a", base: 0, sealed: "AAAA" }]));
    const { socket } = await listen(phone.token);
    await consent(service, token, "phonebook-sync", false);
    await expect.poll(() => socket.readyState).not.toBe(WebSocket.OPEN);
    await refused();
    expect((await phone.clear()).status).toBe(204);
    await consent(service, token, "phonebook-sync");
    expect(page(await phone.read()).entries).toEqual([]);
    problemOf(await phone.read("?since=1"), 410, "resync");
  });
});

describe("thousands of entries", () => {
  /** As many as there may be, where a run may take long. */
  const MANY = often(2200, 20_000);

  it("sync to a new device in pages, one change costs one, and of 20,000 there is no room for one more", async () => {
    const sub = await account();
    const seal = await ContactSeal.ofKey(randomKey());
    const lineOf = (phone: ReturnType<typeof device>, reads: number[]): Line => ({
      read: async (since) => {
        const one = page(await phone.read(`?since=${since}&limit=1000`));
        reads.push(one.entries.length);
        return one;
      },
      write: async (entries) => written(await phone.write(entries)),
    });
    const [phone, tablet] = [device(sub), device(sub)];
    const reads: number[] = [];
    const old = new PhonebookClient(lineOf(phone, []), seal);
    const young = new PhonebookClient(lineOf(tablet, reads), seal);
    const ids = Array.from({ length: MANY }, (_, at) => old.add({ name: `Contact ${at}`, numbers: [] }));
    await old.sync();
    await young.sync();
    expect(reads).toEqual(Array.from({ length: Math.ceil(MANY / 1000) }, (_, at) => Math.min(1000, MANY - at * 1000)));
    expect(young.contacts()).toEqual(old.contacts());
    young.set(ids[77] ?? "", { name: "Changed", numbers: [] });
    await young.sync();
    const told = page(await phone.read(`?since=${MANY}`));
    expect(told).toMatchObject({ revision: MANY + 1, entries: [{ id: ids[77], revision: MANY + 1 }], more: false });
    const book = await service.harness
      .getWorker()
      .getDurableObjectStorage("PHONEBOOKS", { name: keyedId("phonebook", sub) });
    await book.exec("UPDATE book SET entries = 20000");
    const full = await phone.write([{ id: "more", base: 0, sealed: "AAAA" }]);
    expect(problemOf(full, 422, "phonebook-full")).toMatchObject({ reason: "entries" });
    // One for another is not more.
    const swap = [
      { id: ids[77], base: MANY + 1, sealed: null },
      { id: "more", base: 0, sealed: "AAAA" },
    ];
    expect(written(await phone.write(swap)).revision).toBe(MANY + 3);
  });
});

interface WebSocketInit {
  readonly headers: Readonly<Record<string, string>>;
}

/** A socket of a device, as an app opens it. */
async function listen(token: string) {
  const url = service.url.origin.replace("http", "ws") + "/v1/phonebook/live";
  // Node's own takes header fields, as the clients of phones do; its types follow the browsers'.
  const init: WebSocketInit = { headers: { authorization: `Bearer ${token}` } };
  const socket = new WebSocket(url, init as unknown as string[]);
  const got: unknown[] = [];
  socket.addEventListener("message", ({ data }) => got.push(data === "pong" ? data : JSON.parse(String(data))));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("the socket was refused")));
  });
  return { socket, got };
}

describe("GET /v1/phonebook/live", () => {
  it("tells the account's other devices, and nobody else", async () => {
    const [phone, tablet] = await signedIn();
    const [stranger] = await signedIn();
    const [atPhone, atTablet, atStranger] = [
      await listen(phone.token),
      await listen(tablet.token),
      await listen(stranger.token),
    ];
    await phone.write([{ id: "a", base: 0, sealed: "AAAA" }]);
    await expect.poll(() => atTablet.got).toEqual([{ type: "phonebook", revision: 1 }]);
    await tablet.write([{ id: "a", base: 1, sealed: "AAAB" }]);
    await expect.poll(() => atPhone.got).toEqual([{ type: "phonebook", revision: 2 }]);
    await tablet.clear();
    await expect.poll(() => atPhone.got).toHaveLength(2);
    atTablet.socket.send("ping");
    await expect.poll(() => atTablet.got.at(-1)).toBe("pong");
    expect(atTablet.got).toHaveLength(4);
    expect(atStranger.got).toEqual([]);
    for (const { socket } of [atPhone, atTablet, atStranger]) socket.close();
  });

  it("has one socket a session", async () => {
    const [phone] = await signedIn();
    const { socket: first } = await listen(phone.token);
    const { socket: second } = await listen(phone.token);
    expect(second.readyState).toBe(WebSocket.OPEN);
    // Which code it was is told only when the connection has ended, which takes the local engine seconds.
    await expect.poll(() => first.readyState).not.toBe(WebSocket.OPEN);
    second.send("hello");
    await expect.poll(() => second.readyState).not.toBe(WebSocket.OPEN);
  });

  it("is closed when its session is ended", async () => {
    const { accessToken } = await consenting(service, ["phonebook-sync"]);
    const { socket } = await listen(accessToken);
    const ended = await service.call("DELETE", "/v1/sessions/current", { as: { token: accessToken } });
    expect(ended.status).toBe(204);
    await expect.poll(() => socket.readyState).not.toBe(WebSocket.OPEN);
    // The token is good for some minutes more, and opens none.
    await expect(listen(accessToken)).rejects.toThrow("refused");
  });

  it("needs a WebSocket and a token", async () => {
    const live = "/v1/phonebook/live";
    const plain = await service.call("GET", live);
    problemOf(plain, 426, "upgrade-required");
    const upgrade = (token: string | null) =>
      rawRequest(service.url, {
        method: "GET",
        path: live,
        headers: [
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Version: 13",
          `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
          ...(token === null ? [] : [`Authorization: Bearer ${token}`]),
        ],
      });
    expect((await upgrade(null))?.status).toBe(401);
    expect((await upgrade("garbage"))?.status).toBe(401);
    expect((await upgrade(service.operator()))?.status).toBe(403);
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
