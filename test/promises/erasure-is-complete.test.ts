/**
 * Promise: erasure is complete. After erasure no store holds a live row of the account, its number, names, images or
 * sealed entries, and no raw bytes show them; a signed receipt says so, and names the platform's recovery history.
 * (Privacy notice, section 13.)
 *
 * The service runs as `npm run dev` starts it. Somebody uses everything, so that all that can be held is held; then she
 * erases her account, and the process is killed at once. Started again it ends what it began. Then nobody sees anything
 * of her, and it is stopped: every row of every store is searched for her ids, in whatever role they name her, the
 * objects of her account are empty, the buckets too, and the raw bytes of every file that it wrote show nothing of her.
 *
 * An account of another issuer, which has neither session nor number here, is erased too: on the built Worker, since the
 * issuer's keys are fetched.
 *
 * Seen to fail on a copy of the sources in which three of the steps in src/index.ts did nothing but to count (account,
 * contacts, messages), in one with the three others (pictures, phonebook, standing), and in one whose receipt does not
 * wait for ballots to look. That what was emptied stays
 * so whenever the kill comes is for the trial `erasure`.
 */
import { createPublicKey, verify } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/answer.ts";
import { EMPTIED, foundIn, idsOf, idsOfAccount, keyedId, objectsIn, rowsIn, TRUTH } from "../support/erased.ts";
import { Foreign, useAll } from "../support/foreign.ts";
import { addName, addNumber, addText, Needles } from "../support/needles.ts";
import { turned } from "../support/pictures.ts";
import { Service } from "../support/service.ts";
import { bytesOf, logicalDump } from "../support/state.ts";
import { PIN, SAID, SEALED, wholeAccount, type Whole } from "../support/whole-account.ts";
import { trialVault } from "../trials/keys.ts";
import { pagesInD1, pagesInKv } from "../trials/stores.ts";
import { Victim } from "../trials/victim.ts";
import { until } from "../support/until.ts";

const victim = new Victim();
const service = victim.development;

/** Objects of which somebody else has some too: a column that each has one row of, before and after. */
const FEWER: Readonly<Record<string, readonly [column: string, before: number, after: number]>> = {
  // Hers and his, who sent her a picture.
  Account: ["notice", 2, 1],
  PictureSender: ["sending", 2, 1],
  // Both codes, and the link to whom she sent one.
  Outbox: ["kind", 3, 2],
};
const having = (dump: Record<string, unknown>, name: string, column: string): number =>
  rowsIn(dump, name).filter((row) => row.includes(`"${column}":`) && !row.includes('"purpose":')).length;

/** Names that wait in the mixers. */
const waiting = (dump: Record<string, unknown>): string[] =>
  rowsIn(dump, "Mixer").filter((row) => row.includes('"release":'));

let whole: Whole;
let before: Record<string, unknown>;
let receipt = "";
/** The stores in the moment of the receipt. */
let atReceipt: Record<string, unknown>;
let photoPath = "";
let photoBefore = 0;
const lookUp = async (number: string): Promise<Record<string, unknown>> =>
  jsonOf(await service.call("GET", `/v1/lookup/${number}`, { token: service.mint.token() }));

/** Whether a name stands on a published page, which is what lookups read; a lookup would remember what was before. */
async function isPublished(name: string): Promise<boolean> {
  const vault = trialVault();
  const pages = [...pagesInD1(service.state), ...pagesInKv(service.state)];
  const opened = await Promise.all(pages.map(([id, body]) => vault.open({ table: "pages", id }, body)));
  return opened.some((page) => page.ok && Buffer.from(page.plaintext).includes(name));
}

beforeAll(async () => {
  const toml = join(service.folder, "wrangler.toml");
  writeFileSync(
    toml,
    readFileSync(toml, "utf8")
      .replace('ERASURE_SWEEP_S = ""', 'ERASURE_SWEEP_S = "2"')
      .replace('CONTACT_SPREAD_S = ""', 'CONTACT_SPREAD_S = "1"')
      .replace('CONTACT_LOOK_S = ""', 'CONTACT_LOOK_S = "3"'),
  );
  await victim.start();
  whole = await wholeAccount(service.calls);
  await until("her name is published", () => isPublished(SAID.name), 100);
  const me = await service.call("GET", "/v1/me", { token: whole.ann.accessToken });
  photoPath = new URL(jsonOf<{ photoUrl: string }>(me).photoUrl).pathname;
  photoBefore = (await service.call("GET", photoPath, { token: service.mint.token() })).status;
  // The name that she shared has come to its ballot.
  await until("no name waits", () => waiting(logicalDump(service.state)).length === 0, 100);
  before = logicalDump(service.state);
  const answer = await service.call("DELETE", "/v1/me", { token: whole.ann.accessToken });
  await victim.kill();
  const { erasureId } = jsonOf<{ erasureId: string }>(answer);
  await victim.start();
  receipt = await until("the receipt", async () => {
    const status = await service.call("GET", `/v1/erasures/${erasureId}`);
    return jsonOf<{ receipt?: string }>(status).receipt;
  });
  atReceipt = logicalDump(service.state);
});
afterAll(() => service.remove());

describe("after erasure, begun and killed", () => {
  it("there is one receipt, by the service's key, that names the recovery history and counts what went", async () => {
    const [header = "", payload = "", signature = ""] = receipt.split(".");
    const { keys } = jsonOf<{ keys: Record<string, string>[] }>(await service.call("GET", "/.well-known/jwks.json"));
    const jwk = keys[0] ?? {};
    const key = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" as const };
    expect(verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url"))).toBe(true);
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
    expect(claims).toMatchObject({ reason: "request", recoveryHistoryDays: 30 });
    expect(claims["removed"]).toEqual({ ...TRUTH, ownerNames: 0 });
  });

  it("the receipt did not speak too early: a name that she shared stood in the votes, and in none when it was given", () => {
    const names = (dump: Record<string, unknown>) => rowsIn(dump, "Ballot").filter((row) => row.includes('"share":'));
    expect(names(before)).toHaveLength(1);
    expect(names(atReceipt)).toEqual([]);
    expect(waiting(atReceipt)).toEqual([]);
    expect(rowsIn(atReceipt, "Ballot").filter((row) => row.includes('"source":"contact"'))).toEqual([]);
  });

  it("the receipt says what stays: votes, for how long, and who could link them", () => {
    const claims = JSON.parse(Buffer.from(receipt.split(".")[1] ?? "", "base64url").toString()) as {
      stays: { votes: Record<string, unknown>; quotas: Record<string, unknown> };
    };
    expect(claims.stays.votes).toMatchObject({ marksYears: 2, namesYears: 5 });
    expect(claims.stays.quotas).toMatchObject({
      until: "midnight (UTC)",
      statement: expect.stringMatching(/votes, contacts, pictures, photos, exports/),
    });
    expect(rowsIn(atReceipt, "Ballot").filter((row) => row.includes('"source":"user"'))).toHaveLength(1);
  });

  it("nobody sees anything of her", async () => {
    expect(photoBefore, "others saw her photo before").toBe(200);
    await service.untilPublished();
    expect(await isPublished(SAID.name)).toBe(false);
    const shown = await lookUp(whole.number);
    expect(shown).toMatchObject({ name: null, photoUrl: null, nameLevel: "none" });
    expect(photoPath).toMatch(/^\/v1\/photos\//);
    const token = whole.ann.accessToken;
    expect((await service.call("GET", photoPath, { token: service.mint.token() })).status).toBe(404);
    for (const box of ["sent", "inbox"]) {
      const answer = await service.call("GET", `/v1/images?box=${box}`, { token });
      expect(answer.text, "a token that is still good opens nothing").not.toContain("expiresAt");
    }
  });

  describe("and stopped", () => {
    let dump: Record<string, unknown>;
    const hers = (stores: Record<string, unknown>): string[] => foundIn(stores, idsOf(whole));
    beforeAll(async () => {
      // The platform lists alarms by the names of their objects: one that was under way when its object was emptied
      // stands there until it has rung.
      const found = (): string[] => hers(logicalDump(service.state));
      await until("nothing has an id of hers", () => found().length === 0, 500).catch(() =>
        expect(found()).toEqual([]),
      );
      await service.stop();
      dump = logicalDump(service.state);
    });

    it("no row of any store has an id of hers, in any role", () => {
      expect(hers(dump)).toEqual([]);
    });

    it("there was something to find: rows with her ids, objects, things in buckets", () => {
      const text = JSON.stringify(before);
      for (const [purpose, of] of [
        ["account", whole.ann.accountId],
        ["picture-sender", whole.ann.accountId],
        ["picture-recipient", whole.ann.accountId],
        ["holder", whole.number],
        ["number", whole.number],
      ] as const) {
        expect(text.includes(keyedId(purpose, of)), purpose).toBe(true);
      }
      for (const name of EMPTIED) expect(rowsIn(before, name).length, name).toBeGreaterThan(0);
      expect(objectsIn(before)).toHaveLength(3);
    });

    it("her objects are empty, but for votes and names that nothing joins with her", () => {
      for (const name of EMPTIED) expect(rowsIn(dump, name), name).toEqual([]);
      // What her number used of the day's quotas, until midnight, and of whose account it was nothing.
      const standings = rowsIn(dump, "VoterStanding").filter((row) => row.includes('"names":'));
      for (const row of standings) {
        expect(JSON.parse(row)).toMatchObject({ account: null, since: "0", disagreements: "0", epoch: "0" });
      }
      // So are the others, as counts by the names of the quotas.
      expect(
        rowsIn(dump, "DayUse")
          .filter((row) => row.includes('"period":'))
          .every((row) => /^\{"name":"[a-z-]+","window":"\d+","period":"\d+","n":"\d+"\}$/.test(row)),
      ).toBe(true);
      for (const [name, [column, had, has]] of Object.entries(FEWER)) {
        expect([having(before, name, column), having(dump, name, column)], name).toEqual([had, has]);
      }
      expect(rowsIn(dump, "Erasure").filter((row) => row.includes('"erased":null'))).toHaveLength(1);
    });

    it("no bucket has an object of hers", () => {
      expect(objectsIn(dump)).toEqual([]);
    });

    it("the raw bytes of everything that was written show nothing of her", () => {
      const needles = new Needles();
      addNumber(needles, whole.number, whole.number.slice(2));
      addName(needles, SAID.name);
      for (const text of [SAID.email, SAID.address, SAID.dateOfBirth, SAID.socialLinks[0], SEALED, PIN]) {
        addText(needles, text, text);
      }
      for (const [what, bytes] of Object.entries({ photo: whole.photo, sent: whole.sent, received: whole.received })) {
        for (let at = 256; at + 32 <= bytes.length; at += 256) needles.add(bytes.subarray(at, at + 32), `her ${what}`);
      }
      const found = service.files.map((path) => [relative(service.folder, path), needles.find(bytesOf(path))]);
      expect(found.filter(([, findings]) => (findings ?? []).length > 0)).toEqual([]);
    });
  });
});

describe("after erasure of another issuer's account", () => {
  it("no row and no bucket has anything of it", async () => {
    const foreign = new Foreign();
    const built = await Service.start({ ...foreign.vars, ERASURE_SWEEP_S: "1" });
    try {
      const as = foreign.token("zyntharova");
      const worker = built.harness.getWorker();
      const { DB, PICTURE_BYTES } = (await worker.getEnv()) as { DB: D1Database; PICTURE_BYTES: R2Bucket };
      const ids = [...idsOfAccount(foreign.account("zyntharova")), await useAll(built, as, await turned(1, 90, 70))];
      /** Its rows in D1, the tables of its objects, and what is in the bucket. */
      const held = async (): Promise<unknown[]> => {
        const pictures = await DB.prepare("SELECT * FROM pictures").all();
        const stored = await Promise.all(
          (["STANDINGS", "PICTURE_SENDERS", "PICTURES"] as const).map(async (objects, at) => {
            const name = [keyedId("standing", foreign.account("zyntharova")), ids[1], ids.at(-1)][at] ?? "";
            const storage = await worker.getDurableObjectStorage(objects, { name });
            return storage.exec("SELECT name FROM sqlite_master WHERE name IN ('standing', 'sender', 'picture')");
          }),
        );
        return [...pictures.results, ...stored.flat(), ...(await PICTURE_BYTES.list()).objects];
      };
      expect(await held()).toHaveLength(5);
      const { erasureId } = jsonOf<{ erasureId: string }>(await built.call("DELETE", "/v1/me", { as }));
      const done = async (): Promise<unknown> =>
        (await built.call("GET", `/v1/erasures/${erasureId}`, { as: null })).text;
      await expect.poll(done, { timeout: 180_000 }).toContain("receipt");
      // Until midnight its day's quotas stay.
      expect(await held()).toEqual([{ name: "standing" }]);
    } finally {
      await built.stop();
      foreign.restore();
    }
  });
});
