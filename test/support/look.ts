import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Ways in which people see a page. Without scripts nothing can be measured in it: that look is for walking. What axe-core
 * looks for is the same in every language: it is asked in one look of each direction and theme (`isMeasured`).
 */
export const LOOKS = [
  { name: "narrow", locale: "en-GB", colorScheme: "light", width: 320, scripts: false, isMeasured: false },
  { name: "phone-dark", locale: "de-DE", colorScheme: "dark", width: 390, scripts: true, isMeasured: false },
  { name: "arabic-narrow-dark", locale: "ar", colorScheme: "dark", width: 320, scripts: true, isMeasured: true },
  { name: "hindi-narrow", locale: "hi-IN", colorScheme: "light", width: 320, scripts: true, isMeasured: false },
  { name: "wide", locale: "fr-FR", colorScheme: "light", width: 1280, scripts: true, isMeasured: true },
] as const;
export type Look = (typeof LOOKS)[number];

/** A tab that notes whatever a page asks for beside itself, and whatever the browser complains about. */
export async function openTab(context: BrowserContext): Promise<{ readonly page: Page; readonly faults: string[] }> {
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (message) => faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("request", (request) => {
    // A picture within the page is asked for nowhere.
    if (request.url().startsWith("data:")) return;
    if (!request.isNavigationRequest()) faults.push(`beside the page: ${request.url()}`);
  });
  return { page, faults };
}

/** Pixels by which the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

/** What axe-core finds that is serious, run through the browser's debugger: the page's own policy lets no script in. */
export async function serious(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  }>("axe.run(document, { resultTypes: ['violations'] })");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

/** Keeps a picture of the page in the folder that SCREENSHOTS names. */
export async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENSHOTS"];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
