import * as z from "zod";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { parseNumber } from "../numbers/number.ts";
import { CHANNELS, KINDS } from "./message.ts";
import type { Messages } from "./messages.ts";

const Outbox = z
  .array(
    z
      .object({
        to: z.string().meta({ examples: ["+13125550123"] }),
        body: z.string().meta({ examples: ["482913 is your code."] }),
        kind: z.enum(KINDS),
        channel: z.enum(CHANNELS),
        at: z.iso.datetime(),
      })
      .meta({ id: "LoggedMessage" }),
  )
  .meta({ id: "Outbox" });

/** What the log provider "sent"; made in development only, so that elsewhere there is nothing at the address. */
export function devRoutes(messages: Messages): Endpoint[] {
  return [
    endpoint(
      {
        operationId: "readOutbox",
        method: "get",
        path: "/dev/outbox",
        tag: "Development",
        summary: "Messages sent in development",
        description: "In development, messages go here instead of to phones. Oldest first; kept for a day.",
        scopes: null,
        query: z.object({
          to: z
            .string()
            .max(32)
            .meta({ examples: ["+13125550123"] }),
        }),
        answers: {
          200: {
            description: "The messages to this number.",
            schema: Outbox,
          },
        },
        refusals: ["number-not-valid"],
      },
      async ({ query }, call) => {
        // In a query a plus that is not encoded is a space.
        const parsed = parseNumber(query.to.replace(/^ /, "+"));
        if (!parsed.valid) return { code: "number-not-valid", reason: parsed.reason };
        const to = parsed.number.e164;
        const logged = await messages.logged(to);
        return json(
          logged.map(({ body, kind, channel, at }) => ({ to, body, kind, channel, at: new Date(at).toISOString() })),
          call.requestId,
        );
      },
    ),
  ];
}
