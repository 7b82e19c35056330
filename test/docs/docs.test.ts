import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { MADE_PAGES, written } from "./pages.ts";

const ROOT = join(import.meta.dirname, "../..");
const pages = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], { cwd: ROOT, encoding: "utf8" })
  .trim()
  .split("\n")
  .filter((page) => existsSync(join(ROOT, page)));
const textOf = (page: string): string => readFileSync(join(ROOT, page), "utf8");

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("Markdown pages", () => {
  it("are found", () => {
    expect(pages.length).toBeGreaterThan(30);
  });

  it("link to files and headings that exist", () => {
    const broken = pages.flatMap((page) =>
      [...textOf(page).matchAll(/\]\(((?!https?:|mailto:)[^()\s]*)\)/g)]
        .map(([, target = ""]) => target)
        .filter((target) => {
          const [path = "", anchor] = target.split("#");
          const file = path === "" ? page : join(dirname(page), path);
          if (!existsSync(join(ROOT, file))) return true;
          return anchor !== undefined && !anchorsOf(textOf(file)).includes(anchor);
        })
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it("name npm scripts and source files that exist", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
    const wrong = pages.flatMap((page) => {
      const text = textOf(page);
      const commands = [...text.matchAll(/\bnpm run (?:-s )?([a-z][a-z:]*)/g)].map(([, name = ""]) => name);
      const files = [...text.matchAll(/`((?:src|test|docs|migrations)\/[\w./-]+\.(?:ts|md|json|sql))`/g)];
      return [
        ...commands.filter((name) => scripts[name] === undefined).map((name) => `${page}: npm run ${name}`),
        ...files.map(([, file = ""]) => file).filter((file) => !existsSync(join(ROOT, file))),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it("have a README of at most 150 lines, whose map shows every folder of src", () => {
    const readme = textOf("README.md");
    expect(readme.split("\n").length).toBeLessThanOrEqual(150);
    const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const missing = folders.filter(({ name }) => !readme.includes(`](src/${name}/README.md)`));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it.each(Object.entries(MADE_PAGES))("%s says what the code says (npm run docs writes it)", (name, make) => {
    expect(written(name)).toBe(make());
  });
});
