import fc from "fast-check";
import { micromark } from "micromark";
import { describe, expect, it } from "vitest";
import { MAX_MARKDOWN_CHARS, renderMarkdown } from "../../src/privacy/markdown.ts";

/** Words as notices have them, HTML and lone marks among them; none that begins a block or a span. */
const word = fc.constantFrom(
  ..."data <b> & a\"b it's <script>alert(1)</script> é रखा خصوصية (see below) 1.5 a_b ! # > \\*kept\\* [alone] ]".split(
    " ",
  ),
);
const inlineMark = fc.oneof(
  word,
  fc.constantFrom(
    "**strong**",
    "*soft*",
    "`co<de`",
    "[a page](https://id.example/a?b=1&c=2)",
    "[write](mailto:a@id.example)",
    "[own](/unlist)",
    "**[both](/unlist)**",
  ),
);
const text = fc.array(inlineMark, { minLength: 1, maxLength: 6 }).map((words) => `w ${words.join(" ")} w`);
const block = fc.oneof(
  text,
  fc.tuple(fc.integer({ min: 1, max: 6 }), text).map(([level, line]) => `${"#".repeat(level)} ${line}`),
  fc.array(text, { minLength: 1, maxLength: 3 }).map((lines) => lines.join("\n")),
  fc.array(text, { minLength: 1, maxLength: 3 }).map((items) => items.map((item) => `- ${item}`).join("\n")),
  fc
    .array(text, { minLength: 1, maxLength: 3 })
    .map((items) => items.map((item, at) => `${at + 1}. ${item}`).join("\n")),
  fc.array(text, { minLength: 1, maxLength: 3 }).map((lines) => lines.map((line) => `> ${line}`).join("\n")),
  fc.constant("***"),
);
/** Two lists, or two quotes, in a row would be one for the other parser: something stands between them. */
const document = fc.array(block, { maxLength: 6 }).map((blocks) => blocks.join("\n\nw\n\n"));

/** micromark writes quotes, apostrophes and line ends its own way. */
const reference = (markdown: string): string => micromark(markdown).trim();

describe("Markdown", () => {
  it("is read as a full parser reads it", () => {
    fc.assert(
      fc.property(document, (markdown) => {
        expect(renderMarkdown(markdown, 1)).toBe(reference(markdown));
      }),
      { numRuns: 500 },
    );
  });

  it("leaves no HTML standing, whatever it is given", () => {
    const tags =
      /<(?!\/?(?:h[1-6]|p|ul|ol|li|blockquote|strong|em|code)>|hr \/>|a href="(?:https:\/\/|mailto:|\/)[^"<>]*">|\/a>)/;
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 200 }),
        fc.array(fc.oneof(inlineMark, fc.constantFrom("`", "*", "**", "[", "](", "&lt;"))),
        (noise, words) => {
          expect(renderMarkdown(`${noise} ${words.join(noise)} ${noise}`, 2)).not.toMatch(tags);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    "[x](javascript:alert(1))",
    "[x](javascript:alert)",
    "[x](data:text/html,x)",
    "[x](http://id.example/)",
    "[x](//id.example/)",
    "[x](/\\id.example)",
    '[x](https://id.example/ "onclick)',
    "![x](https://tracker.example/pixel.gif) <img src=https://tracker.example/>",
  ])("makes no link and no picture of %s", (markdown) => {
    const html = renderMarkdown(markdown, 2);
    expect(html).not.toMatch(/<img|href="(?!https:\/\/tracker)/);
    expect(html).toContain("x");
  });

  it("puts its highest heading where the page wants it", () => {
    expect(renderMarkdown("# a\n## b\n###### c", 3)).toBe("<h3>a</h3>\n<h4>b</h4>\n<h6>c</h6>");
  });

  it("reads no more than its bound, and a hostile text of that length at once", () => {
    for (const mark of ["*", "**", "`", "[", "](", "\\", "> ", "- ", "*a", "[a](", "# "]) {
      const html = renderMarkdown(mark.repeat(MAX_MARKDOWN_CHARS), 2);
      expect(html.length, mark).toBeLessThan(12 * MAX_MARKDOWN_CHARS);
    }
  });
});
