import type { BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { keep, overflow } from "../support/look.ts";
import { stage } from "./stage.ts";

// The pages at a problem's `type`, as people see them.

const WIDTHS = [320, 390, 1280];
const SCHEMES = ["light", "dark"] as const;

let codes: readonly string[] = [];
beforeAll(() => {
  codes = stage.service.document.problemCodes;
});

/** A tab, with everything written down that a page in it should not do. */
class Tab {
  readonly page: Page;
  faults: string[] = [];
  #path = "";

  private constructor(page: Page) {
    this.page = page;
    // A violation of the page's policy is an error on the console too.
    page.on("console", (message) => this.faults.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => this.faults.push(`error: ${error.message}`));
    page.on("requestfailed", (request) => this.faults.push(`failed: ${request.url()}`));
    page.on("request", (request) => {
      const { origin, pathname } = new URL(request.url());
      if (origin !== stage.service.url.origin) this.faults.push(`elsewhere: ${request.url()}`);
      else if (pathname !== this.#path) this.faults.push(`beside the page: ${request.url()}`);
    });
  }

  static async open(context: BrowserContext): Promise<Tab> {
    return new Tab(await context.newPage());
  }

  /** Goes to a page of the service and waits until it has loaded. */
  async visit(path: string): Promise<void> {
    this.faults = [];
    this.#path = path;
    const response = await this.page.goto(stage.service.url.origin + path, { waitUntil: "load" });
    if (response?.status() !== 200) this.faults.push(`status ${response?.status()}`);
  }

  /** Pixels by which the page is wider than its window. */
  overflow(): Promise<number> {
    return overflow(this.page);
  }
}

/** WCAG 2: ratio of the relative luminances of two colours given as rgb(…). */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
      const channel = Number(part) / 255;
      return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

// Run in the page, whose types this project does not have.
const COLOURS = `Array.from(document.querySelectorAll("h1,p,dt,dd,code,a"), (element) => ({
  tag: element.tagName,
  ink: getComputedStyle(element).color,
  ground: getComputedStyle(document.body).backgroundColor,
}))`;
const SMUGGLED = `{
  const script = document.createElement("script");
  script.textContent = "document.title = 'taken over'";
  const image = document.createElement("img");
  image.src = "https://tracker.example/pixel.gif";
  document.body.append(script, image);
}`;

/** Every sixth: all pages are seen where it is hard, on the narrow screen. */
const some = (): readonly string[] => codes.filter((_, at) => at % 6 === 0);

/** What holds for the page of every code. */
async function expectFine(tab: Tab, code: string): Promise<void> {
  expect(tab.faults, code).toEqual([]);
  expect(await tab.page.locator("h1").count(), code).toBe(1);
  expect(await tab.page.locator("code").first().innerText(), code).toBe(code);
  expect(await tab.page.locator("main").innerText(), code).not.toMatch(/undefined|null|\[object|NaN|\{\{|&lt;|&amp;/);
}

it.each(SCHEMES)("in %s, without scripts, pages of codes show and ask nobody for anything", async (colorScheme) => {
  const context = await stage.browser.newContext({
    colorScheme,
    viewport: { width: WIDTHS[0] ?? 0, height: 720 },
    javaScriptEnabled: false,
  });
  const tab = await Tab.open(context);
  for (const code of some()) {
    await tab.visit(`/problems/${code}`);
    await expectFine(tab, code);
    await keep(tab.page, `${code}-${colorScheme}`);
  }
  await context.close();
});

it("pages of all codes scroll sideways on no narrow screen, nor with type twice as large", async () => {
  // With scripts on, for the measuring alone: the page's policy still forbids its own.
  const context = await stage.browser.newContext({ viewport: { width: WIDTHS[0] ?? 0, height: 720 } });
  const tab = await Tab.open(context);
  expect(codes.length).toBeGreaterThan(10);
  for (const code of codes) {
    await tab.visit(`/problems/${code}`);
    await expectFine(tab, code);
    expect(await tab.overflow(), code).toBeLessThanOrEqual(0);
    await tab.page.evaluate('document.documentElement.style.setProperty("font-size", "200%")');
    expect(await tab.overflow(), `${code} with large type`).toBeLessThanOrEqual(0);
  }
  await context.close();
});

it.each(SCHEMES)(
  "in %s, text stands out from its ground, and nothing scrolls sideways at any width",
  async (colorScheme) => {
    const context = await stage.browser.newContext({ colorScheme });
    const tab = await Tab.open(context);
    for (const code of some()) {
      await tab.visit(`/problems/${code}`);
      for (const width of WIDTHS) {
        await tab.page.setViewportSize({ width, height: 720 });
        expect(await tab.overflow(), `${code} at ${width} px`).toBeLessThanOrEqual(0);
      }
      const colours = await tab.page.evaluate<{ tag: string; ink: string; ground: string }[]>(COLOURS);
      for (const { tag, ink, ground } of colours) {
        expect(contrast(ink, ground), `${code}: ${tag} ${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
      const dark = contrast(colours[0]?.ground ?? "", "rgb(255, 255, 255)") > 4.5;
      expect(dark, `${code}: the ground is ${colours[0]?.ground}`).toBe(colorScheme === "dark");
      expect(tab.faults, code).toEqual([]);
    }
    await context.close();
  },
);

describe("the page", () => {
  it("has a title, a language, and a way on by keyboard", async () => {
    const context = await stage.browser.newContext();
    const tab = await Tab.open(context);
    await tab.visit("/problems/not-found");
    expect(await tab.page.title()).toBe("Not found · Konnections");
    expect(await tab.page.locator("html").getAttribute("lang")).toBe("en");
    expect(await tab.page.locator("main").count()).toBe(1);
    await tab.page.keyboard.press("Tab");
    const focused = tab.page.locator("a:focus");
    expect(await focused.getAttribute("href")).toBe("/openapi.json");
    expect(await tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).not.toBe("none");
    await context.close();
  });

  it("keeps its policy: a script that is smuggled in does not run, an image from elsewhere does not load", async () => {
    const context = await stage.browser.newContext();
    const tab = await Tab.open(context);
    await tab.visit("/problems/not-found");
    const loaded: string[] = [];
    tab.page.on("response", (response) => loaded.push(response.url()));
    await tab.page.evaluate(SMUGGLED);
    // The browser says that it refused.
    await expect.poll(() => tab.faults.join("\n")).toMatch(/Content Security Policy/i);
    expect(await tab.page.title()).not.toBe("taken over");
    expect(loaded).toEqual([]);
    await context.close();
  });
});
