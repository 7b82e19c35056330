import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EMPTY_BOOK, MOST_ENTRIES, settle, type Standing } from "../../src/phonebook/phonebook-state.ts";
import type { LiveMessage, Phonebooks } from "../../src/phonebook/phonebooks.ts";
import { testVault } from "../support/directory.ts";
import { phonebookOf, testPhonebooks } from "../support/phonebook.ts";

const NOW = Date.now();
const fresh = (session: string | null = null) => ({ account: crypto.randomUUID(), session });

describe("settling writes", () => {
  const write = fc.record({
    key: fc.constantFrom("a", "b", "c"),
    base: fc.nat(12),
    mac: fc.constantFrom("x", "y", "z", null),
  });
  const sized = <T extends { readonly mac: string | null }>(one: T) => {
    return { ...one, size: one.mac === null ? 0 : one.mac.charCodeAt(0) };
  };

  it("is the same in one call as in many, and its counts are those of what stands", () => {
    fc.assert(
      fc.property(fc.array(write.map(sized), { maxLength: 40 }), (writes) => {
        const standing = new Map<string, Standing>();
        let book = EMPTY_BOOK;
        for (const wanted of writes) {
          const settled = settle(book, (key) => standing.get(key) ?? null, [wanted]);
          const outcome = typeof settled === "string" ? undefined : settled.outcomes[0];
          if (typeof settled === "string" || outcome === undefined) throw new Error("three entries are not too many");
          const before = standing.get(wanted.key);
          if (outcome.kind === "written") {
            expect(wanted.base).toBe(before?.revision ?? 0);
            standing.set(wanted.key, { revision: outcome.revision, mac: wanted.mac, size: wanted.size });
          } else {
            expect(outcome.revision).toBe(before?.revision ?? 0);
            expect(settled.book).toEqual(book);
          }
          ({ book } = settled);
        }
        expect(settle(EMPTY_BOOK, () => null, writes)).toMatchObject({ book });
        const macs = [...standing.values()].map(({ mac }) => mac);
        expect(book.entries).toBe(macs.filter((mac) => mac !== null).length);
        expect(book.bytes).toBe([...standing.values()].reduce((sum, { size }) => sum + size, 0));
        expect(book.tombstones).toBe(macs.filter((mac) => mac === null).length);
        expect(book.revision).toBe(Math.max(0, ...[...standing.values()].map(({ revision }) => revision)));
      }),
    );
  });

  it("refuses a call that would leave too many entries, whole", () => {
    const full = { ...EMPTY_BOOK, revision: MOST_ENTRIES, entries: MOST_ENTRIES };
    const news = [{ key: "new", base: 0, mac: "x", size: 1 }];
    expect(settle(full, () => null, news)).toBe("entries");
    const swap = [{ key: "old", base: 7, mac: null, size: 0 }, ...news];
    const before = (key: string): Standing | null => (key === "old" ? { revision: 7, mac: "w", size: 1 } : null);
    expect(settle(full, before, swap)).toMatchObject({ book: { entries: MOST_ENTRIES, tombstones: 1 } });
  });
});

describe("how much a phonebook holds and answers", () => {
  const LARGE = "A".repeat(87_380); // 64 KiB less three bytes, decoded.
  const id = (n: number): string => `entry-${n}`;
  const fill = async (phonebooks: Phonebooks, device: ReturnType<typeof fresh>, n: number) => {
    for (let at = 0; at < n; at += 40) {
      const entries = Array.from({ length: Math.min(40, n - at) }, (_, i) => ({
        id: id(at + i),
        base: 0,
        sealed: LARGE,
      }));
      const written = await phonebooks.write(device, entries, NOW);
      if (!written.ok) return written;
    }
    return null;
  };

  it("is 64 MiB, by the bytes that clients sealed: what deletes makes room", async () => {
    const [phonebooks, device] = [testPhonebooks(), fresh()];
    expect(await fill(phonebooks, device, 1030)).toEqual({ ok: false, code: "phonebook-full", reason: "bytes" });
    const object = await phonebookOf(device.account);
    const bytes = await runInDurableObject(object, (_, { storage }) =>
      storage.sql.exec("SELECT bytes, (SELECT sum(size) FROM entry) AS sum FROM book").one(),
    );
    expect(bytes["bytes"]).toBe(bytes["sum"]);
    expect(bytes["bytes"]).toBeLessThanOrEqual(64 * 1024 * 1024);
    const room = Array.from({ length: 10 }, (_, at) => ({ id: id(at), base: at + 1, sealed: null }));
    expect(await phonebooks.write(device, room, NOW)).toMatchObject({ ok: true });
    const more = Array.from({ length: 10 }, (_, at) => ({ id: `more-${at}`, base: 0, sealed: LARGE }));
    expect(await phonebooks.write(device, more, NOW)).toMatchObject({ ok: true });
  });

  it("answers 200 conflicts within 4 MiB; those without room say their revision, and are told in the next call", async () => {
    const [phonebooks, device] = [testPhonebooks(), fresh()];
    await fill(phonebooks, device, 200);
    let left = Array.from({ length: 200 }, (_, at) => ({ id: id(at), base: 900, sealed: "AAAA" }));
    const told = new Map<string, string | null>();
    for (let calls = 0; left.length > 0; calls += 1) {
      expect(calls).toBeLessThan(10);
      const answer = await phonebooks.write(device, left, NOW);
      if (!answer.ok) throw new Error(answer.code);
      expect(JSON.stringify(answer).length).toBeLessThanOrEqual(4 * 1024 * 1024);
      expect(answer.results).toHaveLength(left.length);
      for (const result of answer.results) {
        if (!("conflict" in result)) throw new Error("these are all conflicts");
        expect(result.conflict.revision).toBe(Number(result.id.slice(6)) + 1);
        if (result.conflict.sealed !== undefined) told.set(result.id, result.conflict.sealed);
      }
      left = left.filter((one) => !told.has(one.id));
    }
    expect([...told.values()].every((sealed) => sealed === LARGE)).toBe(true);
    expect(told.size).toBe(200);
  });

  it("reads pages of at most 4 MiB as they are sent", async () => {
    const [phonebooks, device] = [testPhonebooks(), fresh()];
    await fill(phonebooks, device, 120);
    let [since, more, read] = [0, true, 0];
    while (more) {
      const answer = await phonebooks.read(device, since, 1000);
      if (!answer.ok) throw new Error(answer.code);
      expect(JSON.stringify(answer.page).length).toBeLessThanOrEqual(4 * 1024 * 1024);
      read += answer.page.entries.length;
      ({ revision: since, more } = answer.page);
    }
    expect(read).toBe(120);
  });
});

describe("an entry that does not open", () => {
  it("stops no other: reading, writing over it, the export", async () => {
    const [phonebooks, device] = [testPhonebooks(), fresh()];
    const entries = ["one", "two", "three"].map((id) => ({ id, base: 0, sealed: "AAAA" }));
    await phonebooks.write(device, entries, NOW);
    await runInDurableObject(await phonebookOf(device.account), (_, { storage }) =>
      storage.sql.exec("UPDATE entry SET content = ? WHERE revision = 2", new Uint8Array(50)),
    );
    const left = [{ id: "one" }, { id: "three" }];
    expect(await phonebooks.read(device, 0, 10)).toMatchObject({ ok: true, page: { entries: left, revision: 3 } });
    const exported = [];
    for await (const page of phonebooks.exportOf(device.account)) exported.push(...page);
    expect(exported).toMatchObject(left);
    const again = [{ id: "two", base: 0, sealed: "BBBB" }];
    const answer = await phonebooks.write(device, again, NOW);
    expect(answer).toMatchObject({ results: [{ id: "two", conflict: { revision: 2, sealed: null } }] });
    await phonebooks.write(device, [{ id: "two", base: 2, sealed: "BBBB" }], NOW);
    const mended = await phonebooks.read(device, 0, 10);
    expect(mended).toMatchObject({ page: { entries: [...left, { id: "two", sealed: "BBBB" }] } });
  });
});

/** A device's socket, and what it was sent so far. */
async function listen(phonebooks: Phonebooks, account: string, session: string) {
  const listening = await phonebooks.listen({ account, session });
  if (!listening.ok) throw new Error(listening.code);
  const { webSocket } = listening.response;
  if (webSocket === null) throw new Error("no socket");
  const got: (LiveMessage | string)[] = [];
  const closed: number[] = [];
  webSocket.addEventListener("message", ({ data }) => {
    const text = String(data);
    got.push(text.startsWith("{") ? (JSON.parse(text) as LiveMessage) : text);
  });
  webSocket.addEventListener("close", ({ code }) => void closed.push(code));
  webSocket.accept();
  return { socket: webSocket, got, closed };
}

describe("a phonebook", () => {
  it("asked before anything was written stores nothing", async () => {
    const device = fresh();
    const phonebooks = testPhonebooks();
    expect(await phonebooks.read(device, 0, 10)).toEqual({
      ok: true,
      page: { revision: 0, entries: [], more: false },
    });
    expect(await phonebooks.read(device, 1, 10)).toEqual({ ok: false, code: "resync" });
    await phonebooks.clear(device);
    await phonebooks.notify(device.account, { type: "image", id: "x" });
    expect(await phonebooks.write(device, [{ id: "a", base: 0, sealed: null }], NOW)).toMatchObject({
      results: [{ id: "a", revision: 0 }],
    });
    const stored = await runInDurableObject(await phonebookOf(device.account), async (_, state) => [
      ...state.storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
      await state.storage.getAlarm(),
    ]);
    expect(stored).toEqual([null]);
  });

  it("does and tells nothing without the consent, but deletes", async () => {
    const device = fresh();
    await testPhonebooks().write(device, [{ id: "a", base: 0, sealed: "AAAA" }], NOW);
    const refusing = testPhonebooks(() => false);
    const missing = { ok: false, code: "consent-missing" };
    expect(await refusing.read(device, 0, 10)).toEqual(missing);
    expect(await refusing.write(device, [{ id: "b", base: 0, sealed: "AAAA" }], NOW)).toEqual(missing);
    expect(await refusing.listen(device)).toEqual(missing);
    await refusing.clear(device);
    expect(await testPhonebooks().read(device, 0, 10)).toMatchObject({ page: { entries: [] } });
  });

  it("keeps nothing of what was written while the consent was withdrawn", async () => {
    const device = fresh("phone");
    let asked = 0;
    const once = (): boolean => (asked += 1) % 2 === 1;
    const missing = { ok: false, code: "consent-missing" };
    const write = [{ id: "a", base: 0, sealed: "AAAA" }];
    expect(await testPhonebooks(once).write(device, write, NOW)).toEqual(missing);
    expect(await testPhonebooks().read(device, 0, 10)).toMatchObject({ page: { entries: [] } });
    expect(await testPhonebooks(once).listen(device)).toEqual(missing);
  });

  it("takes nothing in once the consent is withdrawn, should the call die at any moment after", async () => {
    const device = fresh("phone");
    let asked = 0;
    const dying = testPhonebooks(async (account) => {
      asked += 1;
      if (asked > 1) throw new Error("the call dies");
      await testPhonebooks().withdraw(account);
      return true;
    });
    await expect(dying.write(device, [{ id: "a", base: 0, sealed: "AAAA" }], NOW)).rejects.toThrow("dies");
    expect(await testPhonebooks().read(device, 0, 10)).toMatchObject({ page: { revision: 0, entries: [] } });
  });

  it("hands out for export all that it holds, and erased holds nothing", async () => {
    const device = fresh();
    const phonebooks = testPhonebooks();
    const entries = Array.from({ length: 700 }, (_, at) => ({ id: `e${at}`, base: 0, sealed: "AAAA" }));
    for (let at = 0; at < 700; at += 100) await phonebooks.write(device, entries.slice(at, at + 100), NOW);
    await phonebooks.write(device, [{ id: "e7", base: 8, sealed: null }], NOW);
    const exported = [];
    for await (const page of phonebooks.exportOf(device.account)) exported.push(...page.map(({ id }) => id));
    expect(exported).toHaveLength(699);
    const { closed } = await listen(phonebooks, device.account, "phone");
    for (let twice = 0; twice < 2; twice += 1) await phonebooks.erase(device.account);
    await expect.poll(() => closed).toEqual([4001]);
    expect(await phonebooks.read(device, 0, 10)).toMatchObject({ page: { revision: 0, entries: [] } });
    const tables = await runInDurableObject(await phonebookOf(device.account), (_, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
    );
    expect(tables).toEqual([]);
    // The object is used on, in the same life.
    expect(await phonebooks.write(device, [{ id: "a", base: 0, sealed: "AAAA" }], NOW)).toMatchObject({ revision: 1 });
  });

  it("is read whole in pages by a new device also when deletions are forgotten, and by its export", async () => {
    const device = fresh();
    const phonebooks = testPhonebooks();
    const long = NOW - 120 * 86_400_000;
    const entries = ["a", "b", "c"].map((id) => ({ id, base: 0, sealed: "AAAA" }));
    await phonebooks.write(device, entries, long);
    await phonebooks.write(device, [{ id: "c", base: 3, sealed: null }], long);
    expect(await runDurableObjectAlarm(await phonebookOf(device.account))).toBe(true);
    expect(await phonebooks.read(device, 1, 1)).toEqual({ ok: false, code: "resync" });
    const page = async (since: number) => {
      const read = await phonebooks.read(device, since, 1);
      if (!read.ok) throw new Error(read.code);
      return { ids: read.page.entries.map(({ id }) => id), next: read.page.revision, more: read.page.more };
    };
    const first = await page(0);
    expect(first).toMatchObject({ ids: ["a"], more: true });
    expect(await page(first.next)).toEqual({ ids: ["b"], next: 4, more: false });
    expect(await page(4)).toEqual({ ids: [], next: 4, more: false });
    // Deleted whole in between, it starts anew: nothing would tell it that what it has listed is gone.
    await phonebooks.clear(device);
    expect(await phonebooks.read(device, first.next, 1)).toEqual({ ok: false, code: "resync" });
    await phonebooks.write(device, entries, long);
    expect(await phonebooks.read(device, first.next, 1)).toEqual({ ok: false, code: "resync" });
    const again = await page(0);
    expect(await page(again.next)).toMatchObject({ ids: ["b"], more: true });
  });

  it("is exported whole when deletions are forgotten and when it is deleted meanwhile", async () => {
    const device = fresh();
    const phonebooks = testPhonebooks();
    const long = NOW - 120 * 86_400_000;
    const many = Array.from({ length: 700 }, (_, at) => ({ id: `e${at}`, base: 0, sealed: "AAAA" }));
    const fill = async () => {
      for (let at = 0; at < 700; at += 100) await phonebooks.write(device, many.slice(at, at + 100), long);
    };
    await fill();
    await phonebooks.write(device, [{ id: "e699", base: 700, sealed: null }], long);
    await runDurableObjectAlarm(await phonebookOf(device.account));
    const sizes = [];
    for await (const page of phonebooks.exportOf(device.account)) sizes.push(page.length);
    expect(sizes).toEqual([500, 199]);
    const meanwhile = phonebooks.exportOf(device.account);
    await meanwhile.next();
    await phonebooks.clear(device);
    await fill();
    const rest = [];
    for await (const page of meanwhile) rest.push(page.length);
    expect(rest).toEqual([500, 200]);
  });

  it("shows no id and no byte of what it was given in its rows", async () => {
    const device = fresh();
    const sealed = btoa("Zyntharova Quellbrook +13095550161").replaceAll("=", "");
    await testPhonebooks().write(device, [{ id: "13095550161", base: 0, sealed }], NOW);
    const rows = await runInDurableObject(await phonebookOf(device.account), (_, state) =>
      state.storage.sql.exec("SELECT * FROM entry").toArray(),
    );
    const bytes = rows.map(({ content }) => new TextDecoder("latin1").decode(content as ArrayBuffer)).join();
    const text = JSON.stringify(rows) + bytes;
    for (const trace of ["13095550161", "Zyntharova", "Quellbrook", sealed]) expect(text).not.toContain(trace);
  });
});

describe("the sockets of an account", () => {
  it("hibernate, and carry changes to the other devices and pictures to all", async () => {
    const phonebooks = testPhonebooks();
    const { account } = fresh();
    const [phone, tablet, stranger] = await Promise.all([
      listen(phonebooks, account, "phone"),
      listen(phonebooks, account, "tablet"),
      listen(phonebooks, fresh().account, "phone"),
    ]);
    await evictDurableObject(await phonebookOf(account));
    await phonebooks.write({ account, session: "phone" }, [{ id: "a", base: 0, sealed: "AAAA" }], NOW);
    await expect.poll(() => tablet.got).toEqual([{ type: "phonebook", revision: 1 }]);
    await evictDurableObject(await phonebookOf(account));
    await phonebooks.notify(account, { type: "image", id: "picture" });
    await expect.poll(() => phone.got).toEqual([{ type: "image", id: "picture" }]);
    await expect.poll(() => tablet.got).toHaveLength(2);
    expect(stranger.got).toEqual([]);
    tablet.socket.send("ping");
    await expect.poll(() => tablet.got.at(-1)).toBe("pong");
    // What changes nothing is told to nobody.
    await phonebooks.write({ account, session: "phone" }, [{ id: "a", base: 0, sealed: "AAAA" }], NOW);
    await phonebooks.write({ account, session: "phone" }, [{ id: "a", base: 0, sealed: "AAAB" }], NOW);
    await phonebooks.clear({ account, session: "tablet" });
    await expect.poll(() => phone.got.at(-1)).toEqual({ type: "phonebook", revision: 2 });
    expect(tablet.got).toHaveLength(3);
  });

  it("are one a session, closed with it, and with the consent", async () => {
    const phonebooks = testPhonebooks();
    const { account } = fresh();
    const first = await listen(phonebooks, account, "phone");
    const again = await listen(phonebooks, account, "phone");
    const other = await listen(phonebooks, account, "tablet");
    await expect.poll(() => first.closed).toEqual([4000]);
    await phonebooks.disconnect(account, "phone");
    await expect.poll(() => again.closed).toEqual([4001]);
    expect(other.closed).toEqual([]);
    other.socket.send("anything else");
    await expect.poll(() => other.closed).toEqual([1003]);
    const last = await listen(phonebooks, account, "tablet");
    await phonebooks.withdraw(account);
    await expect.poll(() => last.closed).toEqual([4001]);
  });

  it("are refused to a session that has ended, whose token is still good", async () => {
    const { account } = fresh();
    const phonebooks = testPhonebooks(undefined, (session) => session === "tablet");
    const tablet = await listen(phonebooks, account, "tablet");
    expect(await phonebooks.listen({ account, session: "phone" })).toEqual({ ok: false, code: "session-ended" });
    await phonebooks.notify(account, { type: "image", id: "picture" });
    await expect.poll(() => tablet.got).toHaveLength(1);
    const listening = await runInDurableObject(await phonebookOf(account), (_, state) =>
      state.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN),
    );
    expect(listening).toHaveLength(1);
  });

  it("are told nothing after a day", async () => {
    const { account } = fresh();
    const phonebooks = testPhonebooks();
    const [old, young] = [await listen(phonebooks, account, "phone"), await listen(phonebooks, account, "tablet")];
    await runInDurableObject(await phonebookOf(account), async (_, state) => {
      for (const socket of state.getWebSockets(await testVault().keyedHash("phonebook-session", "phone"))) {
        const { until } = socket.deserializeAttachment() as { until: number };
        expect(until).toBeLessThanOrEqual(Date.now() + 86_400_000);
        socket.serializeAttachment({ until: until - 86_400_000 });
      }
    });
    await phonebooks.notify(account, { type: "image", id: "picture" });
    await expect.poll(() => old.closed).toEqual([4002]);
    await expect.poll(() => young.got).toHaveLength(1);
    expect(old.got).toEqual([]);
  });
});
