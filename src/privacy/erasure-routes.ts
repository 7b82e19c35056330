import * as z from "zod";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { parseNumber, type E164 } from "../numbers/number.ts";
import { ERASURE_REASONS } from "./erasure-state.ts";
import type { Erasures } from "./erasures.ts";
import { ownAccount, type NumberOfSession } from "./own-account.ts";

/** What these endpoints work with. */
export interface ErasureRouteDeps {
  readonly erasures: Erasures;
  readonly numberOfSession: NumberOfSession;
  /** The account of a number, whatever its state, or null. */
  readonly accountOf: (number: E164) => Promise<string | null>;
}

const Begun = z
  .object({
    erasureId: z
      .string()
      .describe("Good for asking how it stands, without a token. Opaque; an account that is erased again has another."),
  })
  .meta({ id: "ErasureBegun" });

/** Erasing an account, and the receipt. */
export function erasureRoutes({ erasures, numberOfSession, accountOf }: ErasureRouteDeps): Endpoint[] {
  return [
    endpoint(
      {
        operationId: "eraseAccount",
        method: "delete",
        path: "/v1/me",
        tag: "Account",
        summary: "Erase the account",
        description:
          "Deletes everything that is held on the account, at once, and again when the last access token has expired, a quarter of an hour later. Until then nobody signs in with the number; afterwards it may sign up as new. Tokens of another issuer are that issuer's: what comes with one afterwards is stored again, until it is erased.",
        scopes: ["app"],
        limit: "calls",
        answers: { 202: { description: "The erasure has begun.", schema: Begun } },
        refusals: ["session-ended", "unavailable"],
      },
      async (_, call) => {
        const erased = await ownAccount(call.principal, numberOfSession);
        if (erased === null) return { code: "session-ended" };
        return json({ erasureId: await erasures.begin(erased, "request", call.now) }, call.requestId, 202);
      },
    ),
    endpoint(
      {
        operationId: "getErasure",
        method: "get",
        path: "/v1/erasures/{id}",
        tag: "Account",
        summary: "Status of an erasure",
        description:
          "No token is needed: the id is known to whoever began it. The receipt is a JWS by the service's key (/.well-known/jwks.json): how many things of each kind were deleted, no personal data, for how many days the platform keeps a recovery history, and what stays: votes, until when, and who could link them. Where names from contacts were shared it waits until none of them stands in the votes, some 25 hours; the number may sign up again long before. It can be fetched for 90 days.",
        scopes: null,
        limit: "address",
        params: z.object({ id: z.string().meta({ examples: ["kZ3vQm8sXhPbT0nRjLwYuA.1"] }) }),
        answers: {
          200: {
            description: "Running, or finished with its receipt.",
            schema: z
              .object({
                status: z.enum(["running", "done"]).meta({ examples: ["done"] }),
                receipt: z.string().optional().describe("A JWS, once it is done."),
              })
              .meta({ id: "Erasure" }),
          },
        },
        refusals: ["not-found", "unavailable"],
      },
      async ({ params: { id } }, { requestId }) => {
        const status = await erasures.status(id);
        return status === null ? { code: "not-found" } : json(status, requestId);
      },
    ),
    endpoint(
      {
        operationId: "eraseNumber",
        method: "post",
        path: "/v1/operators/erasures",
        tag: "Operators",
        summary: "Erase the account of a number",
        description:
          "For people who write instead of using the app, for accounts of minors, and where the law requires it.",
        scopes: ["operator"],
        audit: { action: "erasure.begin", target: "number", keeps: ["reason"] },
        body: {
          schema: z
            .strictObject({ number: z.string().max(32), reason: z.enum(ERASURE_REASONS) })
            .meta({ id: "ErasureRequest" }),
          limit: 4096,
        },
        answers: { 202: { description: "The erasure has begun.", schema: Begun } },
        refusals: ["number-not-valid", "not-found", "unavailable"],
      },
      async ({ body }, { now, requestId }) => {
        const parsed = parseNumber(body.number);
        if (!parsed.valid) return { code: "number-not-valid", reason: parsed.reason };
        const number = parsed.number.e164;
        const account = await accountOf(number);
        if (account === null) return { code: "not-found" };
        return json({ erasureId: await erasures.begin({ account, number }, body.reason, now) }, requestId, 202);
      },
    ),
  ];
}
