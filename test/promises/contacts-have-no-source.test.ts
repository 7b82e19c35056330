/**
 * Promise: nothing stored says which account a shared contact came from, nor which contacts came from one account.
 * (Privacy notice, section 1.)
 *
 * In the life of test/support/life the service runs as `npm run dev` starts it. Three accounts share 150 contacts each,
 * many of them the same numbers. The raw rows of every object are read while most of the names still wait in the mixers,
 * and when all have gone out and it was stopped. No two rows may share a value that could join them, rows hold what they
 * need and no more, and with the keys, which a thief would not have, it is checked that the names of the three go out
 * mixed as by chance, each account's own in an order that has nothing to do with the one in which they came. Neither
 * account ids, share ids, numbers nor names stand anywhere in the files or in the log.
 *
 * Seen to fail on a copy of the sources with each of these changes: release times in the order of arrival; all names of
 * a call released at one time; the share id's hash beside each name in its ballot; a column beside each waiting name; a `pid` of the share id and the area code; the log
 * telling who shares.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { SHARED_COLUMNS } from "../support/ballot-columns.ts";
import { keyedId } from "../support/erased.ts";
import { CONTACTS, FIRST, FROM, LAST, NUMBERS, type Waiting } from "../support/life/contacts.ts";
import { theLife, type Life } from "../support/life/life.ts";
import { addName, addNumber, addText, Needles } from "../support/needles.ts";
import { objectsOf, tableOf as rowsOf, type Tables } from "../support/objects.ts";

let life: Life;
let waiting: readonly Waiting[];
let mixed: readonly Tables[];
/** Of the numbers that were shared. */
let ballots: readonly Tables[];
let sharings: readonly Tables[];
beforeAll(async () => {
  life = await theLife();
  ({ waiting, mixed } = life.contacts);
  const callers = new Set(NUMBERS.map((number) => keyedId("number", number)));
  ballots = objectsOf(life.left.state, "Ballot").filter((tables) =>
    (tables["place"] ?? []).some(({ caller }) => callers.has(String(caller))),
  );
  sharings = objectsOf(life.left.state, "Sharing");
});

describe("names that wait", () => {
  it("are there, and were released one by one since", () => {
    for (const answer of life.contacts.answers) {
      expect(JSON.parse(answer)).toEqual({ accepted: CONTACTS, refused: [] });
    }
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
    // Five standard deviations for four hundred names.
    expect(same).toBeGreaterThan(0.2);
    expect(same).toBeLessThan(0.46);
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
      expect(Math.abs(spearman), `${n} names`).toBeLessThan(0.5);
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
    expect(rowsOf(sharings, "sharing").length).toBeGreaterThanOrEqual(FROM.length);
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
    for (const account of life.contacts.accounts) addText(needles, account, "an account");
    for (const share of new Set(waiting.map((one) => one.share))) addText(needles, share, "a share id");
    for (const number of NUMBERS.filter((_, at) => at % 15 === 0)) addNumber(needles, number, number.slice(2));
    for (const name of [...FIRST, ...LAST]) addName(needles, name);
    for (const copy of [life.running, life.left]) expect(copy.search(needles)).toEqual({});
    expect(needles.find(Buffer.from(life.log))).toEqual([]);
    const events = [...life.log.matchAll(/\{"event":"([\w.]+)"/g)].map(([, event]) => event);
    expect(
      new Set(events).difference(
        new Set([
          "dataset.batch",
          "dataset.drop",
          "publish.run",
          "areas.run",
          "sweep.run",
          "copy.differs",
          "copy.estranged",
          "copy.republished",
          "ballot.failed",
          "publish.failed",
        ]),
      ),
    ).toEqual(new Set());
  });
});
