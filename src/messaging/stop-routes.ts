import * as z from "zod";
import { discardBody } from "../http/body.ts";
import { endpoint, type Call, type Endpoint } from "../http/endpoint.ts";
import { PageText } from "../http/fields.ts";
import { languageOf } from "../http/language.ts";
import { pageResponse } from "../http/page.ts";
import type { Messages } from "./messages.ts";
import { askingStopPage, endedPage, noStopPage, type StopPage } from "./stop-page.ts";

/**
 * Links that end promotion (RFC 8058). The link is the only authority: no account, no cookie, and no look at where a form
 * comes from, since a mail provider sends it for its user. Only POST ends: whoever follows links changes nothing. No store
 * is asked for a link that is none of ours, so that no limit keeps a provider with many users from ending.
 */
export function stopRoutes(messages: Messages): Endpoint[] {
  const spec = {
    tag: "Links",
    scopes: null,
    params: z.object({
      token: z
        .string()
        .max(64)
        .meta({ examples: ["kZ3vQm8sXhPbT0nRjLwYuAkZ3vQm8sXhPbT0nRjLwYuA"] }),
    }),
    slash: true,
    answers: {
      200: { description: "The page.", mediaType: "text/html", schema: PageText },
      404: { description: "The page that says so.", mediaType: "text/html", schema: PageText },
    },
    refusals: [],
  } as const;
  return [
    endpoint(
      {
        ...spec,
        operationId: "getStopPage",
        method: "get",
        path: "/u/{token}",
        summary: "The page that ends promotion",
        description: "Changes nothing: it asks.",
      },
      async ({ params: { token } }, call) =>
        (await messages.isStopLink(token))
          ? page(call, askingStopPage(languageOf(call.request), token), 200)
          : none(call),
    ),
    endpoint(
      {
        ...spec,
        operationId: "endPromotion",
        method: "post",
        path: "/u/{token}",
        summary: "End promotion",
        description:
          "One click (RFC 8058): ends promotion, and links to pictures, to the address or number that got the link, for good. Codes and messages about an account go on. Repeatable.",
        stream: {
          mediaType: "application/x-www-form-urlencoded",
          schema: z.string().meta({ id: "OneClick", examples: ["List-Unsubscribe=One-Click"] }),
          description: "What a mail provider sends; it is not read.",
        },
      },
      async ({ params: { token } }, call) => {
        await discardBody(call.request);
        return (await messages.endByLink(token)) ? page(call, endedPage(languageOf(call.request)), 200) : none(call);
      },
    ),
  ];
}

function none(call: Call): Promise<Response> {
  return page(call, noStopPage(languageOf(call.request)), 404);
}

function page(call: Call, { title, body }: StopPage, status: number): Promise<Response> {
  const { request, requestId } = call;
  return pageResponse({ title, body, language: languageOf(request), requestId, status, forms: status === 200 });
}
