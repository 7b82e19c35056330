import { textOf, utf8 } from "../vault/bytes.ts";
import { AREAS } from "../verdict/areas.ts";
import type {
  BallotPart,
  BlockEvidence,
  Category,
  ComplaintMass,
  Kind,
  LineEvidence,
  OwnerEvidence,
  Override,
} from "../verdict/evidence.ts";

/** Version of the form below; a reader that meets another one treats the page as unreadable. */
const FORM = 3;

/** A line as it is sealed: [line, name, kind, complaints, category, week, ballot = null, owner, override, area]; an array, since keys would be most of it. */
type SealedLine = readonly [
  line: number,
  name: string | null,
  kind: Kind | null,
  complaints: readonly (readonly [mass: number, week: number, count: number])[],
  category: Category | null,
  week: number,
  ballot?: BallotPart | null,
  owner?: SealedOwner | null,
  override?: Override | null,
  area?: readonly [area: number, until: number],
];
type SealedOwner = readonly [name: string | null, kind: Kind, photo: string | null, carved: 0 | 1];

/** A page as it is sealed; the digits are those of its block. */
type SealedPage = readonly [form: number, digits: string, lines: readonly SealedLine[]];

/**
 * A page's plaintext. The same evidence gives the same bytes, whatever order it came in.
 * @param digits of the block, as `blockOf` gives them: ids cannot be turned back into numbers
 */
export function encodePage(digits: string, block: BlockEvidence): Uint8Array<ArrayBuffer> {
  const lines = [...block]
    .sort(([a], [b]) => a - b)
    .map(([line, evidence]): SealedLine => {
      const { override = null, area } = evidence;
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
      if (area != null) return [...sealed, override, [AREAS.indexOf(area.area), area.until]];
      return override === null ? sealed : [...sealed, override];
    });
  return utf8(JSON.stringify([FORM, digits, lines.map(withoutEnd)]));
}

/** The evidence in a page's plaintext, or null when it is of a form that this version does not know. */
export function decodePage(bytes: Uint8Array): BlockEvidence | null {
  const page = parsedPage(textOf(bytes));
  if (page === null) return null;
  const [, , lines] = page;
  return new Map(
    lines.map(
      ([line, name, kind, complaints, category, week, ballot, owner, override, area]): [number, LineEvidence] => [
        line,
        {
          official: name === null ? null : { name, kind: kind ?? "other" },
          complaints: complaints.map(([mass, week, count]): ComplaintMass => ({ mass, week, count })),
          category,
          ballot: ballot ?? null,
          owner: openedOwner(owner),
          ...(override == null ? {} : { override }),
          ...(area === undefined ? {} : { area: { area: AREAS[area[0]] ?? "ten", until: area[1] } }),
          week,
        },
      ],
    ),
  );
}

/** The digits of the block of a page's plaintext, or null when it is of a form that this version does not know. */
export function digitsOfPage(plaintext: string): string | null {
  return parsedPage(plaintext)?.[1] ?? null;
}

function parsedPage(plaintext: string): SealedPage | null {
  try {
    // Only the publisher seals pages, and the seal was verified, so the shape is not validated again.
    const page = JSON.parse(plaintext) as SealedPage;
    return page[0] === FORM ? page : null;
  } catch {
    return null;
  }
}

/** Most lines end with neither votes nor an owner: a line is sealed without the nulls at its end. */
function withoutEnd(line: SealedLine): readonly unknown[] {
  return line.slice(0, line.findLastIndex((value) => value !== null) + 1);
}

function sealedOwner(owner: LineEvidence["owner"]): SealedOwner | null {
  return owner == null ? null : [owner.name, owner.kind, owner.photo, owner.carved ? 1 : 0];
}

function openedOwner(sealed: SealedOwner | null | undefined): OwnerEvidence | null {
  if (sealed == null) return null;
  const [name, kind, photo, carved] = sealed;
  return { name, kind, photo, carved: carved === 1 };
}
