import { textOf, utf8 } from "../vault/bytes.ts";
import type {
  Around,
  BallotPart,
  BlockEvidence,
  Category,
  ComplaintMass,
  Kind,
  LineEvidence,
  OwnerEvidence,
  Override,
} from "../verdict/evidence.ts";
import { placedIn } from "../verdict/thousand.ts";

/**
 * Version of the form below; a reader that meets another one treats the page as unreadable. Form 1 is the same without
 * owners: pages of before stay readable until they are published again.
 */
const FORM = 2;
const FORM_WITHOUT_OWNERS = 1;

/** A line as it is sealed: [line, name, kind, complaints, category, week, ballot, owner, override]; an array, since keys would be most of it. */
type SealedLine = readonly [
  line: number,
  name: string | null,
  kind: Kind | null,
  complaints: readonly (readonly [mass: number, week: number, count: number])[],
  category: Category | null,
  week: number,
  ballot: BallotPart | null,
  owner?: SealedOwner | null,
  override?: Override,
];
type SealedOwner = readonly [name: string | null, kind: Kind, photo: string | null, carved: 0 | 1];

/** A page's plaintext. The same evidence gives the same bytes, whatever order it came in. */
export function encodePage(block: BlockEvidence): Uint8Array<ArrayBuffer> {
  const lines = [...block]
    .sort(([a], [b]) => a - b)
    .map(([line, evidence]): SealedLine => {
      const { override } = evidence;
      const sealed = [
        line,
        evidence.official?.name ?? null,
        evidence.official?.kind ?? null,
        evidence.complaints.map((part) => [part.mass, part.week, part.count] as const),
        evidence.category,
        evidence.week,
        evidence.ballot ?? null,
        sealedOwner(evidence.owner),
      ] as const;
      return override == null ? sealed : [...sealed, override];
    });
  return utf8(JSON.stringify(block.around === undefined ? [FORM, lines] : [FORM, lines, block.around]));
}

/** The evidence in a page's plaintext, or null when it is of a form that this version does not know. */
export function decodePage(bytes: Uint8Array): BlockEvidence | null {
  // Only the publisher seals pages, and the seal was verified, so the shape is not validated again.
  let page: [number, readonly SealedLine[], Around?];
  try {
    page = JSON.parse(textOf(bytes)) as [number, readonly SealedLine[], Around?];
  } catch {
    return null;
  }
  const [form, lines, around] = page;
  if (form !== FORM && form !== FORM_WITHOUT_OWNERS) return null;
  const evidence = new Map(
    lines.map(([line, name, kind, complaints, category, week, ballot, owner, override]): [number, LineEvidence] => [
      line,
      {
        official: name === null ? null : { name, kind: kind ?? "other" },
        complaints: complaints.map(([mass, week, count]): ComplaintMass => ({ mass, week, count })),
        category,
        ballot,
        owner: openedOwner(owner),
        ...(override === undefined ? {} : { override }),
        week,
      },
    ]),
  );
  return placedIn(evidence, around);
}

function sealedOwner(owner: LineEvidence["owner"]): SealedOwner | null {
  return owner == null ? null : [owner.name, owner.kind, owner.photo, owner.carved ? 1 : 0];
}

function openedOwner(sealed: SealedOwner | null | undefined): OwnerEvidence | null {
  if (sealed == null) return null;
  const [name, kind, photo, carved] = sealed;
  return { name, kind, photo, carved: carved === 1 };
}
