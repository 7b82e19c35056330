import { endpoint, json, z, type Call, type Endpoint } from "../http/endpoint.ts";
import { networkOf } from "../http/network.ts";
import { CountryField, onNumber } from "../http/number-field.ts";
import type { Refusal } from "../http/problem.ts";
import { askedLanguage, languageOfCountry, type Language } from "../language/language.ts";
import type { PhoneNumber } from "../numbers/number.ts";
import type { CodePurpose, CodeRefusal, Codes } from "./codes.ts";

const MAX_BODY_BYTES = 512;

/** A code that was asked for, or why there is none. */
export type AskedCode =
  | { readonly ok: true; readonly challengeId: string; readonly expiresIn: number; readonly resendAfter: number }
  | { readonly ok: false; readonly refusal: Refusal };

/** Asks for a code as an endpoint or a page does: messages are counted by where the request came from. */
export async function askCode(
  codes: Codes,
  purpose: CodePurpose,
  number: PhoneNumber,
  language: Language,
  call: Call,
): Promise<AskedCode> {
  const answer = await codes.request({ purpose, number, language, channel: "sms", network: networkOf(call) }, call.now);
  return answer.ok ? answer : { ok: false, refusal: codeProblem(answer) };
}

/** `…/codes` of one purpose: what sends a code to a number. Each purpose has a budget of its own. */
export function codeRoute(
  codes: Codes,
  purpose: CodePurpose,
  shown: Pick<Endpoint["spec"], "path" | "tag" | "summary">,
): Endpoint {
  return endpoint(
    {
      ...shown,
      method: "post",
      description:
        "The same answer for every number, known or not. Before `resendAfter` seconds have passed a repeat sends nothing and answers with the challenge that stands. A code is good for ten minutes and five tries; five codes a day and purpose.",
      scopes: null,
      body: {
        schema: z.strictObject({
          number: z.string().meta({ example: "+13125550123" }),
          country: CountryField.optional(),
          language: z.string().max(64).optional().describe("BCP 47, of the message."),
        }),
        limit: MAX_BODY_BYTES,
      },
      answers: {
        202: {
          description: "The message will go out.",
          schema: z.object({ challengeId: z.string(), expiresIn: z.int(), resendAfter: z.int() }),
        },
      },
      refusals: ["number-not-valid", "number-not-served", "messages-not-configured", "too-many-codes", "unavailable"],
    },
    ({ body }, call) =>
      onNumber(body.number, body.country, async (number) => {
        const language =
          askedLanguage(body.language) ??
          askedLanguage(call.request.headers.get("accept-language")) ??
          languageOfCountry(number.country);
        const asked = await askCode(codes, purpose, number, language, call);
        if (!asked.ok) return asked.refusal;
        const { challengeId, expiresIn, resendAfter } = asked;
        return json({ challengeId, expiresIn, resendAfter }, call.requestId, 202);
      }),
  );
}

/** A refusal to send a code, as a problem. */
function codeProblem(refusal: CodeRefusal): Refusal {
  switch (refusal.reason) {
    case "not-configured":
      return { code: "messages-not-configured" };
    case "not-served":
      return { code: "number-not-served", reason: refusal.why };
    case "too-many": {
      const { name, allows, window } = refusal.quota;
      return { code: "too-many-codes", retryAfter: refusal.retryAfter, policy: `"${name}";q=${allows};w=${window}` };
    }
    case "not-sent":
      return { code: "unavailable", retryAfter: refusal.retryAfter };
  }
}
