import * as z from "zod";
import { endpoint, type Endpoint } from "../http/endpoint.ts";
import type { ExportSection } from "../lifecycle.ts";
import { policyOf, type Quota, type Quotas } from "../quotas/quotas.ts";
import { DAY_S } from "../time/days.ts";
import { exportOf } from "./export.ts";
import { ownAccount, type NumberOfSession } from "./own-account.ts";

/** An export may be as large as a phonebook, and reads every store. */
const EXPORTS = { name: "exports", allows: 10, window: DAY_S } as const satisfies Quota;

const nullable = z.string().nullable();
const Day = z.iso.date();
const Listed = z
  .object({
    id: z.string(),
    expiresAt: z.iso.datetime(),
    once: z.boolean(),
    opened: z.boolean(),
  })
  .meta({ id: "ExportedPicture" });

const Written = z
  .strictObject({
    ended: z
      .enum(["no", "said", "gone"])
      .describe("Whether promotion has ended: by STOP, a click or a complaint, or because the address does not exist."),
    messages: z.array(
      z
        .strictObject({
          kind: z.string().meta({ examples: ["code"] }),
          channel: z.string(),
          state: z.string(),
          expiresAt: z.iso.datetime(),
        })
        .meta({ id: "ExportedMessage" }),
    ),
  })
  .meta({ id: "ExportedMessages" });

/** The published schema of an export: a section per folder. */
const Export = z
  .strictObject({
    account: z
      .strictObject({
        accountId: z.string(),
        number: z.string(),
        since: Day,
        noticeVersion: z.string().describe("The notice in force at sign-up."),
        profile: z.strictObject({
          name: nullable,
          email: nullable,
          dateOfBirth: Day.nullable().meta({ examples: ["1984-05-17"] }),
          address: nullable,
          socialLinks: z.array(z.string()),
          visibility: z.string().meta({ examples: ["everyone"] }),
          photo: z.strictObject({ mediaType: z.string(), base64: z.string() }).nullable(),
        }),
        consents: z.array(
          z
            .strictObject({ purpose: z.string(), granted: z.boolean(), noticeVersion: nullable, day: Day })
            .meta({ id: "ExportedConsent" }),
        ),
        promotions: z
          .array(
            z
              .strictObject({ campaign: z.string().meta({ examples: ["pWQ2x1YgT0K8vN3r"] }), day: Day })
              .meta({ id: "ExportedPromotion" }),
          )
          .describe("Promotion of the last 31 days."),
        sessions: z.array(
          z
            .strictObject({
              id: z.string(),
              device: z.strictObject({
                id: z.string(),
                platform: z.string(),
                osVersion: z.string().optional(),
                appVersion: z.string().optional(),
                carrier: z.string().optional(),
                language: z.string().optional(),
              }),
              startedAt: Day,
              usedAt: Day,
              limitedUntil: z.iso
                .datetime()
                .nullable()
                .describe("Null for the account's own devices.")
                .meta({ examples: [null] }),
            })
            .meta({ id: "ExportedSession" }),
        ),
        usedAt: Day.describe("The last day on which one of the account's own devices used it."),
        knownDevices: z.int().describe("Devices that the account knows, by keyed hashes of their ids."),
        pin: z.boolean().describe("Whether a PIN is set; kept is a slow hash of it."),
        handOver: z.iso.datetime().nullable().describe("When the account ends since the number changed hands."),
        handOverStopped: z.boolean(),
        burstTokens: z
          .strictObject({ day: Day.nullable(), handedOut: z.int() })
          .describe("Burst tokens issued on the last day that had any."),
      })
      .nullable()
      .describe("Null for an account of another issuer, which has neither number nor profile here."),
    voter: z
      .strictObject({
        since: Day.nullable().describe("Day of the account's first vote; null before it."),
        disagreements: z.int().describe("Suggested names that a dataset contradicts; halved every year."),
        countedFrom: Day.nullable().describe("The day from which that year runs; null without any."),
        day: Day.nullable().describe("The day that names and marks count; null without any."),
        names: z.int().describe("Of the number, whichever account gave them."),
        marks: z.int(),
        epoch: z.int().describe("How often the number is known to have changed hands."),
      })
      .nullable()
      .describe("How long the account has voted. The service cannot tell which votes are its own."),
    contacts: z.strictObject({
      sharing: z.boolean().describe("The service cannot tell which contacts were shared."),
      takenBackBy: z.iso
        .datetime()
        .nullable()
        .describe("When nothing stands any more of what was last taken back; null when nothing ever was."),
    }),
    messages: z.strictObject({
      number: Written.nullable().describe("Null without a number."),
      email: Written.nullable().describe("Of the address in the profile; null without one."),
    }),
    pictures: z.strictObject({
      sent: z.array(Listed),
      inbox: z
        .array(Listed.extend({ from: nullable }).meta({ id: "ExportedInboxPicture" }))
        .describe("Each picture is at /v1/images/{id}/content."),
    }),
    used: z
      .record(z.string(), z.int())
      .meta({ examples: [{ exports: 1, pictures: 3 }] })
      .describe("What the number has used of today's quotas, whichever account of it: counts by the quotas' names."),
    phonebook: z.array(
      z
        .object({ id: z.string(), revision: z.int(), sealed: nullable })
        .describe("As the account's own devices sealed it.")
        .meta({ id: "ExportedEntry" }),
    ),
  })
  .meta({ id: "Export" });

/** Everything stored on an account, for its holder. */
export function exportRoutes(
  sections: readonly ExportSection[],
  quotas: Quotas,
  numberOfSession: NumberOfSession,
): Endpoint[] {
  return [
    endpoint(
      {
        operationId: "exportAccount",
        method: "get",
        path: "/v1/me/export",
        tag: "Account",
        summary: "Export of the account",
        description:
          "One JSON document, streamed, ten times a day. What only the number's owner can see is at /v1/ownership/number, after a proof.",
        scopes: ["app"],
        limit: "costly",
        answers: { 200: { description: "The export.", schema: Export, headers: ["Content-Disposition"] } },
        refusals: ["session-ended", "quota-exceeded", "unavailable"],
      },
      async (_, call) => {
        const exported = await ownAccount(call.principal, numberOfSession);
        if (exported === null) return { code: "session-ended" };
        const spendings = [{ quota: EXPORTS, n: 1 }];
        const full = await quotas.spend(exported, spendings, call.now);
        if (full !== null) return { code: "quota-exceeded", retryAfter: full.retryAfter, policy: policyOf(full.quota) };
        const body = await quotas.during(exported, spendings, call.now, () => exportOf(sections, exported, call.now));
        return new Response(body, {
          headers: {
            "content-type": "application/json",
            "content-disposition": 'attachment; filename="konnections-export.json"',
            "cache-control": "no-store",
            "x-request-id": call.requestId,
          },
        });
      },
    ),
  ];
}
