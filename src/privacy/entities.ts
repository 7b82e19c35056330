/** What a notice may name instead of writing it: markup's own characters, and those that cannot be seen. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", "\u00A0"],
  ["shy", "\u00AD"],
  ["zwnj", "\u200C"],
  ["zwj", "\u200D"],
  ["lrm", "\u200E"],
  ["rlm", "\u200F"],
]);

/**
 * In the Worker this stands in for the package `entities`, by which markdown-it reads named characters (wrangler.toml): its
 * table of HTML's 2,125 names would be 16 kB of the upload, and notices are UTF-8. Other names stay as they are written.
 */
export function decodeHTMLStrict(text: string): string {
  return text.replaceAll(/&(\w+);/g, (written, name: string) => NAMED.get(name) ?? written);
}
