import { isDeepStrictEqual } from "node:util";
import { lineId } from "../../src/directory/place.ts";
import type { BallotPart } from "../../src/verdict/ballot.ts";
import type { BlockEvidence } from "../../src/verdict/evidence.ts";
import type { E164 } from "../../src/numbers/number.ts";
import type { Vault } from "../../src/vault/vault.ts";
import { Voters } from "../../src/voting/voters.ts";
import type { OpenedBallot } from "./ballots.ts";
import { openPages } from "./pages.ts";
import { d1File, idOf, pagesInD1, pagesInKv, rowsOf } from "./stores.ts";
import type { Observed, Seen } from "./vote-model.ts";

/** A vote, and what the service says it is. */
export interface Told {
  readonly vote: Observed;
  readonly seen: Seen;
}

/** Where ledgers hold something else than the votes that the service tells of; each vote must stand there once. */
export async function ledgerDifferences(
  told: readonly Told[],
  ballots: readonly OpenedBallot[],
  vault: Vault,
): Promise<string[]> {
  const found: string[] = [];
  const left = new Map(ballots.map((ballot) => [ballot.caller, new Map(ballot.votes.map((vote) => [vote.pid, vote]))]));
  for (const { vote, seen } of told) {
    // These accounts have no number: their ids stand in.
    const pid = await new Voters(vault, async () => null).pid(
      vote.number as E164,
      { id: await vault.keyedHash("standing", vote.account) },
      0,
    );
    const ledger = left.get(await vault.numberId(vote.number));
    const row = ledger?.get(pid);
    ledger?.delete(pid);
    const stored = row === undefined ? null : { name: row.name, spam: row.spam, category: row.category };
    if (!isDeepStrictEqual(stored, seen))
      found.push(`ledger of ${vote.number}: ${text(stored)} stands for ${text(seen)}`);
  }
  for (const rows of left.values()) {
    if (rows.size > 0) found.push(`a ledger has ${rows.size} rows that nobody voted`);
  }
  for (const { orphans, revision, sent } of ballots) {
    if (orphans > 0) found.push(`a ledger keeps ${orphans} names that no vote gives`);
    if (revision !== sent) found.push(`a ballot is at revision ${revision} and has sent ${sent}`);
  }
  return found;
}

/** What is published apart from votes: it must come through unharmed. */
export async function publishedApart(state: string, vault: Vault): Promise<Map<string, BlockEvidence>> {
  const pages = await openPages(pagesInD1(state), vault);
  const apart = [...pages].map(([block, page]): [string, BlockEvidence] => [block, withoutBallots(page)]);
  return new Map(apart.filter(([, page]) => page.size > 0));
}

/** Where the directory, or a page in D1 or in KV, says something else than the ledgers. */
export async function directoryDifferences(
  state: string,
  ballots: readonly OpenedBallot[],
  apart: ReadonlyMap<string, BlockEvidence>,
  vault: Vault,
): Promise<string[]> {
  const found = await partDifferences(state, ballots, vault);
  const pages = { D1: await openPages(pagesInD1(state), vault), KV: await openPages(pagesInKv(state), vault) };
  const dirty = rowsOf(d1File(state), "SELECT 1 FROM dirty").length;
  if (dirty > 0) found.push(`${dirty} blocks are still marked dirty`);
  const blocks = new Set([
    ...ballots.map(({ place }) => place.block),
    ...apart.keys(),
    ...pages.D1.keys(),
    ...pages.KV.keys(),
  ]);
  for (const block of blocks) {
    const parts = new Map(
      ballots
        .filter(({ place, part }) => place.block === block && part !== null)
        .map(({ place, part }) => [place.line, part]),
    );
    for (const [store, of] of Object.entries(pages)) {
      const page: BlockEvidence = of.get(block) ?? new Map();
      if (!isDeepStrictEqual(ballotsOf(page), parts)) {
        found.push(`a page in ${store} has ${text([...ballotsOf(page)])}, the ledgers ${text([...parts])}`);
      }
      if (!isDeepStrictEqual(withoutBallots(page), apart.get(block) ?? new Map()))
        found.push(`a page in ${store} lost or gained evidence apart from votes`);
    }
    if (!isDeepStrictEqual(pages.D1.get(block), pages.KV.get(block))) found.push("a page in KV is not the one in D1");
  }
  return found;
}

async function partDifferences(state: string, ballots: readonly OpenedBallot[], vault: Vault): Promise<string[]> {
  const found: string[] = [];
  const rows = rowsOf(d1File(state), "SELECT block, line, ballot, ballot_revision AS revision FROM callers");
  const callers = new Map(rows.map((row) => [lineId(idOf(row["block"]), Number(row["line"])), row]));
  for (const { place, part, revision } of ballots) {
    const id = lineId(place.block, place.line);
    const row = callers.get(id);
    callers.delete(id);
    const sealed = row?.["ballot"] ?? null;
    const opened = sealed === null ? null : await vault.openText({ table: "callers", id }, idOf(sealed));
    const stored = opened === null ? null : opened.ok ? (JSON.parse(opened.text) as BallotPart) : opened.reason;
    if (!isDeepStrictEqual(stored, part))
      found.push(`a caller's part is ${text(stored)}, the ledger says ${text(part)}`);
    if (row !== undefined && row["revision"] !== revision)
      found.push(`a caller's part is of revision ${String(row["revision"])}, the ballot at ${revision}`);
  }
  for (const row of callers.values()) if (row["ballot"] !== null) found.push("a caller has a part and no ballot");
  return found;
}

function ballotsOf(page: BlockEvidence): Map<number, BallotPart> {
  return new Map([...page].flatMap(([line, { ballot }]) => (ballot ? [[line, ballot] as const] : [])));
}

/** A page's evidence apart from votes; `week` is the newest of both kinds and so left out. */
function withoutBallots(page: BlockEvidence): BlockEvidence {
  const lines = [...page].filter(([, { official, complaints }]) => official !== null || complaints.length > 0);
  return new Map(lines.map(([line, evidence]) => [line, { ...evidence, ballot: null, week: 0 }]));
}

const text = (value: unknown): string => JSON.stringify(value);
