import { LANGUAGES, type Language } from "../language/language.ts";

export const CAMPAIGN_KINDS = ["promotion", "service"] as const;
export type CampaignKind = (typeof CAMPAIGN_KINDS)[number];
export const CAMPAIGN_CHANNELS = ["sms", "email"] as const;
export type CampaignChannel = (typeof CAMPAIGN_CHANNELS)[number];

/** What a campaign says in one language. */
export interface CampaignText {
  /** Of an e-mail. */
  readonly subject: string;
  readonly text: string;
}

/** A campaign as an operator asks for it. */
export interface Draft {
  readonly title: string;
  readonly kind: CampaignKind;
  readonly channel: CampaignChannel;
  readonly texts: Readonly<Partial<Record<Language, CampaignText>>>;
  /** ISO 3166 alpha-2 of the numbers that it is for; null: all. */
  readonly countries: readonly string[] | null;
  /** Where links in it lead to. */
  readonly origin: string;
}

/** `running` until every account was looked at and nothing waits; `ended` by an operator. */
export const CAMPAIGN_STATES = ["running", "done", "ended"] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/**
 * Why an account gets nothing: it did not consent, it had its two of the month, messages to it have ended, it has no e-mail
 * address, nothing is sent to its number or country, it is of another country, it is no more, or what is stored of it
 * does not open.
 */
export const SKIPS = [
  "no-consent",
  "enough",
  "ended",
  "no-address",
  "not-served",
  "other-country",
  "gone",
  "failed",
] as const;
export type Skip = (typeof SKIPS)[number];

/**
 * What became of an account: its message was taken, it gets none, or it is looked at again at a time (ms): its country
 * sleeps, or a limit of its country or domain was met. `stop`: the budget of announcements is used up until then.
 */
export type Reached =
  | { readonly is: "sent" }
  | { readonly is: "skipped"; readonly why: Skip }
  | { readonly is: "later"; readonly at: number }
  | { readonly is: "stop"; readonly at: number };

/** The language in which an account is written to: its own, its country's, English, or the first that there is. */
export function languageFor(
  texts: Draft["texts"],
  wished: readonly (Language | null)[],
): { readonly language: Language; readonly text: CampaignText } | null {
  for (const language of [...wished, "en" as const, ...LANGUAGES]) {
    const text = language === null ? undefined : texts[language];
    if (language !== null && text !== undefined) return { language, text };
  }
  return null;
}
