import * as z from "zod";
import { endpoint, json, type Call, type Endpoint } from "../http/endpoint.ts";
import { LANGUAGES } from "../language/language.ts";
import { MAX_MARKDOWN_CHARS } from "./markdown.ts";
import type { Notices, NoticeText, NoticeVersion } from "./notices.ts";

/** Six languages in the script with the most bytes per character. */
const MAX_BODY_BYTES = 1_000_000;

const Version = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,31}$/)
  .meta({ examples: ["2027-01"] });
const Instant = z.iso.datetime({ offset: true }).meta({ examples: ["2027-01-01T00:00:00Z"] });
const Title = z.string().min(1).max(200);
const Body = z.string().min(1).max(MAX_MARKDOWN_CHARS).describe("Markdown: headings, lists, emphasis, links.");
const LanguageField = z.enum(LANGUAGES);

const Known = z
  .object({ version: Version, effectiveAt: z.iso.datetime(), url: z.url().describe("Its text, for people.") })
  .meta({ id: "NoticeVersion" });
const Current = z.object({ inForce: Known.nullable(), upcoming: Known.nullable() }).meta({ id: "Notice" });

const Draft = z
  .strictObject({
    title: Title,
    body: Body,
    effectiveAt: Instant.describe("Seven days ahead, or later."),
    language: LanguageField.optional().describe("Language of title and body; default English."),
    translations: z
      .array(z.strictObject({ language: LanguageField, title: Title, body: Body }).meta({ id: "NoticeText" }))
      .max(LANGUAGES.length - 1)
      .optional(),
  })
  .meta({ id: "NoticeDraft" });

/** Notices: the current and the next one for clients; publishing for operators. */
export function noticeRoutes(notices: Notices): Endpoint[] {
  const known = ({ version, effectiveAt }: NoticeVersion, { origin }: Call): z.output<typeof Known> => ({
    version,
    effectiveAt: new Date(effectiveAt).toISOString(),
    url: `${origin}/privacy/${version}`,
  });
  return [
    endpoint(
      {
        operationId: "getNotice",
        method: "get",
        path: "/v1/notice",
        tag: "Privacy",
        summary: "The privacy notice in force, and the upcoming one",
        description: "The `noticeVersion` for sign-in and consents. The texts are pages for people.",
        scopes: null,
        limit: "address",
        answers: { 200: { description: "The versions.", schema: Current } },
        refusals: ["unavailable"],
      },
      async (_, call) => {
        const { inForce, upcoming } = await notices.current(call.now);
        return json(
          { inForce: inForce && known(inForce, call), upcoming: upcoming && known(upcoming, call) },
          call.requestId,
        );
      },
    ),
    endpoint(
      {
        operationId: "putNotice",
        method: "put",
        path: "/v1/operators/notices/{version}",
        tag: "Operators",
        summary: "Publish a privacy notice",
        description:
          "It takes effect after seven days at the earliest, and can be replaced until seven days before; after that it never changes, and its text is kept forever. Repeating the request returns the same response.",
        scopes: ["operator"],
        audit: { action: "notice.publish", target: "version", keeps: ["effectiveAt"] },
        params: z.object({ version: Version }),
        body: { schema: Draft, limit: MAX_BODY_BYTES },
        answers: { 200: { description: "The notice as published.", schema: Known } },
        refusals: ["notice-too-soon", "notice-not-changeable"],
      },
      async ({ params, body }, call) => {
        const { title, body: text, language = "en", translations = [] } = body;
        const texts: [NoticeText, ...NoticeText[]] = [{ language, title, body: text }, ...translations];
        if (new Set(texts.map((one) => one.language)).size < texts.length) {
          return { code: "invalid-request", errors: [{ field: "translations", problem: "have a language twice" }] };
        }
        const draft = { version: params.version, effectiveAt: Date.parse(body.effectiveAt), texts };
        const published = await notices.publish(draft, call.now);
        return published.ok ? json(known(published.notice, call), call.requestId) : { code: published.code };
      },
    ),
  ];
}
