import * as z from "zod";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import { parseNumber } from "../numbers/number.ts";
import { mailAddress } from "./mail-address.ts";
import { KINDS, MEDIA } from "./message.ts";
import type { Messages } from "./messages.ts";

const Outbox = z
  .array(
    z
      .object({
        to: z.string().meta({ examples: ["+13125550123"] }),
        body: z.string().meta({ examples: ["482913 is your code."] }),
        kind: z.enum(KINDS),
        channel: z.enum(MEDIA),
        mail: z
          .object({ subject: z.string(), html: z.string(), headers: z.record(z.string(), z.string()) })
          .optional()
          .describe("Of an e-mail: what stands beside its text, which is `body`."),
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
        description:
          "In development, messages go here instead of to phones and mailboxes. Oldest first; kept for a day.",
        scopes: null,
        query: z.object({
          to: z
            .string()
            .max(254)
            .describe("A number, or an e-mail address.")
            .meta({ examples: ["+13125550123"] }),
        }),
        answers: {
          200: {
            description: "The messages to this number or address.",
            schema: Outbox,
          },
        },
        refusals: ["number-not-valid"],
      },
      async ({ query }, call) => {
        // In a query a plus that is not encoded is a space.
        const address = mailAddress(query.to.replaceAll(" ", "+"));
        const parsed = parseNumber(query.to.replace(/^ /, "+"));
        if (address === null && !parsed.valid) return { code: "number-not-valid", reason: parsed.reason };
        const to = address ?? parsed.number;
        const logged = to === null ? [] : await messages.logged(to);
        const shown = address?.address ?? parsed.number?.e164;
        return json(
          logged.map(({ at, ...rest }) => ({ to: shown, ...rest, at: new Date(at).toISOString() })),
          call.requestId,
        );
      },
    ),
  ];
}
