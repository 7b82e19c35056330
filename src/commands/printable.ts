// Characters that move a cursor, hide or reorder text: control, format, line and paragraph separators, lone surrogates.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Escapes characters that would control a terminal, except line breaks. */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, (character) => (character === "\n" ? character : escaped(character)));
}

/** Quotes text from a file, on one line and at most `most` characters long. */
export function quoted(text: string, most = 60): string {
  const characters = Array.from(text.replaceAll(UNSAFE, escaped));
  return `"${characters.length > most ? `${characters.slice(0, most).join("")}…` : characters.join("")}"`;
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
