import * as z from "zod";
import { endpoint, json, type Endpoint, empty, principalOf } from "../http/endpoint.ts";
import type { Refusal } from "../http/problem.ts";
import { fromBase64Url } from "../vault/bytes.ts";
import { MOST_ENTRIES, TOMBSTONE_DAYS } from "./phonebook-state.ts";
import type { Phonebooks } from "./phonebooks.ts";

/** Bytes of a body that writes entries; a client sends what fits. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Entries in a call. */
const MOST_WRITES = 200;
const MOST_READ = 1000;
const USUAL_READ = 500;
const MOST_SEALED_BYTES = 64 * 1024;
/** Base64url without padding. */
const MOST_SEALED_CHARS = Math.ceil((MOST_SEALED_BYTES * 4) / 3);

const COMMON = { tag: "Phonebook", scopes: ["app"], limit: "calls" } as const;

const Revision = z.int().min(0);
const Id = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .describe("Chosen by the client at random; it must reveal nothing.");
const Sealed = z
  .string()
  .max(MOST_SEALED_CHARS)
  .regex(/^[A-Za-z0-9_-]{2,}$/)
  // The decoder accepts only the canonical encoding of the same bytes.
  .refine((text) => fromBase64Url(text) !== null)
  .describe("Sealed by the client; base64url without padding, at most 64 KiB decoded.");

const Standing = z.object({
  revision: Revision,
  sealed: z
    .string()
    .nullable()
    .optional()
    .describe(
      "Null is a deletion. Left out is none: there was no room for it, and those entries are to be sent again.",
    ),
});

const Query = z.object({
  since: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .describe("The revision of the previous response; 0 or omitted for everything."),
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .optional()
    .describe(`Entries at most, 1 to ${MOST_READ}, usually ${USUAL_READ}. A page ends at 4 MiB as well.`),
});

const Page = z
  .object({
    revision: Revision.describe("The next `since`."),
    entries: z.array(
      z.object({ id: z.string(), revision: Revision, sealed: z.string().nullable() }).meta({ id: "PhonebookEntry" }),
    ),
    more: z.boolean(),
  })
  .meta({ id: "PhonebookPage" });

const WriteBody = z
  .strictObject({
    entries: z
      .array(
        z
          .strictObject({ id: Id, base: Revision.describe("The revision known, 0 if new."), sealed: Sealed.nullable() })
          .meta({ id: "PhonebookEntryInput" }),
      )
      .min(1)
      .max(MOST_WRITES),
  })
  .meta({ id: "PhonebookWrite" });

const Written = z
  .object({
    revision: Revision,
    results: z.array(
      z
        .union([
          z.object({ id: z.string(), revision: Revision }).meta({ id: "EntryWritten" }),
          z
            .object({ id: z.string(), conflict: Standing.describe("The current entry; revision 0 if there is none.") })
            .meta({ id: "EntryInConflict" }),
        ])
        .meta({ id: "EntryResult" }),
    ),
  })
  .meta({ id: "PhonebookWritten" });

/** The phonebook that follows an account across its devices. */
export function phonebookRoutes(phonebooks: Phonebooks): Endpoint[] {
  return [
    endpoint(
      {
        ...COMMON,
        operationId: "getPhonebook",
        method: "get",
        path: "/v1/phonebook",
        summary: "Changes in the phonebook",
        description: `Entries written after revision \`since\`, the oldest first, in pages: while \`more\` is true, ask again with the \`revision\` of the answer. \`sealed\` null is a deletion; deletions are remembered for ${TOMBSTONE_DAYS} days, after which a device that was away longer gets \`resync\`. Needs the consent \`phonebook-sync\`.`,
        query: Query,
        answers: { 200: { description: "A page of entries.", schema: Page } },
        refusals: ["consent-missing", "resync"],
      },
      async ({ query }, call) => {
        const limit = Math.min(MOST_READ, Math.max(1, Number(query.limit ?? USUAL_READ)));
        const read = await phonebooks.read(principalOf(call), Number(query.since ?? 0), limit);
        return read.ok ? json(read.page, call.requestId) : refusal(read.code);
      },
    ),
    endpoint(
      {
        ...COMMON,
        operationId: "writePhonebook",
        method: "put",
        path: "/v1/phonebook",
        summary: "Write entries of the phonebook",
        description: `Each entry is written if \`base\` is its current revision; otherwise the response contains the current entry. \`sealed\` null deletes. Writing what is stored already is no conflict, so a request whose response was lost can be repeated as it is. A response has at most 4 MiB: conflicts beyond that have only the revision, without \`sealed\`; send those entries again in a request of their own, or read from that revision minus one. At most ${MOST_WRITES} entries a call, and ${MOST_ENTRIES} and 64 MiB (decoded) in all. Needs the consent \`phonebook-sync\`.`,
        body: { schema: WriteBody, limit: MAX_BODY_BYTES },
        answers: { 200: { description: "The result for each entry, in order.", schema: Written } },
        refusals: ["consent-missing", "phonebook-full"],
      },
      async ({ body }, call) => {
        const written = await phonebooks.write(principalOf(call), body.entries, call.now);
        if (!written.ok) return written.code === "phonebook-full" ? written : refusal(written.code);
        return json({ revision: written.revision, results: written.results }, call.requestId);
      },
    ),
    endpoint(
      {
        ...COMMON,
        operationId: "deletePhonebook",
        method: "delete",
        path: "/v1/phonebook",
        summary: "Delete the whole phonebook",
        description: "Deletes every entry at once. The account's other devices get `resync` and find it empty.",
        answers: { 204: { description: "Deleted." } },
        refusals: [],
      },
      async (_, call) => {
        await phonebooks.clear(principalOf(call));
        return empty(call);
      },
    ),
    endpoint(
      {
        ...COMMON,
        operationId: "watchPhonebook",
        method: "get",
        path: "/v1/phonebook/live",
        summary: "Listen for changes",
        description:
          'A WebSocket, with the token in the Authorization header of its upgrade. Pushes `{"type":"phonebook","revision"}` when another device of the account has written, and `{"type":"image","id"}` when a picture has arrived, and `{"type":"account"}` when a device waits to be approved or the number is said to have changed hands: `GET /v1/sessions` tells which. A push is a hint: ask on connecting, too. Send the text `ping` to get `pong`; nothing else is taken. Closed with 4000 when the same session connects again, with 4001 when the session or the consent has ended, with 4002 after a day: connect again with a token that is good.',
        answers: { 101: { description: "The socket.", headers: ["Upgrade", "Connection"] } },
        refusals: ["consent-missing", "session-ended", "upgrade-required"],
      },
      async (_, call) => {
        if (call.request.headers.get("upgrade")?.toLowerCase() !== "websocket") return { code: "upgrade-required" };
        const listening = await phonebooks.listen(principalOf(call));
        if (!listening.ok) return refusal(listening.code);
        return new Response(null, {
          status: 101,
          webSocket: listening.response.webSocket,
          headers: { "x-request-id": call.requestId },
        });
      },
    ),
  ];
}

function refusal(code: "consent-missing" | "resync" | "session-ended"): Refusal {
  return code === "consent-missing" ? { code, reason: "phonebook-sync" } : { code };
}
