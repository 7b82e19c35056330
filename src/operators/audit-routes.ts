import * as z from "zod";
import { AUDITED } from "../http/audit.ts";
import { endpoint, json, type Endpoint } from "../http/endpoint.ts";
import type { Audit } from "./audit.ts";

const MOST_ENTRIES = 200;
const USUAL_ENTRIES = 50;

const Entry = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    who: z.string().nullable().describe("The subject of the operator's token."),
    action: z.enum(AUDITED),
    target: z
      .string()
      .nullable()
      .describe("A dataset, report or notice, or the keyed hash of a number.")
      .meta({ examples: ["us-hospitals"] }),
    details: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe("The request, and the note.")
      .meta({ examples: [{ edition: "2026-11" }] }),
    outcome: z
      .int()
      .nullable()
      .describe("HTTP status of the response. Null if the outcome is unknown; for batches of rows null means success.")
      .meta({ examples: [200] }),
  })
  .meta({ id: "AuditEntry" });

/** The audit log, for operators; reading it is audited too. */
export function auditRoutes(audit: Audit): Endpoint[] {
  return [
    endpoint(
      {
        operationId: "listAuditEntries",
        method: "get",
        path: "/v1/operators/audit",
        tag: "Operators",
        summary: "Audit log",
        description:
          "Newest entries first, kept for 400 days. Every operator request that changes something or shows personal data has an entry, including this one; lookups have none.",
        scopes: ["operator"],
        audit: { action: "audit.read" },
        query: z.object({
          before: z.uuid().optional().describe("`next` of the previous response."),
          limit: z.coerce.number().int().min(1).max(MOST_ENTRIES).optional().describe(`${USUAL_ENTRIES} unless said.`),
        }),
        answers: {
          200: {
            description: "The entries.",
            schema: z
              .object({
                entries: z.array(Entry),
                next: z.uuid().nullable().describe("Null when there are no older ones."),
              })
              .meta({ id: "Audit" }),
          },
        },
        refusals: [],
      },
      async ({ query: { before, limit = USUAL_ENTRIES } }, { requestId }) => {
        const entries = await audit.list(before ?? null, limit);
        return json(
          {
            entries: entries.map(({ at, ...entry }) => ({ ...entry, at: new Date(at).toISOString() })),
            next: entries.length === limit ? (entries.at(-1)?.id ?? null) : null,
          },
          requestId,
        );
      },
    ),
  ];
}
