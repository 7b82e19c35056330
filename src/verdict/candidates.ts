import { Memory } from "../memory/memory.ts";
import { decayName, type Week } from "./decay.ts";
import { checkName } from "./name-rules.ts";
import { normalForm, type NormalForm } from "./names/normal-form.ts";
import { areCompatible, isHeld } from "./names/similarity.ts";
import { voteWeight } from "./scale.ts";
import { compareText, type Vote } from "./vote.ts";

/** Forms that a verdict looks at, heaviest first. */
export const MOST_FORMS = 64;

/** One spelling, as somebody gave it. */
interface Form {
  readonly text: string;
  readonly mass: number;
  readonly since: Week;
}

/** Spellings that share a normal form. */
interface Spelling {
  readonly normal: NormalForm;
  /** Heaviest first. */
  readonly forms: readonly Form[];
  readonly mass: number;
}

/** Spellings that can be one caller's: what votes decide between. */
export interface Candidate {
  /** Every form that counts for it. */
  readonly forms: ReadonlySet<string>;
  /** The form to show. */
  readonly shown: string;
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
      shown: shownOf(members),
    });
    open = open.filter((index) => !isSet(alike, leader, index));
  }
  return candidates;
}

/** For each two spellings whether they can be one caller's; symmetric, each with itself. */
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

/** Names are looked at again with every vote on their number: what they are is remembered, null for one that weighs nothing. */
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
  const forms = new Map<string, Form>();
  for (const { name, tier, source, week: cast } of votes) {
    if (name === null) continue;
    const mass = decayName(voteWeight(tier, source), week - cast);
    const form = forms.get(name);
    forms.set(name, { text: name, mass: mass + (form?.mass ?? 0), since: Math.min(cast, form?.since ?? cast) });
  }
  return [...forms.values()]
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
 * The form to show: the heaviest whose every telling word two thirds of the candidate's mass say too. Else a few could
 * add a word to a name on which all others agree in several spellings.
 */
function shownOf(members: readonly Spelling[]): string {
  const enough = (2 * massOf(members)) / 3;
  const agreed = members.filter(
    ({ normal }) => massOf(members.filter((other) => isHeld(normal, other.normal))) >= enough,
  );
  const spelling = heaviest(agreed.length === 0 ? members : agreed, ({ mass }) => mass);
  return spelling?.forms[0]?.text ?? "";
}

/** The first of the heaviest: the list's own order decides between equals. */
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

/** Of equally heavy forms the older, then the first by code units. */
function byMass(a: Form, b: Form): number {
  return b.mass - a.mass || a.since - b.since || compareText(a.text, b.text);
}
