import { callerOf, knownCountry, parseNumber, type E164, type InvalidReason } from "../numbers/number.ts";
import { checkName, type NameReason } from "../verdict/name-rules.ts";

/** A contact as a client shares it. */
export interface GivenContact {
  readonly name: string;
  readonly numbers: readonly string[];
}

/** Why a contact, or a number of it, is refused. */
export type ContactReason = NameReason | InvalidReason | "own-number";

/** A name for a number, both clean. */
export interface CheckedContact {
  readonly number: E164;
  readonly name: string;
}

/** What of the given contacts can be shared, and what was refused, by the contact's index. */
export interface CheckedContacts {
  readonly taken: readonly CheckedContact[];
  readonly refused: readonly { readonly index: number; readonly reason: ContactReason }[];
}

/**
 * Checks contacts one by one. A name that cannot be shown to others refuses the contact; each of its numbers is accepted
 * or refused on its own.
 * @param own the account's own number, if it has one @param country ISO 3166 alpha-2, for national digits
 */
export function checkContacts(
  contacts: readonly GivenContact[],
  own: E164 | null,
  country: string | undefined,
): CheckedContacts {
  const taken: CheckedContact[] = [];
  const refused: { index: number; reason: ContactReason }[] = [];
  const home = knownCountry(country);
  for (const [index, { name, numbers }] of contacts.entries()) {
    const checked = checkName(name);
    if (!checked.ok) {
      refused.push({ index, reason: checked.reason });
      continue;
    }
    for (const text of numbers) {
      const parsed = parseNumber(text, home);
      // Plans grow before their metadata does: what can ring can be in an address book.
      if (!parsed.valid && parsed.reason !== "not-assigned") refused.push({ index, reason: parsed.reason });
      else if (parsed.number.e164 === own) refused.push({ index, reason: "own-number" });
      else if (!checkName(name, [], parsed.number.country ?? undefined).ok)
        refused.push({ index, reason: "private-label" });
      else taken.push({ number: parsed.number.e164, name: checked.name });
    }
  }
  return { taken, refused };
}

/** Those that can ring among numbers as clients write them. */
export function numbersIn(texts: readonly string[], country: string | undefined): E164[] {
  const home = knownCountry(country);
  return texts.flatMap((text) => {
    const caller = callerOf(parseNumber(text, home));
    return caller === null ? [] : [caller.e164];
  });
}
