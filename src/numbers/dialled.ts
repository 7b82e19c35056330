/** What somebody wrote, reduced to digits 0–9; `international` when a plus stood before them. */
export interface Dialled {
  readonly international: boolean;
  readonly digits: string;
}

/** UTF-16 units. A tel: URI with its parameters fits; nothing longer is read, so that no input costs much. */
const MAX_TEXT = 128;

// Bidirectional controls and zero-width characters: contact lists wrap numbers in them, and nobody sees them.
const INVISIBLE = /[\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/g;
const PLUS = /^[+\uFE62\uFF0B]$/;
const SPACE_OR_BRACKET = /^[\p{Zs}\t()[\]\uFF08\uFF09\uFF3B\uFF3D]$/u;
// Dashes of every width (the minus sign and the katakana long mark stand in for them), dots, slashes and tildes.
const PUNCTUATION = /^[\p{Pd}\u2212\u30FC.\uFF0E\u00B7/\uFF0F~\u223C\uFF5E]$/u;
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

function readDigits(text: string): Dialled | null {
  let digits = "";
  let international = false;
  for (const character of text) {
    const digit = digitOf(character);
    if (digit !== null) digits += digit;
    else if (PLUS.test(character)) {
      if (international || digits !== "") return null;
      international = true;
    } else if (PUNCTUATION.test(character)) {
      // Before the first digit a dash is a minus and a dot a fraction: no phone number begins so.
      if (!international && digits === "") return null;
    } else if (!SPACE_OR_BRACKET.test(character)) return null;
  }
  return digits === "" ? null : { international, digits };
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
