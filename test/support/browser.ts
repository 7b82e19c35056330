import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Browser } from "playwright-core";

/**
 * Flags that its package recommends for a machine that runs one page and ends: a single process, which the first context
 * that closes takes with it, and processes that each start from nothing.
 */
const LEFT_OUT = new Set(["--single-process", "--no-zygote"]);

/**
 * Chromium from npm (Linux); CHROME_PATH names another one elsewhere. All other flags are those its package recommends,
 * among them the ones without which it does not start for root or in a container.
 */
export async function startBrowser(): Promise<Browser> {
  chromium.setGraphicsMode = false;
  const own = process.env["CHROME_PATH"];
  return playwright.launch({
    executablePath: own ?? (await unpacked()),
    args: own === undefined ? chromium.args.filter((flag) => !LEFT_OUT.has(flag)) : ["--no-sandbox"],
    headless: true,
  });
}

/** Unpacked once a machine, on a disk: programs in memory may be forbidden. */
async function unpacked(): Promise<string> {
  const { TMPDIR: scratch, KONNECTIONS_TEST_DISK: disk } = process.env;
  if (disk !== undefined) process.env["TMPDIR"] = disk;
  try {
    return await chromium.executablePath();
  } finally {
    if (scratch !== undefined) process.env["TMPDIR"] = scratch;
  }
}
