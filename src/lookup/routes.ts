import { omittable } from "../http/fields.ts";
import * as z from "zod";
import { endpoint, json, type Call, type Endpoint } from "../http/endpoint.ts";
import { CountryField } from "../http/number-field.ts";
import { knownCountry } from "../numbers/number.ts";
import { VERIFICATIONS } from "../verdict/call.ts";
import { LookupAnswer } from "./answer.ts";
import { readBudget, type Answered, type Lookups, type Said } from "./lookup.ts";
import type { PageSource } from "./page-reader.ts";

const MAX_BODY_BYTES = 4096;

const Headers = z.object({
  "X-Lookup-Budget-Ms": z
    .string()
    .optional()
    .describe("50–4500, default 1000: the answer comes within it, with degraded true if something was left out.")
    .meta({ examples: ["1000"] }),
});

const LookupBody = z
  .strictObject({
    number: z.string(),
    country: omittable(CountryField),
    verification: omittable(z.enum(VERIFICATIONS)).describe(
      "What the network says of the calling number: STIR/SHAKEN, Android's verification status. Not kept. `failed`: somebody else may be calling, so no name is shown.",
    ),
  })
  .meta({ id: "LookupRequest" });
/** The last two: to operators, and in development to everybody. */
const FOUND = {
  description: "What is known about the number.",
  schema: LookupAnswer,
  headers: ["Server-Timing", "Cache-Status"],
} as const;

const DESCRIPTION =
  "One number a call. Known, unknown, unlisted and invalid numbers get the same status and keys. Never fails because a store is down: `degraded` says that something may be missing.";

/** `POST /v1/lookup`, which the app uses, and `GET /v1/lookup/{number}` for tools. */
export function lookupRoutes(lookups: Lookups): Endpoint[] {
  const respond = async (number: string, said: Said, call: Call): Promise<Response> => {
    const budget = readBudget(call.request.headers.get("x-lookup-budget-ms"));
    const answered = await lookups.answer(number, said, call, budget);
    return json(answered.answer, call.requestId, 200, headersOf(answered, call));
  };
  return [
    endpoint(
      {
        operationId: "lookUpCaller",
        method: "post",
        path: "/v1/lookup",
        tag: "Lookup",
        summary: "Who is calling, and is it spam",
        description: `${DESCRIPTION} The number is sent in the body, which no access log records.`,
        scopes: ["app", "operator"],
        session: "none",
        withAnyKeys: true,
        limit: "lookup",
        headers: Headers,
        body: {
          schema: LookupBody,
          limit: MAX_BODY_BYTES,
        },
        answers: { 200: FOUND },
        refusals: [],
      },
      ({ body: { number, country, verification } }, call) =>
        respond(number, { country: knownCountry(country), verification }, call),
    ),
    endpoint(
      {
        operationId: "lookUpNumber",
        method: "get",
        path: "/v1/lookup/{number}",
        tag: "Lookup",
        summary: "The same, for tools",
        description: DESCRIPTION,
        scopes: ["app", "operator"],
        session: "none",
        limit: "lookup",
        headers: Headers,
        params: z.object({ number: z.string().meta({ examples: ["+13125550123"] }) }),
        query: z.object({ country: CountryField.optional() }),
        answers: { 200: FOUND },
        refusals: [],
      },
      ({ params, query }, call) => respond(params.number, { country: knownCountry(query.country) }, call),
    ),
  ];
}

function headersOf({ answer, source }: Answered, call: Call): Record<string, string> {
  const headers: Record<string, string> = { "cache-control": `private, max-age=${answer.ttl}` };
  // To others a cache hit would reveal that somebody nearby has just asked for the same block.
  if (!call.diagnostics) return headers;
  headers["server-timing"] = `lookup;dur=${Date.now() - call.now}`;
  if (source !== null) headers["cache-status"] = CACHE_STATUS[source];
  return headers;
}

/** RFC 9211. */
const CACHE_STATUS: Readonly<Record<PageSource, string>> = {
  memory: "konnections; hit; detail=memory",
  kv: "konnections; hit; detail=kv",
  d1: "konnections; fwd=miss; detail=d1",
  none: "konnections; fwd=miss; detail=none",
};
