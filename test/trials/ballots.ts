import { placeOf, type CallerPlace } from "../../src/directory/place.ts";
import type { E164 } from "../../src/numbers/number.ts";
import type { StoredVote } from "../../src/voting/ballot-state.ts";
import { tallyBallot, type BallotPart, type Vote } from "../../src/verdict/ballot.ts";
import { weekOf } from "../../src/verdict/decay.ts";
import type { Vault } from "../../src/vault/vault.ts";
import { ballotFiles, rowsOf, type StoredRow } from "./stores.ts";

/** A ballot object's storage, opened. */
export interface OpenedBallot {
  readonly caller: string;
  /** Where its number is published. */
  readonly place: CallerPlace;
  /** Changes of the ledger, and the last one that the directory was sent. */
  readonly revision: number;
  readonly sent: number;
  readonly votes: readonly Vote[];
  /** Names that are stored and that no vote gives. */
  readonly orphans: number;
  /** What the votes say, computed here. */
  readonly part: BallotPart | null;
}

/** Every ballot that has a ledger. @param state the folder of all local stores */
export async function openBallots(state: string, vault: Vault): Promise<OpenedBallot[]> {
  const opened: OpenedBallot[] = [];
  for (const file of ballotFiles(state)) {
    // Only the first vote makes the tables.
    if (rowsOf(file, "SELECT 1 FROM sqlite_master WHERE name = 'place'").length > 0)
      opened.push(await open(file, vault));
  }
  return opened;
}

/** Whether every ballot has sent what it holds. Cheap: nothing is opened. */
export function allSent(state: string): boolean {
  return ballotFiles(state).every((file) => {
    if (rowsOf(file, "SELECT 1 FROM sqlite_master WHERE name = 'place'").length === 0) return true;
    return rowsOf(file, "SELECT 1 FROM place WHERE revision <> sent").length === 0;
  });
}

async function open(file: string, vault: Vault): Promise<OpenedBallot> {
  const [place = {}] = rowsOf(file, "SELECT * FROM place");
  const caller = String(place["caller"]);
  const number = await vault.openText({ table: "ballots", id: caller }, String(place["number"]));
  if (!number.ok) throw new Error(`The number of a ballot does not open (${number.reason}).`);
  const names = new Map<string, string>();
  for (const { id, sealed } of rowsOf(file, "SELECT id, sealed FROM form")) {
    const name = await vault.openText({ table: "ballots", id: String(id) }, String(sealed));
    if (!name.ok) throw new Error(`A name of a ballot does not open (${name.reason}).`);
    names.set(String(id), name.text);
  }
  const rows = rowsOf(file, "SELECT * FROM vote");
  const used = new Set(rows.map((row) => row["form"]));
  const votes = rows.map((row) => voteOf(row, names));
  const newest = Math.max(...votes.map(({ week, markWeek = week }) => Math.max(week, markWeek)));
  return {
    caller,
    place: await placeOf(vault, number.text as E164),
    revision: Number(place["revision"]),
    sent: Number(place["sent"]),
    votes,
    orphans: [...names.keys()].filter((id) => !used.has(id)).length,
    part: tallyBallot(votes, votes.length === 0 ? weekOf(Date.now()) : newest),
  };
}

function voteOf(row: StoredRow, names: ReadonlyMap<string, string>): Vote {
  const { pid, form, spam, category, tier, source, net, week, mark_week } = row as unknown as Omit<
    StoredVote,
    "spam"
  > & { spam: number | null; mark_week: number };
  const name = form === null ? null : names.get(form);
  if (name === undefined) throw new Error("A vote gives a name that is not stored.");
  return {
    pid,
    name,
    spam: spam === null ? null : spam === 1,
    category,
    tier,
    source,
    net,
    week,
    markWeek: mark_week,
  };
}
