import * as z from "zod";
import type { Directory, Publishing } from "../directory/directory.ts";
import { republishNext } from "../directory/republish.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { omittable } from "../http/fields.ts";

const MAX_BODY_BYTES = 1024;

const RepublishInput = z
  .strictObject({
    run: omittable(z.uuid()).describe("From the answer before: a repeat of the last step then begins nothing new."),
    anew: omittable(z.boolean()).describe("Begins from the beginning, although one is under way."),
  })
  .meta({ id: "RepublishInput", examples: [{}] });

const Republishing = z
  .object({
    run: z.uuid(),
    phase: z
      .enum(["beginning", "areas", "pages", "strays", "publishing", "done"])
      .describe(
        "In `pages` those of D1 are marked to be written anew, in `strays` those of KV that D1 has not; `publishing` waits for the publishers.",
      ),
    marked: z.int().describe("Pages marked so far."),
    pages: z.int().describe("Pages that there were at the beginning."),
  })
  .meta({ id: "Republishing" });

/** Writing all published pages anew. */
export function republishRoutes(directory: Directory, publishing: Publishing): Endpoint[] {
  return [
    endpoint(
      {
        operationId: "republishPages",
        method: "post",
        path: "/v1/operators/republish",
        tag: "Operators",
        summary: "Write all published pages anew",
        description:
          "One bounded step; repeat until `done`, with the `run` of the answer. Goes on with what is under way. Pages are made from what D1 knows and put into KV by the publishers, behind what people do; at the end KV is marked as complete, so that lookups of unknown numbers need no D1. The service finishes it even if nobody repeats the request. `npm run republish` does it.",
        scopes: ["operator"],
        audit: { action: "directory.republish", keeps: ["run", "anew"] },
        body: { schema: RepublishInput, limit: MAX_BODY_BYTES },
        answers: { 200: { description: "How far it is.", schema: Republishing } },
        refusals: [],
      },
      async ({ body }, call) => {
        const { total, ...progress } = await republishNext(directory, publishing, body, call.now);
        return json({ ...progress, pages: total }, call.requestId);
      },
    ),
  ];
}
