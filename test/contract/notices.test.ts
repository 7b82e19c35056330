import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { Service } from "../support/service.ts";

let service: Service;
beforeAll(async () => {
  service = await Service.start({ PRIVACY_CONTACT: "officer@id.example" });
});
afterAll(() => service.stop());

const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();
const put = (version: string, json: object): Promise<Answer> =>
  service.call("PUT", `/v1/operators/notices/${version}`, { as: "operator", json });
const page = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  service.call("GET", path, { as: null, headers });

interface Current {
  readonly inForce: { readonly version: string; readonly effectiveAt: string; readonly url: string } | null;
  readonly upcoming: Current["inForce"];
}

describe("GET /v1/notice", () => {
  it("gives the notice that comes with the service, and where its text is", async () => {
    const answer = await page("/v1/notice");
    const { inForce, upcoming } = jsonOf<Current>(answer);
    expect(upcoming).toBeNull();
    expect(inForce).toEqual({
      version: "2026-11-01",
      effectiveAt: "2026-11-01T00:00:00.000Z",
      url: `${service.url.origin}/privacy/2026-11-01`,
    });
    expect((await page(inForce?.url ?? "")).status).toBe(200);
  });

  it("gives the next one as soon as it is published; of several, that which comes first", async () => {
    await put("later", { title: "Later", body: "Later.", effectiveAt: inDays(40) });
    const soon = await put("soon", { title: "Soon", body: "Soon.", effectiveAt: inDays(20) });
    const { inForce, upcoming } = jsonOf<Current>(await page("/v1/notice"));
    expect(inForce?.version).toBe("2026-11-01");
    expect(upcoming).toEqual(jsonOf(soon));
  });
});

describe("PUT /v1/operators/notices/{version}", () => {
  it.each([
    ["without a body", { title: "T", effectiveAt: inDays(9) }, "invalid-request"],
    ["with a day and no time", { title: "T", body: "B", effectiveAt: "2030-01-01" }, "invalid-request"],
    ["with an unknown field", { title: "T", body: "B", effectiveAt: inDays(9), now: true }, "unknown-field"],
    ["in a language of nobody's", { title: "T", body: "B", effectiveAt: inDays(9), language: "xx" }, "invalid-request"],
    ["longer than is read", { title: "T", body: "B".repeat(40_001), effectiveAt: inDays(9) }, "invalid-request"],
    [
      "twice in one language",
      { title: "T", body: "B", effectiveAt: inDays(9), translations: [{ language: "en", title: "T", body: "B" }] },
      "invalid-request",
    ],
  ])("refuses one %s", async (_, json, code) => {
    problemOf(await put("wrong", json), 400, code);
    problemOf(await page("/privacy/wrong"), 404, "not-found");
  });

  it("takes the longest text in six languages", async () => {
    const text = { title: "ज".repeat(200), body: "ज".repeat(40_000) };
    const translations = ["es", "fr", "de", "hi", "ar"].map((language) => ({ language, ...text }));
    const answer = await put("longest", { ...text, translations, effectiveAt: inDays(400) });
    expect(answer.status, answer.text.slice(0, 300)).toBe(200);
    expect((await page("/privacy/longest?lang=hi")).text).toContain(text.body);
  });
});

describe("/privacy", () => {
  it("shows the notice in force, the contact, the one to come, and every store", async () => {
    await put("next", {
      title: "The next notice",
      body: "## New\n\n- <b>Something</b> **else**.",
      effectiveAt: inDays(9),
    });
    const { text, headers } = await page("/privacy");
    expect(text).toMatch(/In force since <time datetime="2026-11-01"/);
    expect(text).toContain('<a href="mailto:officer@id.example">officer@id.example</a>');
    expect(text).toContain("The next notice");
    expect(text).toContain("<li>&lt;b&gt;Something&lt;/b&gt; <strong>else</strong>.</li>");
    for (const store of ["d1 callers", "object Ballot vote", "kv PAGES"]) expect(text).toContain(store);
    expect(text).not.toMatch(/\{\{|\{day\}|undefined|\[object/);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("vary")).toBe("accept-language");
  });

  it.each([
    ["es", "ltr", "Aviso de privacidad"],
    ["fr", "ltr", "Notice de confidentialité"],
    ["de", "ltr", "Datenschutzerklärung"],
    ["hi", "ltr", "निजता सूचना"],
    ["ar", "rtl", "إشعار الخصوصية"],
  ])("speaks %s, asked by the address or by the browser", async (language, direction, title) => {
    const asked = await page(`/privacy?lang=${language}`, { "accept-language": "en" });
    const preferred = await page("/privacy", { "accept-language": `${language}-XX, en;q=0.5` });
    expect(preferred.text).toBe(asked.text);
    expect(asked.text).toContain(`<html lang="${language}" dir="${direction}">`);
    expect(asked.text).toContain(title);
  });

  it("says honestly what a notice is written in", async () => {
    await put("german", { title: "Nur deutsch", body: "Nur deutsch.", language: "de", effectiveAt: inDays(300) });
    const { text } = await page("/privacy/german?lang=ar");
    expect(text).toContain('<html lang="ar" dir="rtl">');
    expect(text).toMatch(/<div lang="de" dir="ltr">\s*<p>Nur deutsch\.<\/p>/);
  });

  it("is English for an unknown language, and no page for an unknown version", async () => {
    expect((await page("/privacy?lang=xx")).text).toContain('<html lang="en"');
    problemOf(await page("/privacy/%3Cscript%3E"), 404, "not-found");
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
