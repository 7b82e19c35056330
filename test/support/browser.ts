import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Browser } from "playwright-core";

/**
 * Chromium from npm (Linux); CHROME_PATH names another one elsewhere. The flags are those its package recommends, among
 * them the ones without which it does not start for root or in a container; but in several processes, since in a
 * single one the first context that closes takes the browser with it.
 */
export async function startBrowser(): Promise<Browser> {
  chromium.setGraphicsMode = false;
  const own = process.env["CHROME_PATH"];
  return playwright.launch({
    executablePath: own ?? (await chromium.executablePath()),
    args: own === undefined ? chromium.args.filter((flag) => flag !== "--single-process") : ["--no-sandbox"],
    headless: true,
  });
}
