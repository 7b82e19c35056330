import { trialVault } from "../../trials/keys.ts";
import { consenting } from "../consenting.ts";
import type { Development } from "../development.ts";
import { objectsOf, tableOf, type Tables } from "../objects.ts";
import { until } from "../until.ts";

/** Names that each of three accounts shares. */
export const CONTACTS = 150;
export const NUMBERS = Array.from({ length: 170 }, (_, at) => `+1309555${2000 + 7 * at}`);
/** First number of each account: they overlap. */
export const FROM = [0, 10, 20];
export const FIRST = ["Zyntharova", "Brolkwitz", "Vezmarique", "Quillhane", "Thistlewyck", "Jacarundel", "Ogkrizal"];
export const LAST = ["Quellbrook", "Wroxtelby", "Polarbaer", "Vanishgate", "Umbrellin", "Droppington"];
const nameOf = (at: number): string => `${FIRST[at % FIRST.length] ?? ""} ${LAST[at % LAST.length] ?? ""}`;

/** A name that waits, opened with the keys. */
export interface Waiting {
  readonly number: string;
  readonly share: string;
  readonly release: number;
}
export interface ContactFacts {
  readonly accounts: readonly string[];
  readonly answers: readonly string[];
  /** The mixers while most names waited in them. */
  readonly mixed: readonly Tables[];
  readonly waiting: readonly Waiting[];
}

/** Three accounts share many contacts each, mostly of the same numbers; the mixers are read while the names wait. */
export async function shareContacts(service: Development): Promise<ContactFacts> {
  const people = [];
  for (const _ of FROM) people.push(await consenting(service.calls, ["contact-sharing"]));
  const answers = await Promise.all(
    people.map(({ accessToken: token }, at) => {
      const own = NUMBERS.slice(FROM[at] ?? 0, (FROM[at] ?? 0) + CONTACTS);
      const contacts = own.map((number, n) => ({ name: nameOf(n + at), numbers: [number] }));
      return service.calls.call("POST", "/v1/contacts/shared", { as: { token }, json: { contacts } });
    }),
  );
  const mixed = objectsOf(service.state, "Mixer");
  const vault = trialVault();
  const waiting: Waiting[] = [];
  for (const { id, sealed, release } of tableOf(mixed, "pending")) {
    const opened = await vault.openText({ table: "mixers", id: String(id) }, String(sealed));
    if (!opened.ok) throw new Error(opened.reason);
    const { number, share } = JSON.parse(opened.text) as Waiting;
    waiting.push({ number, share, release: Number(release) });
  }
  return {
    accounts: people.map(({ accountId }) => accountId),
    answers: answers.map(({ text }) => text),
    mixed,
    waiting,
  };
}

/** Waits until all of them have gone to their numbers. */
export async function untilNoNameWaits(service: Development): Promise<void> {
  await until("the mixers are empty", () => tableOf(objectsOf(service.state, "Mixer"), "pending").length === 0, 1000);
  await service.untilPublished();
}
