import { marksOf } from "../../src/directory/dirty-records.ts";
import { lineId } from "../../src/directory/place.ts";
import { bytesOf } from "../../src/storage/bytes-column.ts";
import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { senderHash } from "../../src/images/deps.ts";
import { Pictures } from "../../src/images/pictures.ts";
import { PictureReports } from "../../src/images/reports.ts";
import type { E164 } from "../../src/numbers/number.ts";
import { Audit } from "../../src/operators/audit.ts";
import { AuditRecords } from "../../src/operators/audit-records.ts";
import { DisputeRecords } from "../../src/ownership/dispute-records.ts";
import { Disputes } from "../../src/ownership/disputes.ts";
import { NoticeRecords } from "../../src/privacy/notice-records.ts";
import { Notices } from "../../src/privacy/notices.ts";
import { SkippedRecords } from "../../src/storage/skipped-records.ts";
import { begin, phone, testAccounts } from "../support/accounts.ts";
import {
  e164,
  lookUpIn,
  makeDataset,
  placeOf,
  publishAll,
  send,
  testDirectory,
  testVault,
} from "../support/directory.ts";
import { ballotRows, lookAround, release, share, sharer, testContacts } from "../support/contacts.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { freshNetwork, testMessages } from "../support/messages.ts";
import { ownershipOf, testOwners } from "../support/ownership.ts";
import { phonebookOf, testPhonebooks } from "../support/phonebook.ts";
import { sent, testPictures } from "../support/picture-service.ts";
import { as, ballotOf, sendNow, testVoting, vote } from "../support/voting.ts";

// Each place that holds something sealed, or JSON, in turn: one row of it is spoilt, and what stands beside it still works.

const NOW = Date.UTC(2026, 10, 18);
const [ONE, OTHER, FAR] = [e164("+13125550123"), e164("+13125550124"), e164("+13125559955")];
const SLOW = { timeout: 600_000 };
/** What no store should hold: no base64, no seal, no JSON. */
const SPOILT = ["AB", "no base64!", "{"];

beforeEach(async () => {
  await emptyStores();
});

const skips = () => {
  const places = new Set<string>();
  return { places, vault: testVault({ count: (place) => void places.add(place) }) };
};
/** What objects skipped, and counted in D1. */
const counted = async (): Promise<string[]> =>
  (await new SkippedRecords(env.DB).read(Date.now())).map(({ place }) => place);
const spoil = (stub: DurableObjectStub, statement: string, ...values: SqlStorageValue[]): Promise<void> =>
  runInDurableObject(stub, (_, { storage }) => void storage.sql.exec(statement, ...values));

describe.each(SPOILT)("where the directory holds %s", SLOW, (bad) => {
  const lookUp = (number: string) => lookUpIn(testDirectory(), number, NOW);

  it("as a dataset's name, the neighbour in its block keeps its own, and the slot goes on", async () => {
    const directory = testDirectory();
    const dataset = await makeDataset(directory, "names", "directory");
    const named = (number: E164, name: string) =>
      ({ of: "directory", number, day: 20_775, name, kind: "business" }) as const;
    await send(directory, dataset, "a", [named(ONE, "Oak Bank"), named(OTHER, "Elm Clinic"), named(FAR, "Far Inn")]);
    const { block, line } = await placeOf(ONE);
    await env.DB.prepare("UPDATE evidence SET name = ? WHERE block = ? AND line = ?")
      .bind(bad, bytesOf(block), line)
      .run();
    await publishAll(directory);
    expect(await lookUp(ONE)).toMatchObject({ name: null });
    expect(await lookUp(OTHER)).toMatchObject({ name: "Elm Clinic" });
    expect(await lookUp(FAR)).toMatchObject({ name: "Far Inn" });
    expect(directory.events).toContainEqual({
      event: "vault.refused",
      fields: expect.objectContaining({ table: "evidence" }),
    });
  });

  it.each(["ballot", "ownership"] as const)("as a part (%s), the neighbour and the slot go on", async (part) => {
    const directory = testDirectory();
    const dataset = await makeDataset(directory, "names", "directory");
    const named = (number: E164, name: string) =>
      ({ of: "directory", number, day: 20_775, name, kind: "business" }) as const;
    await send(directory, dataset, "a", [named(ONE, "Oak Bank"), named(OTHER, "Elm Clinic")]);
    // Sealed as it should be, and no part: a bug wrote it.
    for (const number of [ONE, FAR]) {
      const place = await placeOf(number);
      const id = `${part === "ballot" ? "" : "ownership "}${lineId(place.block, place.line)}`;
      const sealed = await directory.vault.sealText({ table: "callers", id }, bad);
      const marks = await marksOf(directory.vault, [place]);
      await directory.records.callers.writePart(part, place, { marks, named: null }, sealed, 1, NOW);
    }
    const { block, line } = await placeOf(ONE);
    await env.DB.prepare(`UPDATE callers SET ${part} = ? WHERE block = ? AND line = ?`)
      .bind(bad, bytesOf(block), line)
      .run();
    await publishAll(directory);
    expect(await lookUp(ONE)).toMatchObject({ name: "Oak Bank" });
    expect(await lookUp(OTHER)).toMatchObject({ name: "Elm Clinic" });
    expect(directory.events).toContainEqual({
      event: "vault.refused",
      fields: expect.objectContaining({ table: "callers" }),
    });
  });

  it("as a page, in KV alone and in both stores, other pages answer", async () => {
    const directory = testDirectory();
    const dataset = await makeDataset(directory, "names", "directory");
    const named = (number: E164, name: string) =>
      ({ of: "directory", number, day: 20_775, name, kind: "business" }) as const;
    await send(directory, dataset, "a", [named(ONE, "Oak Bank"), named(FAR, "Far Inn")]);
    await publishAll(directory);
    const { block } = await placeOf(ONE);
    await env.PAGES.put(block, bad);
    expect(await lookUp(ONE)).toMatchObject({ name: "Oak Bank" });
    await env.DB.prepare("UPDATE pages SET body = ? WHERE block = ?").bind(bad, bytesOf(block)).run();
    expect(await lookUp(ONE)).toMatchObject({ name: null });
    expect(await lookUp(FAR)).toMatchObject({ name: "Far Inn" });
  });

  it("as a report or an entry of the audit, the others are listed", async () => {
    const { places, vault } = skips();
    const disputes = new Disputes(vault, new DisputeRecords(env.DB), testOwners());
    for (const number of [ONE, OTHER]) await disputes.open(number, "mistaken", null, NOW);
    await env.DB.prepare("UPDATE disputes SET sealed = ? WHERE id = ?")
      .bind(bad, await vault.keyedHash("dispute", ONE))
      .run();
    expect((await disputes.list()).map(({ number }) => number)).toEqual([OTHER]);
    const audit = new Audit(vault, new AuditRecords(env.DB), testDirectory().logger);
    const call = { action: "dataset.drop", who: "an operator", target: null, details: {} };
    const first = await audit.begin(call, NOW, crypto.randomUUID());
    await audit.begin(call, NOW + 1, crypto.randomUUID());
    await env.DB.prepare("UPDATE audit SET sealed = ? WHERE id = ?").bind(bad, first).run();
    expect((await audit.list(null, 10)).map(({ who }) => who)).toEqual(["an operator", null]);
    expect(places).toEqual(new Set(["disputes", "audit"]));
  });

  it("as a notice's texts, the dates and the other notices stand", async () => {
    const { places } = skips();
    const notices = new Notices(new NoticeRecords(env.DB), { count: (place) => void places.add(place) });
    const texts = [{ language: "en", title: "T", body: "B" }] as const;
    const inForce = (await notices.inForce(Date.now()))?.version ?? "";
    expect((await notices.publish({ version: "x", effectiveAt: Date.now() + 9e8, texts }, Date.now())).ok).toBe(true);
    await env.DB.prepare("UPDATE notices SET texts = ? WHERE version = 'x'").bind(bad).run();
    expect(await notices.read("x")).toBeNull();
    expect(await notices.read(inForce)).not.toBeNull();
    expect((await notices.current(Date.now())).upcoming?.version).toBe("x");
    expect([...places]).toEqual(["notices"]);
  });
});

describe.each(SPOILT)("where an object holds %s", SLOW, (bad) => {
  it("as a vote's name, the other votes and names stand", async () => {
    const voting = testVoting();
    await vote(voting, ONE, { name: "Oak Bank", spam: true }, as("ann"));
    await vote(voting, ONE, { name: "Elm Clinic" }, as("bob"));
    const ballot = await ballotOf(ONE);
    await spoil(ballot, "UPDATE form SET sealed = ? WHERE id = (SELECT min(id) FROM form)", bad);
    await evictDurableObject(ballot);
    expect(await voting.namesOn(ONE)).toHaveLength(1);
    await vote(voting, ONE, { spam: true }, as("cem"));
    expect(await sendNow(ONE)).toBe(true);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM callers").first("n")).toBe(1);
    expect(await counted()).toContain("ballots");
  });

  it("as a message, the next one leaves", async () => {
    const messages = testMessages();
    const outbox = env.OUTBOXES.getByName(await testVault().keyedHash("recipient", ONE));
    const message = (code: string) => ({
      id: crypto.randomUUID(),
      to: phone(ONE),
      channel: "sms" as const,
      network: freshNetwork(),
      reserved: null,
      language: "en" as const,
      text: { kind: "sign-in-code" as const, code },
      expiresAt: Date.now() + 600_000,
    });
    await runInDurableObject(outbox, (_, { storage }) => storage.setAlarm(Date.now() + 600_000));
    await messages.send(message("111111"), Date.now());
    await spoil(outbox, "UPDATE message SET sealed = ?", bad);
    await messages.send(message("222222"), Date.now());
    await runDurableObjectAlarm(outbox);
    expect((await messages.logged(ONE)).map(({ body }) => body).join()).toContain("222222");
    await spoil(outbox, "UPDATE logged SET sealed = ?", bad);
    expect(await messages.logged(ONE)).toHaveLength(1);
    expect((await messages.held(ONE)).messages).toHaveLength(2);
    expect(await counted()).toEqual(expect.arrayContaining(["outbox", "logged"]));
  });

  it("as a device, a profile or a number, the account is exported, signs in and ends; others know nothing of it", async () => {
    const { accounts } = testAccounts();
    const [ann, bob] = [await begin(ONE, "phone", Date.now()), await begin(OTHER, "phone", Date.now())];
    const object = await accounts.objectOf(ann.accountId);
    await spoil(object, "UPDATE session SET device = ?", bad);
    await spoil(object, "UPDATE profile SET sealed = ?", bad);
    expect(await accounts.exportOf(ann.accountId)).toMatchObject({ number: ONE, sessions: [{ device: {} }] });
    await begin(ONE, "tablet", Date.now());
    await spoil(object, "UPDATE member SET number = ?", bad);
    expect(await accounts.numberOf(ann.accountId)).toBeNull();
    expect(await accounts.erase(ann.accountId, Date.now())).toBe(true);
    expect(await accounts.exportOf(bob.accountId)).toMatchObject({ number: OTHER });
    expect(await counted()).toEqual(expect.arrayContaining(["sessions", "profiles", "accounts"]));
  });

  it("as an account's id, others sign in and leave", async () => {
    const { accounts } = testAccounts();
    await begin(ONE, "phone", Date.now());
    const { accountId } = await begin(OTHER, "phone", Date.now());
    const holder = await testVault().keyedHash("holder", ONE);
    await env.DB.prepare("UPDATE accounts SET subject = ? WHERE number = ?").bind(bad, holder).run();
    expect(await accounts.holderOf(ONE)).toBeNull();
    expect((await begin(OTHER, "phone", Date.now())).accountId).toBe(accountId);
    await env.DB.prepare("UPDATE accounts SET state = 'leaving'").run();
    const told = new Set<string>();
    // One at a time: which one comes is left to chance, so that one that cannot be opened does not stand before the others.
    for (let round = 0; round < 40; round += 1) for (const one of await accounts.leaving(1)) told.add(one);
    expect(told).toEqual(new Set([accountId]));
  });

  it("as what an owner says, it may be said anew, and other owners' stands", async () => {
    const say = (number: E164, name: string) =>
      testOwners().say(number, { name, kind: "business", handOver: false }, NOW);
    for (const [number, name] of [
      [ONE, "Oak Dental"],
      [OTHER, "Elm Dental"],
    ] as const) {
      expect(await say(number, name)).toMatchObject({ ok: true });
    }
    await spoil(await ownershipOf(ONE), "UPDATE owned SET sealed = ?", bad);
    await evictDurableObject(await ownershipOf(ONE));
    expect(await testOwners().names(ONE)).toBe(0);
    expect(await testOwners().names(OTHER)).toBe(1);
    expect(await say(ONE, "Oak Dental")).toMatchObject({ ok: true });
    expect(await testOwners().names(ONE)).toBe(1);
    expect(await counted()).toContain("owners");
    // A change of hands that cannot be told holds up nothing of what is said next.
    await spoil(await ownershipOf(ONE), "UPDATE owned SET telling = ?", bad);
    await evictDurableObject(await ownershipOf(ONE));
    expect(await testOwners().unlist(ONE, NOW)).toMatchObject({ ok: true });
    expect(await counted()).toContain("handovers");
  });

  it("as a picture's facts or life, the others are listed, shown and reported", async () => {
    const parts = testPictures({ [phone("+13125550123").e164]: "bob" });
    const [spoilt, whole] = [await sent(parts), await sent(parts)];
    const now = Date.now();
    for (const column of ["life", "facts"]) {
      const object = env.PICTURES.getByName(spoilt.id);
      await spoil(object, `UPDATE picture SET ${column} = ?`, bad);
      await evictDurableObject(object);
      const pictures = new Pictures(parts);
      expect((await pictures.inbox("bob", now)).map(({ id }) => id)).toEqual([whole.id]);
      expect((await pictures.sent("ann", now)).map(({ id }) => id)).toEqual([whole.id]);
      expect(await pictures.show({ account: "bob", id: spoilt.id }, now)).toBeNull();
    }
    await parts.records.setReported(spoilt.id, true);
    await new Pictures(parts).report({ account: "bob", id: whole.id }, now);
    expect((await new PictureReports(parts).list(now)).map(({ id }) => id)).toEqual([whole.id]);
    expect(await counted()).toContain("picture-objects");
  });

  it("as a picture's keys, or its sender's counts and first answer, the next one is sent, shown and reported", async () => {
    const parts = testPictures({ [phone("+13125550123").e164]: "bob" });
    const pictures = new Pictures(parts);
    const now = Date.now();
    const spoilt = await sent(parts, { idempotencyKey: "a" }, now);
    const bytes = new Uint8Array(new TextEncoder().encode(bad)).buffer;
    const object = env.PICTURES.getByName(spoilt.id);
    await spoil(object, "UPDATE picture SET link_key = ?1, account_key = ?1", bytes);
    await evictDurableObject(object);
    const sender = env.PICTURE_SENDERS.getByName(await senderHash(parts.vault, "ann"));
    await spoil(sender, "UPDATE sender SET sending = ?", bad);
    await spoil(sender, "UPDATE upload SET answer = ?", bad);
    // The same upload again is a new one, since nobody can tell what the first one's answer was.
    expect((await sent(parts, { idempotencyKey: "a" }, now)).id).not.toBe(spoilt.id);
    const whole = await sent(parts, {}, now);
    for (const asker of [{ token: spoilt.token }, { account: "bob", id: spoilt.id }]) {
      expect(await pictures.show(asker, now)).toBeNull();
      expect(await pictures.report(asker, now)).toBe(false);
    }
    const shown = await pictures.show({ token: whole.token }, now);
    await shown?.webp.cancel();
    expect(shown).not.toBeNull();
    expect(await pictures.report({ token: whole.token }, now)).toBe(true);
    await spoil(env.PICTURES.getByName(whole.id), "UPDATE picture SET report_key = ?", bytes);
    expect((await new PictureReports(parts).list(now)).map(({ id }) => id)).toEqual([whole.id]);
    expect(await pictures.remove({ account: "ann", id: spoilt.id }, now)).toBe(true);
    expect(await counted()).toContain("picture-senders");
  });

  it("as the share id of a name from contacts, the ballot's votes go out", async () => {
    const voting = testVoting();
    const ballot = await ballotOf(ONE);
    const contacts = testContacts();
    await share(contacts, "Oak Dental", [ONE, OTHER], sharer("bob"));
    await release();
    await spoil(ballot, "UPDATE contact SET share = ?", bad);
    await vote(voting, ONE, { name: "Elm Clinic" }, as("ann"));
    await contacts.withdrawAll("bob");
    await lookAround([ONE, OTHER]);
    expect(await ballotRows(OTHER, "contact")).toEqual([]);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM callers").first("n")).toBeGreaterThan(0);
    expect(await counted()).toContain("contacts");
  });

  it("as an entry of a phonebook, the others are read and exported, and it may be written anew", async () => {
    const phonebooks = testPhonebooks();
    const device = { account: "ann", session: null };
    const entry = (id: string, base = 0) => ({ id, base, sealed: "QUJD" });
    await phonebooks.write(device, [entry("one"), entry("two")], Date.now());
    const bytes = new Uint8Array(new TextEncoder().encode(bad)).buffer;
    await spoil(await phonebookOf("ann"), "UPDATE entry SET content = ? WHERE revision = 1", bytes);
    const read = await phonebooks.read(device, 0, 100);
    expect(read.ok && read.page.entries.map(({ id }) => id)).toEqual(["two"]);
    const pages = [];
    for await (const page of phonebooks.exportOf("ann")) pages.push(JSON.stringify(page));
    expect(pages.join()).toContain("two");
    expect(await counted()).toContain("phonebooks");
  });
});
