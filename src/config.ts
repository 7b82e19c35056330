import { readMail, type Mail } from "./mail-settings.ts";
import { readMessageLimits, type MessageLimits } from "./message-limits.ts";
import { readSecrets, type Secrets } from "./vault/secrets.ts";
import { TOKEN_ISSUER } from "./vault/signer.ts";
import { DAY_S, HOUR_MS } from "./time/days.ts";

/** Scopes that a token can carry; each route names those it takes. */
export type Scope = "app" | "owner" | "operator";

/** An issuer whose tokens are accepted beside our own; it can grant exactly one scope. */
export interface ExternalIssuer {
  readonly issuer: string;
  /** HTTPS address of its JWK set. */
  readonly jwks: string;
  /** Signature algorithms it may use; symmetric ones and `none` are refused at the start. */
  readonly algorithms: readonly string[];
  readonly audience: string;
  readonly scope: "app" | "owner";
  /** Whether its claim of a verified phone number signs in (`POST /v1/sessions/external`). */
  readonly phoneNumbers: boolean;
}

/** Cloudflare Access in front of the operators' calls. */
export interface AccessGate {
  /** `https://<team>.cloudflareaccess.com`: issuer of the assertion, and where its keys are. */
  readonly teamDomain: string;
  readonly audience: string;
}

/** Who carries messages: Twilio, nobody (sending is refused), or in development a log that can be read back. */
export type Sms = { readonly provider: "none" | "log" } | TwilioAccount;

/** An account at Twilio. */
export interface TwilioAccount {
  readonly provider: "twilio";
  /** Origin of its REST API. */
  readonly api: string;
  readonly accountSid: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** SID of a messaging service (`MG…`), or a number or name to send from. */
  readonly sender: string;
  /** A number that calls are made from, or null: then nobody is called. */
  readonly caller: string | null;
  /** Signs its callbacks. */
  readonly authToken: string;
  /** Where its callbacks come to: the service's own origin. */
  readonly callbacks: string;
}

/** How many codes a number gets a day (UTC) and purpose, and what asking for more costs. */
export interface CodeSizes {
  /** Codes from which on whoever asks pays. */
  readonly soft: number;
  /** Codes from which on there is one in each `spacing`, seconds. */
  readonly hard: number;
  readonly spacing: number;
  /** Challenges that are opened free. */
  readonly asks: number;
  /** Challenges open at a time: of one network, and of all. */
  readonly ofAsker: number;
  readonly open: number;
  /** Zero bits of a proof of work. */
  readonly bits: { readonly lowest: number; readonly highest: number };
  /** Seconds that a visitor of a page waits instead. */
  readonly wait: { readonly shortest: number; readonly longest: number };
}

/** Everything a deployment decides, read once; the rest of the code never looks at `env` vars. */
export interface Config {
  readonly development: boolean;
  /** Origin for problem types and links, or null to use the request's own. */
  readonly publicOrigin: string | null;
  /** Where the app can be had (https), or null: then pages name it without a link. */
  readonly appLink: string | null;
  readonly externalIssuers: readonly ExternalIssuer[];
  readonly access: AccessGate | null;
  readonly rateLimits: boolean;
  /** How long an isolate remembers a page, ms; null: as long as usual. */
  readonly pageMemoryMs: number | null;
  /** Within how many ms a name from shared contacts goes to its number. */
  readonly contactSpreadMs: number;
  /** How often a number's ballot looks which of its names from contacts were taken back, ms. */
  readonly contactLookMs: number;
  /** ms after which no mixer and no ballot holds a name that was taken back. */
  readonly contactSettleMs: number;
  /** ms from the beginning of an erasure to its last sweep. */
  readonly erasureSweepMs: number;
  readonly sms: Sms;
  readonly mail: Mail;
  /** Countries (ISO 3166 alpha-2) to whose numbers messages are sent; null: all of them. */
  readonly smsCountries: ReadonlySet<string> | null;
  /** How many messages leave. */
  readonly messageLimits: MessageLimits;
  readonly codeSizes: CodeSizes;
  /** Where people write about their data, for the privacy notice: an e-mail address or an https page. */
  readonly privacyContact: string;
  readonly secrets: Secrets;
}

/** A deployment that must not start. The message is one sentence that names the variable and what it should be. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const ASYMMETRIC = new Set([
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
]);

/**
 * Reads vars and secrets into a `Config`.
 * @throws ConfigError naming the first variable that is missing or malformed; never with its value.
 */
export function readConfig(vars: Readonly<Record<string, unknown>>): Config {
  const text = (name: string): string => {
    const value = vars[name];
    if (value === undefined || value === "") return "";
    if (typeof value !== "string") throw new ConfigError(`${name} must be a string.`);
    return value;
  };

  const environment = text("ENVIRONMENT");
  if (environment !== "development" && environment !== "production") {
    throw new ConfigError("ENVIRONMENT must be development or production.");
  }
  const development = environment === "development";
  const limits = text("RATE_LIMITS");
  if (limits !== "on" && limits !== "off") throw new ConfigError("RATE_LIMITS must be on or off.");
  if (limits === "off" && !development) throw new ConfigError("RATE_LIMITS can be off in development only.");

  const secrets = readSecrets({
    INDEX_KEY: text("INDEX_KEY"),
    SEAL_KEYS: text("SEAL_KEYS"),
    TOKEN_SIGNING_KEYS: text("TOKEN_SIGNING_KEYS"),
  });
  if (!secrets.ok) throw new ConfigError(secrets.sentence);

  const contactSpreadMs = readSpread(text("CONTACT_SPREAD_S"), development);
  const contactLookMs = readLook(text("CONTACT_LOOK_S"), development);
  const publicOrigin = readOrigin("PUBLIC_ORIGIN", text("PUBLIC_ORIGIN"), development);
  return {
    development,
    publicOrigin,
    appLink: readLink("APP_LINK", text("APP_LINK")),
    externalIssuers: readIssuers(text("EXTERNAL_ISSUERS")),
    access: readAccess(text("ACCESS_TEAM_DOMAIN"), text("ACCESS_AUDIENCE")),
    rateLimits: limits === "on",
    pageMemoryMs: readMemory(text("PAGE_MEMORY_S"), development),
    contactSpreadMs,
    contactLookMs,
    contactSettleMs: Math.max(contactSpreadMs, contactLookMs) + lateness(contactLookMs),
    erasureSweepMs: readSweep(text("ERASURE_SWEEP_S"), development),
    sms: readSms(text, publicOrigin, development),
    mail: mail(text, publicOrigin, development),
    smsCountries: readCountries(text, development),
    messageLimits: messageLimits(text),
    codeSizes: readCodeSizes(text),
    privacyContact: readContact(text("PRIVACY_CONTACT"), development),
    secrets: secrets.secrets,
  };
}

function readOrigin(name: string, value: string, httpAllowed: boolean): string | null {
  if (value === "") return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  const protocolFits = url?.protocol === "https:" || (httpAllowed && url?.protocol === "http:");
  if (url === null || !protocolFits || url.origin !== value) {
    throw new ConfigError(`${name} must be an https origin without a path, such as https://id.example.`);
  }
  return url.origin;
}

function readMemory(value: string, development: boolean): number | null {
  if (value === "") return null;
  if (!development || !/^\d{1,3}$/.test(value)) {
    throw new ConfigError("PAGE_MEMORY_S must be empty, or in development a number of seconds.");
  }
  return Number(value) * 1000;
}

const USUAL_SPREAD_S = 6 * 3600;
/** Somebody waits to see what sharing does. */
const DEVELOPMENT_SPREAD_S = 5;
const LONGEST_SPREAD_S = DAY_S;

function readSpread(value: string, development: boolean): number {
  if (value === "") return (development ? DEVELOPMENT_SPREAD_S : USUAL_SPREAD_S) * 1000;
  if (!/^\d{1,5}$/.test(value) || Number(value) > LONGEST_SPREAD_S) {
    throw new ConfigError(`CONTACT_SPREAD_S must be a number of seconds, 0 to ${LONGEST_SPREAD_S}.`);
  }
  return Number(value) * 1000;
}

const USUAL_LOOK_S = DAY_S;
const LONGEST_LATENESS_MS = HOUR_MS;
const SHORTEST_LATENESS_MS = 5000;

function readLook(value: string, development: boolean): number {
  if (value === "") return USUAL_LOOK_S * 1000;
  if (!development || !/^\d{1,5}$/.test(value) || Number(value) === 0) {
    throw new ConfigError("CONTACT_LOOK_S must be empty, or in development a number of seconds from 1.");
  }
  return Number(value) * 1000;
}

/** How late an alarm may be that comes so often, ms: an hour for a day. */
function lateness(everyMs: number): number {
  return Math.min(LONGEST_LATENESS_MS, Math.max(SHORTEST_LATENESS_MS, everyMs));
}

/**
 * Access tokens are good for 15 minutes and 30 seconds of clock skew, and a call that came in with the last of them has
 * half a minute to end: no sweep before that finds everything.
 */
const SHORTEST_SWEEP_S = 16 * 60;

function readSweep(value: string, development: boolean): number {
  if (value === "") return SHORTEST_SWEEP_S * 1000;
  if (!/^\d{1,5}$/.test(value) || (Number(value) < SHORTEST_SWEEP_S && !development)) {
    throw new ConfigError(`ERASURE_SWEEP_S must be a number of seconds, ${SHORTEST_SWEEP_S} at least.`);
  }
  return Number(value) * 1000;
}

function readCountries(text: (name: string) => string, development: boolean): ReadonlySet<string> | null {
  const value = text("SMS_COUNTRIES");
  if (value === "*") return null;
  // An empty list sends nothing; the log of development sends nothing anyway.
  if (value === "") return development && ["", "log"].includes(text("SMS_PROVIDER")) ? null : new Set();
  const countries = value.split(",").map((country) => country.trim());
  if (countries.every((country) => /^[A-Z]{2}$/.test(country))) return new Set(countries);
  throw new ConfigError("SMS_COUNTRIES must be * or a list of ISO 3166 countries, such as US,GB.");
}

function readCodeSizes(text: (name: string) => string): CodeSizes {
  /** Whole numbers between slashes, none smaller than the one before. */
  const rising = (name: string, usual: string, words: string, most: number): number[] => {
    const value = text(name) || usual;
    const numbers = value.split("/").map(Number);
    const fits = /^\d{1,5}(?:\/\d{1,5})*$/.test(value) && numbers.length === usual.split("/").length;
    const rises = numbers.every((one, at) => one >= Math.max(1, numbers[at - 1] ?? 1) && one <= most);
    if (!fits || !rises) throw new ConfigError(`${name} must be ${words}, such as ${usual}, ${most} at most.`);
    return numbers;
  };
  const [soft = 0, hard = 0] = rising("CODES_A_DAY", "5/10", "two rising numbers of codes", 100);
  const [spacing = 0] = rising("CODE_SPACING_S", "1800", "a number of seconds", 21_600);
  const asked = rising("CODE_CHALLENGES", "6/8/512", "three rising numbers of challenges", 1024);
  const [ofAsker = 0, asks = 0, open = 0] = asked;
  const [lowest = 0, highest = 0] = rising("PROOF_BITS", "17/21", "two rising numbers of bits", 26);
  // Nobody is to wait for more than a minute.
  const [shortest = 0, longest = 0] = rising("PAGE_WAIT_S", "15/60", "two rising numbers of seconds", 60);
  return { soft, hard, spacing, asks, ofAsker, open, bits: { lowest, highest }, wait: { shortest, longest } };
}

function mail(text: (name: string) => string, publicOrigin: string | null, development: boolean): Mail {
  const api = readOrigin("RESEND_API", text("RESEND_API"), development);
  const read = readMail(text, { development, linked: publicOrigin !== null, api });
  if (!read.ok) throw new ConfigError(read.sentence);
  return read.mail;
}

function messageLimits(text: (name: string) => string): MessageLimits {
  const read = readMessageLimits(text);
  if (!read.ok) throw new ConfigError(read.sentence);
  return read.limits;
}

function readContact(value: string, development: boolean): string {
  // Reserved for examples (RFC 2606): nobody is written to from a laptop.
  if (value === "" && development) return "privacy@konnections.example";
  const address = /^[^\s@<>"'()[\]\\]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(value);
  if (!address && !(URL.canParse(value) && new URL(value).protocol === "https:")) {
    throw new ConfigError(
      "PRIVACY_CONTACT must be the e-mail address or the https page of whoever answers for people's data.",
    );
  }
  return value;
}

function readLink(name: string, value: string): string | null {
  if (value === "") return null;
  if (!URL.canParse(value) || new URL(value).protocol !== "https:") {
    throw new ConfigError(`${name} must be an https address, such as https://app.example/get.`);
  }
  return value;
}

function readAccess(teamDomain: string, audience: string): AccessGate | null {
  if (teamDomain === "" && audience === "") return null;
  if (teamDomain === "" || audience === "") {
    throw new ConfigError("ACCESS_TEAM_DOMAIN and ACCESS_AUDIENCE must be set together.");
  }
  const origin = readOrigin("ACCESS_TEAM_DOMAIN", teamDomain, false);
  return origin === null ? null : { teamDomain: origin, audience };
}

function readSms(text: (name: string) => string, publicOrigin: string | null, development: boolean): Sms {
  const provider = text("SMS_PROVIDER") || (development ? "log" : "none");
  if (provider === "log" && !development) throw new ConfigError("SMS_PROVIDER can be log in development only.");
  if (provider === "log" || provider === "none") return { provider };
  if (provider !== "twilio") throw new ConfigError("SMS_PROVIDER must be twilio, or log in development.");
  const fitting = (name: string, form: RegExp, words: string): string => {
    const value = text(name);
    if (!form.test(value)) throw new ConfigError(`${name} must be ${words} when SMS_PROVIDER is twilio.`);
    return value;
  };
  const api = readOrigin("TWILIO_API", text("TWILIO_API"), development);
  if (api === null) throw new ConfigError("TWILIO_API must be the https origin of Twilio's REST API.");
  // Alarms send messages, and an alarm has no request whose origin could be taken.
  if (publicOrigin === null) throw new ConfigError("PUBLIC_ORIGIN must be set when SMS_PROVIDER is twilio.");
  return {
    provider,
    api,
    accountSid: fitting("TWILIO_ACCOUNT_SID", /^AC[0-9a-f]{32}$/, "AC and 32 hexadecimal digits"),
    apiKey: fitting("TWILIO_API_KEY", /^SK[0-9a-f]{32}$/, "SK and 32 hexadecimal digits"),
    apiSecret: fitting("TWILIO_API_SECRET", /^\S{16,64}$/, "the key's secret"),
    sender: fitting(
      "TWILIO_SENDER",
      /^(?:MG[0-9a-f]{32}|\+\d{6,15}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
      "a messaging service (MG and 32 hexadecimal digits), a number, or a name of 11 characters at most",
    ),
    caller: readCaller(text),
    authToken: fitting("TWILIO_AUTH_TOKEN", /^[0-9a-f]{32}$/, "32 hexadecimal digits"),
    callbacks: publicOrigin,
  };
}

/** Calls come from a number: a messaging service or a name has none. */
function readCaller(text: (name: string) => string): string | null {
  const [caller, sender] = [text("TWILIO_CALLER"), text("TWILIO_SENDER")];
  if (caller === "") return sender.startsWith("+") ? sender : null;
  if (/^\+\d{6,15}$/.test(caller)) return caller;
  throw new ConfigError("TWILIO_CALLER must be a number to call from, such as +13125550100.");
}

function readIssuers(value: string): ExternalIssuer[] {
  if (value === "") return [];
  // Made only when thrown: an error takes its stack, and for that the engine reads the whole bundle a second time.
  const wrong = (): ConfigError =>
    new ConfigError(
      'EXTERNAL_ISSUERS must be a JSON list of different issuers {"issuer","jwks" (https),"algorithms" (asymmetric),"audience","scope" (app or owner),"phoneNumbers" (true or false, false unless given)}.',
    );
  let list: unknown;
  try {
    list = JSON.parse(value);
  } catch {
    throw wrong();
  }
  if (!Array.isArray(list)) throw wrong();
  const issuers = list.map((entry: unknown): ExternalIssuer => {
    if (typeof entry !== "object" || entry === null) throw wrong();
    const { issuer, jwks, algorithms, audience, scope, phoneNumbers = false } = entry as Record<string, unknown>;
    if (typeof issuer !== "string" || issuer === "" || issuer === TOKEN_ISSUER) throw wrong();
    if (typeof audience !== "string" || audience === "") throw wrong();
    if (typeof jwks !== "string" || !URL.canParse(jwks) || new URL(jwks).protocol !== "https:") throw wrong();
    if (!Array.isArray(algorithms) || algorithms.length === 0) throw wrong();
    const names = algorithms.filter((name): name is string => typeof name === "string" && ASYMMETRIC.has(name));
    if (names.length !== algorithms.length) throw wrong();
    if (scope !== "app" && scope !== "owner") throw wrong();
    if (typeof phoneNumbers !== "boolean") throw wrong();
    return { issuer, jwks, algorithms: names, audience, scope, phoneNumbers };
  });
  // Of two entries of one name one would be ignored without a word.
  if (new Set(issuers.map(({ issuer }) => issuer)).size !== issuers.length) throw wrong();
  return issuers;
}
