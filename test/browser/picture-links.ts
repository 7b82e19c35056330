import type { BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/answer.ts";
import { keep, LOOKS, openTab, overflow, serious } from "../support/look.ts";
import { noise, tell } from "../support/pictures.ts";
import { stage } from "./stage.ts";

// The page of a picture's link, before and after the tap, as people see it.

let landscape: Uint8Array;
beforeAll(async () => {
  landscape = await sharp(await noise(48, 36, "png"))
    .blur(3)
    .resize(1600, 1200)
    .jpeg()
    .toBuffer();
});

/** Sends a picture and gives its link. */
async function link(picture: Uint8Array, query = ""): Promise<string> {
  const answer = await stage.service.call("POST", `/v1/images${query}`, {
    as: { token: stage.service.app() },
    headers: { "x-recipient": "+13125550123" },
    body: picture,
  });
  expect(answer.status, answer.text).toBe(201);
  return jsonOf<{ link: string }>(answer).link;
}

/** Opens a link in a tab of its own. */
async function open(context: BrowserContext, url: string): ReturnType<typeof openTab> {
  const tab = await openTab(context);
  await tab.page.goto(url, { waitUntil: "load" });
  return tab;
}

/** Whether the picture of the page has come, and how wide it is shown. */
const picture = (page: Page): Promise<{ natural: number; shown: number } | null> =>
  page.evaluate(`(async () => {
    const image = document.querySelector("img");
    if (image === null) return null;
    await image.decode();
    return { natural: image.naturalWidth, shown: image.getBoundingClientRect().width };
  })()`);

describe("the page of a link", () => {
  it.each(LOOKS.filter(({ name, isMeasured }) => isMeasured || name === "narrow"))(
    "$name: before and after the tap, deleted, and gone",
    async ({ name, locale, colorScheme, width, scripts, isMeasured }) => {
      const context = await stage.browser.newContext({
        locale,
        colorScheme,
        viewport: { width, height: 720 },
        // Without scripts nothing can be measured in the page either; the rest of that look is in the screenshots.
        javaScriptEnabled: scripts,
      });
      const url = await link(landscape);
      const { page, faults } = await open(context, url);
      const fine = async (step: string): Promise<void> => {
        await keep(page, `${name}-${step}`);
        expect(await page.locator("main").count()).toBe(1);
        expect(await page.locator("h1").count()).toBe(1);
        expect(await page.locator("html").getAttribute("lang")).toBe(locale.slice(0, 2));
        expect(await page.locator("html").getAttribute("dir")).toBe(locale.startsWith("ar") ? "rtl" : "ltr");
        expect(
          faults.filter((fault) => step !== "gone" || !fault.includes("404")),
          step,
        ).toEqual([]);
        if (!scripts) return;
        expect(await overflow(page), step).toBeLessThanOrEqual(0);
        if (isMeasured) expect(await serious(page), step).toEqual([]);
      };

      expect(await page.locator("img").count()).toBe(0);
      await fine("asking");
      await page.locator("button").click();
      await page.waitForLoadState("load");
      expect(await page.locator("img").count()).toBe(1);
      const box = await page.locator("img").boundingBox();
      expect(box?.width).toBeGreaterThan(200);
      expect(box?.width).toBeLessThanOrEqual(width);
      expect((box?.width ?? 0) / (box?.height ?? 1)).toBeCloseTo(4 / 3, 1);
      if (scripts) expect((await picture(page))?.natural).toBe(1600);
      await page.locator("summary").click();
      await fine("shown");
      await page.locator("form[action$='/delete'] button").click();
      await page.waitForLoadState("load");
      await fine("deleted");
      await page.goto(url);
      await fine("gone");
      await context.close();
    },
  );

  it("shows a picture that can be seen once from the one tap, and lets it be saved from there", async () => {
    const context = await stage.browser.newContext({ viewport: { width: 390, height: 844 }, acceptDownloads: true });
    const url = await link(await tell("png", 400, 300), "?once=true");
    const { page, faults } = await open(context, url);
    await keep(page, "once-asking");
    await page.locator("button").click();
    await page.waitForLoadState("load");
    expect(await picture(page)).toMatchObject({ natural: 400 });
    await keep(page, "once-shown");
    expect(await serious(page)).toEqual([]);
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("a[download]").click()]);
    expect(download.suggestedFilename()).toBe("picture.webp");
    expect((await sharp(await download.path()).metadata()).width).toBe(400);
    expect(faults).toEqual([]);
    await page.goto(url);
    expect(await page.locator("img").count()).toBe(0);
    await context.close();
  });

  it("saves a picture as a file, and takes a report, without scripts", async () => {
    const context = await stage.browser.newContext({ javaScriptEnabled: false, acceptDownloads: true });
    const url = await link(landscape);
    const { page, faults } = await open(context, url);
    await page.locator("button").click();
    await page.waitForLoadState("load");
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("button[name=save]").click()]);
    expect((await sharp(await download.path()).metadata()).format).toBe("webp");
    await page.locator("summary").click();
    await page.locator("form[action$='/report'] button").click();
    await page.waitForLoadState("load");
    await keep(page, "reported");
    expect(await page.locator("h1").textContent()).toBe("Thank you");
    await page.goto(url);
    expect(await page.locator("button").count()).toBe(0);
    expect(faults.filter((fault) => !fault.includes("404"))).toEqual([]);
    await context.close();
  });

  it("is used by keyboard alone, and reads with type twice as large", async () => {
    const context = await stage.browser.newContext({ viewport: { width: 320, height: 720 } });
    const { page } = await open(context, await link(landscape));
    await page.keyboard.press("Tab");
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).not.toBe("none");
    await page.keyboard.press("Enter");
    await page.locator("img").waitFor();
    const stops: string[] = [];
    for (let at = 0; at < 4; at += 1) {
      await page.keyboard.press("Tab");
      stops.push(await page.evaluate<string>("document.activeElement.localName"));
      if (stops.at(-1) === "summary") await page.keyboard.press("Enter");
    }
    expect(stops).toEqual(["button", "summary", "button", "button"]);
    await page.evaluate('document.documentElement.style.setProperty("font-size", "200%")');
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await context.close();
  });
});
