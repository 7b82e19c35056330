/** Characters of a notice that are read; the endpoint refuses more. */
export const MAX_MARKDOWN_CHARS = 40_000;

/**
 * A notice's Markdown as HTML: headings, paragraphs, tight lists of one level, quotes, rules, `**strong**`,
 * `*emphasis*`, `` `code` ``, links to https, mailto and the service's own pages, and backslash escapes. Everything
 * else, HTML above all, is text. What it does read it reads as CommonMark does: a test holds it against a full parser,
 * which alone would be a tenth of the bundle. An empty line ends every block.
 * @param top the level of the highest heading, 1–6: a `#` becomes it, a `##` the next
 */
export function renderMarkdown(markdown: string, top: number): string {
  const blocks: Block[] = [];
  /** The block that the next line may belong to. */
  let open: Block | undefined;
  for (const line of markdown.slice(0, MAX_MARKDOWN_CHARS).split(/\r\n?|\n/)) {
    const text = line.trim();
    const heading = HEADING.exec(text);
    const item = ITEM.exec(text);
    const quoted = QUOTED.exec(text);
    if (text === "") {
      open = undefined;
    } else if (heading !== null) {
      blocks.push({ kind: `h${Math.min(6, (heading[1] ?? "").length + top - 1)}`, parts: [heading[2] ?? ""] });
      open = undefined;
    } else if (RULE.test(text)) {
      blocks.push({ kind: "hr", parts: [] });
      open = undefined;
    } else {
      const [kind, part] = begun(item, quoted);
      if (open === undefined || (kind !== null && kind !== open.kind)) {
        open = { kind: kind ?? "p", parts: [part ?? text] };
        blocks.push(open);
      } else if (part === null) {
        open.parts.push(`${open.parts.pop() ?? ""}\n${text}`);
      } else {
        open.parts.push(part);
      }
    }
  }
  return blocks.map(blockHtml).join("\n");
}

/** What a line begins or goes on with by its mark: a list or a quote, and the text behind the mark. */
function begun(
  item: RegExpExecArray | null,
  quoted: RegExpExecArray | null,
): readonly [Block["kind"], string] | readonly [null, null] {
  if (item !== null) return [item[1] === undefined ? "ul" : "ol", item[2] ?? ""];
  return quoted === null ? [null, null] : ["blockquote", quoted[1] ?? ""];
}

interface Block {
  readonly kind: "p" | "ul" | "ol" | "blockquote" | "hr" | `h${number}`;
  readonly parts: string[];
}

const HEADING = /^(#{1,6})[ \t]+(.*\S)$/;
const RULE = /^(?:-[ \t]*){3,}$|^(?:\*[ \t]*){3,}$/;
const ITEM = /^(?:[-*]|(\d{1,9})[.)])[ \t]+(\S.*)$/;
const QUOTED = /^>[ \t]?(.*)$/;

function blockHtml({ kind, parts }: Block): string {
  if (kind === "hr") return "<hr />";
  if (kind === "ul" || kind === "ol") {
    return `<${kind}>\n${parts.map((part) => `<li>${inline(part)}</li>\n`).join("")}</${kind}>`;
  }
  const text = inline(parts.join("\n"));
  return kind === "blockquote" ? `<blockquote>\n<p>${text}</p>\n</blockquote>` : `<${kind}>${text}</${kind}>`;
}

/** No alternative looks further than the next character of its own kind: a hostile text costs no more than its length. */
const INLINE =
  /\\([!-/:-@[-`{-~])|`([^`]+)`|\*\*(?!\s)([^*]+)(?<!\s)\*\*|\*(?!\s)([^*]+)(?<!\s)\*|\[([^[\]]+)\]\(([^()\s<>]+)\)/g;

function inline(text: string): string {
  let html = "";
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, escaped, code, strong, emphasis, label, target] = match;
    html += escape(text.slice(at, match.index));
    at = match.index + whole.length;
    if (escaped !== undefined) html += escape(escaped);
    else if (code !== undefined) html += `<code>${escape(code.replaceAll("\n", " "))}</code>`;
    else if (strong !== undefined) html += `<strong>${inline(strong)}</strong>`;
    else if (emphasis !== undefined) html += `<em>${inline(emphasis)}</em>`;
    else if (label !== undefined && target !== undefined && isHarmless(target))
      html += `<a href="${escape(target)}">${inline(label)}</a>`;
    else html += escape(whole);
  }
  return html + escape(text.slice(at));
}

/** Where a notice may lead: secure pages, an address to write to, or a page of this service. */
function isHarmless(target: string): boolean {
  return /^(?:https:\/\/|mailto:|\/(?![/\\]))/i.test(target);
}

/** A text as HTML, for content and for attributes in double quotes. */
export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
