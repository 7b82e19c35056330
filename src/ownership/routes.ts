import type { Proved } from "../codes/codes.ts";
import { omittable } from "../http/fields.ts";
import { policyOf } from "../quotas/quotas.ts";
import * as z from "zod";
import { endpoint, json, type Answer, type Call, type Endpoint, empty } from "../http/endpoint.ts";
import type { Refusal } from "../http/problem.ts";
import type { E164 } from "../numbers/number.ts";
import type { Signer } from "../vault/signer.ts";
import { mondayOf } from "../verdict/decay.ts";
import { KINDS } from "../verdict/evidence.ts";
import { DISPUTE_CAUSES, type Disputes } from "./disputes.ts";
import { OWNER_TOKEN_SECONDS, type OwnerTokens } from "./owner-token.ts";
import type { OwnerHoldings, OwnerRefusal, Owners } from "./owners.ts";
import { unlistingReceipt } from "./receipt.ts";
import { DAY_S, dayText } from "../time/days.ts";

const MAX_BODY_BYTES = 4096;
const MAX_DISPUTE_CHARS = 500;
const SCOPES = ["owner"] as const;

/** What these endpoints need of other folders. */
export interface OwnershipDeps {
  readonly owners: Owners;
  readonly disputes: Disputes;
  readonly tokens: OwnerTokens;
  readonly signer: Signer;
  readonly prove: (challengeId: string, code: string, now: number) => Promise<Proved>;
}

const Day = z.iso.date();
/** A number that is out, with the receipt. */
export const Unlisted = z
  .object({ number: z.string(), listed: z.literal(false), receipt: z.string().describe("A JWS.") })
  .meta({ id: "Unlisted" });

/** What an owner has said, as owners and operators see it. */
export const OwnerSaid = z
  .object({
    name: z.string().nullable(),
    kind: z.enum(KINDS),
    carved: z.boolean().describe("Whether the number is taken out of what is said of its neighbours."),
    handedOver: Day.nullable().describe("The week from which on things are about the present owner."),
    nameableFrom: Day.describe("When the name may be changed next."),
    dispute: z.enum(["open", "kept", "removed"]).nullable(),
  })
  .meta({ id: "OwnerSaid" });

/** Proving a number, naming it, disputing what is said, taking it out. No account is needed; seeing: held-routes.ts. */
export function ownershipRoutes(deps: OwnershipDeps): Endpoint[] {
  const { owners, disputes, tokens, signer } = deps;
  const onOwn = (call: Call, answer: (number: E164) => Promise<Answer>): Promise<Answer> =>
    onOwnNumber(tokens, call, answer);
  const saidNow = async (number: E164, call: Call): Promise<Answer> =>
    json({ owner: ownerSaid(await owners.holdings(number, call.now)) }, call.requestId);

  return [
    endpoint(
      {
        operationId: "proveOwnership",
        method: "post",
        path: "/v1/ownership",
        tag: "Ownership",
        summary: "Prove a number with its code",
        description: "Returns a token for this number, valid for ten minutes. Proving a number stores nothing.",
        scopes: null,
        limit: "address",
        body: {
          schema: z
            .strictObject({ challengeId: z.string().max(512), code: z.string().regex(/^\d{6,9}$/) })
            .meta({ id: "OwnershipProof" }),
          limit: MAX_BODY_BYTES,
        },
        answers: {
          201: {
            description: "The token.",
            schema: z
              .object({ ownerToken: z.string(), expiresIn: z.int().meta({ examples: [600] }) })
              .meta({ id: "OwnerToken" }),
          },
        },
        refusals: ["code-not-accepted"],
      },
      async ({ body }, call) => {
        const proved = await deps.prove(body.challengeId, body.code, call.now);
        if (!proved.ok) return { code: "code-not-accepted", reason: proved.reason };
        const ownerToken = await tokens.issue(proved.number, crypto.randomUUID(), call.now);
        return json({ ownerToken, expiresIn: OWNER_TOKEN_SECONDS }, call.requestId, 201);
      },
    ),
    endpoint(
      {
        operationId: "nameOwnNumber",
        method: "put",
        path: "/v1/ownership/number",
        tag: "Ownership",
        summary: "Set the owner's name",
        description:
          "Stands above every other name, once in 30 days, checked like any name; null takes it back. Whatever is said here also takes the number out of what is said of its neighbours. `handOver: true` says that the number is new to its owner: votes and evidence of earlier weeks go, once a year, and the number's account ends in seven days, unless one of its devices stops that with its PIN. A number that is marked as spam for itself is neither named nor handed over: dispute that.",
        scopes: SCOPES,
        limit: "calls",
        body: {
          schema: z
            .strictObject({
              name: z.string().nullish(),
              kind: omittable(z.enum(KINDS)),
              handOver: omittable(z.boolean()),
            })
            .meta({ id: "OwnerName" }),
          limit: MAX_BODY_BYTES,
        },
        answers: {
          200: { description: "What is said now.", schema: z.object({ owner: OwnerSaid }).meta({ id: "OwnerNamed" }) },
        },
        refusals: ["name-not-allowed", "number-marked-spam", "number-unlisted", "changed-recently", "number-not-valid"],
      },
      ({ body }, call) =>
        onOwn(call, async (number) => {
          const { name, kind, handOver = false } = body;
          const said = await owners.say(number, { name, kind, handOver }, call.now);
          // What the former owner wrote is not for operators to read any more, and would keep the new one's out.
          if (said.ok && handOver) await disputes.drop(number);
          return said.ok ? saidNow(number, call) : ownerProblem(said);
        }),
    ),
    endpoint(
      {
        operationId: "unlistOwnNumber",
        method: "delete",
        path: "/v1/ownership/number",
        tag: "Ownership",
        summary: "Unlist the number",
        description:
          "Nothing is shown about the number any more, and no vote, shared contact, import or profile brings it back. Returns a receipt, signed with the service's key. Repeatable.",
        scopes: SCOPES,
        limit: "calls",
        answers: {
          200: {
            description: "It is out.",
            schema: Unlisted,
          },
        },
        refusals: ["unavailable", "number-not-valid"],
      },
      (_, call) => onOwn(call, (number) => takenOut({ owners, disputes, signer }, number, call)),
    ),
    endpoint(
      {
        operationId: "relistOwnNumber",
        method: "post",
        path: "/v1/ownership/number/relist",
        tag: "Ownership",
        summary: "Let the number in again",
        description:
          "The number comes back with nothing known about it. Once a day; unlisting is possible at any time.",
        scopes: SCOPES,
        limit: "calls",
        answers: { 204: { description: "It is in again." } },
        refusals: ["changed-recently", "unavailable", "number-not-valid"],
      },
      (_, call) =>
        onOwn(call, async (number) => {
          const relisted = await owners.relist(number, call.now);
          return relisted.ok ? empty(call) : ownerProblem(relisted);
        }),
    ),
    endpoint(
      {
        operationId: "disputeOwnNumber",
        method: "post",
        path: "/v1/ownership/number/dispute",
        tag: "Ownership",
        summary: "Dispute what is said about the number",
        description:
          "Operators review it, and either remove votes and evidence or keep them. One at a time, once in 30 days. `GET /v1/ownership/number` shows the outcome.",
        scopes: SCOPES,
        limit: "calls",
        body: {
          schema: z
            .strictObject({
              cause: z.enum(DISPUTE_CAUSES).describe("The marks are wrong, or they are about a former owner."),
              text: omittable(z.string().min(1).max(MAX_DISPUTE_CHARS)),
            })
            .meta({ id: "DisputeInput" }),
          limit: MAX_BODY_BYTES,
        },
        answers: {
          202: {
            description: "It waits for the operators.",
            schema: z.object({ dispute: z.literal("open") }).meta({ id: "Disputed" }),
          },
        },
        refusals: ["number-unlisted", "changed-recently", "number-not-valid"],
      },
      ({ body }, call) =>
        onOwn(call, async (number) => {
          const disputed = await disputes.open(number, body.cause, body.text ?? null, call.now);
          return disputed.ok ? json({ dispute: "open" }, call.requestId, 202) : ownerProblem(disputed);
        }),
    ),
  ];
}

/** Takes a number out, and answers with the receipt. */
export async function takenOut(
  { owners, disputes, signer }: Pick<OwnershipDeps, "owners" | "disputes" | "signer">,
  number: E164,
  { now, requestId }: Call,
): Promise<Answer> {
  const unlisted = await owners.unlist(number, now);
  if (!unlisted.ok) return ownerProblem(unlisted);
  await disputes.drop(number);
  const receipt = await unlistingReceipt(signer, number, now, isDecided(unlisted.owned));
  return json({ number, listed: false, receipt }, requestId);
}

/** Whether operators have decided something about a number, which outlives its being taken out. */
export function isDecided({ override, taken }: OwnerHoldings["owned"]): boolean {
  return override !== null || taken !== null;
}

/** Answers on the number of an owner's token: `sub` and `own` of one that was made here. */
export async function onOwnNumber(
  tokens: OwnerTokens,
  { principal }: Call,
  answer: (number: E164) => Promise<Answer>,
): Promise<Answer> {
  const number = principal === null ? null : await tokens.numberOf(principal.account, principal.owned);
  // A configured issuer's token may have the scope, and names no number.
  return number === null ? { code: "number-not-valid", reason: "not-a-number" } : answer(number);
}

/** What an owner has said, for an answer. */
export function ownerSaid({ owned, nameableFrom }: OwnerHoldings): z.output<typeof OwnerSaid> {
  const { name, kind, carved, since, dispute } = owned;
  return {
    name,
    kind,
    carved,
    handedOver: since === null ? null : mondayOf(since),
    nameableFrom: dayText(nameableFrom),
    dispute,
  };
}

/** A refusal of what an owner asked for, as a problem. */
export function ownerProblem(refusal: OwnerRefusal): Refusal {
  switch (refusal.code) {
    case "changed-recently": {
      const { quota, days, retryAfter } = refusal;
      return {
        code: "changed-recently",
        retryAfter,
        policy: policyOf({ name: quota, allows: 1, window: days * DAY_S }),
      };
    }
    case "name-not-allowed":
    case "number-marked-spam":
    case "number-unlisted":
    case "unavailable":
      return refusal;
  }
}
