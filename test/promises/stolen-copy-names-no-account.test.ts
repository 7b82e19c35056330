/**
 * Promise: a stolen copy names no one, accounts included. The raw bytes of every store hold no number of an account, no
 * device, no profile field, no photo, no account id, no token and no address of a client in clear. (Privacy notice,
 * section 6.)
 *
 * The service runs as `npm run dev` starts it. People sign in, one of them wrongly first; they refresh, fill their
 * profiles, put photos, agree and withdraw; one account is hidden again, one erased by a birth date, one only asked for a
 * code. The raw bytes of all that the service wrote are searched while it runs and after it was stopped.
 *
 * Seen to fail on a copy of the sources with each of these changes: the device put into its row unsealed; the account's
 * number written where the notice of its sign-up stands; a refresh token logged; the photo put into R2 unsealed
 * beside the sealed one; a counter's object named by the client's network.
 */
import { relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/answer.ts";
import { consent } from "../support/consenting.ts";
import { Development } from "../support/development.ts";
import { addHashes, addName, addNumber, addText, Needles } from "../support/needles.ts";
import { noise } from "../support/pictures.ts";
import { codesTo, device, noticeVersion, requestCode, signIn, type SignedIn } from "../support/sign-in.ts";
import { bytesOf, filesOf } from "../support/state.ts";

const service = new Development();
const { calls } = service;
const needles = new Needles();
const whileRunning: (readonly [string, readonly string[]])[] = [];
let log = "";

/** Reserved for fiction; invented names. */
const ANN = ["+13095550191", "3095550191"] as const;
const BOB = ["+447400123961", "7400123961"] as const;
const YOUNG = ["+13095550192", "3095550192"] as const;
const ASKED = ["+13095550193", "3095550193"] as const;
/** Reserved for documentation. */
const ADDRESS = "203.0.113.77";

const search = (): [string, string[]][] =>
  service.files.map((path) => [relative(service.folder, path), needles.find(bytesOf(path))]);
const nothing = (results: readonly (readonly [string, readonly string[]])[]): void =>
  expect(Object.fromEntries(results.filter(([, findings]) => findings.length > 0))).toEqual({});

/** Pieces of a file from all over it. */
function addPieces(file: Uint8Array, what: string): void {
  const bytes = Buffer.from(file);
  for (let at = 40; at + 24 < bytes.length; at += Math.max(24, Math.floor(bytes.length / 40))) {
    const piece = bytes.subarray(at, at + 24);
    if (new Set(piece).size >= 12) needles.add(piece, `${what} at ${at}`);
  }
}

function addTokens({ accessToken, refreshToken, accountId }: Omit<SignedIn, "newAccount" | "expiresIn">): void {
  addText(needles, refreshToken, "a refresh token");
  needles.add(Buffer.from(refreshToken, "base64url"), "a refresh token, raw");
  addText(needles, accessToken.split(".")[2] ?? "", "an access token's signature");
  addText(needles, accountId, "an account id");
  needles.add(Buffer.from(accountId.replaceAll("-", ""), "hex"), "an account id, raw");
  addHashes(needles, refreshToken, "a refresh token");
  addHashes(needles, accountId, "an account id");
}

async function putPhoto({ accessToken }: SignedIn): Promise<void> {
  const photo = await noise(200, 200, "png");
  addPieces(photo, "a photo as it came");
  const sent = { as: { token: accessToken }, headers: { "content-type": "image/png" }, body: photo };
  expect((await calls.call("PUT", "/v1/me/photo", sent)).status).toBe(204);
}

/** The photo as it is kept: its id and pieces of its bytes. */
async function addKept({ accessToken }: SignedIn): Promise<void> {
  const me = jsonOf(await calls.call("GET", "/v1/me", { as: { token: accessToken } }));
  const path = new URL(String(me["photoUrl"])).pathname;
  const kept = await fetch(service.origin + path, { headers: { authorization: `Bearer ${accessToken}` } });
  expect(kept.status).toBe(200);
  addPieces(new Uint8Array(await kept.arrayBuffer()), "a photo as it is kept");
}

async function fill({ accessToken }: SignedIn, profile: Record<string, unknown>): Promise<number> {
  return (await calls.call("PATCH", "/v1/me", { as: { token: accessToken }, json: profile })).status;
}

beforeAll(async () => {
  for (const [e164, national] of [ANN, BOB, YOUNG, ASKED]) addNumber(needles, e164, national);
  addText(needles, ADDRESS, "a client's address");
  addText(needles, "203.0.113", "a client's network");
  addText(needles, "handset-of-quellbrook", "a device's id");
  addText(needles, "Wroxteltel", "a carrier");
  for (const name of ["Zyntharova Quellbrook", "Thistlewyck Wroxtelby", "Formerlyname Oldenquist"])
    addName(needles, name);
  addText(needles, "ann@quellbrook.example", "an e-mail address");
  addText(needles, "12 Umbrella Menders Row", "an address");
  addText(needles, "social.example/@quellbrook", "a link");
  addText(needles, "1980-02-29", "a birth date");

  await service.start();
  const asked = await requestCode(calls, ANN[0], ADDRESS);
  const { challengeId } = jsonOf<{ challengeId: string }>(asked);
  addText(needles, challengeId, "a challenge's id");
  const [code = ""] = await codesTo(calls, ANN[0]);
  const its = { ...device("handset-of-quellbrook"), carrier: "Wroxteltel" };
  const terms = { challengeId, device: its, over16: true, noticeVersion: await noticeVersion(calls) };
  const wrong = { as: null, json: { ...terms, code: code === "000000" ? "000001" : "000000" } };
  expect((await calls.call("POST", "/v1/sessions", wrong)).status).toBe(422);
  const ann = jsonOf<SignedIn>(await calls.call("POST", "/v1/sessions", { as: null, json: { ...terms, code } }));
  addTokens(ann);
  const refreshed = jsonOf<SignedIn>(
    await calls.call("POST", "/v1/sessions/refresh", { as: null, json: { refreshToken: ann.refreshToken } }),
  );
  addTokens({ ...refreshed, accountId: ann.accountId });
  expect(
    await fill(ann, {
      name: "Zyntharova Quellbrook",
      email: "ann@quellbrook.example",
      dateOfBirth: "1980-02-29",
      address: "12 Umbrella Menders Row",
      socialLinks: ["https://social.example/@quellbrook"],
      visibility: "everyone",
    }),
  ).toBe(200);
  await putPhoto(ann);
  await addKept(ann);
  await putPhoto(ann);
  await consent(calls, ann.accessToken, "promotional");
  await consent(calls, ann.accessToken, "promotional", false);

  const bob = await signIn(calls, BOB[0]);
  addTokens(bob);
  expect(await fill(bob, { name: "Thistlewyck Wroxtelby", visibility: "everyone" })).toBe(200);
  expect(await fill(bob, { visibility: "nobody" })).toBe(200);
  const young = await signIn(calls, YOUNG[0]);
  addTokens(young);
  expect(await fill(young, { name: "Formerlyname Oldenquist", visibility: "everyone" })).toBe(200);
  expect(await fill(young, { dateOfBirth: `${new Date().getUTCFullYear() - 9}-01-01` })).toBe(422);
  await requestCode(calls, ASKED[0], ADDRESS);

  whileRunning.push(...search());
  await service.untilPublished();
  await service.stop();
  ({ log } = service);
});
afterAll(() => service.remove());

describe("a copy of everything that the service wrote", () => {
  it("holds the accounts at all", () => {
    const files = filesOf(service.state);
    expect(files.some((path) => path.includes("Account"))).toBe(true);
    expect(files.some((path) => path.includes("/r2/") && path.includes("blobs"))).toBe(true);
  });

  it("shows none of them, taken while the service was running", () => nothing(whileRunning));

  it("shows none of them after it was stopped, what was replaced, hidden and erased included", () => {
    nothing(search());
  });
});

describe("the log", () => {
  it("says nothing of them", () => {
    expect(needles.find(Buffer.from(log))).toEqual([]);
  });
});
