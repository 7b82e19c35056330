import { omittable } from "../../http/fields.ts";
import { policyOf } from "../../quotas/quotas.ts";
import * as z from "zod";
import { endpoint, json, type Endpoint, principalOf } from "../../http/endpoint.ts";
import type { Accounts } from "../accounts.ts";
import { PURPOSES, standing, type ConsentEntry, type Purpose } from "./consent-state.ts";
import { DAY_S, dayOf, dayStart, dayText, secondsUntil } from "../../time/days.ts";

const MAX_BODY_BYTES = 512;
const SCOPES = ["app"] as const;

const Consent = z
  .object({
    purpose: z.enum(PURPOSES),
    granted: z.boolean(),
    noticeVersion: z.string().nullable().describe("The version of the notice that it was given under."),
    day: z.iso.date().nullable().describe("Null if the consent was never given or withdrawn."),
  })
  .meta({ id: "Consent" });

/** Deletes what rested on a consent; repeatable. */
export type Withdrawing = (account: string, purpose: Purpose) => Promise<void>;

/** The consents of an account. */
export function consentRoutes(
  accounts: Accounts,
  noticeInForce: (now: number) => Promise<string | null>,
  withdrawing: Withdrawing,
): Endpoint[] {
  return [
    endpoint(
      {
        operationId: "listConsents",
        method: "get",
        path: "/v1/me/consents",
        tag: "Account",
        summary: "What the account agrees to",
        description: "The state of each purpose. A consent that was never granted is not given.",
        scopes: SCOPES,
        limit: "calls",
        answers: {
          200: {
            description: "The consents.",
            schema: z.object({ consents: z.array(Consent) }).meta({ id: "Consents" }),
          },
        },
        refusals: ["session-ended"],
      },
      async (_, call) => {
        const { account, session } = principalOf(call);
        const ledger = session === null ? null : await (await accounts.objectOf(account)).ledgerOf(session);
        if (ledger === null) return { code: "session-ended" };
        const consents = PURPOSES.map((purpose) => shown(standing(ledger, purpose) ?? { purpose }));
        return json({ consents }, call.requestId);
      },
    ),
    endpoint(
      {
        operationId: "setConsent",
        method: "put",
        path: "/v1/me/consents/{purpose}",
        tag: "Account",
        summary: "Grant or withdraw a consent",
        description:
          "Records the consent with the version of the notice in force. A withdrawal needs no version, is always accepted and takes effect at once. A consent stays bound to its notice when a later one comes into force.",
        scopes: SCOPES,
        limit: "calls",
        params: z.object({ purpose: z.enum(PURPOSES) }),
        body: {
          schema: z
            .strictObject({ granted: z.boolean(), noticeVersion: omittable(z.string().max(64)) })
            .meta({ id: "ConsentChange" }),
          limit: MAX_BODY_BYTES,
        },
        answers: { 200: { description: "What stands now.", schema: Consent } },
        refusals: ["session-ended", "notice-not-in-force", "quota-exceeded"],
      },
      async ({ params: { purpose }, body: { granted, noticeVersion } }, call) => {
        const { account, session } = principalOf(call);
        const inForce = noticeVersion !== undefined && (await noticeInForce(call.now)) === noticeVersion;
        if (granted && !inForce) return { code: "notice-not-in-force" };
        if (session === null) return { code: "session-ended" };
        const day = dayOf(call.now);
        // The version is stored only if it is that of a notice: free text does not belong in the ledger.
        const entry = { purpose, granted, noticeVersion: inForce ? noticeVersion : null, day };
        const object = await accounts.objectOf(account);
        if (!granted) {
          if ((await object.ledgerOf(session)) === null) return { code: "session-ended" };
          // Before it is recorded, so that a crash leaves no data without a consent. A store that does not answer does
          // not prevent the recording.
          await Promise.allSettled([withdrawing(account, purpose)]);
        }
        const recorded = await object.recordConsent(session, entry);
        // And after it: another device may have shared until then. A failure here is returned, so that the client retries.
        if (!granted && recorded !== null) await withdrawing(account, purpose);
        if (recorded === null) return { code: "session-ended" };
        if (recorded.ok) return json(shown(recorded.entry), call.requestId);
        const retryAfter = secondsUntil(dayStart(day + 1), call.now);
        return {
          code: "quota-exceeded",
          retryAfter,
          policy: policyOf({ name: "consents", allows: recorded.allows, window: DAY_S }),
        };
      },
    ),
  ];
}

function shown(entry: Pick<ConsentEntry, "purpose"> & Partial<ConsentEntry>): object {
  const { purpose, granted = false, noticeVersion = null, day } = entry;
  return { purpose, granted, noticeVersion, day: day === undefined ? null : dayText(day) };
}
