/**
 * Promise: nothing stored says which account a shared contact came from, nor which contacts came from one account.
 * (Privacy notice, section 1.)
 *
 * The service runs as `npm run dev` starts it. Three accounts share 500 contacts each, many of them the same numbers. It
 * is stopped while most of the names still wait in the mixers, started again, and stopped when all have gone out; the
 * raw rows of every object are read both times. No two rows may share a value that could join them, rows hold what they
 * need and no more, and with the keys, which a thief would not have, it is checked that the names of the three go out
 * mixed as by chance, each account's own in an order that has nothing to do with the one in which they came. Neither
 * account ids, share ids, numbers nor names stand anywhere in the files or in the log.
 *
 * Seen to fail on a copy of the sources with each of these changes: release times in the order of arrival; all names of
 * a call released at one time; the share id's hash beside each name in its ballot; a column beside each waiting name; a `pid` of the share id and the area code; the log
 * telling who shares.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, type Answer } from "../support/answer.ts";
import { consenting } from "../support/consenting.ts";
import { Development } from "../support/development.ts";
import { addName, addNumber, addText, Needles } from "../support/needles.ts";
import type { Sent } from "../support/service.ts";
import { SHARED_COLUMNS } from "../support/ballot-columns.ts";
import { bytesOf, logicalDump } from "../support/state.ts";
import { trialVault } from "../trials/keys.ts";
import { until } from "../support/until.ts";

const service = new Development();
/** Long enough that most names wait when the first copy is taken, also where everything else is slow. */
const SPREAD_S = 40;
const CONTACTS = 500;
const NUMBERS = Array.from({ length: 520 }, (_, at) => `+1309555${2000 + 7 * at}`);
/** First number of each account: they overlap. */
const FROM = [0, 10, 20];
const FIRST = ["Zyntharova", "Brolkwitz", "Vezmarique", "Quillhane", "Thistlewyck", "Jacarundel", "Ogkrizal"];
const LAST = ["Quellbrook", "Wroxtelby", "Polarbaer", "Vanishgate", "Umbrellin", "Droppington"];
const nameOf = (at: number): string => `${FIRST[at % FIRST.length] ?? ""} ${LAST[at % LAST.length] ?? ""}`;

type Row = Readonly<Record<string, unknown>>;
type Tables = Readonly<Record<string, readonly Row[]>>;

/** A name that waits, opened with the keys. */
interface Waiting {
  readonly number: string;
  readonly share: string;
  readonly release: number;
}

const accounts: string[] = [];
let waiting: Waiting[] = [];
let mixed: Tables[] = [];
let ballots: Tables[] = [];
let sharings: Tables[] = [];

/** The tables of every object of a class, but for the platform's own. */
function objectsOf(name: string): Tables[] {
  return Object.entries(logicalDump(join(service.state, "v3", "do", `konnections-${name}`)))
    .filter(([path]) => path.endsWith(".sqlite") && path !== "metadata.sqlite")
    .map(([, tables]) =>
      Object.fromEntries(
        Object.entries(tables as Record<string, readonly string[]>)
          .filter(([table]) => !/^(?:_cf_|__miniflare_)/.test(table))
          .map(([table, rows]) => [table, rows.map((row) => JSON.parse(row) as Row)]),
      ),
    );
}

/** How many names wait, while the service runs; null when a file went away during the look. */
function countWaiting(): number | null {
  try {
    return rowsOf(objectsOf("Mixer"), "pending").length;
  } catch {
    return null;
  }
}

const rowsOf = (objects: readonly Tables[], table: string): Row[] => objects.flatMap((tables) => tables[table] ?? []);

/** Calls as the helpers of black-box tests make them. */
const calls = {
  call: (method: string, path: string, { as, json, headers }: Sent = {}): Promise<Answer> =>
    service.call(method, path, {
      headers: { "content-type": "application/json", ...headers },
      ...(as !== null && typeof as === "object" ? { token: as.token } : {}),
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    }),
};

beforeAll(async () => {
  const toml = join(service.folder, "wrangler.toml");
  writeFileSync(toml, readFileSync(toml, "utf8").replace('CONTACT_SPREAD_S = ""', `CONTACT_SPREAD_S = "${SPREAD_S}"`));
  await service.start();
  const tokens: string[] = [];
  for (const _ of FROM) {
    const { accessToken, accountId } = await consenting(calls, ["contact-sharing"]);
    tokens.push(accessToken);
    accounts.push(accountId);
  }
  const answers = await Promise.all(
    tokens.map((token, at) => {
      const own = NUMBERS.slice(FROM[at] ?? 0, (FROM[at] ?? 0) + CONTACTS);
      const contacts = own.map((number, n) => ({ name: nameOf(n + at), numbers: [number] }));
      return calls.call("POST", "/v1/contacts/shared", { as: { token }, json: { contacts } });
    }),
  );
  for (const answer of answers) expect(jsonOf(answer)).toEqual({ accepted: CONTACTS, refused: [] });
  await service.stop();
  mixed = objectsOf("Mixer");
  const vault = trialVault();
  for (const { id, sealed, release } of rowsOf(mixed, "pending")) {
    const opened = await vault.openText({ table: "mixers", id: String(id) }, String(sealed));
    if (!opened.ok) throw new Error(opened.reason);
    const { number, share } = JSON.parse(opened.text) as Waiting;
    waiting.push({ number, share, release: Number(release) });
  }
  await service.start();
  await until("the mixers are empty", () => countWaiting() === 0, 1000);
  await service.untilPublished();
  await service.stop();
  ballots = objectsOf("Ballot");
  sharings = objectsOf("Sharing");
});
afterAll(() => service.remove());

describe("names that wait", () => {
  it("are there, and were released one by one since", () => {
    expect(waiting.length).toBeGreaterThan(CONTACTS);
    expect(rowsOf(ballots, "contact")).toHaveLength(3 * CONTACTS);
    expect(rowsOf(ballots, "vote").every(({ source }) => source === "contact")).toBe(true);
    expect(ballots.filter((tables) => (tables["vote"] ?? []).length > 0)).toHaveLength(NUMBERS.length);
  });

  it("hold keys, something sealed and a time of their own, and share no value but that of their number", () => {
    const rows = rowsOf(mixed, "pending");
    for (const row of rows) expect(Object.keys(row).sort()).toEqual(["id", "number", "release", "sealed"]);
    expect(new Set(mixed.flatMap(Object.keys))).toEqual(new Set(["pending"]));
    // By which a number that is taken out is found: names that have it in common came from as many accounts.
    const perNumber = [...Map.groupBy(rows, ({ number }) => number).values()].map((own) => own.length);
    expect(Math.max(...perNumber)).toBeLessThanOrEqual(FROM.length);
    for (const column of ["id", "sealed"]) expect(new Set(rows.map((row) => row[column])).size).toBe(rows.length);
    // Times are random to the millisecond: by chance a few meet.
    expect(new Set(rows.map(({ release }) => release)).size).toBeGreaterThan(0.9 * rows.length);
    // What is sealed is different from the first byte after the key's id: nothing in it is fixed for an account.
    expect(new Set(rows.map(({ sealed }) => String(sealed).slice(6, 22))).size).toBe(rows.length);
  });

  it("go out mixed as by chance: the next one is another account's twice in three", () => {
    const order = waiting.toSorted((a, b) => a.release - b.release).map(({ share }) => share);
    expect(new Set(order).size).toBe(3);
    const same = order.filter((share, at) => at > 0 && share === order[at - 1]).length / (order.length - 1);
    // Five standard deviations for a thousand names.
    expect(same).toBeGreaterThan(0.26);
    expect(same).toBeLessThan(0.41);
  });

  it("go out in an order that has nothing to do with the one in which they came", () => {
    for (const own of Map.groupBy(waiting, ({ share }) => share).values()) {
      const cameAt = new Map(NUMBERS.map((number, at) => [number, at]));
      const order = own.toSorted((a, b) => a.release - b.release).map(({ number }) => cameAt.get(number) ?? 0);
      const came = order.toSorted((a, b) => a - b);
      const ranks = order.map((at) => came.indexOf(at));
      const n = ranks.length;
      const distance = ranks.reduce((sum, rank, at) => sum + (rank - at) ** 2, 0);
      const spearman = 1 - (6 * distance) / (n * (n * n - 1));
      expect(Math.abs(spearman), `${n} names`).toBeLessThan(0.3);
    }
  });
});

describe("names that have arrived", () => {
  it("share no value from number to number", () => {
    const shared = new Set(SHARED_COLUMNS);
    const seen = new Map<unknown, number>();
    for (const [at, tables] of ballots.entries()) {
      expect(Object.keys(tables).sort()).toEqual(["change", "contact", "form", "look", "place", "vote"]);
      for (const row of Object.values(tables).flat()) {
        for (const [column, value] of Object.entries(row)) {
          if (shared.has(column) || value === null) continue;
          expect(seen.get(value) ?? at, `${column} stands in two ballots`).toBe(at);
          seen.set(value, at);
        }
      }
    }
    expect(seen.size).toBeGreaterThan(4 * 3 * CONTACTS);
    expect(rowsOf(ballots, "change")).toEqual([]);
    for (const row of rowsOf(ballots, "contact")) expect(Object.keys(row).sort()).toEqual(["own", "pid", "share"]);
    // What is sealed is different from the first byte after the key's id.
    const sealed = rowsOf(ballots, "contact").map(({ share }) => String(share).slice(6, 22));
    expect(new Set(sealed).size).toBe(sealed.length);
  });

  it("share no value with the accounts that sent them, nor with what they were while they waited", () => {
    const known = new Set(
      ["vote", "contact", "form"].flatMap((table) => rowsOf(ballots, table).flatMap((row) => Object.values(row))),
    );
    for (const { id, number, sealed, release } of rowsOf(mixed, "pending")) {
      for (const value of [id, number, sealed, release]) expect(known.has(value)).toBe(false);
    }
    expect(rowsOf(sharings, "sharing")).toHaveLength(FROM.length);
    for (const row of rowsOf(sharings, "sharing")) {
      expect(Object.keys(row).sort()).toEqual(["one", "settles", "share"]);
      expect(known.has(row["share"])).toBe(false);
    }
    expect(rowsOf(sharings, "revoking")).toEqual([]);
  });
});

describe("files and log", () => {
  it("show no account, share id, number or name, and the log tells nobody's doing", () => {
    const needles = new Needles();
    for (const account of accounts) addText(needles, account, "an account");
    for (const share of new Set(waiting.map((one) => one.share))) addText(needles, share, "a share id");
    for (const number of NUMBERS.filter((_, at) => at % 40 === 0)) addNumber(needles, number, number.slice(2));
    for (const name of [...FIRST, ...LAST]) addName(needles, name);
    const found = service.files
      .map((path) => [relative(service.folder, path), needles.find(bytesOf(path))] as const)
      .filter(([, findings]) => findings.length > 0);
    expect(Object.fromEntries(found)).toEqual({});
    expect(needles.find(Buffer.from(service.log))).toEqual([]);
    const events = [...service.log.matchAll(/\{"event":"([\w.]+)"/g)].map(([, event]) => event);
    expect(
      new Set(events).difference(
        new Set(["dataset.batch", "publish.run", "sweep.run", "ballot.failed", "publish.failed"]),
      ),
    ).toEqual(new Set());
  });
});
