/**
 * Promise: nothing stored joins two stores, beyond what is stated here with a reason: no keyed id, no time finer than a
 * day and no ciphertext stands in two of them. So a stolen copy without the keys stays many small copies. (Privacy
 * notice, section 6.)
 *
 * In her life of test/support/life the service runs as `npm run dev` starts it. Somebody uses everything, beside a friend,
 * an operator and the owner of a number; the raw rows of every store are read while names wait, when they have arrived,
 * when everything was taken back, while she is erased and after; and all these copies are held against each other.
 *
 * Seen to fail on a copy of the sources with each of these changes: reports under the id that the outbox has; a link
 * that expires with its picture; a mixer that knows names by their ballots' keys; the share id's hash beside each name.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { Dump } from "../support/erased.ts";
import { countTelling, joins, placesIn, type Allowed } from "../support/joins.ts";
import { herLife } from "../support/life/hers.ts";

const ALLOWED: readonly Allowed[] = [
  {
    places: ["Ballot place.caller", "Ownership owned.caller", "d1 sealed_objects.id"],
    why: "what votes and its owner say of a number, about the number and nobody else; objects are found by their names to renew seals",
  },
  {
    places: [
      "d1 evidence.block",
      "d1 callers.block",
      "d1 unlisted.block",
      "d1 pages.block",
      "d1 dirty.blocks",
      "kv key",
    ],
    why: "what is published of a hundred numbers, about them and nobody else, and their page",
  },
  { places: ["d1 evidence.area", "d1 callers.area"], why: "the same of the ten thousand around it" },
  {
    places: ["d1 evidence.batch", "d1 batches.number", "d1 batches.dataset", "d1 datasets.id"],
    why: "public lists",
  },
  {
    places: ["d1 copy.state", "d1 retention.ran", "d1 seal_keys.since"],
    why: "when the cron ran, which is about nobody",
  },
  {
    places: ["d1 pictures.id", "Picture picture.id", "r2 key", "Account waste.object"],
    why: "bytes are found by the id of their picture, or photo, and nothing else has it",
  },
  {
    places: [
      "d1 pictures.sender",
      "d1 pictures.recipient",
      "d1 pictures.expires",
      "Picture picture.facts",
      "Picture picture.life",
    ],
    why: "of one picture, whose row and object have its id in common; an account has ids of pictures' own in both",
  },
  {
    places: [
      "Sharing sharing.settles",
      "PictureSender sender.sending",
      "DayUse used.period",
      "MessageCounter counter.hour",
    ],
    why: "an hour: that of everybody who does anything in it",
  },
  {
    places: ["d1 accounts.account", "Campaigns campaign.cursor", "Campaigns later.account"],
    why: "accounts that a campaign looked at last, or that wait for it, under the id by which all are walked",
  },
  {
    places: [
      "Campaigns campaign.id",
      "Campaigns count.campaign",
      "Campaigns later.campaign",
      "Account promoted.campaign",
    ],
    why: "which promotion an account got: everybody who consents gets it",
  },
  {
    places: ["d1 dirty.queued", "d1 dirty.since", "d1 dirty_areas.since"],
    why: "pages and areas that wait for one change: digits of both are sealed, neither names who changed what",
  },
  {
    places: ["Ballot look.at"],
    why: "when a ballot's own alarm ran: at random within a day, and here within seconds, so that a few meet by chance; that names of one sharing do not is contacts-have-no-source's",
  },
];

let dumps: readonly Dump[];
beforeAll(async () => {
  const { shared, used, arrived, takenBack, killed, atReceipt, end } = await herLife();
  dumps = [shared, used, arrived, takenBack, killed, atReceipt, end];
});

describe("the copies of all stores", () => {
  it("hold what can be held: something in every store, and values by the hundred that could join", () => {
    const classes = new Set([...placesIn(dumps)].map((place) => place.split(" ")[0]));
    for (const name of [
      "Account",
      "Ballot",
      "Campaigns",
      "Challenge",
      "Erasure",
      "Mixer",
      "Outbox",
      "Ownership",
      "Phonebook",
      "Picture",
    ])
      expect(classes).toContain(name);
    for (const name of ["PictureSender", "Sharing", "VoterStanding", "d1", "kv", "r2"]) expect(classes).toContain(name);
    expect(Math.max(...dumps.map(countTelling))).toBeGreaterThan(150);
    for (const table of [
      "accounts",
      "deliveries",
      "pictures",
      "audit",
      "disputes",
      "revoked",
      "unlisted",
      "evidence",
    ]) {
      expect(
        [...placesIn(dumps)].some((place) => place.startsWith(`d1 ${table}.`)),
        table,
      ).toBe(true);
    }
  });

  it("have no value in two stores that is not stated", () => {
    const found = joins(dumps, ALLOWED);
    const told = new Map(found.map(({ places, value }) => [places.join(" = "), value]));
    expect(Object.fromEntries(told)).toEqual({});
  });
});

describe("the search", () => {
  const file = (kind: string, name: string, rows: readonly object[], table = "t"): [string, unknown] => [
    `v3/${kind}/${name}.sqlite`,
    { [table]: rows.map((row) => JSON.stringify(row)) },
  ];
  const id = "abcdefghijklmnopqrstuv";
  const one = (...files: [string, unknown][]) => joins([Object.fromEntries(files)], []).map(({ places }) => places);

  it("finds an id, a time, and what stands in JSON, in two objects, two tables, or an object and a table", () => {
    expect(one(file("do", "k-A/1", [{ x: id }]), file("do", "k-A/2", [{ x: id }]))).toEqual([["k-A t.x"]]);
    expect(one(file("do", "k-A/1", [{ x: id }]), file("d1", "D/1", [{ y: id }]))).toEqual([["d1 t.y", "k-A t.x"]]);
    const inside = JSON.stringify({ deep: [{ at: "1764230400123" }] });
    expect(one(file("do", "k-A/1", [{ x: inside }]), file("d1", "D/1", [{ y: "1764230400123" }]))).toHaveLength(1);
    const hex = Buffer.from(id, "base64url").toString("hex");
    expect(one(file("do", "k-A/1", [{ x: id }]), file("d1", "D/1", [{ y: hex }]))).toHaveLength(1);
    expect(one(file("do", "k-A/1", [{ x: "1764230401" }]), file("d1", "D/1", [{ y: "1764230401000" }]))).toHaveLength(
      1,
    );
  });

  it("takes no offence at one object's rows, whole days, counters and words", () => {
    expect(one(file("do", "k-A/1", [{ x: id }, { y: id }]))).toEqual([]);
    const rows = [{ day: "20500", ms: String(20_500 * 86_400_000), word: "sign-in-code", n: "7" }];
    expect(one(file("do", "k-A/1", rows), file("d1", "D/1", rows))).toEqual([]);
  });
});
