import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_MARKDOWN_CHARS, renderMarkdown } from "../../src/privacy/markdown.ts";

const marks = fc.constantFrom(
  "`",
  "*",
  "**",
  "[",
  "](",
  "&lt;",
  "<b>",
  "<script>alert(1)</script>",
  "<!--",
  "\n\n",
  "> ",
  "- ",
  "# ",
  "```\n",
  "[a page](https://id.example/a?b=1&c=2)",
  "![x](https://id.example/x)",
  "<https://id.example/>",
  "[x]: //y.example",
);

describe("Markdown", () => {
  it("is CommonMark: headings, lists, emphasis, links, quotes", () => {
    expect(
      renderMarkdown("# A\n\nb **c** *d* `e`\n\n- [own](/unlist)\n- [b](mailto:a@id.example)\n\n1. x\n\n> q", 2),
    ).toBe(
      "<h2>A</h2>\n<p>b <strong>c</strong> <em>d</em> <code>e</code></p>\n<ul>\n" +
        '<li><a href="/unlist">own</a></li>\n<li><a href="mailto:a@id.example">b</a></li>\n</ul>\n' +
        "<ol>\n<li>x</li>\n</ol>\n<blockquote>\n<p>q</p>\n</blockquote>",
    );
  });

  it("lets no HTML, no image and no other link through, whatever it is given", () => {
    const tags =
      /<(?!\/?(?:h[1-6]|p|ul|ol|li|blockquote|strong|em|code|pre)>|hr>|hr \/>|br>|br \/>|ol start="\d+">|code class="language-[^"<>]*">|a href="(?:https:\/\/|mailto:|\/)[^"<>]*"(?: title="[^"<>]*")?>|\/a>)/;
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 200 }),
        fc.array(marks, { maxLength: 12 }),
        (noise, words) => {
          const html = renderMarkdown(`${noise} ${words.join(noise)} ${noise}`, 2);
          expect(html).not.toMatch(tags);
          expect(html).not.toMatch(/href="\/(?:\/|\\|%5c)/i);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    "[x](javascript:alert(1))",
    "[x](javascript:alert)",
    "[x](data:text/html,x)",
    "[x](data:image/png;base64,x)",
    "[x](http://id.example/)",
    "[x](//id.example/)",
    "[x](/\\id.example)",
    "<http://id.example/x>",
    "![x](https://tracker.example/pixel.gif) <img src=https://tracker.example/>",
  ])("makes no link and no picture of %s", (markdown) => {
    const html = renderMarkdown(markdown, 2);
    expect(html).not.toMatch(/<img|href="(?!https:\/\/tracker)/);
    expect(html).toContain("x");
  });

  it("puts its highest heading where the page wants it", () => {
    expect(renderMarkdown("# a\n## b\n###### c\n\nd\n===", 3)).toBe("<h3>a</h3>\n<h4>b</h4>\n<h6>c</h6>\n<h3>d</h3>");
  });

  it("reads no more than its bound, and a hostile text of that length in seconds of work at most", () => {
    for (const mark of ["*", "**", "`", "[", "](", "\\", "> ", "- ", "*a", "*a_ ", "[a](", "![a](", "a**b", "# "]) {
      const before = process.cpuUsage();
      const html = renderMarkdown(mark.repeat(MAX_MARKDOWN_CHARS), 2);
      expect(html.length, mark).toBeLessThan(12 * MAX_MARKDOWN_CHARS);
      // Work and not time: the machine may do other things.
      expect(process.cpuUsage(before).user, mark).toBeLessThan(4_000_000);
    }
  });
});
