import * as z from "zod";
import { readBounded } from "../http/body.ts";
import { PictureBytes } from "../http/fields.ts";
import { endpoint, json, type Answer, type Endpoint, empty, principalOf } from "../http/endpoint.ts";
import { networkOf } from "../http/network.ts";
import { CountryField } from "../http/number-field.ts";
import type { Refusal } from "../http/problem.ts";
import { knownCountry, parseNumber } from "../numbers/number.ts";
import { policyOf } from "../quotas/quotas.ts";
import type { PictureDeps } from "./deps.ts";
import { LONGEST_LIFE_S, SHORTEST_LIFE_S } from "./picture-state.ts";
import { Pictures } from "./pictures.ts";
import { upload, type UploadRefusal } from "./upload.ts";
import type { UploadCrowd } from "../imaging/upload-crowd.ts";

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const UPLOAD_PATIENCE_MS = 25_000;
const SCOPES = ["app"] as const;

/** Headers of a picture: no shared cache, and nothing in it may execute. */
export const PICTURE_HEADERS = {
  "content-type": "image/webp",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; sandbox",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** Pictures sent, listed, fetched and deleted by accounts. */
export function pictureRoutes(
  deps: PictureDeps,
  crowd: UploadCrowd,
  overShown: (picture: string) => Promise<Refusal | null>,
): Endpoint[] {
  const pictures = new Pictures(deps);
  const Params = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) });
  const Listed = z
    .object({
      id: z.string(),
      expiresAt: z.iso.datetime(),
      once: z.boolean(),
      opened: z.boolean(),
      from: z.string().nullable().optional().describe("In the inbox: the sender's number in E.164, where it is known."),
    })
    .meta({ id: "ListedPicture" });

  return [
    endpoint(
      {
        operationId: "sendPicture",
        method: "post",
        path: "/v1/images",
        tag: "Pictures",
        summary: "Send a picture to a number",
        description:
          "A recipient with the app gets it in the inbox, anybody else a link by SMS; the response does not say which. The format is detected from the bytes. The picture is re-encoded: WebP, upright, at most 2,560 pixels a side and 2 MiB, without any metadata. A repeat under the same Idempotency-Key within 24 hours gets the first answer again, with `Idempotency-Replayed: true`.",
        scopes: SCOPES,
        limit: "costly",
        query: z.object({
          country: CountryField.optional(),
          ttl: z.coerce
            .number()
            .int()
            .min(SHORTEST_LIFE_S)
            .max(LONGEST_LIFE_S)
            .optional()
            .describe("Seconds until it expires; default 6 days 23 hours."),
          once: z.enum(["true", "false"]).optional().describe("Whether it can be seen only once; default false."),
        }),
        headers: z.object({
          "X-Recipient": z
            .string()
            .max(64)
            .describe(
              "The number it goes to, in E.164, or national with `country`. Not in the address: those are logged.",
            )
            .meta({ examples: ["+13125550123"] }),
          "Idempotency-Key": z.string().optional().describe("1–128 letters, digits, dots, dashes and underscores."),
        }),
        stream: {
          mediaType: "image/*",
          schema: PictureBytes,
          description: "The bytes of the picture, at most 10 MiB.",
        },
        answers: {
          201: {
            description: "Stored, and on its way.",
            schema: z
              .object({ id: z.string(), link: z.url(), expiresAt: z.iso.datetime() })
              .meta({ id: "SentPicture" }),
            headers: ["Idempotency-Replayed"],
          },
        },
        refusals: [
          "invalid-request",
          "number-not-valid",
          "number-not-served",
          "messages-not-configured",
          "too-large",
          "not-a-picture",
          "unsupported-picture",
          "audio",
          "too-many-pixels",
          "damaged-picture",
          "quota-exceeded",
          "idempotency-key-missing",
          "idempotency-key-reused",
          "unavailable",
        ],
      },
      async ({ query }, call) => {
        const recipient = call.request.headers.get("x-recipient");
        if (recipient === null) {
          return { code: "invalid-request", errors: [{ field: "X-Recipient", problem: "is required" }] };
        }
        const number = parseNumber(recipient.slice(0, 64), knownCountry(query.country));
        if (!number.valid) return { code: "number-not-valid", reason: number.reason };
        // The same for every recipient, whoever has an account.
        const never = deps.messages.never(number.number, "sms");
        if (never?.reason === "not-configured") return { code: "messages-not-configured" };
        if (never?.reason === "not-served") return { code: "number-not-served", reason: never.why };
        const idempotencyKey = call.request.headers.get("idempotency-key");
        if (idempotencyKey !== null && !/^[A-Za-z0-9._-]{1,128}$/.test(idempotencyKey)) {
          return { code: "idempotency-key-missing" };
        }
        const arrival = await crowd.arrive(principalOf(call).account, UPLOAD_PATIENCE_MS);
        if (arrival === null) return { code: "unavailable", retryAfter: 5 };
        let leave: (() => void) | null = null;
        try {
          const body = await readBounded(call.request, MAX_BODY_BYTES, (bytes) => arrival.grow(bytes));
          if (!body.ok) return body.refusal;
          leave = await crowd.enter(UPLOAD_PATIENCE_MS);
          if (leave === null) return { code: "unavailable", retryAfter: 5 };
          const answer = await upload(
            deps,
            {
              account: principalOf(call).account,
              recipient: number.number,
              ttlSeconds: query.ttl ?? LONGEST_LIFE_S,
              once: query.once === "true",
              bytes: body.value,
              idempotencyKey,
              origin: call.origin,
              network: networkOf(call),
            },
            call.now,
          );
          if (!answer.ok) return uploadProblem(answer);
          const headers = answer.replayed ? { "idempotency-replayed": "true" } : {};
          return json(answer.uploaded, call.requestId, 201, headers);
        } finally {
          leave?.();
          arrival.leave();
        }
      },
    ),
    endpoint(
      {
        operationId: "listPictures",
        method: "get",
        path: "/v1/images",
        tag: "Pictures",
        summary: "Pictures sent, or those in the inbox",
        description: "Newest first, until they expire. For a sent picture it says only whether it was opened.",
        scopes: SCOPES,
        limit: "costly",
        query: z.object({ box: z.enum(["sent", "inbox"]) }),
        answers: {
          200: {
            description: "The pictures.",
            schema: z.object({ images: z.array(Listed) }).meta({ id: "PictureList" }),
          },
        },
        refusals: ["invalid-request"],
      },
      async ({ query }, call) => {
        const account = principalOf(call).account;
        const images = await (query.box === "sent"
          ? pictures.sent(account, call.now)
          : pictures.inbox(account, call.now));
        return json({ images }, call.requestId);
      },
    ),
    endpoint(
      {
        operationId: "getPicture",
        method: "get",
        path: "/v1/images/{id}/content",
        tag: "Pictures",
        summary: "A picture of the inbox",
        description: "For the recipient. Counts as opened; a picture that can be seen once is not returned again.",
        scopes: SCOPES,
        limit: "calls",
        params: Params,
        answers: { 200: { description: "The picture.", mediaType: "image/webp", schema: PictureBytes } },
        refusals: ["not-found"],
      },
      async ({ params }, call): Promise<Answer> => {
        // The router serves HEAD by GET, which must not count a view.
        if (call.request.method === "HEAD") return { code: "method-not-allowed", allow: "GET" };
        const over = await overShown(`${params.id} ${principalOf(call).account}`);
        if (over !== null) return over;
        const shown = await pictures.show({ account: principalOf(call).account, id: params.id }, call.now);
        if (shown === null) return { code: "not-found" };
        return new Response(shown.webp, { headers: { ...PICTURE_HEADERS, "x-request-id": call.requestId } });
      },
    ),
    endpoint(
      {
        operationId: "reportPicture",
        method: "post",
        path: "/v1/images/{id}/report",
        tag: "Pictures",
        summary: "Report a picture of the inbox",
        description: "For the recipient. Hides the picture at once, until operators decide.",
        scopes: SCOPES,
        limit: "calls",
        params: Params,
        answers: { 204: { description: "Reported." } },
        refusals: ["not-found"],
      },
      async ({ params }, call) => {
        const reported = await pictures.report({ account: principalOf(call).account, id: params.id }, call.now);
        return reported ? empty(call) : { code: "not-found" };
      },
    ),
    endpoint(
      {
        operationId: "deletePicture",
        method: "delete",
        path: "/v1/images/{id}",
        tag: "Pictures",
        summary: "Delete a picture",
        description: "For the sender or the recipient; takes effect at once.",
        scopes: SCOPES,
        limit: "calls",
        params: Params,
        answers: { 204: { description: "Deleted." } },
        refusals: ["not-found"],
      },
      async ({ params }, call) => {
        const removed = await pictures.remove({ account: principalOf(call).account, id: params.id }, call.now);
        return removed ? empty(call) : { code: "not-found" };
      },
    ),
  ];
}

function uploadProblem(refusal: UploadRefusal): Refusal {
  if (refusal.code !== "quota-exceeded") return refusal;
  return { code: "quota-exceeded", retryAfter: refusal.retryAfter, policy: policyOf(refusal.quota) };
}
