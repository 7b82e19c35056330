import { omittable } from "../../http/fields.ts";
import * as z from "zod";
import { endpoint, type Answer, type Call, type Endpoint, empty, principalOf } from "../../http/endpoint.ts";
import type { Accounts } from "../accounts.ts";
import type { PinRefusal } from "./pin-store.ts";
import { PinField } from "./sign-in-routes.ts";

const MAX_BODY_BYTES = 512;
const COMMON = {
  tag: "Account",
  scopes: ["app"],
  limit: "costly",
  answers: { 204: { description: "Done." } },
} as const;

const PinChange = z.strictObject({ pin: PinField, current: omittable(PinField) }).meta({ id: "PinChange" });
const PinRemoval = z
  .strictObject({ pin: omittable(PinField), current: omittable(PinField) })
  .meta({ id: "PinRemoval", examples: [{ current: "271828" }] });
const HandOverStop = z.strictObject({ pin: PinField }).meta({ id: "HandOverStop" });

/** The account's PIN, and what requires it. */
export function pinRoutes(accounts: Accounts): Endpoint[] {
  const set = async (call: Call, pin: string | null, current: string | null): Promise<Answer> => {
    const { account, session } = principalOf(call);
    if (session === null) return { code: "session-ended" };
    return answer(call, await accounts.ask(account, (its) => its.setPin(pin, current, call.now)));
  };
  return [
    endpoint(
      {
        ...COMMON,
        operationId: "setPin",
        method: "put",
        path: "/v1/me/pin",
        summary: "Set or change the account's PIN",
        description:
          "4 to 12 digits. The PIN approves a new device at once, keeps an account that was unused for 45 days, and stops a change of hands. To change it, send the present one as `current`: five wrong tries a day for the account's devices, and five for devices that are not approved. Not possible during a change of hands.",
        body: { schema: PinChange, limit: MAX_BODY_BYTES },
        refusals: ["session-ended", "pin-not-accepted", "hand-over", "unavailable"],
      },
      ({ body }, call) => set(call, body.pin, body.current ?? null),
    ),
    endpoint(
      {
        ...COMMON,
        operationId: "removePin",
        method: "delete",
        path: "/v1/me/pin",
        summary: "Remove the account's PIN",
        description: "Needs the PIN, as `current` or as `pin`. Does nothing if none is set.",
        body: {
          schema: PinRemoval.optional(),
          limit: MAX_BODY_BYTES,
          optional: true,
        },
        refusals: ["session-ended", "pin-not-accepted", "hand-over", "unavailable"],
      },
      ({ body }, call) => set(call, null, body?.current ?? body?.pin ?? null),
    ),
    endpoint(
      {
        ...COMMON,
        operationId: "stopHandOver",
        method: "post",
        path: "/v1/me/hand-over/stop",
        summary: "Stop a change of hands",
        description:
          "Whoever proved the number has said that it is new to them; `GET /v1/sessions` tells the account's devices so for seven days, then the account is erased. With the PIN one of them can stop it, once. Devices that are not approved are out.",
        body: { schema: HandOverStop, limit: MAX_BODY_BYTES },
        refusals: ["session-ended", "pin-not-accepted", "hand-over", "unavailable"],
      },
      async ({ body }, call) => {
        const { account, session } = principalOf(call);
        if (session === null) return { code: "session-ended" };
        return answer(call, await accounts.ask(account, (its) => its.stopHandOver(body.pin, call.now)));
      },
    ),
  ];
}

function answer(call: Call, done: "done" | "hand-over" | "none" | "stopped-before" | PinRefusal): Answer {
  switch (done) {
    case "done":
      return empty(call);
    case "hand-over":
      return { code: "hand-over", reason: "under-way" };
    case "none":
    case "stopped-before":
      return { code: "hand-over", reason: done };
    case "wrong":
    case "used-up":
    case "none-set":
      return { code: "pin-not-accepted", reason: done };
  }
}
