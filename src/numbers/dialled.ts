/** What somebody wrote, reduced to digits 0–9; `international` when a plus stood before them. */
export interface Dialled {
  readonly international: boolean;
  readonly digits: string;
}

/** UTF-16 units. A tel: URI with its parameters fits; nothing longer is read, so that no input costs much. */
const MAX_TEXT = 128;

// What nobody sees, by property: default-ignorable characters (direction marks, joiners, variation selectors, fillers)
// and the other format controls, but for the few of Arabic, Syriac and Kaithi that do show.
const INVISIBLE =
  /\p{Default_Ignorable_Code_Point}|(?![\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}])\p{Cf}/gu;
const PLUS = /^[+\uFE62\uFF0B]$/;
// U+2800, the Braille pattern without dots, is a space in all but name.
const SPACE_OR_BRACKET = /^[\p{Z}\t\u2800()[\]\uFF08\uFF09\uFF3B\uFF3D]$/u;
// Dashes of every width; the minus sign and the katakana long mark stand in for them.
const DASH = /^[\p{Pd}\u2212\u30FC]$/u;
const DOT = /^[.\uFF0E\u00B7]$/u;
const SLASH = /^[/\uFF0F]$/u;
const TILDE = /^[~\u223C\uFF5E]$/u;
const DECIMAL = /^\p{Nd}$/u;

// A name begins with a letter here: `;5` is how phones write "wait, then dial 5".
const PARAMETER = /^([a-z][a-z0-9-]*)(?:=([\w\-.!~*'()[\]/:&+$%]+))?$/i;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z](?:[a-z0-9-]*[a-z0-9])?\.?$/i;

/**
 * Reads a number as people and programs write it, or an RFC 3966 `tel:` URI. Null when anything stands in the text
 * that is neither a digit, nor a leading plus, nor a separator: letters, extensions, service codes (`*`, `#`), prose.
 */
export function readDialled(text: string): Dialled | null {
  if (text.length > MAX_TEXT) return null;
  const visible = text.replace(INVISIBLE, "").trim();
  return /^tel:/i.test(visible) ? readTelUri(visible.slice("tel:".length)) : readDigits(visible);
}

function readTelUri(uri: string): Dialled | null {
  const [subscriber = "", ...parameters] = uri.split(";");
  const number = readDigits(subscriber);
  let context = "";
  for (const parameter of parameters) {
    const parts = PARAMETER.exec(parameter);
    if (parts === null) return null;
    const [, name = "", value = ""] = parts;
    switch (name.toLowerCase()) {
      case "ext":
      case "postd": // digits to dial after the answer, an extension by another name
        return null;
      case "phone-context":
        if (value.startsWith("+")) {
          const prefix = readDigits(value);
          if (prefix === null) return null;
          context = prefix.digits;
        } else if (!DOMAIN.test(value)) return null;
        // A domain names a private exchange and says nothing of the country: the caller's default stands.
        break;
      // `isub` and parameters nobody here knows describe the call and not who is called.
    }
  }
  if (number === null || number.international || context === "") return number;
  return { international: true, digits: context + number.digits };
}

type Mark = "dot" | "slash" | "tilde" | "dash" | "space";

/** Digits that stand together, and what stands between them and the group before. */
interface Group {
  digits: string;
  readonly after: Mark | null;
}

function readDigits(text: string): Dialled | null {
  const groups: Group[] = [];
  let international = false;
  let mark: Mark | null = null;
  for (const character of text) {
    const digit = digitOf(character);
    if (digit !== null) {
      const group = groups.at(-1);
      if (group === undefined || mark !== null) groups.push({ digits: digit, after: mark });
      else group.digits += digit;
      mark = null;
    } else if (PLUS.test(character)) {
      if (international || groups.length > 0) return null;
      international = true;
    } else {
      const found = markOf(character);
      if (found === null) return null;
      // Before the first digit a dash is a minus and a dot a fraction: no phone number begins so.
      if (found !== "space" && groups.length === 0 && !international) return null;
      // Of several signs in a row the one that says most counts, and a space says nothing.
      if (mark === null || mark === "space" || mark === "dash") mark = found === "space" ? (mark ?? "space") : found;
    }
  }
  if (groups.length === 0 || !areOneNumber(groups, international)) return null;
  return { international, digits: groups.map(({ digits }) => digits).join("") };
}

function markOf(character: string): Mark | null {
  if (SPACE_OR_BRACKET.test(character)) return "space";
  if (DASH.test(character)) return "dash";
  if (DOT.test(character)) return "dot";
  if (SLASH.test(character)) return "slash";
  return TILDE.test(character) ? "tilde" : null;
}

/** Digits of an area code with its trunk prefix, and of one behind a calling code with its 00: longer ones are numbers. */
const MOST_AREA_DIGITS = 6;
const MOST_INTERNATIONAL_AREA_DIGITS = 9;

/**
 * Whether people write one number so. Dots, slashes and tildes also make decimals of what a spreadsheet took for a
 * quantity (`3012345678.0`) and lists of several lines (`123456/57`, `123-4567~9`): read on, they would name
 * somebody else.
 */
function areOneNumber(groups: readonly Group[], international: boolean): boolean {
  const first = groups[0]?.digits ?? "";
  const abroad = international || first.startsWith("00");
  const slashesOnly = groups.every(({ after }) => after === null || after === "slash");
  return groups.every(({ digits, after }, index) => {
    const before = groups[index - 1]?.digits ?? "";
    const isLast = index === groups.length - 1;
    const longest = index === 1 && abroad ? MOST_INTERNATIONAL_AREA_DIGITS : MOST_AREA_DIGITS;
    // Behind the first digit one waits for the tone: 8~10 44 …
    if (after === "tilde") return index === 1 && !international && before.length === 1;
    if (after !== "dot" && after !== "slash") return true;
    if (before.length > longest) return false;
    return after === "dot"
      ? !(isLast && areDecimals(digits, before))
      : slashesOnly || isBehindAreaCode(groups, index, abroad);
  });
}

/** Whether the last group is what a quantity has behind its point and not what people write behind a dot. */
function areDecimals(digits: string, before: string): boolean {
  if (before.length > 4 && /^0+$/.test(digits)) return true;
  return digits.length < (before.length > 3 ? 3 : 2);
}

/** Whether a group behind a slash begins the subscriber's number: `030/…`, `+49 (0)30 / …`, `+32/2/…`. */
function isBehindAreaCode(groups: readonly Group[], index: number, abroad: boolean): boolean {
  const before = groups.slice(0, index).filter(({ digits }) => digits !== "0" && digits !== "00");
  const behind = groups.slice(index).reduce((sum, { digits }) => sum + digits.length, 0);
  return before.length <= (abroad ? 2 : 1) && behind > 2;
}

function digitOf(character: string): string | null {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return code >= 0x30 && code <= 0x39 ? character : null;
  if (!DECIMAL.test(character)) return null;
  // Unicode keeps decimal digits in ascending runs of ten; some runs adjoin, so the distance to the start says which.
  let zero = code;
  while (DECIMAL.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}
