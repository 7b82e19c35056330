import * as z from "zod";
import { INVALID_REASONS, NUMBER_TYPES, type Parsed } from "../numbers/number.ts";
import { verdictOnCall, type Verification } from "../verdict/call.ts";
import { CATEGORIES, KINDS } from "../verdict/evidence.ts";
import { SPAM_LEVELS } from "../verdict/spam.ts";
import { ADVICE, NAME_LEVELS, REPORT_BUCKETS, WITHHELD, type Verdict } from "../verdict/verdict.ts";

/** What a lookup answers: the same keys for known, unknown, unlisted and invalid numbers. */
export const LookupAnswer = z
  .object({
    number: z.string().nullable().describe("E.164, or null when the input is no number."),
    valid: z.boolean(),
    invalidReason: z.enum(INVALID_REASONS).optional().describe("Only when valid is false."),
    country: z.string().nullable().describe("ISO 3166 alpha-2; null for numbers of no country."),
    type: z.enum(NUMBER_TYPES).nullable(),
    nationalFormat: z.string().nullable(),
    name: z.string().nullable(),
    nameLevel: z.enum(NAME_LEVELS),
    nameConfidence: z.int().min(0).max(100),
    kind: z.enum(KINDS).nullable(),
    verified: z.boolean().describe("An official dataset or an operator confirms the very name that is shown."),
    nameWithheld: z
      .enum(WITHHELD)
      .nullable()
      .describe("Why a known name is not shown. Null where one is shown or none is known, and for unlisted numbers."),
    photoUrl: z.url().nullable(),
    spam: z.enum(SPAM_LEVELS),
    spamScore: z.int().min(0).max(100),
    category: z.enum(CATEGORIES).nullable(),
    reports: z.literal(REPORT_BUCKETS).meta({ type: "integer", description: "Recent reports, bucketed." }),
    advice: z.enum(ADVICE),
    degraded: z.boolean().describe("A store failed or was late: something may be missing."),
    ttl: z.int().describe("Seconds for which a client may keep the answer."),
    updatedAt: z.iso.date().nullable().describe("Monday of the week of the newest evidence; null if nothing is known."),
  })
  .meta({
    id: "Lookup",
    examples: [
      {
        number: "+13125550123",
        valid: true,
        country: "US",
        type: "fixed-line-or-mobile",
        nationalFormat: "(312) 555-0123",
        name: "Chicago Dental Care",
        nameLevel: "confirmed",
        nameConfidence: 83,
        kind: "business",
        verified: false,
        nameWithheld: null,
        photoUrl: null,
        spam: "none",
        spamScore: 0,
        category: null,
        reports: 0,
        advice: "allow",
        degraded: false,
        ttl: 3600,
        updatedAt: "2026-11-16",
      },
    ],
  });
export type LookupAnswer = z.infer<typeof LookupAnswer>;

/** Seconds that a client may cache an answer. The same for known and unknown numbers, so that it reveals nothing. */
const TTL_S = 3600;
/** Seconds for an answer that may soon be a better one. */
const POOR_TTL_S = 30;

/** How whole the evidence was that a verdict is made from. */
export interface Wholeness {
  /** A store failed or was late. */
  readonly degraded: boolean;
  /** Something was not at hand yet. */
  readonly pending: boolean;
}

const NOTHING_KNOWN: Verdict = {
  name: null,
  nameLevel: "none",
  nameConfidence: 0,
  kind: null,
  verified: false,
  nameWithheld: null,
  photo: null,
  spam: "none",
  spamScore: 0,
  category: null,
  reports: 0,
  advice: "allow",
  updatedAt: null,
};

/**
 * Composes the answer: facts of the number's form, and the verdict on it (null for a text that names no number).
 * @param verification what the network says of this call
 * @param origin where the service's addresses begin
 */
export function composeAnswer(
  parsed: Parsed,
  verdict: Verdict | null,
  { degraded, pending }: Wholeness,
  verification: Verification,
  origin: string,
): LookupAnswer {
  const { number, valid } = parsed;
  const assigned = valid || parsed.reason !== "not-assigned";
  const shown = verdictOnCall(verdict ?? NOTHING_KNOWN, { verification, assigned });
  return {
    number: number?.e164 ?? null,
    valid,
    ...(valid ? {} : { invalidReason: parsed.reason }),
    country: number?.country ?? null,
    type: number?.type ?? null,
    nationalFormat: number?.nationalFormat ?? null,
    name: shown.name,
    nameLevel: shown.nameLevel,
    nameConfidence: shown.nameConfidence,
    kind: shown.kind,
    verified: shown.verified,
    nameWithheld: shown.nameWithheld,
    photoUrl: shown.photo === null ? null : `${origin}/v1/photos/${shown.photo}`,
    spam: shown.spam,
    spamScore: shown.spamScore,
    category: shown.category,
    reports: shown.reports as LookupAnswer["reports"],
    advice: shown.advice,
    degraded,
    ttl: degraded || pending ? POOR_TTL_S : TTL_S,
    updatedAt: shown.updatedAt,
  };
}
