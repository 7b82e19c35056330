import { beforeAll, describe, expect, it } from "vitest";
import { LANGUAGES } from "../../src/language/language.ts";
import { mailAddress, mailboxOf } from "../../src/messaging/mail-address.ts";
import { mailOf, type Mail } from "../../src/messaging/mail-texts.ts";
import type { Announcement } from "../../src/messaging/message.ts";

const LINK = "https://k.example/u/token";
const said = (changes: Partial<Announcement> = {}): Announcement => ({
  kind: "promotional",
  subject: "News",
  text: "First.\n\nSecond,\non two lines.",
  origin: "https://k.example",
  ...changes,
});

describe.each(LANGUAGES)("an e-mail in %s", (language) => {
  let promotion: Mail;
  let service: Mail;
  beforeAll(async () => {
    promotion = await mailOf(said(), language, LINK);
    service = await mailOf(said({ kind: "service" }), language, LINK);
  });

  it("says in text and in HTML the same, and why it comes", () => {
    for (const { body, html } of [promotion, service]) {
      expect(body).toContain("First.\n\nSecond,\non two lines.");
      expect(html.replaceAll(/\s+/g, " ")).toContain("<p>First.</p><p>Second,<br />on two lines.</p>");
      expect(html).toContain(`lang="${language}"`);
      expect(html.includes('dir="rtl"')).toBe(language === "ar");
      expect(body).toMatch(/Konnections/);
    }
    expect(promotion.body).not.toBe(service.body);
  });

  it("loads nothing, runs nothing, and links to the end of promotion alone", () => {
    for (const { html } of [promotion, service]) {
      expect(html).not.toMatch(/<(?:img|script|link|iframe|video|audio|style)\b|url\(|src=|@import|on\w+=/i);
    }
    expect([...promotion.html.matchAll(/href="([^"]*)"/g)].map(([, to]) => to)).toEqual([LINK]);
    expect(service.html).not.toContain("href");
  });

  it("is ended by one click if it is promotion, and not if it concerns the service", () => {
    expect(promotion.headers).toEqual({
      "List-Unsubscribe": `<${LINK}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    });
    expect(promotion.body).toContain(LINK);
    expect(service.headers).toEqual({});
    expect(service.body).not.toContain(LINK);
  });
});

it.each(["promotional", "service"] as const)("no two languages say the same of %s", async (kind) => {
  const mails = await Promise.all(LANGUAGES.map((language) => mailOf(said({ kind }), language, LINK)));
  expect(new Set(mails.map(({ body }) => body)).size).toBe(LANGUAGES.length);
});

describe("what somebody wrote", () => {
  it("makes no header field of its own, and no markup", async () => {
    const subject = "Hello\r\nBcc: everybody@id.example\u2028\u0000<b>";
    const text = '<script>alert(1)</script> & "quotes" </body><img src=x>';
    const mail = await mailOf(said({ subject, text }), "en", LINK);
    expect(mail.subject).toBe("Hello Bcc: everybody@id.example <b>");
    expect(mail.html).not.toMatch(/<script|<img|<b>/);
    expect(mail.html).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;");
    expect(mail.body).toContain(text);
    expect((await mailOf(said({ subject: "x".repeat(5000) }), "en", LINK)).subject).toHaveLength(200);
  });

  it.each([
    "a@b.example\r\nBcc: c@d.example",
    "a@b.example, c@d.example",
    "Ann <a@b.example>",
    '"a b"@c.example',
    "a@b",
    "a b@c.example",
    "a@b.example\u200b",
    `${"a".repeat(65)}@b.example`,
    `${"ü".repeat(60)}@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.example`,
    "",
  ])("%j is no address", (text) => expect(mailAddress(text)).toBeNull());

  it("is one mailbox in whatever case", () => {
    const ann = mailAddress("Ann@Id.Example");
    expect(ann).toEqual({ address: "Ann@Id.Example", domain: "id.example" });
    expect(ann && mailboxOf(ann)).toBe("ann@id.example");
  });
});
