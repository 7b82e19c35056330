import { omittable } from "../../http/fields.ts";
import * as z from "zod";
import { endpoint, json, type Endpoint, empty, principalOf } from "../../http/endpoint.ts";
import { PACES } from "../../vault/signer.ts";
import type { Accounts } from "../accounts.ts";
import type { Listing } from "./entrance.ts";
import type { Sessions } from "./sessions.ts";
import { DeviceChangeBody, PinField, Tokens } from "./sign-in-routes.ts";
import { dayText } from "../../time/days.ts";

const MAX_BODY_BYTES = 2048;
const SCOPES = ["app"] as const;

const SessionsAnswer = z
  .object({
    sessions: z.array(
      z
        .object({
          id: z.string(),
          current: z.boolean(),
          device: z
            .object({
              id: z.string(),
              platform: z.string(),
              osVersion: z.string().nullable(),
              appVersion: z.string().nullable(),
              carrier: z.string().nullable(),
              language: z.string().nullable(),
            })
            .meta({ id: "Device" }),
          startedAt: z.iso.date(),
          usedAt: z.iso.date(),
          access: z.enum(["full", "limited"]),
          limitedUntil: z.iso
            .datetime()
            .nullable()
            .describe("Null for the account's own devices.")
            .meta({ examples: [null] }),
        })
        .meta({ id: "Session" }),
    ),
    pin: z
      .boolean()
      .optional()
      .describe("Whether the account has a PIN. Only for approved devices, like the fields below."),
    handOver: z
      .object({
        at: z.iso.datetime().describe("When the account is erased."),
        stoppable: z.boolean().describe("Whether the PIN can still stop it."),
      })
      .nullish()
      .describe("Set during a change of hands: somebody proved the number and stated that it is new to them."),
  })
  .meta({ id: "Sessions" });

/** `current`, or the id of a session of the same account. */
const Params = z.object({
  id: z
    .string()
    .max(64)
    .meta({ examples: ["current"] }),
});

/** Refreshing, listing and ending sessions. */
export function sessionRoutes(sessions: Sessions, accounts: Accounts): Endpoint[] {
  return [
    endpoint(
      {
        operationId: "refreshSession",
        method: "post",
        path: "/v1/sessions/refresh",
        tag: "Sessions",
        summary: "Get the next pair of tokens",
        description:
          "A refresh token can be used once; using it twice ends the session. `device` updates the description of the device. A session that is not refreshed for 180 days ends. The first four access tokens of a day have the pace `burst` (60 lookups a minute); later ones, and all in an account's first week, are `calm` (10 a minute). Ask for `calm` to save burst tokens for later.",
        scopes: null,
        limit: "address",
        body: {
          schema: z
            .strictObject({
              refreshToken: z.string().max(1024),
              device: omittable(DeviceChangeBody),
              pace: omittable(z.enum(PACES)).describe("`calm` saves the day's burst tokens for later."),
            })
            .meta({ id: "Refresh" }),
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
        operationId: "listSessions",
        method: "get",
        path: "/v1/sessions",
        tag: "Sessions",
        summary: "The account's sessions",
        description:
          "With the devices as their apps described them, most recently used first. A device that is not approved sees only itself.",
        scopes: SCOPES,
        session: "open",
        limit: "calls",
        answers: { 200: { description: "The sessions.", schema: SessionsAnswer } },
        refusals: ["session-ended"],
      },
      async (_, call) => {
        const { account, session } = principalOf(call);
        const list = session === null ? null : await sessions.list(account, call.now);
        if (list === null) return { code: "session-ended" };
        const limited = (await call.access()) === "limited";
        const shown = list.sessions.filter(({ id }) => !limited || id === session).map((one) => listed(one, session));
        return json(limited ? { sessions: shown } : { sessions: shown, ...toldOf(list) }, call.requestId);
      },
    ),
    endpoint(
      {
        operationId: "endSession",
        method: "delete",
        path: "/v1/sessions/{id}",
        tag: "Sessions",
        summary: "End a session",
        description:
          "`current` is the caller's session. Its refresh token becomes invalid. A device whose session is ended by another device is no longer known to the account. Does nothing if there is no such session. A device that is not approved can end only its own.",
        scopes: SCOPES,
        session: "open",
        limit: "calls",
        params: Params,
        answers: { 204: { description: "Ended." } },
        refusals: ["session-ended"],
      },
      async ({ params: { id } }, call) => {
        const { account, session } = principalOf(call);
        if (session === null) return { code: "session-ended" };
        const ending = id === "current" ? session : id;
        if (ending !== session && (await call.access()) === "limited") return { code: "device-not-approved" };
        await sessions.end(account, session, ending);
        return empty(call);
      },
    ),
    endpoint(
      {
        operationId: "approveSession",
        method: "post",
        path: "/v1/sessions/{id}/approve",
        tag: "Sessions",
        summary: "Approve a device",
        description:
          "By one of the account's devices, or by the device itself with the account's PIN. The device is then known to the account.",
        scopes: SCOPES,
        session: "open",
        limit: "calls",
        params: Params,
        body: {
          schema: z
            .strictObject({ pin: omittable(PinField) })
            .meta({ id: "Approval" })
            .optional(),
          limit: MAX_BODY_BYTES,
          optional: true,
        },
        answers: { 204: { description: "Approved." } },
        refusals: ["session-ended", "not-found", "pin-not-accepted"],
      },
      async ({ params: { id }, body }, call) => {
        const { account, session } = principalOf(call);
        if (session === null) return { code: "session-ended" };
        const approved = id === "current" ? session : id;
        if ((await call.access()) === "limited") {
          const pin = body?.pin;
          if (approved !== session || pin === undefined) return { code: "device-not-approved" };
          const tried = await accounts.ask(account, (its) => its.tryPin(pin, "other", call.now));
          if (tried !== "right") return { code: "pin-not-accepted", reason: tried };
        }
        return (await sessions.approve(account, approved, call.now)) ? empty(call) : { code: "not-found" };
      },
    ),
  ];
}

/** What approved devices see beside the sessions. */
function toldOf({ pin, belonging: { handOver, stopped } }: Listing): object {
  const under = handOver === null ? null : { at: new Date(handOver).toISOString(), stoppable: pin && !stopped };
  return { pin, handOver: under };
}

function listed(
  { id, device, started, used, limited, access }: Listing["sessions"][number],
  current: string | null,
): object {
  const { osVersion = null, appVersion = null, carrier = null, language = null } = device;
  return {
    id,
    current: id === current,
    device: { id: device.id, platform: device.platform, osVersion, appVersion, carrier, language },
    startedAt: dayText(started),
    usedAt: dayText(used),
    access,
    limitedUntil: access === "full" || limited === null ? null : new Date(limited).toISOString(),
  };
}
