import { describe, expect, it } from "vitest";
import { readConfig } from "../src/config.ts";
import { testSecrets } from "./support/secrets.ts";

const vars = { ENVIRONMENT: "production", RATE_LIMITS: "on", PRIVACY_CONTACT: "privacy@id.example", ...testSecrets };
const issuer = {
  issuer: "https://id.example",
  jwks: "https://id.example/keys",
  algorithms: ["RS256"],
  audience: "k",
  scope: "app",
};

const twilio = {
  SMS_PROVIDER: "twilio",
  PUBLIC_ORIGIN: "https://k.example",
  TWILIO_API: "https://sms.example",
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_API_KEY: `SK${"1".repeat(32)}`,
  TWILIO_API_SECRET: "secret-".repeat(4),
  TWILIO_AUTH_TOKEN: "a".repeat(32),
  TWILIO_SENDER: "+13125550100",
};

describe("the configuration", () => {
  it("is read from what wrangler.toml and the secrets give", () => {
    const config = readConfig({
      ...vars,
      PUBLIC_ORIGIN: "https://k.example",
      EXTERNAL_ISSUERS: JSON.stringify([issuer]),
    });
    expect(config).toMatchObject({
      development: false,
      publicOrigin: "https://k.example",
      externalIssuers: [issuer],
      access: null,
      rateLimits: true,
    });
  });

  it("names the countries that messages are sent to: an empty list sends nothing, but to the log of development", () => {
    expect(readConfig({ ...vars, SMS_COUNTRIES: "US, GB" }).smsCountries).toEqual(new Set(["US", "GB"]));
    expect(readConfig({ ...vars, SMS_COUNTRIES: "*" }).smsCountries).toBeNull();
    const development = { ...vars, ENVIRONMENT: "development" };
    for (const none of ["", undefined]) {
      expect(readConfig({ ...vars, SMS_COUNTRIES: none }).smsCountries).toEqual(new Set());
      expect(readConfig({ ...development, ...twilio, SMS_COUNTRIES: none }).smsCountries).toEqual(new Set());
      expect(readConfig({ ...development, SMS_COUNTRIES: none }).smsCountries).toBeNull();
    }
  });

  it("says how many messages leave and what they may cost, and does so by itself", () => {
    const { messageLimits } = readConfig({ ...vars, MESSAGE_LIMIT_RANGE: "1/2 3/4 5/6", MESSAGE_BUDGET_USD: "12.50" });
    expect(messageLimits.range).toEqual({
      hour: { soft: 1, hard: 3, reserve: 5 },
      day: { soft: 2, hard: 4, reserve: 6 },
    });
    const quarter = 3_125_000;
    expect(messageLimits.money).toEqual({
      hour: { soft: quarter / 8, hard: quarter / 4, reserve: quarter / 8 },
      day: { soft: quarter, hard: 2 * quarter, reserve: quarter },
    });
    const { money: daily } = readConfig({ ...vars, MESSAGE_BUDGET_HOURS: "1" }).messageLimits;
    expect(daily.hour).toEqual(daily.day);
    const { range, money } = readConfig(vars).messageLimits;
    expect(range.hour).toEqual({ soft: 15, hard: 60, reserve: 30 });
    expect(money.day.hard).toBe(50_000_000);
  });

  it("calls from a number: the sender's own, or another", () => {
    const caller = (more: object) => {
      const { sms } = readConfig({ ...vars, ...twilio, ...more });
      return sms.provider === "twilio" ? sms.caller : null;
    };
    expect(caller({})).toBe("+13125550100");
    expect(caller({ TWILIO_SENDER: `MG${"0".repeat(32)}` })).toBeNull();
    expect(caller({ TWILIO_SENDER: "Konnections", TWILIO_CALLER: "+13125550101" })).toBe("+13125550101");
  });

  it("takes the sizes of codes, each usual unless said", () => {
    const usual = readConfig({ ...vars, CODES_A_DAY: undefined }).codeSizes;
    expect(usual).toEqual({
      soft: 5,
      hard: 10,
      spacing: 1800,
      ofAsker: 6,
      asks: 8,
      open: 512,
      bits: { lowest: 17, highest: 21 },
      wait: { shortest: 15, longest: 60 },
    });
    const said = readConfig({ ...vars, CODES_A_DAY: "3/4", PROOF_BITS: "10/12" }).codeSizes;
    expect(said).toEqual({ ...usual, soft: 3, hard: 4, bits: { lowest: 10, highest: 12 } });
  });

  it("lets an issuer sign in by phone number only where it says so", () => {
    const issuers = [issuer, { ...issuer, issuer: "https://other.example", phoneNumbers: true }];
    const { externalIssuers } = readConfig({ ...vars, EXTERNAL_ISSUERS: JSON.stringify(issuers) });
    expect(externalIssuers.map(({ phoneNumbers }) => phoneNumbers)).toEqual([false, true]);
  });

  it.each([
    ["ENVIRONMENT", ""],
    ["ENVIRONMENT", "staging"],
    ["RATE_LIMITS", "off"],
    ["RATE_LIMITS", "no"],
    ["PAGE_MEMORY_S", "1"],
    ["INDEX_KEY", ""],
    ["INDEX_KEY", "c2hvcnQ="],
    ["INDEX_KEY", `${testSecrets.INDEX_KEY}x`],
    ["SEAL_KEYS", ""],
    ["SEAL_KEYS", `${testSecrets.SEAL_KEYS},`],
    ["SEAL_KEYS", `${testSecrets.SEAL_KEYS},${testSecrets.SEAL_KEYS}`],
    ["TOKEN_SIGNING_KEYS", ""],
    ["TOKEN_SIGNING_KEYS", "{}"],
    ["TOKEN_SIGNING_KEYS", '{"keys":[]}'],
    ["TOKEN_SIGNING_KEYS", testSecrets.TOKEN_SIGNING_KEYS.replace('"d":', '"e":')],
    ["TOKEN_SIGNING_KEYS", testSecrets.TOKEN_SIGNING_KEYS.replace("P-256", "P-384")],
    ["ERASURE_SWEEP_S", "959"],
    ["ERASURE_SWEEP_S", "soon"],
    ["PUBLIC_ORIGIN", "http://k.example"],
    ["PUBLIC_ORIGIN", "https://k.example/path"],
    ["PUBLIC_ORIGIN", "k.example"],
    ["ACCESS_AUDIENCE", "tag"],
    ["ACCESS_TEAM_DOMAIN", "https://team.cloudflareaccess.com"],
    ["PRIVACY_CONTACT", ""],
    ["PRIVACY_CONTACT", "the officer"],
    ["PRIVACY_CONTACT", "http://id.example/privacy"],
    ["PRIVACY_CONTACT", "officer@id.example, other@id.example"],
    ["EXTERNAL_ISSUERS", "nonsense"],
    ["EXTERNAL_ISSUERS", JSON.stringify([{ ...issuer, jwks: "http://id.example/keys" }])],
    ["EXTERNAL_ISSUERS", JSON.stringify([{ ...issuer, algorithms: ["HS256"] }])],
    ["EXTERNAL_ISSUERS", JSON.stringify([{ ...issuer, algorithms: ["none"] }])],
    ["EXTERNAL_ISSUERS", JSON.stringify([{ ...issuer, algorithms: [] }])],
    ["EXTERNAL_ISSUERS", JSON.stringify([{ ...issuer, scope: "operator" }])],
    ["EXTERNAL_ISSUERS", JSON.stringify([{ ...issuer, issuer: "konnections" }])],
    ["EXTERNAL_ISSUERS", JSON.stringify([{ ...issuer, phoneNumbers: "yes" }])],
    // Which of the two scopes would its tokens grant?
    ["EXTERNAL_ISSUERS", JSON.stringify([issuer, { ...issuer, scope: "owner" }])],
    ["SMS_COUNTRIES", "United States"],
    ["SMS_COUNTRIES", "us"],
    ["SMS_COUNTRIES", "US,,GB"],
    ["SMS_COUNTRIES", "*,US"],
    ["CODES_A_DAY", "10/5"],
    ["CODE_SPACING_S", "half an hour"],
    ["CODE_CHALLENGES", "6/8"],
    // More bits than a phone can pay, and a longer wait than is promised.
    ["PROOF_BITS", "17/40"],
    ["PAGE_WAIT_S", "15/61"],
    ["MESSAGE_LIMIT_NETWORK", "10 20 30"],
    ["MESSAGE_LIMIT_RANGE", "4/4 3/4 5/6"],
    ["MESSAGE_LIMIT_COUNTRY", "1/5 3/4 5/6"],
    ["MESSAGE_LIMIT_OPERATOR", "0/0 0/0 0/0"],
    ["MESSAGE_LIMIT_DOMAIN", "0/0 0/0 0/0"],
    ["CAMPAIGN_BUDGET_USD", "lots"],
    ["MESSAGE_BUDGET_USD", "lots"],
    ["MESSAGE_BUDGET_USD", "-1"],
    ["MESSAGE_BUDGET_HOURS", "0"],
    ["MESSAGE_BUDGET_HOURS", "25"],
  ])("stops the start when %s is %j, naming it and not its value", (name, value) => {
    const start = () => readConfig({ ...vars, [name]: value });
    expect(start).toThrow(name);
    let message = "";
    try {
      start();
    } catch (thrown) {
      message = thrown instanceof Error ? thrown.message : "";
    }
    expect(message.endsWith(".")).toBe(true);
    if (value.length > 12) expect(message).not.toContain(value);
  });

  it("has nobody carry messages unless it is said who; in development a log does", () => {
    expect(readConfig(vars).sms).toEqual({ provider: "none" });
    expect(readConfig({ ...vars, ENVIRONMENT: "development" }).sms).toEqual({ provider: "log" });
    expect(readConfig({ ...vars, ...twilio }).sms).toMatchObject({
      provider: "twilio",
      callbacks: "https://k.example",
    });
    for (const sender of [`MG${"2".repeat(32)}`, "Konnections"]) {
      expect(readConfig({ ...vars, ...twilio, TWILIO_SENDER: sender }).sms).toMatchObject({ sender });
    }
  });

  it.each([
    ["SMS_PROVIDER", "log"],
    ["SMS_PROVIDER", "carrier-pigeon"],
    ["TWILIO_CALLER", "Konnections"],
    ["PUBLIC_ORIGIN", ""],
    ["TWILIO_API", ""],
    ["TWILIO_API", "http://sms.example"],
    ["TWILIO_API", "https://sms.example/2010-04-01"],
    ["TWILIO_ACCOUNT_SID", ""],
    ["TWILIO_ACCOUNT_SID", `AC${"0".repeat(31)}`],
    ["TWILIO_API_KEY", `AC${"0".repeat(32)}`],
    ["TWILIO_API_SECRET", ""],
    ["TWILIO_API_SECRET", "with a space in it"],
    ["TWILIO_AUTH_TOKEN", ""],
    ["TWILIO_SENDER", ""],
    ["TWILIO_SENDER", "A name that is too long"],
    ["TWILIO_SENDER", "12345"],
  ])("with Twilio stops the start when %s is %j", (name, value) => {
    const start = () => readConfig({ ...vars, ...twilio, [name]: value });
    expect(start).toThrow(name);
    if (value.length > 12) expect(start).not.toThrow(value);
  });

  const resend = {
    MAIL_PROVIDER: "resend",
    MAIL_SENDER: "Konnections <hello@id.example>",
    RESEND_API: "https://api.mail.example",
    RESEND_API_KEY: "re_123456789_abc",
    RESEND_WEBHOOK_SECRET: `whsec_${btoa("s".repeat(24))}`,
    PUBLIC_ORIGIN: "https://k.example",
  };

  it("has nobody carry e-mail unless it is said who; in development a log does", () => {
    expect(readConfig(vars).mail).toEqual({ provider: "none" });
    expect(readConfig({ ...vars, ENVIRONMENT: "development" }).mail).toEqual({ provider: "log" });
    expect(readConfig({ ...vars, ...resend }).mail).toMatchObject({
      provider: "resend",
      sender: { name: "Konnections", address: "hello@id.example" },
      webhookSecret: new TextEncoder().encode("s".repeat(24)),
    });
    const cloudflare = { ...resend, MAIL_PROVIDER: "cloudflare", MAIL_SENDER: "hello@id.example" };
    expect(readConfig({ ...vars, ...cloudflare }).mail).toEqual({
      provider: "cloudflare",
      sender: { name: null, address: "hello@id.example" },
    });
  });

  it.each([
    ["MAIL_PROVIDER", "log"],
    ["MAIL_PROVIDER", "carrier-pigeon"],
    ["PUBLIC_ORIGIN", ""],
    ["MAIL_SENDER", ""],
    ["MAIL_SENDER", "Konnections"],
    ["MAIL_SENDER", "a@b.example\r\nBcc: c@d.example"],
    ["MAIL_SENDER", "Konn\nections <hello@id.example>"],
    ["MAIL_SENDER", "hello@id.example, other@id.example"],
    ["RESEND_API", ""],
    ["RESEND_API", "http://api.mail.example"],
    ["RESEND_API_KEY", ""],
    ["RESEND_API_KEY", "a key without its prefix"],
    ["RESEND_WEBHOOK_SECRET", ""],
    ["RESEND_WEBHOOK_SECRET", "whsec_short"],
  ])("with Resend stops the start when %s is %j", (name, value) => {
    const start = () => readConfig({ ...vars, ...resend, [name]: value });
    expect(start).toThrow(name);
    if (value.length > 12) expect(start).not.toThrow(value);
  });

  it.each(["officer@id.example", "https://id.example/privacy"])("takes %s for people's data", (contact) => {
    expect(readConfig({ ...vars, PRIVACY_CONTACT: contact }).privacyContact).toBe(contact);
  });

  it("lets an erasure's sweep come sooner in development, and never before the last token has expired elsewhere", () => {
    expect(readConfig(vars).erasureSweepMs).toBe(960_000);
    expect(readConfig({ ...vars, ENVIRONMENT: "development", ERASURE_SWEEP_S: "2" }).erasureSweepMs).toBe(2000);
  });

  it("lets limits be switched off in development", () => {
    expect(readConfig({ ...vars, ENVIRONMENT: "development", RATE_LIMITS: "off" }).rateLimits).toBe(false);
  });
});
