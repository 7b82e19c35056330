import { Memory } from "../memory/memory.ts";
import { decayName, type Week } from "./decay.ts";
import { checkName } from "./name-rules.ts";
import { normalForm, type NormalForm } from "./names/normal-form.ts";
import { areCompatible, isHeld } from "./names/similarity.ts";
import { agreementWeek } from "./agreement.ts";
import { voteWeight } from "./scale.ts";
import { compareText, type Vote } from "./vote.ts";

/** Most forms that a verdict considers, heaviest first. */
export const MOST_FORMS = 64;

/** One spelling as given. */
interface Form {
  readonly text: string;
  readonly mass: number;
  readonly since: Week;
  readonly votes: readonly Vote[];
}

/** Spellings that share a normal form. */
interface Spelling {
  readonly normal: NormalForm;
  /** Heaviest first. */
  readonly forms: readonly Form[];
  readonly mass: number;
}

/** Spellings that can belong to one caller; votes decide between candidates. */
export interface Candidate {
  /** Every form that counts for it. */
  readonly forms: ReadonlySet<string>;
  /** The form to show. */
  readonly shown: string;
  /** The week from which enough people agree on `shown`; null if too few do. */
  readonly agreed: Week | null;
}

/** The candidates among the names of votes, heaviest first. Names that `checkName` refuses weigh nothing. */
export function candidatesOf(votes: readonly Vote[], week: Week): Candidate[] {
  const spellings = spellingsOf(heaviestForms(votes, week));
  const alike = compatibility(spellings);
  const candidates: Candidate[] = [];
  let open = spellings.map((_, index) => index);
  while (open.length > 0) {
    const leader = heaviest(open, (index) =>
      sumOf(open, (other) => (isSet(alike, index, other) ? (spellings[other]?.mass ?? 0) : 0)),
    );
    if (leader === undefined) break;
    const members = open.filter((index) => isSet(alike, leader, index)).flatMap((index) => spellings[index] ?? []);
    candidates.push({
      forms: new Set(members.flatMap(({ forms }) => forms.map(({ text }) => text))),
      ...shownOf(members),
    });
    open = open.filter((index) => !isSet(alike, leader, index));
  }
  return candidates;
}

/** A symmetric matrix: which two spellings can belong to one caller. */
function compatibility(spellings: readonly Spelling[]): readonly Uint8Array[] {
  const alike = spellings.map(() => new Uint8Array(spellings.length));
  for (const [i, a] of spellings.entries()) {
    for (const [j, b] of spellings.entries()) {
      if (j < i) continue;
      const together = i === j || areCompatible(a.normal, b.normal) ? 1 : 0;
      alike[i]?.fill(together, j, j + 1);
      alike[j]?.fill(together, i, i + 1);
    }
  }
  return alike;
}

function isSet(alike: readonly Uint8Array[], i: number, j: number): boolean {
  return alike[i]?.[j] === 1;
}

function sumOf(indices: readonly number[], mass: (index: number) => number): number {
  let sum = 0;
  for (const index of indices) sum += mass(index);
  return sum;
}

/** A number's names are read again with every vote on it; null for a refused name. */
const REMEMBERED_NAMES = 4096;
const looked = new Memory<string, NormalForm | null>(REMEMBERED_NAMES);

function normalFormOf(name: string): NormalForm | null {
  const known = looked.get(name, 0);
  if (known !== undefined) return known;
  const normal = checkName(name).ok ? normalForm(name) : null;
  looked.put(name, normal, Number.POSITIVE_INFINITY);
  return normal;
}

function heaviestForms(votes: readonly Vote[], week: Week): Form[] {
  const given = Map.groupBy(votes, ({ name }) => name);
  return [...given]
    .flatMap(([text, own]): Form[] => {
      if (text === null) return [];
      const masses = own.map((vote) => decayName(voteWeight(vote.tier, vote.source), week - vote.week));
      const mass = masses.reduce((sum, one) => sum + one, 0);
      return [{ text, mass, since: Math.min(...own.map((vote) => vote.week)), votes: own }];
    })
    .filter(({ text }) => normalFormOf(text) !== null)
    .sort(byMass)
    .slice(0, MOST_FORMS);
}

function spellingsOf(forms: readonly Form[]): Spelling[] {
  const perKey = new Map<string, { normal: NormalForm; forms: Form[] }>();
  for (const form of forms) {
    const normal = normalFormOf(form.text);
    if (normal === null) continue;
    const spelling = perKey.get(normal.key) ?? { normal, forms: [] };
    spelling.forms.push(form);
    perKey.set(normal.key, spelling);
  }
  return [...perKey.values()]
    .map((spelling) => ({ ...spelling, mass: spelling.forms.reduce((sum, { mass }) => sum + mass, 0) }))
    .sort((a, b) => b.mass - a.mass || compareText(a.normal.key, b.normal.key));
}

/**
 * The form to show: the heaviest whose every distinctive word is backed by two thirds of the candidate's mass, and on
 * which enough people agree. Otherwise a few could add a word to a name that others spell in several ways, and borrow
 * the others' networks for it.
 */
function shownOf(members: readonly Spelling[]): Pick<Candidate, "shown" | "agreed"> {
  const enough = (2 * massOf(members)) / 3;
  const backed = members.map((spelling) => {
    const sayers = members.filter((other) => other === spelling || isHeld(spelling.normal, other.normal));
    return { spelling, mass: massOf(sayers), agreed: agreementWeek(sayers.flatMap(votesOf)) };
  });
  const held = backed.filter(({ mass }) => mass >= enough);
  const open = held.length === 0 ? backed : held;
  const tellable = open.filter(({ agreed }) => agreed !== null);
  const best = heaviest(tellable.length === 0 ? open : tellable, ({ spelling }) => spelling.mass);
  return { shown: best?.spelling.forms[0]?.text ?? "", agreed: best?.agreed ?? null };
}

function votesOf({ forms }: Spelling): readonly Vote[] {
  return forms.flatMap(({ votes }) => votes);
}

/** The heaviest; the first one on a tie. */
function heaviest<Item>(items: readonly Item[], mass: (item: Item) => number): Item | undefined {
  let best: Item | undefined;
  let most = -1;
  for (const item of items) {
    const own = mass(item);
    if (own > most) [best, most] = [item, own];
  }
  return best;
}

function massOf(spellings: readonly Spelling[]): number {
  return spellings.reduce((sum, { mass }) => sum + mass, 0);
}

/** Ties go to the older form, then to the first by code units. */
function byMass(a: Form, b: Form): number {
  return b.mass - a.mass || a.since - b.since || compareText(a.text, b.text);
}
