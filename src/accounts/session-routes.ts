import { endpoint, json, z, type Call, type Endpoint } from "../http/endpoint.ts";
import { PACES } from "../vault/signer.ts";
import type { Session } from "./session-state.ts";
import type { Sessions } from "./sessions.ts";
import { DeviceChangeBody, Tokens } from "./sign-in-routes.ts";
import { dayText } from "./time.ts";

const MAX_BODY_BYTES = 2048;
const SCOPES = ["app"] as const;

const SessionsAnswer = z
  .object({
    sessions: z.array(
      z.object({
        id: z.string(),
        current: z.boolean(),
        device: z.object({
          id: z.string(),
          platform: z.string(),
          osVersion: z.string().nullable(),
          appVersion: z.string().nullable(),
          carrier: z.string().nullable(),
          language: z.string().nullable(),
        }),
        startedAt: z.iso.date(),
        usedAt: z.iso.date(),
      }),
    ),
  })
  .meta({ id: "Sessions" });

/** Sessions that go on, and that end. */
export function sessionRoutes(sessions: Sessions): Endpoint[] {
  return [
    endpoint(
      {
        method: "post",
        path: "/v1/sessions/refresh",
        tag: "Sessions",
        summary: "Get the next pair of tokens",
        description:
          "The refresh token is spent by it: using it twice ends the session. `device` tells what changed of the device. A session that is not refreshed for 180 days ends. The first four access tokens of a day are of pace `burst` (60 lookups a minute), all others, and those of an account's first week, `calm` (10 a minute). An app that wants its burst for a list of calls asks for `calm` before.",
        scopes: null,
        body: {
          schema: z.strictObject({
            refreshToken: z.string().max(1024),
            device: DeviceChangeBody.optional(),
            pace: z.enum(PACES).optional().describe("`calm` keeps the day's burst tokens for later."),
          }),
          limit: MAX_BODY_BYTES,
        },
        answers: { 200: { description: "The next pair.", schema: Tokens } },
        refusals: ["refresh-not-accepted", "unavailable"],
      },
      async ({ body }, call) => {
        const tokens = await sessions.refresh(body.refreshToken, body.device ?? {}, call.now, body.pace);
        return tokens === null ? { code: "refresh-not-accepted" } : json(tokens, call.requestId);
      },
    ),
    endpoint(
      {
        method: "get",
        path: "/v1/sessions",
        tag: "Sessions",
        summary: "The account's sessions",
        description: "With the devices as their apps described them, the latest used first.",
        scopes: SCOPES,
        session: "open",
        limit: "calls",
        answers: { 200: { description: "The sessions.", schema: SessionsAnswer } },
        refusals: ["session-ended"],
      },
      async (_, call) => {
        const { account, session } = asking(call);
        const list = session === null ? null : await sessions.list(account, session);
        if (list === null) return { code: "session-ended" };
        return json({ sessions: list.map((one) => shown(one, session)) }, call.requestId);
      },
    ),
    endpoint(
      {
        method: "delete",
        path: "/v1/sessions/{id}",
        tag: "Sessions",
        summary: "End a session",
        description:
          "`current` is the one that asks. Its refresh token is good no more, its device is forgotten; without a session of that id it does nothing.",
        scopes: SCOPES,
        session: "open",
        limit: "calls",
        params: z.object({ id: z.string().max(64).meta({ example: "current" }) }),
        answers: { 204: { description: "Ended." } },
        refusals: ["session-ended"],
      },
      async ({ params: { id } }, call) => {
        const { account, session } = asking(call);
        if (session === null) return { code: "session-ended" };
        const ended = await sessions.end(account, session, id === "current" ? session : id);
        return ended ? nothing(call) : { code: "session-ended" };
      },
    ),
  ];
}

/** The account and the session that ask; the session is null for other issuers' tokens, which have none here. */
export function asking({ principal }: Call): { readonly account: string; readonly session: string | null } {
  // The app hands a principal to every endpoint that names scopes.
  if (principal === null) throw new Error("an account's call without a principal");
  return principal;
}

/** An answer of no content. */
export function nothing({ requestId }: Call): Response {
  return new Response(null, { status: 204, headers: { "cache-control": "no-store", "x-request-id": requestId } });
}

function shown({ id, device, started, used }: Session, current: string | null): object {
  const { osVersion = null, appVersion = null, carrier = null, language = null } = device;
  return {
    id,
    current: id === current,
    device: { id: device.id, platform: device.platform, osVersion, appVersion, carrier, language },
    startedAt: dayText(started),
    usedAt: dayText(used),
  };
}
