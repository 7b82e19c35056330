import * as z from "zod";
import { endpoint, json, type Endpoint, empty } from "../http/endpoint.ts";
import { voterOf } from "../http/network.ts";
import { CountryField } from "../http/number-field.ts";
import { policyOf } from "../quotas/quotas.ts";
import type { Contacts } from "./contacts.ts";
import { NUMBERS_A_DAY, SHARES_A_DAY } from "./sharing-state.ts";

const MAX_SHARED_BYTES = 1024 * 1024;
const MAX_WITHDRAWN_BYTES = 64 * 1024;
const MOST_CONTACTS = 500;
const MOST_WITHDRAWN = 500;
/** Numbers of one contact. */
const MOST_NUMBERS = 20;

const COMMON = { path: "/v1/contacts/shared", tag: "Contacts", scopes: ["app"], limit: "calls" } as const;

const Query = z.object({
  country: CountryField.optional(),
});
const NumberText = z.string().min(1).max(100);

const ShareBody = z
  .strictObject({
    contacts: z
      .array(
        z
          .strictObject({
            name: z.string().max(1000),
            numbers: z.array(NumberText).min(1).max(MOST_NUMBERS),
          })
          .meta({ id: "ContactInput" }),
      )
      .max(MOST_CONTACTS)
      // More than the daily quota.
      .refine((contacts) => contacts.reduce((sum, { numbers }) => sum + numbers.length, 0) <= NUMBERS_A_DAY),
  })
  .meta({ id: "ContactsInput" });

const Shared = z
  .object({
    accepted: z.int().min(0).describe("Accepted numbers, including unlisted ones."),
    refused: z.array(
      z
        .object({
          index: z.int().min(0).describe("Of the contact."),
          reason: z
            .string()
            .describe(
              "Of the name, once for the contact: a reason of `name-not-allowed`. Of a number: `own-number` or an `invalidReason`.",
            )
            .meta({ examples: ["private-label"] }),
        })
        .meta({ id: "RefusedContact" }),
    ),
  })
  .meta({ id: "ContactsShared" });

const WithdrawBody = z
  .strictObject({ numbers: z.array(NumberText).min(1).max(MOST_WITHDRAWN) })
  .meta({ id: "ContactsWithdrawal" })
  .optional();

/** Sharing names from address books, and withdrawing them. */
export function contactRoutes(contacts: Contacts): Endpoint[] {
  return [
    endpoint(
      {
        ...COMMON,
        operationId: "shareContacts",
        method: "post",
        summary: "Share names from the address book",
        description: `Names are stored without their source, and shown to others only when three people have shared them. A contact has a name and numbers, nothing else. At most ${MOST_CONTACTS} contacts a call and ${NUMBERS_A_DAY} numbers a day and number of yours, whichever account, and after withdrawing everything one may start again ${SHARES_A_DAY - 1} times a day; a call that the day has no room for is refused whole. Sharing a contact again changes nothing. Needs the consent \`contact-sharing\`.`,
        query: Query,
        body: { schema: ShareBody, limit: MAX_SHARED_BYTES },
        answers: { 202: { description: "Accepted; processed over the next hours.", schema: Shared } },
        refusals: ["consent-missing", "quota-exceeded"],
      },
      async ({ query, body }, call) => {
        const shared = await contacts.share(body.contacts, query.country, voterOf(call));
        if (shared.ok) return json({ accepted: shared.accepted, refused: shared.refused }, call.requestId, 202);
        return shared.code === "consent-missing"
          ? { code: "consent-missing", reason: "contact-sharing" }
          : { code: "quota-exceeded", retryAfter: shared.retryAfter, policy: policyOf(shared.quota) };
      },
    ),
    endpoint(
      {
        ...COMMON,
        operationId: "withdrawContacts",
        method: "delete",
        limit: "costly",
        summary: "Withdraw shared contacts",
        description:
          "With numbers: what this account shared of them, at once, as many a day as may be shared. Without a body: everything that it ever shared, also what the phone has long forgotten; names that rest on it alone are gone within a day. Needs no consent.",
        query: Query,
        body: { schema: WithdrawBody, limit: MAX_WITHDRAWN_BYTES, optional: true },
        answers: { 202: { description: "Taken back." } },
        refusals: ["quota-exceeded"],
      },
      async ({ query, body }, call) => {
        const { account, now } = voterOf(call);
        if (body === undefined) await contacts.withdrawAll(account);
        else {
          const full = await contacts.withdraw(body.numbers, query.country, account, now);
          if (full !== null)
            return { code: "quota-exceeded", retryAfter: full.retryAfter, policy: policyOf(full.quota) };
        }
        return empty(call, 202);
      },
    ),
  ];
}
