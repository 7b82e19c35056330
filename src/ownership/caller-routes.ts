import * as z from "zod";
import { endpoint, json, type Call, type Endpoint, empty } from "../http/endpoint.ts";
import { onCaller } from "../http/number-field.ts";
import type { Refusal } from "../http/problem.ts";
import { KINDS, OVERRIDDEN_SPAM, type Override } from "../verdict/evidence.ts";
import { checkName } from "../verdict/name-rules.ts";
import { ownerProblem, takenOut, Unlisted, type OwnershipDeps } from "./routes.ts";

const MAX_BODY_BYTES = 4096;
const Note = z.string().min(1).max(1000).describe("The reason, stored with the audit entry.");

/** A caller, as operators ask for it. */
export const CALLER = {
  path: "/v1/operators/callers/{number}",
  tag: "Operators",
  scopes: ["operator"],
  params: z.object({
    number: z
      .string()
      .max(64)
      .meta({ examples: ["+13125550123"] }),
  }),
} as const;

/** An override, as operators and owners see it. */
export const OverrideSaid = z
  .object({ name: z.string().nullable(), kind: z.enum(KINDS), spam: z.enum(OVERRIDDEN_SPAM).nullable() })
  .meta({ id: "Override" });

const OverrideBody = z
  .strictObject({
    name: z.string().optional().describe("If omitted, the name is decided as usual."),
    kind: z.enum(KINDS).optional().describe("Default `business`."),
    spam: z.enum(OVERRIDDEN_SPAM).optional().describe("If omitted, the level is decided as usual."),
    note: Note,
  })
  .meta({ id: "OverrideInput" });

/** What operators decide about a number. Looking at it: held-routes.ts. */
export function callerRoutes({
  owners,
  disputes,
  signer,
}: Pick<OwnershipDeps, "owners" | "disputes" | "signer">): Endpoint[] {
  return [
    endpoint(
      {
        ...CALLER,
        operationId: "overrideCaller",
        method: "put",
        summary: "Override what is shown for a number",
        description:
          "Overrides votes, datasets, the owner and the neighbourhood until it is removed with `DELETE` of `override`. Not possible for an unlisted number.",
        audit: { action: "caller.override", target: "number", keeps: ["name", "kind", "spam", "note"] },
        body: { schema: OverrideBody, limit: MAX_BODY_BYTES },
        answers: {
          200: {
            description: "What stands now.",
            schema: z.object({ override: OverrideSaid }).meta({ id: "Overridden" }),
          },
        },
        refusals: ["name-not-allowed", "number-unlisted", "unavailable", "number-not-valid"],
      },
      ({ params, body }, call) =>
        onCaller(params.number, undefined, async ({ e164 }) => {
          const override = overrideOf(body);
          if ("code" in override) return override;
          const said = await owners.override(e164, override, call.now);
          return said.ok ? json({ override }, call.requestId) : ownerProblem(said);
        }),
    ),
    endpoint(
      {
        ...CALLER,
        operationId: "takeDownCaller",
        method: "delete",
        summary: "Take down what is said about a number",
        description:
          "Votes go, its owner's name and profile too. Every name that it has now, whoever gives it again, and what datasets say of it up to their newest day (rows without a day altogether), never count again, also after a drop and another import, until `DELETE` of `override`. What else is said from now on counts.",
        audit: { action: "caller.remove", target: "number" },
        answers: { 204: { description: "Done." } },
        refusals: ["unavailable", "number-not-valid"],
      },
      ({ params }, call) =>
        onCaller(params.number, undefined, async ({ e164 }) => {
          const taken = await owners.takeDown(e164, call.now);
          if (!taken.ok) return ownerProblem(taken);
          await disputes.drop(e164);
          return empty(call);
        }),
    ),
    endpoint(
      {
        ...CALLER,
        path: "/v1/operators/callers/{number}/override",
        operationId: "endOverride",
        method: "delete",
        summary: "End an override, and undo a take-down",
        description: "Names and evidence that were taken down count again; votes that were dropped stay dropped.",
        audit: { action: "caller.undo", target: "number" },
        answers: { 204: { description: "Done; also where nothing was to be undone." } },
        refusals: ["unavailable", "number-not-valid"],
      },
      ({ params }, call) =>
        onCaller(params.number, undefined, async ({ e164 }) => {
          const undone = await owners.undo(e164, call.now);
          return undone.ok ? empty(call) : ownerProblem(undone);
        }),
    ),
    endpoint(
      {
        ...CALLER,
        path: "/v1/operators/callers/{number}/unlist",
        operationId: "unlistCaller",
        method: "post",
        summary: "Unlist a number for its owner",
        description:
          "For people who write, or cannot receive a code. The effect is the same as if the owner had done it.",
        audit: { action: "caller.unlist", target: "number", keeps: ["reason", "note"] },
        body: {
          schema: z
            .strictObject({
              reason: z
                .string()
                .min(1)
                .max(200)
                .meta({ examples: ["cannot receive a code"] }),
              note: Note,
            })
            .meta({ id: "UnlistRequest" }),
          limit: MAX_BODY_BYTES,
        },
        answers: { 200: { description: "It is out.", schema: Unlisted } },
        refusals: ["unavailable", "number-not-valid"],
      },
      ({ params }, call: Call) =>
        onCaller(params.number, undefined, ({ e164 }) => takenOut({ owners, disputes, signer }, e164, call)),
    ),
  ];
}

/** The body as an override, or what is wrong with it. */
function overrideOf({ name, kind = "business", spam }: z.output<typeof OverrideBody>): Override | Refusal {
  if (name === undefined && spam === undefined) {
    return { code: "invalid-request", errors: [{ field: "name", problem: "or spam is needed" }] };
  }
  if (name === undefined) return { name: null, kind, spam: spam ?? null };
  const checked = checkName(name);
  // That somebody is who they say is what an operator has looked into; what is said of them is not theirs to say.
  if (!checked.ok && checked.reason !== "impersonation") return { code: "name-not-allowed", reason: checked.reason };
  const clean = checked.ok ? checked.name : name.normalize("NFC").replaceAll(/\s+/g, " ").trim();
  return { name: clean, kind, spam: spam ?? null };
}
