import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importRows, makeDataset } from "../support/import.ts";
import { jsonOf } from "../support/answer.ts";
import { askOwnerCode } from "../support/owner.ts";
import { keep, LOOKS, openTab, overflow, serious, type Look } from "../support/look.ts";
import { Service } from "../support/service.ts";
import { codesTo, freshNumber, signIn } from "../support/sign-in.ts";
import { stage } from "./stage.ts";

// The pages /unlist and /privacy as people see them: the whole walk from the number to the receipt.

/** Where both directions and both themes are seen. */
const MEASURED = LOOKS.filter(({ isMeasured }) => isMeasured);
/** Ten pages each: not in every look. */
const WALKS = LOOKS.filter(({ name, isMeasured }) => isMeasured || name === "narrow");

/** A tab with a look, and a check of everything that holds for each page in it. */
async function visitor({ name, locale, colorScheme, width, scripts, isMeasured }: Look): Promise<{
  readonly page: Page;
  readonly fine: (step: string) => Promise<void>;
  readonly press: (selector: string) => Promise<void>;
  readonly leave: () => Promise<void>;
}> {
  const context = await stage.browser.newContext({
    locale,
    colorScheme,
    viewport: { width, height: 720 },
    javaScriptEnabled: scripts,
  });
  const { page, faults } = await openTab(context);
  const fine = async (step: string): Promise<void> => {
    await keep(page, `${name}-${step}`);
    expect(faults, step).toEqual([]);
    for (const one of ["main", "h1"]) expect(await page.locator(one).count(), `${step}: ${one}`).toBe(1);
    expect(await page.locator("html").getAttribute("lang")).toBe(locale.slice(0, 2));
    expect(await page.locator("html").getAttribute("dir")).toBe(locale === "ar" ? "rtl" : "ltr");
    expect(await page.locator("main").innerText(), step).not.toMatch(
      /\bundefined\b|\bnull\b|\[object|NaN|\{\w*\}|&lt;|&amp;/,
    );
    if (!scripts) return;
    expect(await overflow(page), step).toBeLessThanOrEqual(0);
    if (isMeasured) expect(await serious(page), step).toEqual([]);
  };
  const press = async (selector: string): Promise<void> => {
    await page.locator(selector).click();
    await page.waitForLoadState("load");
  };
  return { page, fine, press, leave: () => context.close() };
}

/** A number as it is written at home. */
const shownAs = (number: string): string => parsePhoneNumberFromString(number)?.formatNational() ?? "";
const BY = (channel: "sms" | "voice"): string => `button[name=by][value=${channel}]`;
const PROVE = "form:has(#code) button:not(.quiet, .link)";
const DO = (what: string): string => `button[name=do][value=${what}]`;

let landlines = 0;
/** A British telephone on a wall. */
const freshLandline = (): string => `+4420794${String((landlines += 1)).padStart(5, "0")}`;

/** What was sent to a number, oldest first, when there are as many. */
async function messagesTo(number: string, atLeast: number): Promise<{ channel: string; body: string }[]> {
  for (let waited = 0; ; waited += 100) {
    const answer = await stage.service.call("GET", `/dev/outbox?to=${encodeURIComponent(number)}`, { as: null });
    const messages = jsonOf<{ channel: string; body: string }[]>(answer);
    if (messages.length >= atLeast || waited > 100_000) return messages;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe("/unlist", () => {
  it.each(WALKS)("$name: number, code, what is held, name, dispute, receipt, and back", async (look) => {
    const number = freshNumber();
    const dataset = await makeDataset(stage.service, "directory");
    await importRows(stage.service, dataset, [{ number, name: "Fiction & Sons <Clinic>", kind: "business" }]);
    const { page, fine, press, leave } = await visitor(look);
    await page.goto(`${stage.service.url.origin}/unlist`, { waitUntil: "load" });
    await fine("asking");

    // A call is offered beside the message, in reach of a thumb.
    for (const channel of ["sms", "voice"] as const) {
      expect((await page.locator(BY(channel)).boundingBox())?.height, channel).toBeGreaterThanOrEqual(44);
    }
    await page.locator("#number").fill("+1 555");
    await press(BY("sms"));
    expect(await page.locator("[role=alert]").count()).toBe(1);
    // To be put right, not typed anew.
    expect(await page.locator("#number").inputValue()).toBe("+1 555");
    await fine("asking-wrong");

    // As people write it.
    await page.locator("#number").fill(number.replace(/^\+1(\d{3})(\d{3})/, "+1 ($1) $2-"));
    await press(BY("sms"));
    expect(await page.locator("main").innerText()).toContain(shownAs(number));
    await fine("proving");
    const code = (await codesTo(stage.service, number)).at(-1) ?? "";
    await page.locator("#code").fill(String((Number(code) + 1) % 1_000_000).padStart(6, "0"));
    await press(PROVE);
    expect(await page.locator("[role=alert]").count()).toBe(1);
    await fine("proving-wrong");

    // In another language it is the same page, and nothing is lost of the way to it.
    const here = page.url();
    await press("button.link[lang=es]");
    expect(await page.locator("html").getAttribute("lang")).toBe("es");
    expect(await page.locator("#code").count()).toBe(1);
    await press(`button.link[lang=${new URL(here).searchParams.get("lang")}]`);

    await page.locator("#code").fill(code);
    await press(PROVE);
    await fine("held");
    expect(await page.locator("dl").innerText()).toContain("Fiction & Sons <Clinic>");

    await page.locator("#name").fill("Mom");
    await press(DO("name"));
    expect(await page.locator("[role=alert]").count()).toBe(1);
    await page.locator("#name").fill("Fiction & Daughters");
    await page.locator("#kind").selectOption("business");
    await press(DO("name"));
    expect(await page.locator("[role=status]").count()).toBe(1);
    expect(await page.locator("#name").inputValue()).toBe("Fiction & Daughters");
    // What was just changed is shown as changed, whatever lookups still answer.
    expect(await page.locator("dl dd").first().innerText()).toBe("Fiction & Daughters");
    await fine("named");

    await page.locator("#text").fill("It is a clinic.");
    await press(DO("dispute"));
    expect(await page.locator("[role=status]").count()).toBe(1);
    await fine("disputed");

    // The box is not ticked: the browser does not send the form.
    await page.locator(DO("unlist")).click();
    expect(await page.locator(DO("unlist")).count()).toBe(1);
    await page.locator("#sure").check();
    await press(DO("unlist"));
    expect(await page.locator("main code").innerText()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    await fine("out");

    await press(DO("relist"));
    expect(await page.locator("[role=status]").count()).toBe(1);
    expect(await page.locator("#name").inputValue()).toBe("");
    await fine("back");
    await leave();
  });

  it.each(MEASURED)(
    "$name: where many codes were asked for, a visitor waits, the page goes on by itself, and the code comes",
    async (look) => {
      const number = freshNumber();
      for (let n = 0; n < 8; n += 1) expect((await askOwnerCode(stage.service, number)).status).toBe(202);
      const asked = Date.now();
      const before = await codesTo(stage.service, number);
      const { page, fine, press, leave } = await visitor(look);
      await page.goto(`${stage.service.url.origin}/unlist`, { waitUntil: "load" });
      await page.locator("#number").fill(number);
      await press(BY("sms"));
      expect(await page.locator("[role=status]").innerText()).toMatch(/[\d٠-٩]/);
      // Whoever goes on too early is where they were, and has sent nothing.
      await press("button.quiet");
      expect(await page.locator("button.quiet").count()).toBe(1);
      // However long it is looked at, it does not go on meanwhile.
      const seen = Promise.withResolvers<void>();
      await page.route(/wait=/, (route) => seen.promise.then(() => route.continue()));
      await fine("pause");
      seen.resolve();
      // By itself: the address that it leads to shows no number.
      await page.waitForURL(/wait=/, { timeout: 120_000 });
      expect(page.url()).not.toContain(number.slice(2));
      expect(await page.locator("button:not(.quiet, .link)").count()).toBe(1);
      expect(await page.locator("main").innerText()).toContain(shownAs(number));
      await fine("pause-over");
      expect(await codesTo(stage.service, number)).toEqual(before);
      await press("button:not(.quiet, .link)");
      await fine("proving-later");
      // It leaves half a minute after the strangers' code, and says so, unless it took that long to come here.
      if (Date.now() - asked < 25_000) expect(await page.locator("main strong").count()).toBe(1);
      const state = await page.locator("input[name=state]").first().getAttribute("value");
      expect(state).not.toBeNull();
      await leave();
    },
  );

  it.each([
    { ...LOOKS[0], good: "sms" },
    { ...LOOKS[2], good: "voice" },
  ] as const)("$name: a call is offered where the message does not come; the code by $good is good", async (look) => {
    const number = freshNumber();
    const { page, fine, press, leave } = await visitor(look);
    await page.goto(`${stage.service.url.origin}/unlist`, { waitUntil: "load" });
    await page.locator("#number").fill(number);
    await press(BY("sms"));
    const [sent = ""] = await codesTo(stage.service, number, 1);
    await press(BY("voice"));
    await fine("called");
    expect(await page.locator(BY("voice")).count()).toBe(0);
    let code = sent;
    if (look.good === "voice") {
      // However soon after the message: a call waits for no message.
      expect(await page.locator("main strong").count()).toBe(0);
      const said = (await messagesTo(number, 2)).at(-1);
      expect(said?.channel).toBe("voice");
      code = /\b\d{6,9}\b/.exec(said?.body ?? "")?.[0] ?? "";
    }
    expect(code).not.toBe("");
    await page.locator("#code").fill(code);
    await press(PROVE);
    expect(await page.locator("dl").count()).toBe(1);
    await leave();
  });

  it.each(MEASURED)("$name: a landline is called, and not before its visitor says so", async (look) => {
    const number = freshLandline();
    const { page, fine, press, leave } = await visitor(look);
    await page.goto(`${stage.service.url.origin}/unlist`, { waitUntil: "load" });
    await page.locator("#number").fill(number);
    await press(BY("sms"));
    expect(await page.locator("main").innerText()).toContain(shownAs(number));
    expect(await page.locator("button:not(.link)").count()).toBe(1);
    await fine("calling");
    expect(await messagesTo(number, 0)).toEqual([]);
    await press(BY("voice"));
    await fine("calling-proving");
    const [said] = await messagesTo(number, 1);
    expect(said?.channel).toBe("voice");
    await page.locator("#code").fill(/\b\d{6}\b/.exec(said?.body ?? "")?.[0] ?? "");
    await press(PROVE);
    expect(await page.locator("dl").count()).toBe(1);
    // Whoever asks for the call at once needs no page in between.
    const other = freshLandline();
    await page.goto(`${stage.service.url.origin}/unlist`, { waitUntil: "load" });
    await page.locator("#number").fill(other);
    await press(BY("voice"));
    expect(await page.locator("#code").count()).toBe(1);
    expect((await messagesTo(other, 1))[0]?.channel).toBe("voice");
    await leave();
  });

  it("keeps a call a call where it is waited for", async () => {
    const number = freshNumber();
    for (let n = 0; n < 8; n += 1) await askOwnerCode(stage.service, number);
    const before = (await messagesTo(number, 1)).length;
    const { page, press, leave } = await visitor(LOOKS[1]);
    await page.goto(`${stage.service.url.origin}/unlist`, { waitUntil: "load" });
    await page.locator("#number").fill(number);
    await press(BY("voice"));
    await page.waitForURL(/wait=/, { timeout: 120_000 });
    await press("button:not(.quiet, .link)");
    expect(await page.locator("label[for=code]").innerText()).toContain("gehört");
    const all = await messagesTo(number, before + 1);
    expect(all.slice(before).map(({ channel }) => channel)).toEqual(["voice"]);
    await leave();
  });

  it("says whom to write to where a number gets no code", async () => {
    const { page, fine, press, leave } = await visitor(LOOKS[2]);
    await page.goto(`${stage.service.url.origin}/unlist`, { waitUntil: "load" });
    await page.locator("#number").fill("+18002345678");
    await press(BY("sms"));
    expect(await page.locator("[role=alert]").count()).toBe(1);
    expect(await page.locator("a[href='mailto:officer@id.example']").count()).toBe(1);
    await fine("not-served");
    await leave();
  });

  it("lets nobody wait for another: a ticket of one number sends nothing to a second one", async () => {
    const number = freshNumber();
    for (let n = 0; n < 8; n += 1) await askOwnerCode(stage.service, number);
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const stateOf = (text: string): string => /name="state" value="([^"]+)"/.exec(text)?.[1] ?? "";
    const send = async (fields: Record<string, string>) => {
      const body = new URLSearchParams(fields).toString();
      return stage.service.call("POST", "/unlist?lang=en", { as: null, body, headers: type });
    };
    const first = await stage.service.call("GET", "/unlist?lang=en", { as: null });
    const waiting = await send({ state: stateOf(first.text), number });
    const refresh = waiting.headers.get("refresh") ?? "";
    expect(refresh).toMatch(/^5; url=\/unlist\?lang=en&wait=[\w-]+$/);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    // The number is in the ticket: what else a form says is not read. Good once.
    const other = freshNumber();
    const answers = [];
    for (let n = 0; n < 2; n += 1) answers.push(await send({ state: stateOf(waiting.text), number: other }));
    expect(answers[0]?.text).toContain(shownAs(number));
    expect(answers[0]?.headers.get("refresh")).toBeUndefined();
    // Sent again, it is answered by the code that is on its way, or by another wait: never by another code.
    expect(await codesTo(stage.service, other, 0)).toEqual([]);
    for (const wrong of ["", "x", `${refresh.slice(-40)}AAAA`]) {
      const page = await stage.service.call("GET", `/unlist?lang=en&wait=${wrong}`, { as: null });
      expect(page.text).toContain("open for too long");
      expect(page.headers.get("refresh")).toBeUndefined();
    }
  });

  it("sends a code again where the first did not come, and takes either", async () => {
    const number = freshNumber();
    const { page, press, leave } = await visitor(LOOKS[0]);
    await page.goto(`${stage.service.url.origin}/unlist`, { waitUntil: "load" });
    await page.locator("#number").fill(number);
    await press(BY("sms"));
    const [first = ""] = await codesTo(stage.service, number, 1);
    await press(DO("again"));
    expect(await page.locator("[role=alert]").count()).toBe(0);
    await page.locator("#code").fill(first);
    await press(PROVE);
    expect(await page.locator("dl").count()).toBe(1);
    await leave();
  });

  it("says kindly that a code was used, that a page is too old, and starts again", async () => {
    const number = freshNumber();
    const { page, press, leave } = await visitor(LOOKS[0]);
    await page.goto(`${stage.service.url.origin}/unlist`, { waitUntil: "load" });
    await page.locator("#number").fill(number);
    await press(BY("sms"));
    const state = await page.locator("input[name=state]").first().getAttribute("value");
    const code = (await codesTo(stage.service, number)).at(-1) ?? "";
    const send = async (fields: Record<string, string>, headers: Record<string, string> = {}): Promise<string> => {
      const body = new URLSearchParams(fields).toString();
      const type = { "content-type": "application/x-www-form-urlencoded" };
      const answer = await stage.service.call("POST", "/unlist?lang=en", {
        as: null,
        body,
        headers: { ...type, ...headers },
      });
      return answer.text.replace(/^.*<main>/s, "");
    };
    expect(await send({ state: state ?? "", code })).toContain("What is held on");
    // The code is spent.
    expect(await send({ state: state ?? "", code })).toContain("expired or was used");
    for (const wrong of ["", "x", `${state?.slice(0, -4)}AAAA`]) {
      expect(await send({ state: wrong, code })).toContain("open for too long");
    }
    await leave();
  });

  it("takes no form that another site sends: no code goes out", async () => {
    const number = freshNumber();
    const form = await stage.service.call("GET", "/unlist", { as: null });
    const state = /name="state" value="([^"]+)"/.exec(form.text)?.[1] ?? "";
    const body = new URLSearchParams({ state, number }).toString();
    const type = { "content-type": "application/x-www-form-urlencoded" };
    for (const foreign of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://elsewhere.example" },
    ]) {
      const answer = await stage.service.call("POST", "/unlist", { as: null, body, headers: { ...type, ...foreign } });
      expect(answer.text).toContain("start again");
    }
    expect(await codesTo(stage.service, number, 0)).toEqual([]);
    // The same form from the page itself is taken.
    await stage.service.call("POST", "/unlist", {
      as: null,
      body,
      headers: { ...type, "sec-fetch-site": "same-origin" },
    });
    expect(await codesTo(stage.service, number, 1)).toHaveLength(1);
  });

  it("says the same of every number before the proof: known, unknown, with an account", async () => {
    const [known, unknown, member] = [freshNumber(), freshNumber(), freshNumber()];
    const dataset = await makeDataset(stage.service, "directory");
    await importRows(stage.service, dataset, [{ number: known, name: "Fiction Clinic", kind: "business" }]);
    await signIn(stage.service, member);
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const stateOf = (text: string): string => /name="state" value="([^"]+)"/.exec(text)?.[1] ?? "";
    const send = async (fields: Record<string, string>): Promise<string> => {
      const body = new URLSearchParams(fields).toString();
      return (await stage.service.call("POST", "/unlist?lang=en", { as: null, body, headers: type })).text;
    };
    const pages = new Set<string>();
    for (const number of [known, unknown, member]) {
      const { text } = await stage.service.call("GET", "/unlist?lang=en", { as: null });
      const asked = await send({ state: stateOf(text), number });
      const wrong = await send({ state: stateOf(asked), code: "000000" });
      const both = [asked, wrong].map((page) => page.replaceAll(stateOf(page), String(stateOf(page).length)));
      pages.add(both.join("").replaceAll(shownAs(number), "N"));
    }
    expect([...pages]).toHaveLength(1);
  });

  it("sets no cookie, and loads nothing", async () => {
    const answer = await stage.service.call("GET", "/unlist", { as: null });
    expect(answer.headers.get("set-cookie")).toBeUndefined();
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("content-security-policy")).toMatch(
      /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/,
    );
    expect(answer.text).not.toMatch(/<script|<img|<link|https?:\/\/(?!127\.0\.0\.1)/);
  });
});

describe("/privacy", () => {
  it.each(MEASURED)("$name: the notice, its contact, and every store", async (look) => {
    const { page, fine, leave } = await visitor(look);
    await page.goto(`${stage.service.url.origin}/privacy`, { waitUntil: "load" });
    await fine("privacy");
    expect(await page.locator("article").count()).toBe(1);
    expect(await page.locator("a[href='mailto:officer@id.example']").count()).toBe(1);
    expect(await page.locator("tbody tr").count()).toBeGreaterThan(15);
    // From here to one's own number, and to another language.
    await page.locator("main a[href='/unlist']").first().click();
    await page.waitForLoadState("load");
    expect(await page.locator("#number").count()).toBe(1);
    await leave();
  });
});

describe("/unlist where nobody carries messages", () => {
  let silent: Service;
  beforeAll(async () => {
    silent = await Service.start({ ENVIRONMENT: "production", PRIVACY_CONTACT: "officer@id.example" });
  });
  afterAll(() => silent.stop());

  it.each(LOOKS)("$name: says so, names the contact, and offers no form", async (look) => {
    const { page, fine, leave } = await visitor(look);
    await page.goto(`${silent.url.origin}/unlist`, { waitUntil: "load" });
    await fine("mute");
    expect(await page.locator("form, input, button").count()).toBe(0);
    expect(await page.locator("[role=status]").count()).toBe(1);
    expect(await page.locator("a[href='mailto:officer@id.example']").innerText()).toBe("officer@id.example");
    await leave();
  });
});
