import * as z from "zod";
import { readBounded } from "../../http/body.ts";
import { endpoint, type Endpoint, empty, principalOf } from "../../http/endpoint.ts";
import { PictureBytes } from "../../http/fields.ts";
import type { Refusal } from "../../http/problem.ts";
import type { UploadCrowd } from "../../imaging/upload-crowd.ts";
import { policyOf } from "../../quotas/quotas.ts";
import type { Accounts } from "../accounts.ts";
import type { PhotoPut, Photos } from "./photos.ts";

const MAX_PHOTO_BYTES = 5 * 1024 * 1024;
const PATIENCE_MS = 25_000;
const SCOPES = ["app"] as const;
/** Seconds for which a client may cache a photo. */
const PHOTO_TTL_S = 60;

/** The caller photo: set and removed by its owner, visible to whoever looks up the number. */
export function photoRoutes(accounts: Accounts, photos: Photos, crowd: UploadCrowd): Endpoint[] {
  return [
    endpoint(
      {
        operationId: "setPhoto",
        method: "put",
        path: "/v1/me/photo",
        tag: "Account",
        summary: "Set the caller photo",
        description:
          "JPEG, PNG, WebP or GIF of at most 5 MiB. It is re-encoded: upright, at most 640 pixels a side, without metadata. Ten photos and thirty tries a day. Shown with lookups while the profile is visible.",
        scopes: SCOPES,
        limit: "costly",
        stream: {
          mediaType: "image/*",
          schema: PictureBytes,
          description: "The picture. Its format is detected from the bytes.",
        },
        answers: { 204: { description: "It is the photo now." } },
        refusals: [
          "session-ended",
          "too-large",
          "not-a-picture",
          "unsupported-picture",
          "too-many-pixels",
          "damaged-picture",
          "audio",
          "quota-exceeded",
          "unavailable",
        ],
      },
      async (_, call) => {
        const { account, session } = principalOf(call);
        if (session === null) return { code: "session-ended" };
        const arrival = await crowd.arrive(account, PATIENCE_MS);
        if (arrival === null) return { code: "unavailable", retryAfter: 5 };
        let leave: (() => void) | null = null;
        try {
          const body = await readBounded(call.request, MAX_PHOTO_BYTES, (bytes) => arrival.grow(bytes));
          if (!body.ok) return body.refusal;
          leave = await crowd.enter(PATIENCE_MS);
          if (leave === null) return { code: "unavailable", retryAfter: 5 };
          const put = await photos.put(account, session, body.value, call.now);
          return put.ok ? empty(call) : photoProblem(put);
        } finally {
          leave?.();
          arrival.leave();
        }
      },
    ),
    endpoint(
      {
        operationId: "deletePhoto",
        method: "delete",
        path: "/v1/me/photo",
        tag: "Account",
        summary: "Delete the caller photo",
        description: "Takes effect at once. Does nothing without a photo.",
        scopes: SCOPES,
        limit: "calls",
        answers: { 204: { description: "Taken away." } },
        refusals: ["session-ended"],
      },
      async (_, call) => {
        const { account, session } = principalOf(call);
        const done = session !== null && (await (await accounts.objectOf(account)).setPhoto(session, null, call.now));
        return done ? empty(call) : { code: "session-ended" };
      },
    ),
    endpoint(
      {
        operationId: "getCallerPhoto",
        method: "get",
        path: "/v1/photos/{id}",
        tag: "Lookup",
        summary: "A caller photo",
        description: "The address comes from a lookup. It is `not-found` once the owner is no longer visible.",
        scopes: SCOPES,
        session: "none",
        limit: "calls",
        params: z.object({ id: z.string().max(64) }),
        answers: {
          200: {
            description: "The photo.",
            mediaType: "image/webp",
            schema: PictureBytes,
          },
        },
        refusals: ["not-found", "unavailable"],
      },
      async ({ params: { id } }, call) => {
        const webp = await photos.shown(id);
        if (webp === null) return { code: "not-found" };
        return new Response(webp, {
          headers: {
            "content-type": "image/webp",
            "cache-control": `private, max-age=${PHOTO_TTL_S}`,
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'",
            "x-request-id": call.requestId,
          },
        });
      },
    ),
  ];
}

function photoProblem(put: Extract<PhotoPut, { ok: false }>): Refusal {
  if (put.reason !== "quota-exceeded") return { code: put.reason };
  const { quota, retryAfter } = put.full;
  return { code: "quota-exceeded", retryAfter, policy: policyOf(quota) };
}
