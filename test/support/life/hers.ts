import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { trialVault } from "../../trials/keys.ts";
import { pagesInD1, pagesInKv } from "../../trials/stores.ts";
import { Victim } from "../../trials/victim.ts";
import { jsonOf, type Answer } from "../answer.ts";
import { consent } from "../consenting.ts";
import { Development, Left } from "../development.ts";
import { foundIn, idsOf, keyedId, type Dump } from "../erased.ts";
import { objectsOf, tableOf } from "../objects.ts";
import { onceARun } from "../once-a-run.ts";
import { proveNumber } from "../owner.ts";
import { turned } from "../pictures.ts";
import { freshNumber, signIn, type SignedIn } from "../sign-in.ts";
import { logicalDump } from "../state.ts";
import { until } from "../until.ts";
import { SAID, wholeAccount, type Whole } from "../whole-account.ts";

/** What the number's owner said of it, who is she. */
export const OWNER_NAME = "Thistlewyck Quellbrook";
export const DISPUTE = "It is not Wroxtelby, it is me.";

interface Facts {
  readonly folder: string;
  readonly whole: Whole;
  readonly friend: SignedIn;
  /**
   * Copies of all stores: while names wait, after votes and pictures and an owner's word, when the names have come to
   * their numbers, and when others took back what was theirs.
   */
  readonly shared: Dump;
  readonly used: Dump;
  readonly arrived: Dump;
  readonly takenBack: Dump;
  /** When her erasure had begun and the process was killed; in the moment of the receipt; and stopped, in the end. */
  readonly killed: Dump;
  readonly atReceipt: Dump;
  readonly end: Dump;
  readonly receipt: string;
  /** The service's public keys. */
  readonly keys: readonly Record<string, string>[];
  /** How others were answered who asked for her photo, before and after. */
  readonly photo: { readonly before: number; readonly after: number };
  /** Whether her name stood on a published page, before and after. */
  readonly published: { readonly before: boolean; readonly after: boolean };
  /** A lookup of her number after it; and her pictures, asked for by a token that is still good. */
  readonly shown: Record<string, unknown>;
  readonly boxes: readonly Answer[];
}

export interface HerLife extends Omit<Facts, "folder"> {
  readonly left: Left;
}

/** Where ids of hers stand; but for her number's own object, which keeps the days on which the number's owner spoke. */
export const hersIn = (dump: Dump, whole: Whole): string[] => {
  const kept = `${keyedId("number", whole.number)} in v3/do/konnections-Ownership/`;
  return foundIn(dump, idsOf(whole)).filter((found) => !found.startsWith(kept));
};

/**
 * Somebody uses everything, beside a friend, an operator and the owner of a number; then she erases her account, and the
 * process is killed at once. Started again it ends what it began, and is stopped. Once in a run of the tests.
 */
export async function herLife(): Promise<HerLife> {
  const { folder, ...facts } = await onceARun("her-life", live);
  return { ...facts, left: new Left(folder) };
}

async function live(folder: string): Promise<Facts> {
  const project = join(folder, "project");
  mkdirSync(project);
  const victim = new Victim(
    new Development({ ERASURE_SWEEP_S: "2", CONTACT_SPREAD_S: "6", CONTACT_LOOK_S: "3" }, project),
  );
  try {
    return { folder: project, ...(await liveAndErase(victim)) };
  } finally {
    await victim.stop();
  }
}

async function liveAndErase(victim: Victim): Promise<Omit<Facts, "folder">> {
  const service = victim.development;
  const { calls } = service;
  const copy = (): Dump => logicalDump(service.state);
  const must = async (asked: Promise<Answer>): Promise<Answer> => {
    const answer = await asked;
    if (answer.status >= 300) throw new Error(`${answer.method} ${answer.path}: ${answer.text}`);
    return answer;
  };
  /** Whether a name stands on a published page, which is what lookups read; a lookup would remember what was before. */
  const isPublished = async (name: string): Promise<boolean> => {
    const vault = trialVault();
    const pages = [...pagesInD1(service.state), ...pagesInKv(service.state)];
    const opened = await Promise.all(pages.map(([id, body]) => vault.open({ table: "pages", id }, body)));
    return opened.some((page) => page.ok && Buffer.from(page.plaintext).includes(name));
  };

  await victim.start();
  await service.import("hospitals", "directory", [
    { number: "+13125550144", name: "Fiction Clinic", kind: "business", day: "2026-11-01" },
  ]);
  await service.import("ftc", "complaints", [
    { number: "+13125550145", complaints: 9, category: "fraud", day: "2026-11-20" },
  ]);
  const friend = await signIn(calls, freshNumber());
  const whole = await wholeAccount(calls, {
    friend,
    pictures: { photo: await turned(6, 120, 60), sent: await turned(3, 90, 70), received: await turned(1, 80, 50) },
  });
  const as = { token: whole.ann.accessToken };
  const his = { token: friend.accessToken };
  // The friend knows the same number, and votes on another that she voted on.
  await consent(calls, friend.accessToken, "contact-sharing");
  // To another country: it looks at all accounts, and writes to none.
  const texts = { en: "The privacy notice changes." };
  const notice = { title: "A notice", kind: "service", channel: "sms", texts, countries: ["NZ"] };
  const json = { "content-type": "application/json" };
  await must(service.asOperator("POST", "/v1/operators/campaigns", JSON.stringify(notice), json));
  // So many that some wait for sure when the first copy is taken.
  const known = [whole.shared, whole.voted, ...Array.from({ length: 8 }, freshNumber)];
  const contacts = known.map((number) => ({ name: "Peachtree Surgery", numbers: [number] }));
  await must(calls.call("POST", "/v1/contacts/shared", { as: his, json: { contacts } }));
  const shared = copy();

  await until("her name is published", () => isPublished(SAID.name), 250);
  const me = await service.call("GET", "/v1/me", { token: as.token });
  const photoPath = new URL(jsonOf<{ photoUrl: string }>(me).photoUrl).pathname;
  const seePhoto = async (): Promise<number> =>
    (await service.call("GET", photoPath, { token: service.mint.token() })).status;
  const photoBefore = await seePhoto();
  const vote = { name: "Wroxtelby Menders", spam: true, category: "fraud" };
  await must(calls.call("PUT", `/v1/numbers/${whole.voted}/vote`, { as: his, json: vote }));
  // A picture by link, reported; and one of an idempotent upload.
  const sent = await must(
    calls.call("POST", "/v1/images?ttl=7200", {
      as,
      headers: { "content-type": "image/jpeg", "idempotency-key": "one", "x-recipient": freshNumber() },
      body: whole.sent,
    }),
  );
  const { link } = jsonOf<{ link: string }>(sent);
  await must(calls.call("POST", `${new URL(link).pathname}/report`, { as: null }));
  // The owner of a number names it, and disputes what is said of it; another one takes his out.
  const owner = await proveNumber(calls, whole.number);
  await must(calls.call("PUT", "/v1/ownership/number", { as: owner, json: { name: OWNER_NAME } }));
  await must(
    calls.call("POST", "/v1/ownership/number/dispute", { as: owner, json: { cause: "new-owner", text: DISPUTE } }),
  );
  const out = await proveNumber(calls, whole.voted);
  const used = copy();

  await until("no name waits", () => tableOf(objectsOf(service.state, "Mixer"), "pending").length === 0, 500);
  await service.untilPublished();
  const arrived = copy();
  await must(calls.call("DELETE", "/v1/ownership/number", { as: out }));
  await must(calls.call("DELETE", "/v1/contacts/shared", { as: his }));
  const takenBack = copy();

  const begun = await must(service.call("DELETE", "/v1/me", { token: as.token }));
  await victim.kill();
  const killed = copy();
  const { erasureId } = jsonOf<{ erasureId: string }>(begun);
  await victim.start();
  const receipt = await until("the receipt", async () => {
    const status = await service.call("GET", `/v1/erasures/${erasureId}`);
    return jsonOf<{ receipt?: string }>(status).receipt;
  });
  const atReceipt = copy();
  const { keys } = jsonOf<{ keys: Record<string, string>[] }>(await service.call("GET", "/.well-known/jwks.json"));
  await service.untilPublished();
  const publishedAfter = await isPublished(SAID.name);
  const lookup = await service.call("GET", `/v1/lookup/${whole.number}`, { token: service.mint.token() });
  const photo = { before: photoBefore, after: await seePhoto() };
  const boxes = [];
  for (const box of ["sent", "inbox"])
    boxes.push(await service.call("GET", `/v1/images?box=${box}`, { token: as.token }));
  // The platform lists alarms by the names of their objects: one that was under way when its object was emptied stands
  // there until it has rung. What is left for good is for the promise to find.
  await until("nothing has an id of hers", () => hersIn(copy(), whole).length === 0, 1000).catch(() => null);
  await victim.stop();
  return {
    whole,
    friend,
    shared,
    used,
    arrived,
    takenBack,
    killed,
    atReceipt,
    end: copy(),
    receipt,
    keys,
    photo,
    boxes,
    published: { before: true, after: publishedAfter },
    shown: jsonOf(lookup),
  };
}
