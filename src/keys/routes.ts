import * as z from "zod";
import { empty, endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { KeysBody, shownKeys } from "./keys-body.ts";
import type { Renewal } from "./renewal.ts";

/** The renewal of seals, for `npm run reseal`. */
export function keyRenewalRoutes(renewal: Renewal): Endpoint[] {
  return [
    endpoint(
      {
        operationId: "renewSeals",
        method: "post",
        path: "/v1/operators/reseal",
        tag: "Operators",
        summary: "Seal anew, under the first key of SEAL_KEYS, what is under another one",
        description:
          "Does some steps; call it again while there is `more`. The service goes on by itself, too, a few steps a minute; a call may be broken off, or come twice.",
        scopes: ["operator"],
        audit: { action: "seals.renew" },
        query: z.object({
          again: z.enum(["0", "1"]).optional().describe("1: begin a pass now, if none is under way."),
        }),
        answers: {
          200: {
            description: "How far it is.",
            schema: z.object({ more: z.boolean(), keys: KeysBody }).meta({ id: "RenewalRun" }),
          },
        },
        refusals: [],
      },
      async ({ query }, call) => {
        const { more } = await renewal.run(call.now, query.again === "1");
        return json({ more, keys: shownKeys(await renewal.status(call.now)) }, call.requestId);
      },
    ),
    endpoint(
      {
        operationId: "giveUpSealKey",
        method: "delete",
        path: "/v1/operators/seal-keys/{id}",
        tag: "Operators",
        summary: "Give up a lost key",
        description:
          "For a key that SEAL_KEYS lacks and nobody has any more: what is sealed under it stays unreadable, and the service writes again.",
        scopes: ["operator"],
        withAnyKeys: true,
        audit: { action: "seal-key.give-up", target: "id" },
        params: z.object({ id: z.string().max(64).describe("Of a key, as `status` shows it.") }),
        answers: { 204: { description: "Given up." } },
        refusals: ["not-found"],
      },
      async ({ params }, call) => ((await renewal.giveUp(params.id, call.now)) ? empty(call) : { code: "not-found" }),
    ),
  ];
}
