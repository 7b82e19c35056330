import { DatabaseSync } from "node:sqlite";
import { parseNumber } from "../../src/numbers/number.ts";
import type { Vault } from "../../src/vault/vault.ts";
import { weekOf } from "../../src/verdict/decay.ts";
import type { Random } from "./random.ts";
import { ballotFiles, rowsOf } from "./stores.ts";

const FIRST = [
  "Harbor",
  "Pinecrest",
  "Old Mill",
  "Riverside",
  "Maple Hill",
  "Sunset",
  "Cedar Park",
  "Lighthouse",
  "Orchard",
  "Granite",
];
const SECOND = ["Bakery", "Dental", "Brewery", "Auto", "Nursery", "Yoga"];
const ENDINGS = ["", " Inc", " LLC", " of Salem", " Center"];

/** 300 names as voters spell them: ten callers' worth of words, so that many are alike and many are not. */
export const NAMES: readonly string[] = FIRST.flatMap((first) =>
  SECOND.flatMap((second) => ENDINGS.map((ending) => `${first} ${second}${ending}`)),
);

const WEEKS = 52;
const CATEGORIES = ["fraud", "robocall", "telemarketing", null] as const;

/**
 * Puts votes into the ledger of a number that has one vote already, as if so many accounts had voted over a year.
 * The service must not run. @param state the folder of all local stores
 */
export async function fillLedger(
  state: string,
  vault: Vault,
  e164: string,
  votes: number,
  random: Random,
): Promise<void> {
  const parsed = parseNumber(e164);
  if (!parsed.valid) throw new Error(`${e164} is no number`);
  const caller = await vault.numberId(e164);
  const file = ballotFiles(state).find((path) => rowsOf(path, "SELECT caller FROM place")[0]?.["caller"] === caller);
  if (file === undefined) throw new Error("The number has no ballot.");
  const forms: string[] = [];
  const database = new DatabaseSync(file);
  try {
    database.exec("BEGIN IMMEDIATE");
    const addForm = database.prepare("INSERT OR IGNORE INTO form VALUES (?, ?)");
    for (const name of NAMES) {
      const id = await vault.keyedHash("name-form", `${caller}\u0000${name}`);
      addForm.run(id, await vault.sealText({ table: "ballots", id }, name));
      forms.push(id);
    }
    const addVote = database.prepare("INSERT INTO vote VALUES (?, 'other', ?, ?, ?, ?, 'user', ?, ?, ?, 0)");
    const now = weekOf(Date.now());
    for (let vote = 1; vote < votes; vote += 1) {
      const pid = Buffer.from(random.uuid().replaceAll("-", ""), "hex").toString("base64url");
      // The square makes the first names the common ones.
      const form = forms[Math.floor(random.next() ** 2 * forms.length)] ?? null;
      const spam = random.pick([0, 1, null]);
      const week = now - random.below(WEEKS);
      addVote.run(
        pid,
        form,
        spam,
        spam === 1 ? random.pick(CATEGORIES) : null,
        random.pick([0, 0, 1, 1, 1, 2]),
        random.below(256),
        week,
        week,
      );
    }
    database.exec(`UPDATE place SET revision = revision + ${votes}; COMMIT`);
  } finally {
    database.close();
  }
}
