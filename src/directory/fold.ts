import { stillCounts, type StoredOwnerPart } from "./owner-part.ts";
import { decaySpam, weekOfDay, type Week } from "../verdict/decay.ts";
import type { BallotPart, Category, ComplaintMass, Kind, LineEvidence, OfficialName } from "../verdict/evidence.ts";

/** Complaints about one line from one dataset of one day, summed. */
export interface ComplaintRow {
  readonly line: number;
  readonly dataset: string;
  readonly day: number;
  readonly undated: boolean;
  readonly category: Category | null;
  readonly complaints: number;
}

/** A name that one dataset gives one line. */
export interface NameRow {
  readonly line: number;
  readonly dataset: string;
  readonly day: number;
  readonly undated: boolean;
  readonly name: string;
  readonly kind: Kind;
}

/** What owners and operators say of a line. */
export interface OwnerRow {
  readonly line: number;
  readonly part: StoredOwnerPart;
}

/** What the votes on a line say. */
export interface BallotRow {
  readonly line: number;
  readonly ballot: BallotPart;
}

/**
 * A block's evidence from all its rows: a pure function of the set of rows, so that crashes, repeats and re-imports do not
 * change a page.
 */
export function foldBlock(
  complaints: readonly ComplaintRow[],
  names: readonly NameRow[],
  ballots: readonly BallotRow[],
  owners: readonly OwnerRow[],
  own: ReadonlyMap<number, NonNullable<LineEvidence["area"]>> = new Map(),
): ReadonlyMap<number, LineEvidence> {
  const lines = new Set([...complaints, ...names, ...ballots, ...owners].map((row) => row.line));
  const folded = new Map<number, LineEvidence>();
  for (const line of [...lines].sort((a, b) => a - b)) {
    const said = owners.find((row) => row.line === line)?.part;
    const { owner = null, since = null, override = null, taken = null } = said ?? {};
    // A name from before a change of hands is somebody else's. Complaints stay: a code must not remove them.
    const isHolders = (week: Week): boolean => since === null || week >= since;
    const about = complaints.filter(
      (row) => row.line === line && (taken === null || stillCounts(taken, row, "complaints")),
    );
    const named = names.filter(
      (row) =>
        row.line === line && isHolders(weekOfDay(row.day)) && (taken === null || stillCounts(taken, row, "name")),
    );
    const ballot = ballots.find((row) => row.line === line && isHolders(row.ballot.week))?.ballot ?? null;
    const week = Math.max(
      ...[...about, ...named].map((row) => weekOfDay(row.day)),
      ballot?.week ?? Number.NEGATIVE_INFINITY,
      owner === null && override === null ? Number.NEGATIVE_INFINITY : (said?.week ?? Number.NEGATIVE_INFINITY),
    );
    if (!Number.isFinite(week)) continue;
    const area = own.get(line);
    folded.set(line, {
      official: officialName(named),
      complaints: complaintMasses(about),
      category: heaviestCategory(about),
      ballot,
      owner,
      ...(override === null ? {} : { override }),
      ...(area === undefined ? {} : { area }),
      week,
    });
  }
  return folded;
}

/** The newest name; of several from one day the first by dataset, then by the name itself. */
function officialName(rows: readonly NameRow[]): OfficialName | null {
  const [first] = rows.toSorted(
    (a, b) => b.day - a.day || compare(a.dataset, b.dataset) || compare(a.name, b.name) || compare(a.kind, b.kind),
  );
  return first === undefined ? null : { name: first.name, kind: first.kind };
}

/** One mass per dataset as of its newest week: with exponential decay, sums can be aged as one. */
function complaintMasses(rows: readonly ComplaintRow[]): ComplaintMass[] {
  const datasets = [...new Set(rows.map((row) => row.dataset))].sort(compare);
  return datasets.map((dataset) => {
    const own = rows.filter((row) => row.dataset === dataset);
    const week = newestWeek(own);
    return { mass: massAt(own, week), week, count: own.reduce((sum, row) => sum + row.complaints, 0) };
  });
}

function heaviestCategory(rows: readonly ComplaintRow[]): Category | null {
  const week = newestWeek(rows);
  const categories = [...new Set(rows.map((row) => row.category))]
    .filter((category) => category !== null)
    .sort(compare);
  let heaviest: Category | null = null;
  let most = 0;
  for (const category of categories) {
    const mass = massAt(
      rows.filter((row) => row.category === category),
      week,
    );
    if (mass > most) {
      heaviest = category;
      most = mass;
    }
  }
  return heaviest;
}

/** Complaints in thousandths, decayed to `week`; summed per week first, so that rounding does not depend on order. */
function massAt(rows: readonly ComplaintRow[], week: Week): number {
  const perWeek = new Map<Week, number>();
  for (const row of rows) {
    const of = weekOfDay(row.day);
    perWeek.set(of, (perWeek.get(of) ?? 0) + row.complaints);
  }
  let mass = 0;
  for (const [of, complaints] of perWeek) mass += decaySpam(complaints * 1000, week - of);
  return mass;
}

function newestWeek(rows: readonly ComplaintRow[]): Week {
  return Math.max(...rows.map((row) => weekOfDay(row.day)));
}

// Code units, not a locale: the same on every machine.
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
