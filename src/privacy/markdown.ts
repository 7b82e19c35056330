import CommonMark, { type MarkdownIt } from "markdown-it";

/** Characters of a notice that are read; the endpoint refuses more. */
export const MAX_MARKDOWN_CHARS = 40_000;

/** Where a notice may link to: https, an e-mail address, or a page of this service. */
const SAFE_LINK = /^(?:https:\/\/|mailto:|\/(?!\/|\\|%5c))/i;

/** Created at the first notice, to keep start-up short. */
let parser: MarkdownIt | undefined;

/**
 * A notice's Markdown (CommonMark) as HTML. HTML in it is shown as text, images become links, and other links than
 * `SAFE_LINK` stay text.
 * @param top the level that `#` becomes, 1–6; `##` becomes the next, never deeper than 6
 */
export function renderMarkdown(markdown: string, top: number): string {
  parser ??= commonMark();
  const tokens = parser.parse(markdown.slice(0, MAX_MARKDOWN_CHARS), {});
  for (const token of tokens) {
    if (token.type.startsWith("heading_")) token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + top - 1)}`;
  }
  return parser.renderer.render(tokens, parser.options, {}).trimEnd();
}

function commonMark(): MarkdownIt {
  const made = new CommonMark("commonmark", { html: false }).disable("image");
  made.validateLink = (url) => SAFE_LINK.test(url);
  return made;
}

/** A text as HTML, for content and for attributes in double quotes. */
export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
