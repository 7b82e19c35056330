import { describe, expect, it } from "vitest";
import { LANGUAGES, type Language } from "../../src/language/language.ts";
import type { Text } from "../../src/messaging/message.ts";
import { spokenTwice } from "../../src/messaging/twilio.ts";
import { bodyOf } from "../../src/messaging/texts.ts";

/** GSM 03.38's basic table; the characters after it take two septets. */
const GSM =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const GSM_TWICE = "^{}\\[~]|€";

/** How many SMS a text takes. */
function segments(text: string): number {
  const septets = Array.from(text, (char) => (GSM.includes(char) ? 1 : GSM_TWICE.includes(char) ? 2 : Number.NaN));
  const length = septets.reduce((sum, one) => sum + one, 0);
  if (!Number.isNaN(length)) return length <= 160 ? 1 : Math.ceil(length / 153);
  return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
}

const isGsm = (text: string): boolean => Array.from(text).every((char) => (GSM + GSM_TWICE).includes(char));
const code = (kind: "sign-in-code" | "ownership-code", language: Language) =>
  bodyOf({ kind, code: "123456" }, language, "sms");
/** A long origin, and a token of 128 bits. */
const LINK = "https://konnections.example.org/i/abcdefghijklmnopqrstuv";
const OTHERS: Text[] = [
  { kind: "picture-link", link: LINK },
  { kind: "promotional", subject: "News", text: "News from Konnections.", origin: "https://k.example" },
];

describe.each(LANGUAGES)("in %s", (language) => {
  const latin = language !== "hi" && language !== "ar";

  it("codes take one segment", () => {
    for (const kind of ["sign-in-code", "ownership-code"] as const) {
      // Nine digits, where it was paid for.
      const body = code(kind, language).replace("123456", "123456789");
      expect([body, segments(body)]).toEqual([body, 1]);
      expect(isGsm(body), body).toBe(latin);
    }
  });

  it("codes begin with the code, name the service, and say which of the two they are", () => {
    const [signIn, ownership] = [code("sign-in-code", language), code("ownership-code", language)];
    for (const body of [signIn, ownership]) expect(body).toMatch(/^123456\b.*Konnections/);
    expect(signIn).not.toBe(ownership);
  });

  it("spoken codes name the service, say which of the two they are, and are said twice, digit by digit", () => {
    const say = (kind: "sign-in-code" | "ownership-code") => bodyOf({ kind, code: "012345" }, language, "voice");
    expect(say("sign-in-code")).not.toBe(say("ownership-code"));
    for (const kind of ["sign-in-code", "ownership-code"] as const) {
      expect(say(kind)).toMatch(/Konnections.*\b012345\b/);
      const twiml = spokenTwice(say(kind), language);
      expect(twiml.split("0, 1, 2, 3, 4, 5")).toHaveLength(3);
      expect(twiml).not.toContain("012345");
      expect(twiml).toMatch(
        /^<Response>(?:<Pause length="1"\/><Say language="[a-zA-Z-]+" voice="Polly\.\w+">[^<>&]+<\/Say>){2}<\/Response>$/,
      );
      expect(twiml.length).toBeLessThan(4000);
    }
  });

  it("a link to a picture takes one segment in the Latin script, two in others, and says how to stop", () => {
    for (const text of OTHERS) {
      const body = bodyOf(text, language, "sms");
      expect(body).toContain("STOP");
      expect([body, segments(body)]).toEqual([body, latin ? 1 : segments(body) === 1 ? 1 : 2]);
    }
    expect(bodyOf({ kind: "picture-link", link: LINK }, language, "sms")).toContain(`${LINK} `);
  });
});

it("no two languages say the same", () => {
  for (const kind of ["sign-in-code", "ownership-code"] as const) {
    expect(new Set(LANGUAGES.map((language) => code(kind, language))).size).toBe(LANGUAGES.length);
  }
});

it("the count of segments is GSM 03.38's", () => {
  expect([
    segments("a".repeat(160)),
    segments("a".repeat(161)),
    segments("€".repeat(80)),
    segments("€".repeat(81)),
  ]).toEqual([1, 2, 1, 2]);
  expect([segments("ó".repeat(70)), segments("ó".repeat(71)), segments("á".repeat(135))]).toEqual([1, 2, 3]);
});
