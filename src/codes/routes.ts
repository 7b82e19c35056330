import { omittable } from "../http/fields.ts";
import { policyOf } from "../quotas/quotas.ts";
import * as z from "zod";
import { endpoint, json, type Call, type Endpoint } from "../http/endpoint.ts";
import { acceptedLanguage } from "../http/language.ts";
import { networkOf } from "../http/network.ts";
import { CountryField, onNumber } from "../http/number-field.ts";
import type { Refusal } from "../http/problem.ts";
import { askedLanguage, languageOfCountry, type Language } from "../language/language.ts";
import { CHANNELS, type Channel } from "../messaging/message.ts";
import type { PhoneNumber } from "../numbers/number.ts";
import type { CodePurpose, CodeRefusal, Codes } from "./codes.ts";

const MAX_BODY_BYTES = 512;

const CodeRequest = z
  .strictObject({
    number: z.string(),
    country: omittable(CountryField),
    language: omittable(z.string().max(64)).describe("Language of the message (BCP 47)."),
    channel: omittable(z.enum(CHANNELS)).describe(
      "`voice` calls and speaks the code, for phones without SMS; default `sms`.",
    ),
  })
  .meta({ id: "CodeRequest" });
const CodeSent = z
  .object({
    challengeId: z.string(),
    expiresIn: z
      .int()
      .describe("Seconds until the code is no longer taken.")
      .meta({ examples: [600] }),
    resendAfter: z.int().describe("Seconds until the same request sends another message."),
  })
  .meta({ id: "CodeSent" });

/** A code requested by a page, the ticket its visitor has to wait for, or a refusal. */
export type PageCode =
  | { readonly ok: true; readonly challengeId: string; readonly expiresIn: number }
  | { readonly ok: false; readonly ticket: string; readonly notBefore: number }
  | { readonly ok: false; readonly refusal: Refusal };

/** Requests a code for a page. @param ticket one whose wait is over */
export async function askFromPage(
  codes: Codes,
  purpose: CodePurpose,
  number: PhoneNumber,
  asked: { readonly language: Language; readonly channel: Channel; readonly ticket: string | null },
  call: Call,
): Promise<PageCode> {
  const { language, channel, ticket } = asked;
  const network = networkOf(call);
  const answer = await codes.request({ purpose, number, language, channel, network, pay: { ticket } }, call.now);
  if (answer.ok) return answer;
  if (answer.reason !== "price") return { ok: false, refusal: codeProblem(answer) };
  return { ok: false, ...(await codes.wait({ purpose, number: number.e164 }, answer.bits, call.now)) };
}

/** `…/codes` of one purpose: sends a code to a number. Each purpose has limits of its own. */
export function codeRoute(
  codes: Codes,
  purpose: CodePurpose,
  shown: Pick<Endpoint["spec"], "operationId" | "path" | "tag" | "summary">,
): Endpoint {
  return endpoint(
    {
      ...shown,
      method: "post",
      description:
        "The answer is the same for every number, with an account or not. Each caller gets a challenge of their own with five tries. Repeating the request before `resendAfter` seconds have passed sends no message and returns a challenge for the code that was sent. The message is sent now or within ten minutes (then `expiresIn` is more than 600), and its code is valid for ten minutes from then. When many codes were requested, the answer is `proof-required`, and the code has nine digits.",
      scopes: null,
      limit: "address",
      headers: z.object({
        "X-Proof": z
          .string()
          .optional()
          .describe("`<challenge>.<nonce>` for a `proof-required`; valid once, for this number and endpoint.")
          .meta({ examples: ["Zk9wQ2x1Yg.q7mT.81f3"] }),
      }),
      body: {
        schema: CodeRequest,
        limit: MAX_BODY_BYTES,
      },
      answers: {
        202: {
          description: "The message will be sent.",
          schema: CodeSent,
        },
      },
      refusals: ["number-not-valid", "number-not-served", "messages-not-configured", "proof-required", "unavailable"],
    },
    ({ body }, call) =>
      onNumber(body.number, body.country, async (number) => {
        const language =
          askedLanguage(body.language) ?? acceptedLanguage(call.request) ?? languageOfCountry(number.country);
        const { request, requestId, now } = call;
        const pay = { proof: request.headers.get("x-proof") };
        const network = networkOf(call);
        const answer = await codes.request(
          { purpose, number, language, channel: body.channel ?? "sms", network, pay },
          now,
        );
        if (answer.ok) {
          const { challengeId, expiresIn, resendAfter } = answer;
          return json({ challengeId, expiresIn, resendAfter }, requestId, 202);
        }
        if (answer.reason !== "price") return codeProblem(answer);
        const { challenge, bits, expiresAt } = await codes.work({ purpose, number: number.e164 }, answer.bits, now);
        return {
          code: "proof-required",
          challenge,
          bits,
          expiresAt: new Date(expiresAt).toISOString(),
          retryAfter: answer.retryAfter,
          policy: policyOf(answer.quota),
        };
      }),
  );
}

/** A refusal to send a code, as a problem. */
function codeProblem(refusal: Exclude<CodeRefusal, { reason: "price" }>): Refusal {
  switch (refusal.reason) {
    case "not-configured":
      return { code: "messages-not-configured" };
    case "not-served":
      return { code: "number-not-served", reason: refusal.why };
  }
}
