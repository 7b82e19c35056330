// Control and format characters, line and paragraph separators, lone surrogates: what moves a cursor, hides or reorders text.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** `text` for a terminal: line breaks stay, every other character that a terminal would obey is shown by its code. */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, (character) => (character === "\n" ? character : escaped(character)));
}

/** What a file says of itself, in quotes, on one line and no longer than `most` characters. */
export function quoted(text: string, most = 60): string {
  const characters = Array.from(text.replaceAll(UNSAFE, escaped));
  return `"${characters.length > most ? `${characters.slice(0, most).join("")}…` : characters.join("")}"`;
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
