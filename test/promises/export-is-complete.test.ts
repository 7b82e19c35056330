/**
 * Promise: export is complete. Every field held on an account is in its export. (Privacy notice, section 13.)
 *
 * The real schema (migrations run, the objects' own statements run) is held against a list in which each column of each
 * table is either a path in the export or declared exempt, with the reason. A column or a table that is on neither side
 * fails. Then somebody of whom everything is held exports it from the built Worker, and each path must be there, with a
 * value; and the whole answer must be what its published schema says.
 *
 * Seen to fail on a copy of the sources with each of these changes: a column added to `session`; a table added to the
 * account's object; the profile's address left out of the export; the phonebook's section left out of the wiring.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf } from "../support/answer.ts";
import { Foreign, useAll } from "../support/foreign.ts";
import { d1Places, objectPlaces } from "../support/schema.ts";
import { proveNumber } from "../support/owner.ts";
import { Service } from "../support/service.ts";
import { signIn } from "../support/sign-in.ts";
import { SAID, SEALED, wholeAccount, type Whole } from "../support/whole-account.ts";

/** Columns of tables that hold something on an account: where each is in the export, or after a dash why it is not. */
const HELD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "d1 accounts": {
    number: "- a keyed hash of account.number",
    account: "- a keyed hash of account.accountId",
    subject: "account.accountId",
    state: "- active: blocked accounts and those being erased have no session to ask with",
  },
  "object Account member": {
    one: "- one row",
    number: "account.number",
    notice: "account.noticeVersion",
    since: "account.since",
    ending: "- set while it is erased, when nobody can ask",
    burst_day: "- the day of account.burstTokens, none in the first week",
    bursts: "account.burstTokens.handedOut",
    used: "account.usedAt",
    hand_over: "account.handOver",
    stopped: "account.handOverStopped",
  },
  "object Account device": {
    id: "account.knownDevices",
    used: "- the day it was last used, by which the longest unused is forgotten",
  },
  "object Account pin": {
    one: "account.pin",
    salt: "- of the hash",
    hash: "- opens nothing; the account's holder has the PIN",
    day: "- the day of the wrong tries",
    own: "- wrong tries of that day",
    other: "- wrong tries of that day",
  },
  "object Account session": {
    id: "account.sessions.0.id",
    token: "- a keyed hash that opens nothing; the client has the token",
    device: "account.sessions.0.device.carrier",
    started: "account.sessions.0.startedAt",
    used: "account.sessions.0.usedAt",
    limited: "account.sessions.*.limitedUntil",
  },
  "object Account consent": {
    entry: "- the order of the list",
    purpose: "account.consents.0.purpose",
    granted: "account.consents.0.granted",
    notice: "account.consents.0.noticeVersion",
    day: "account.consents.0.day",
  },
  "object Account promoted": {
    campaign: "- account.promotions has it; none is sent at night (test/campaigns)",
    day: "- account.promotions",
  },
  "object DayUse used": {
    name: "used.exports",
    window: "- as long as the quota of that name has it",
    period: "- today, or this hour",
    n: "used.pictures",
  },
  "object Account profile": {
    one: "- one row",
    sealed: "account.profile.address",
    revision: "- how often it changed, counted from anywhere",
    sent: "- whether the number's owner's object has it",
    writer: "- random, to tell this account's changes from those of another one of the number",
  },
  "object Account waste": {
    object: "- a photo that was replaced, until it is deleted",
    after: "- when it is deleted",
  },
  "object VoterStanding standing": {
    one: "- one row",
    account: "- a keyed hash of account.accountId",
    since: "voter.since",
    disagreements: "voter.disagreements",
    counted_from: "- voter.countedFrom, where a dataset contradicted",
    epoch: "voter.epoch",
    used: "- whether anybody has voted in the epoch",
    left_on: "- the day its last account left, while there is none",
    day: "voter.day",
    names: "voter.names",
    marks: "voter.marks",
  },
  "object Sharing sharing": {
    one: "- one row",
    share: "contacts.sharing",
    settles: "- contacts.takenBackBy, where something was taken back",
  },
  "object Sharing revoking": { share: "- an id on its way to where revoked ones are found" },
  "object Phonebook book": {
    one: "- one row",
    revision: "phonebook.0.revision",
    floor: "- a revision",
    entries: "- how many there are",
    tombstones: "- how many were deleted",
    emptied: "- a revision",
    bytes: "- how long the entries are together",
  },
  "object Phonebook entry": {
    key: "phonebook.0.id",
    revision: "phonebook.0.revision",
    content: "phonebook.0.sealed",
    mac: "- a keyed hash of the content",
    size: "- how long the content is",
    deleted: "- the day of a deletion; what was deleted is not held",
  },
  "object Outbox message": {
    id: "- a keyed hash of a random id",
    kind: "messages.number.messages.0.kind",
    channel: "messages.number.messages.0.channel",
    country: "- the country of account.number",
    day: "- the day of the message, as its expiry tells",
    sealed: "- account.number and the text of a message on its way, within minutes: a code must not be in an export",
    state: "messages.number.messages.0.state",
    error: "- the provider's code",
    attempts: "- how often it was tried",
    doubts: "- how often in doubt",
    due: "- when it is tried again",
    expires: "messages.number.messages.0.expiresAt",
    version: "- a counter of changes",
    reported: "- a counter of reports",
  },
  "object Outbox ended": { one: "messages.number.ended", why: "messages.number.ended" },
  "d1 pictures": {
    id: "pictures.sent.0.id",
    sender: "- a keyed hash of account.accountId",
    recipient: "- a keyed hash of account.accountId",
    expires: "pictures.sent.0.expiresAt",
    reported: "- whether somebody reported it, which the sender is not told",
  },
  "object Picture picture": {
    one: "- one row",
    id: "pictures.inbox.0.id",
    life: "pictures.inbox.0.opened",
    facts: "pictures.inbox.0.from",
    link_key: "- a key of the content",
    account_key: "- a key of the content; the picture itself is at /v1/images/{id}/content",
    report_key: "- a key of the content, for operators",
  },
  "object PictureSender sender": {
    one: "- one row",
    sending: "- keyed hashes of whom pictures were for in this hour; how many stands in used.recipients",
  },
  "object PictureSender upload": {
    key: "- a keyed hash of the client's own header",
    digest: "- a keyed hash of what was uploaded",
    answer: "- the first answer, for a repeat within a day; the client has it",
    expires: "- a day after it",
  },
};

/** Columns of everything else, and why they are no part of an account's export. */
const ELSEWHERE: Readonly<Record<string, readonly [columns: string, why: string]>> = {
  "d1 datasets": ["country id keep kind licence title walked", "public lists"],
  "d1 batches": ["answer areas batch changed dataset digest edition number", "public lists"],
  "d1 evidence": ["area batch block complaints day form kind line name undated", "public lists"],
  "d1 callers": [
    "area ballot ballot_revision block line ownership ownership_revision",
    "of numbers; the profile's part is account.profile, the owner's is at /v1/ownership/number",
  ],
  "d1 pages": ["block body version", "of numbers, made from the above"],
  "d1 copy": ["one state version", "of no number"],
  "d1 seal_keys": ["canary done id mark since until", "of the keys, and of nobody"],
  "d1 renewals": ["after ended left pass renewed store", "of the keys, and of nobody"],
  "d1 sealed_objects": ["class id", "which objects there are, by their ids alone"],
  "d1 areas": ["area body changes code", "of numbers, made from public lists"],
  "d1 area_tables": ["bytes code mark published since week", "of all numbers of a calling code"],
  "d1 dirty_areas": ["claim mark named since", "of numbers"],
  "d1 dirty": ["blocks digits lane mark queued since slot", "of numbers"],
  "d1 unlisted": ["block line", "of numbers: /v1/ownership/number tells, after a proof"],
  "d1 disputes": ["day id sealed", "of numbers: /v1/ownership/number tells, after a proof"],
  "d1 deliveries": ["carrier channel country day error kind message outcome stage", "nothing joins it with anybody"],
  "d1 delivery_counts": ["carrier channel count country day error kind outcome", "counts"],
  "d1 audit": [
    "action id outcome sealed target",
    "of what operators did, with their names; a number is there as a keyed hash that no other table has",
  ],
  "d1 retention": ["day failing ran removed step", "counts"],
  "d1 skipped": ["count day place reason", "counts"],
  "d1 notices": ["effective_at published_at texts version", "public"],
  "object Ownership owned": [
    "caller done emptying number one revision sealed telling tombstone",
    "of a number: /v1/ownership/number tells, after a proof",
  ],
  "object Ballot place": ["caller due number one revision sent", "of a number"],
  "object Ballot vote": [
    "by category form mark_week muted net pid source spam tier week",
    "nothing joins votes with an account",
  ],
  "object Ballot contact": ["own pid share", "nothing joins votes with an account"],
  "object Ballot look": ["after at one", "of a number"],
  "object Ballot barred": ["id", "of a number, by operators"],
  "object Ballot form": ["id sealed", "nothing joins names with an account"],
  "object Ballot change": ["n pid week", "nothing joins votes with an account"],
  "object Mixer pending": [
    "id number release sealed",
    "nothing joins contacts with an account, and within hours they are gone",
  ],
  "d1 revoked": ["day id", "nothing joins it with an account"],
  "object Challenge counts": [
    "asked codes day lastSms lastVoice one reserved",
    "of a number that somebody asked a code for, until the day is over",
  ],
  "object Challenge code": ["channel dueAt hash id leftAt letter paid room", "of codes on their way"],
  "object Challenge challenge": ["asker code id wrong", "of whoever asked for a code, who need not be its account"],
  "object Challenge spent": ["id until", "random ids of what was paid with, for minutes"],
  "object MessageCounter counter": ["day hour inDay inHour purse", "counts of networks and ranges"],
  "object MessageCounter refused": ["by day n", "counts of limits that were met, of a day"],
  "object PictureRecipient recipient": ["day n sender", "counts of a number's day, by keyed hashes of pairs"],
  "object Outbox logged": ["at id sealed", "in development only"],
  "object Erasure erasure": [
    "counts erased forgetAt n reason receipt settleAt sweepAt",
    "of accounts that are no more",
  ],
  "object Erasure step": ["lingers name pass", "of accounts that are no more"],
  "object Erasure removed": ["kind n", "of accounts that are no more"],
  "object Campaigns campaign": [
    "begun channel cursor failures id kind next sealed state walked",
    "of operators; the cursor is a keyed hash of the account that was looked at last",
  ],
  "object Campaigns count": ["campaign n what", "counts"],
  "object Campaigns later": ["account at campaign", "a keyed hash of account.accountId, while a campaign waits"],
  "object Publisher": ["", "an alarm"],
  "object Areas": ["", "an alarm"],
};

const declared = [
  ...Object.entries(HELD).map(([table, columns]) => `${table}: ${Object.keys(columns).sort().join(" ")}`),
  ...Object.entries(ELSEWHERE).map(([table, [columns]]) => (columns === "" ? table : `${table}: ${columns}`)),
];

/** What stands at a path such as `account.sessions.0.id`, or of `*` the first that is there; undefined when there is nothing. */
function at(value: unknown, path: string): unknown {
  const [key, ...rest] = path.split(".");
  if (key === undefined || key === "") return value;
  if (key === "*") return (value as unknown[]).map((one) => at(one, rest.join("."))).find((one) => one != null);
  return at((value as Record<string, unknown> | null | undefined)?.[key], rest.join("."));
}

describe("the schema", () => {
  it("has no column that is neither in the export nor declared exempt, and none is declared that is not there", () => {
    expect(declared.sort()).toEqual([...d1Places(), ...objectPlaces()].sort());
  });
});

describe("the export of somebody of whom everything is held", () => {
  let service: Service;
  let whole: Whole;
  let exported: Record<string, unknown>;
  const foreign = new Foreign();
  beforeAll(async () => {
    service = await Service.start(foreign.vars);
    whole = await wholeAccount(service);
    // A device that waits, and a change of hands that does.
    await signIn(service, whole.number);
    const owner = await proveNumber(service, whole.number);
    const stated = await service.call("PUT", "/v1/ownership/number", { as: owner, json: { handOver: true } });
    expect(stated.status, stated.text).toBe(200);
    const answer = await service.call("GET", "/v1/me/export", { as: { token: whole.ann.accessToken } });
    expect(answer.status, answer.text).toBe(200);
    exported = jsonOf(answer);
  });
  afterAll(async () => {
    await service.stop();
    foreign.restore();
  });

  it("has a value wherever the list says that a column is", () => {
    const paths = Object.values(HELD).flatMap((columns) => Object.values(columns));
    for (const path of paths.filter((one) => !one.startsWith("- "))) {
      expect(at(exported, path) ?? null, path).not.toBeNull();
    }
  });

  it("has all that she said of herself, her photo, and her phonebook as her device sealed it", () => {
    expect(exported["account"]).toMatchObject({
      accountId: whole.ann.accountId,
      number: whole.number,
      profile: { ...SAID, photo: { mediaType: "image/webp" } },
    });
    const base64 = String(at(exported, "account.profile.photo.base64"));
    expect(Buffer.from(base64, "base64").subarray(8, 12).toString()).toBe("WEBP");
    expect(exported["phonebook"]).toMatchObject([{ id: "entry", sealed: SEALED }]);
    expect(at(exported, "account.consents")).toMatchObject([
      { purpose: "contact-sharing", granted: true },
      { purpose: "phonebook-sync", granted: true },
    ]);
  });

  it("of another issuer's account has all that such an account can leave", async () => {
    const as = foreign.token("zyntharova");
    await useAll(service, as, whole.sent);
    const answer = await service.call("GET", "/v1/me/export", { as });
    expect(answer.status, answer.text).toBe(200);
    const paths = ["object VoterStanding standing", "d1 pictures", "object DayUse used"]
      .flatMap((table) => Object.values(HELD[table] ?? {}))
      .filter((one) => !one.startsWith("- "));
    expect(paths).toContain("voter.since");
    for (const path of paths) expect(at(jsonOf(answer), path) ?? null, path).not.toBeNull();
  });

  it("is for who is signed in, and nobody else", async () => {
    problemOf(await service.call("GET", "/v1/me/export"), 401, "session-ended");
    problemOf(await service.call("GET", "/v1/me/export", { as: null }), 401, "missing-token");
    problemOf(await service.call("GET", "/v1/me/export", { as: "operator" }), 403, "forbidden");
  });

  it("is of the form that /openapi.json gives it", () => {
    expect([...service.deviations]).toEqual([]);
  });
});
