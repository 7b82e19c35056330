import { runDurableObjectAlarm } from "cloudflare:test";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Phonebooks } from "../../src/phonebook/phonebooks.ts";
import { lineOf, phonebookOf, testPhonebooks } from "../support/phonebook.ts";
import { PhonebookClient, sealOfPassphrase, type Line } from "../support/phonebook-client.ts";
import { ContactSeal, randomKey, type Contact } from "../support/phonebook-seal.ts";

const DAY_MS = 86_400_000;

/** What a connection does to one call. */
const FAULTS = [
  "none",
  "none",
  "none",
  "none",
  "none",
  "none",
  "request-lost",
  "answer-lost",
  "twice",
  "late",
] as const;
type Fault = (typeof FAULTS)[number];

/** A line on which calls fail as told: what is late arrives again after later calls have been made. */
function faulty(line: Line, faults: () => Fault, late: (() => Promise<unknown>)[]): Line {
  const through = async <T>(call: () => Promise<T>): Promise<T> => {
    const fault = faults();
    if (fault === "late") late.push(call);
    if (fault === "request-lost" || fault === "late") throw new Lost();
    if (fault === "twice") await call();
    const answer = await call();
    if (fault === "answer-lost") throw new Lost();
    return answer;
  };
  return { read: (since) => through(() => line.read(since)), write: (entries) => through(() => line.write(entries)) };
}

class Lost extends Error {}

async function tryToSync(client: PhonebookClient): Promise<void> {
  try {
    await client.sync();
  } catch (thrown) {
    if (!(thrown instanceof Lost)) throw thrown;
  }
}

/** What a person does on a device: `which` of the contacts shown is changed. */
type Change = "add" | "edit" | "renumber" | "delete";
type Step =
  | { readonly what: "change"; readonly how: Change; readonly device: number; readonly which: number }
  | { readonly what: "sync"; readonly device: number }
  | { readonly what: "together" }
  | { readonly what: "arrive" };

const stepOf = (devices: number): fc.Arbitrary<Step> => {
  const device = fc.nat(devices - 1);
  const which = fc.nat(6);
  const how = fc.constantFrom<Change>("add", "edit", "edit", "edit", "renumber", "delete");
  return fc.oneof(
    { weight: 10, arbitrary: fc.record({ what: fc.constant("change" as const), how, device, which }) },
    { weight: 6, arbitrary: fc.record({ what: fc.constant("sync" as const), device }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant("arrive" as const) }) },
    { weight: 3, arbitrary: fc.record({ what: fc.constant("together" as const) }) },
  );
};

/** Plays a script on an account of its own; then lets all come level on a good connection. */
async function play(phonebooks: Phonebooks, devices: number, script: readonly Step[], faults: readonly Fault[]) {
  const account = crypto.randomUUID();
  const seal = await ContactSeal.ofKey(randomKey());
  let calls = 0;
  let good = true;
  const late: (() => Promise<unknown>)[] = [];
  const next = (): Fault => (good ? "none" : (faults[calls++ % faults.length] ?? "none"));
  const clients = Array.from({ length: devices }, (_, at) => {
    const line = lineOf(phonebooks, { account, session: `device ${at}` }, () => Date.now(), 3);
    return new PhonebookClient(faulty(line, next, late), seal);
  });
  /** Notes ever given, and those that somebody who saw them has replaced or deleted. */
  const given = new Set<string>();
  const replaced = new Set<string>();
  for (const name of ["Ann", "Bob", "Cem"]) clients[0]?.add({ name, numbers: [] });
  for (const client of clients) await client.sync();
  good = false;
  for (const [at, step] of script.entries()) {
    if (step.what === "arrive") {
      await late.shift()?.();
      continue;
    }
    if (step.what === "together") {
      await Promise.all(clients.map(tryToSync));
      continue;
    }
    const client = clients[step.device];
    if (client === undefined) continue;
    if (step.what === "sync") {
      await tryToSync(client);
      continue;
    }
    const note = `note ${at}`;
    if (step.how === "add") {
      client.add({ name: "Ann", numbers: [], note });
      given.add(note);
      continue;
    }
    const shown = [...client.contacts()];
    const [id, contact] = shown[step.which % Math.max(1, shown.length)] ?? [];
    if (id === undefined || contact === undefined) continue;
    if (step.how === "renumber") {
      client.set(id, { ...contact, numbers: [...contact.numbers, `+1555${at}`] });
      continue;
    }
    if (contact.note !== undefined) replaced.add(contact.note);
    if (step.how === "edit") given.add(note);
    client.set(id, step.how === "delete" ? null : { ...contact, note });
  }
  good = true;
  for (const call of late) await call();
  for (let round = 0; round < 2 * devices; round += 1) await clients[round % devices]?.sync();
  for (const client of clients) await client.sync();
  return { clients, kept: given.difference(replaced) };
}

describe.each([
  { devices: 2, runs: 60 },
  { devices: 5, runs: 30 },
])("$devices devices that edit one phonebook", ({ devices, runs }) => {
  it("end equal and lose nothing, offline and online, with lost, repeated and late calls", async () => {
    const phonebooks = testPhonebooks();
    let conflicts = 0;
    const script = fc.array(stepOf(devices), { minLength: 10, maxLength: 40 });
    const faults = fc.array(fc.constantFrom(...FAULTS), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(script, faults, async (steps, failing) => {
        const { clients, kept } = await play(phonebooks, devices, steps, failing);
        const [first, ...others] = clients.map((client) => client.contacts());
        for (const other of others) expect(other).toEqual(first);
        const notes = new Set([...(first ?? new Map<string, Contact>()).values()].map(({ note }) => note));
        for (const note of kept) expect(notes, note).toContain(note);
        conflicts += clients.reduce((sum, client) => sum + client.conflicts, 0);
      }),
      { numRuns: runs },
    );
    expect(conflicts).toBeGreaterThan(0);
  });
});

describe("two devices", () => {
  const pair = async () => {
    const account = crypto.randomUUID();
    const phonebooks = testPhonebooks();
    const seal = await ContactSeal.ofKey(randomKey());
    let now = Date.now();
    const device = (session: string): PhonebookClient =>
      new PhonebookClient(
        lineOf(phonebooks, { account, session }, () => now),
        seal,
      );
    return { account, phonebooks, a: device("a"), b: device("b"), later: (days: number) => (now += days * DAY_MS) };
  };

  it("merge what each has changed, and keep a copy of what both have", async () => {
    const { a, b } = await pair();
    const id = a.add({ name: "Ann", numbers: ["+13125550123"] });
    await a.sync();
    await b.sync();
    a.set(id, { name: "Ann Fiction", numbers: ["+13125550123"] });
    b.set(id, { name: "Ann", numbers: ["+13125550123", "+13125550124"], note: "from work" });
    await a.sync();
    await b.sync();
    await a.sync();
    const merged = { name: "Ann Fiction", numbers: ["+13125550123", "+13125550124"], note: "from work" };
    expect([...a.contacts().values()]).toEqual([merged]);
    expect(b.contacts()).toEqual(a.contacts());
    a.set(id, { ...merged, note: "one" });
    b.set(id, { ...merged, note: "other" });
    await a.sync();
    await b.sync();
    await a.sync();
    expect(new Set([...a.contacts().values()].map(({ note }) => note))).toEqual(new Set(["one", "other"]));
    expect(b.contacts()).toEqual(a.contacts());
  });

  it("learn of deletions for 90 days; whoever was away longer starts anew and ends the same", async () => {
    const { account, phonebooks, a, b, later } = await pair();
    // The deletion lies far back, so that the alarm finds its time over.
    later(-120);
    const gone = a.add({ name: "Gone", numbers: [] });
    const stays = a.add({ name: "Stays", numbers: [] });
    await a.sync();
    await b.sync();
    b.set(stays, { name: "Stays", numbers: [], note: "edited while away" });
    a.set(gone, null);
    await a.sync();
    expect(await phonebooks.read({ account, session: null }, 2, 10)).toMatchObject({
      page: { entries: [{ id: gone, sealed: null }] },
    });
    await runDurableObjectAlarm(await phonebookOf(account));
    expect(await phonebooks.read({ account, session: null }, 2, 10)).toEqual({ ok: false, code: "resync" });
    expect(await phonebooks.read({ account, session: null }, 3, 10)).toMatchObject({ page: { entries: [] } });
    await b.sync();
    await a.sync();
    expect([...b.contacts().values()]).toEqual([{ name: "Stays", numbers: [], note: "edited while away" }]);
    expect(a.contacts()).toEqual(b.contacts());
  });

  it("start anew when the phonebook was deleted, and what was edited meanwhile is not lost", async () => {
    const { account, phonebooks, a, b } = await pair();
    a.add({ name: "Plain", numbers: [] });
    const edited = a.add({ name: "Edited", numbers: [] });
    await a.sync();
    await b.sync();
    b.set(edited, { name: "Edited", numbers: ["+13125550123"] });
    await phonebooks.clear({ account, session: "a" });
    await a.sync();
    await b.sync();
    await a.sync();
    expect([...b.contacts().values()]).toEqual([{ name: "Edited", numbers: ["+13125550123"] }]);
    expect(a.contacts()).toEqual(b.contacts());
  });

  it("read each other with the same passphrase, whichever comes first, and nobody does with another", async () => {
    const account = crypto.randomUUID();
    const phonebooks = testPhonebooks();
    const line = (session: string): Line => lineOf(phonebooks, { account, session }, () => Date.now());
    const words = "correct horse battery staple";
    const [one, other] = await Promise.all([sealOfPassphrase(line("a"), words), sealOfPassphrase(line("b"), words)]);
    const [a, b] = [new PhonebookClient(line("a"), one), new PhonebookClient(line("b"), other)];
    const id = a.add({ name: "Ann", numbers: [] });
    await a.sync();
    await b.sync();
    expect([...b.contacts().values()]).toEqual([{ name: "Ann", numbers: [] }]);

    const stranger = await sealOfPassphrase(line("c"), "correct horse battery stable");
    await expect(new PhonebookClient(line("c"), stranger).sync()).rejects.toBeInstanceOf(DOMException);
    // Nor does a ciphertext open under another id.
    const sealed = await one.seal(id, { name: "Ann", numbers: [] });
    await expect(other.open("another id", sealed)).rejects.toBeInstanceOf(DOMException);
  });
});
