import * as z from "zod";
import { endpoint, json, type Call, type Endpoint } from "../http/endpoint.ts";
import { omittable } from "../http/fields.ts";
import { LANGUAGES } from "../language/language.ts";
import type { Messages } from "../messaging/messages.ts";
import { CAMPAIGN_CHANNELS, CAMPAIGN_KINDS, CAMPAIGN_STATES, SKIPS, type Draft } from "./campaign-state.ts";
import type { Campaigns } from "./campaigns.ts";
import type { Progress } from "./campaigns-object.ts";
import { CLOCKS_OF } from "./quiet-hours.ts";

const SCOPES = ["operator"] as const;
/** Six languages in the script with the most bytes per character. */
const MAX_BODY_BYTES = 256 * 1024;
/** An e-mail has room for a notice; an SMS is cut into ten parts at most. */
const MAX_TEXT_CHARS = 8000;
const MAX_SMS_CHARS = 600;

/** On one line: it may stand in a header field. */
const Subject = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);
const Text = z.string().min(1).max(MAX_TEXT_CHARS);

const Countries = z.array(z.string().regex(/^[A-Z]{2}$/)).meta({ examples: [["US", "CA"]] });
const Campaign = z
  .object({
    id: z.string(),
    title: z.string().nullable().describe("Null if it can no longer be opened."),
    kind: z.enum(CAMPAIGN_KINDS).nullable(),
    channel: z.enum(CAMPAIGN_CHANNELS).nullable(),
    countries: Countries.nullable(),
    languages: z.array(z.enum(LANGUAGES)),
    begunAt: z.iso.datetime(),
    state: z.enum(CAMPAIGN_STATES),
    sent: z.int().describe("Accounts whose message was taken; what became of it is in the status of operators."),
    waiting: z.int().describe("Accounts whose country sleeps, or whose country or domain met its limit."),
    skipped: z
      .object(Object.fromEntries(SKIPS.map((why) => [why, z.int()] as const)))
      .describe("Accounts that get nothing, and why."),
  })
  .meta({ id: "Campaign" });

const Asked = z
  .strictObject({
    title: Subject.describe("For operators; and the subject of e-mails whose text has none."),
    kind: z.enum(CAMPAIGN_KINDS),
    channel: z.enum(CAMPAIGN_CHANNELS),
    texts: z
      .partialRecord(
        z.enum(LANGUAGES),
        z.union([Text, z.strictObject({ subject: Subject, text: Text }).meta({ id: "CampaignText" })]),
      )
      .describe("By language: a text, or an e-mail's subject and text.")
      .meta({ examples: [{ en: "Photos can now be shown when you call." }] }),
    countries: omittable(Countries.min(1).max(250)).describe("Of the numbers; all without it."),
  })
  .meta({ id: "CampaignDraft" });

/** Announcements of operators to accounts. */
export function campaignRoutes(campaigns: Campaigns, messages: Messages): Endpoint[] {
  return [
    endpoint(
      {
        operationId: "beginCampaign",
        method: "post",
        path: "/v1/operators/campaigns",
        tag: "Operators",
        summary: "Announce something to accounts",
        description:
          "`promotion` goes only to accounts that consent to it (`promotional`) and have not ended it, by day in every time zone of their number's country, two in 31 days at most; `service` to every account. Each account gets it once. The same announcement is the same campaign: a repeated call begins nothing.",
        scopes: SCOPES,
        audit: { action: "campaign.begin", keeps: ["title", "kind", "channel", "countries"] },
        body: { schema: Asked, limit: MAX_BODY_BYTES },
        answers: { 202: { description: "Begun, or begun before.", schema: Campaign } },
        refusals: ["messages-not-configured", "promotion-not-carried"],
      },
      async ({ body }, call) => {
        const draft = draftOf(body, call);
        if (typeof draft === "string")
          return { code: "invalid-request", errors: [{ field: draft, problem: WRONG[draft] }] };
        if (draft.channel === "sms" && !messages.configured("sms")) return { code: "messages-not-configured" };
        if (draft.channel === "email" && !messages.carriesMail("service")) return { code: "messages-not-configured" };
        if (draft.channel === "email" && draft.kind === "promotion" && !messages.carriesMail("promotional")) {
          return { code: "promotion-not-carried" };
        }
        return json(shown(await campaigns.begin(draft, call.now)), call.requestId, 202);
      },
    ),
    endpoint(
      {
        operationId: "listCampaigns",
        method: "get",
        path: "/v1/operators/campaigns",
        tag: "Operators",
        summary: "Campaigns and how far they are",
        description: "The newest first; kept for 400 days. Counts only: which accounts they reached is listed nowhere.",
        scopes: SCOPES,
        audit: { action: "campaigns.list" },
        answers: {
          200: {
            description: "The campaigns.",
            schema: z.object({ campaigns: z.array(Campaign) }).meta({ id: "Campaigns" }),
          },
        },
        refusals: [],
      },
      async (_, call) => json({ campaigns: (await campaigns.list()).map(shown) }, call.requestId),
    ),
    endpoint(
      {
        operationId: "endCampaign",
        method: "post",
        path: "/v1/operators/campaigns/{id}/end",
        tag: "Operators",
        summary: "End a campaign",
        description:
          "Nobody else gets it. What is already on its way may still leave: promotion within two hours. Repeatable.",
        scopes: SCOPES,
        audit: { action: "campaign.end", target: "id" },
        params: z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) }),
        answers: { 200: { description: "As it is now.", schema: Campaign } },
        refusals: ["not-found"],
      },
      async ({ params }, call) => {
        const ended = await campaigns.end(params.id);
        return ended === null ? { code: "not-found" } : json(shown(ended), call.requestId);
      },
    ),
  ];
}

/** What is wrong with a field where its form is right. */
const WRONG = {
  texts: `have no language, or an SMS of more than ${MAX_SMS_CHARS} characters`,
  countries: "have one that no number is of",
} as const;

/** The draft, or the field that is wrong. */
function draftOf(
  { title, kind, channel, texts, countries }: z.output<typeof Asked>,
  { origin }: Call,
): Draft | keyof typeof WRONG {
  const given = LANGUAGES.flatMap((language) => {
    const text = texts[language];
    if (text === undefined) return [];
    return [[language, typeof text === "string" ? { subject: title, text } : text] as const];
  });
  const tooLong = channel === "sms" && given.some(([, { text }]) => text.length > MAX_SMS_CHARS);
  if (given.length === 0 || tooLong) return "texts";
  if (countries?.some((country) => !CLOCKS_OF.has(country))) return "countries";
  return { title, kind, channel, texts: Object.fromEntries(given), countries: countries ?? null, origin };
}

function shown({ id, draft, begun, state, sent, waiting, skipped }: Progress): z.output<typeof Campaign> {
  return {
    id,
    title: draft?.title ?? null,
    kind: draft?.kind ?? null,
    channel: draft?.channel ?? null,
    countries: draft?.countries === undefined || draft.countries === null ? null : [...draft.countries],
    languages: LANGUAGES.filter((language) => draft?.texts[language] !== undefined),
    begunAt: new Date(begun).toISOString(),
    state,
    sent,
    waiting,
    skipped: Object.fromEntries(SKIPS.map((why) => [why, skipped[why] ?? 0])),
  };
}
