import * as z from "zod";
import { endpoint, json, type Answer, type Endpoint } from "../http/endpoint.ts";
import { PictureBytes } from "../http/fields.ts";

const SCOPES = ["operator"] as const;
const MAX_BODY_BYTES = 4096;

/** What a report is about. */
export const REPORT_KINDS = ["picture", "dispute"] as const;

/** Something that operators have to decide about. */
export interface OpenReport {
  readonly id: string;
  readonly kind: (typeof REPORT_KINDS)[number];
  /** When it expires without a decision (RFC 3339). */
  readonly expiresAt: string;
  /** Of a dispute: the number, what its owner says is wrong, and in what words. */
  readonly number?: string;
  readonly cause?: string;
  readonly text?: string | null;
}

/** The reports of one folder. Ids of different folders differ. */
export interface ReportSource {
  list(now: number): Promise<readonly OpenReport[]>;
  /** What is reported, as a picture (WebP); null if there is no such report here, or nothing to show. */
  content(id: string, now: number): Promise<ReadableStream<Uint8Array> | null>;
  /** False if there is no such report to decide here. */
  decide(id: string, decision: "keep" | "remove", now: number): Promise<boolean>;
}

/** Reported pictures and owners' disputes: listed, looked at, decided. */
export function reportRoutes(sources: readonly ReportSource[]): Endpoint[] {
  const Params = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) });
  const Report = z
    .object({
      id: z.string(),
      kind: z.enum(REPORT_KINDS).meta({ examples: ["dispute"] }),
      expiresAt: z.iso.datetime().describe("When it ends without a decision."),
      number: z.string().optional().describe("Of a dispute."),
      cause: z
        .string()
        .optional()
        .describe("Of a dispute: `mistaken` or `new-owner`.")
        .meta({ examples: ["new-owner"] }),
      text: z.string().nullable().optional().describe("Of a dispute: the owner's words."),
    })
    .meta({ id: "Report" });
  const Decision = z
    .strictObject({
      decision: z.enum(["keep", "remove"]),
      note: z.string().max(500).optional().describe("For the audit; not kept with what was reported."),
    })
    .meta({ id: "ReportDecision" });

  return [
    endpoint(
      {
        operationId: "listReports",
        method: "get",
        path: "/v1/operators/reports",
        tag: "Operators",
        summary: "Reports that wait for a decision",
        description: "Reported pictures and owners' disputes. The service does not know who reported.",
        scopes: SCOPES,
        audit: { action: "reports.list" },
        answers: {
          200: { description: "The reports.", schema: z.object({ reports: z.array(Report) }).meta({ id: "Reports" }) },
        },
        refusals: [],
      },
      async (_, call) => {
        const reports = await Promise.all(sources.map((source) => source.list(call.now)));
        return json({ reports: reports.flat() }, call.requestId);
      },
    ),
    endpoint(
      {
        operationId: "getReportedPicture",
        method: "get",
        path: "/v1/operators/reports/{id}/content",
        tag: "Operators",
        summary: "A reported picture",
        description: "Available to operators until a decision is made.",
        scopes: SCOPES,
        audit: { action: "report.look", target: "id" },
        params: Params,
        answers: {
          200: {
            description: "The picture.",
            mediaType: "image/webp",
            schema: PictureBytes,
          },
        },
        refusals: ["not-found"],
      },
      async ({ params }, call): Promise<Answer> => {
        for (const source of sources) {
          const content = await source.content(params.id, call.now);
          if (content === null) continue;
          return new Response(content, {
            headers: {
              "content-type": "image/webp",
              "cache-control": "no-store",
              "content-security-policy": "default-src 'none'; sandbox",
              "cross-origin-resource-policy": "same-origin",
              "x-content-type-options": "nosniff",
              "x-request-id": call.requestId,
            },
          });
        }
        return { code: "not-found" };
      },
    ),
    endpoint(
      {
        operationId: "decideReport",
        method: "post",
        path: "/v1/operators/reports/{id}",
        tag: "Operators",
        summary: "Decide about a report",
        description:
          "`keep`: a picture is visible again and cannot be hidden by another report; a dispute is rejected. `remove`: a picture is deleted; for a dispute, votes on the number and evidence of earlier weeks no longer count.",
        scopes: SCOPES,
        audit: { action: "report.decide", target: "id", keeps: ["decision", "note"] },
        params: Params,
        body: { schema: Decision, limit: MAX_BODY_BYTES },
        answers: {
          200: {
            description: "Decided.",
            schema: z.object({ id: z.string(), decision: z.enum(["keep", "remove"]) }).meta({ id: "DecidedReport" }),
          },
        },
        refusals: ["not-found"],
      },
      async ({ params, body }, call) => {
        for (const source of sources) {
          if (await source.decide(params.id, body.decision, call.now)) {
            return json({ id: params.id, decision: body.decision }, call.requestId);
          }
        }
        return { code: "not-found" };
      },
    ),
  ];
}
