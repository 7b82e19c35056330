import { policyOf } from "../quotas/quotas.ts";
import * as z from "zod";
import { endpoint, json, type Call, type Endpoint, empty } from "../http/endpoint.ts";
import { voterOf } from "../http/network.ts";
import { CountryField, onCaller } from "../http/number-field.ts";
import type { PhoneNumber } from "../numbers/number.ts";
import type { BallotPart } from "../verdict/ballot.ts";
import { CATEGORIES } from "../verdict/evidence.ts";
import type { Refusal } from "../http/problem.ts";
import type { CastVote } from "./ballot-object.ts";
import { Explanation, explain, type PublishedEvidence } from "./explanation.ts";
import type { VoteInput, VoteRefusal, Voting } from "./voting.ts";

const MAX_BODY_BYTES = 4096;
const SCOPES = ["app"] as const;

/** What these endpoints need of the lookup. */
export interface Published extends PublishedEvidence {
  /** The schema of a lookup's answer. */
  readonly schema: z.ZodType;
  /** The lookup's answer on a number, as it will be once the ballot's part is published. */
  answer(number: PhoneNumber, part: BallotPart | null, call: Call): Promise<unknown>;
}

const Params = z.object({ number: z.string().meta({ examples: ["+13125550123"] }) });
const Query = z.object({
  country: CountryField.optional(),
});

const Vote = z
  .object({ name: z.string().nullable(), spam: z.boolean().nullable(), category: z.enum(CATEGORIES).nullable() })
  .meta({ id: "Vote", examples: [{ name: "Chicago Dental Care", spam: false, category: null }] });

const VoteBody = z
  .strictObject({
    name: z.string().nullish().describe("Null clears it."),
    spam: z.boolean().nullish().describe("True for spam, false for not spam; null clears it."),
    category: z.enum(CATEGORIES).nullish().describe("What the calls are about; only if `spam` is true."),
  })
  .meta({ id: "VoteChange", examples: [{ name: "Chicago Dental Care", spam: false }] });

/** Votes on numbers, and why a verdict is what it is. */
export function voteRoutes(voting: Voting, published: Published): Endpoint[] {
  return [
    endpoint(
      {
        operationId: "castVote",
        method: "put",
        path: "/v1/numbers/{number}/vote",
        tag: "Votes",
        summary: "Set or change this account's vote on a number",
        description:
          "One vote per account and number: a name, a spam mark, or both. An omitted field is unchanged, null clears it. The vote is stored when the response arrives. A device that is not approved, or whose session has ended, sees no more of the vote than it sent. Somebody who signs up again with the same number is the same voter: the new vote replaces the earlier one, which they cannot read. A vote on an unlisted number gets the same response and can be read back, but counts for nothing until it is cast again after the number is listed.",
        scopes: SCOPES,
        session: "none",
        limit: "lookup",
        params: Params,
        query: Query,
        body: { schema: VoteBody, limit: MAX_BODY_BYTES },
        answers: {
          200: {
            description: "The vote, and the lookup as it will be once the vote is published.",
            schema: z.object({ vote: Vote.nullable(), published: published.schema }).meta({ id: "Voted" }),
          },
        },
        refusals: ["name-not-allowed", "own-number", "number-not-valid", "quota-exceeded", "session-ended"],
      },
      ({ params, query, body }, call) =>
        onCaller(params.number, query.country, async (number) => {
          if (await leansOnStanding(body, call)) return voteProblem({ code: "category-without-spam" });
          const voted = await voting.cast(number.e164, withoutUndefined(body), voterOf(call));
          if (!voted.ok) return voteProblem(voted);
          const [vote, answer] = await Promise.all([
            toldOf(voted.vote, body, call),
            published.answer(number, voted.part, call),
          ]);
          return json({ vote, published: answer }, call.requestId);
        }),
    ),
    endpoint(
      {
        operationId: "getVote",
        method: "get",
        path: "/v1/numbers/{number}/vote",
        tag: "Votes",
        summary: "This account's vote on a number",
        description: "The account's vote, or null.",
        scopes: SCOPES,
        limit: "calls",
        params: Params,
        query: Query,
        answers: {
          200: { description: "The vote.", schema: z.object({ vote: Vote.nullable() }).meta({ id: "OwnVote" }) },
        },
        refusals: ["number-not-valid"],
      },
      ({ params, query }, call) =>
        onCaller(params.number, query.country, async ({ e164 }) =>
          json({ vote: await voting.read(e164, voterOf(call).account) }, call.requestId),
        ),
    ),
    endpoint(
      {
        operationId: "withdrawVote",
        method: "delete",
        path: "/v1/numbers/{number}/vote",
        tag: "Votes",
        summary: "Withdraw this account's vote",
        description: "Afterwards it is as if the vote had never been cast. Does nothing without a vote.",
        scopes: SCOPES,
        session: "none",
        limit: "calls",
        params: Params,
        query: Query,
        answers: { 204: { description: "Withdrawn." } },
        refusals: ["number-not-valid"],
      },
      ({ params, query }, call) =>
        onCaller(params.number, query.country, async ({ e164 }) => {
          await voting.withdraw(e164, voterOf(call));
          return empty(call);
        }),
    ),
    endpoint(
      {
        operationId: "explainVerdict",
        method: "get",
        path: "/v1/numbers/{number}/explanation",
        tag: "Votes",
        summary: "Explain a verdict",
        description:
          "The weights behind a verdict, without who gave them: shares of the weight, and counts in the same steps as `reports` of a lookup.",
        scopes: SCOPES,
        session: "none",
        limit: "lookup",
        params: Params,
        query: Query,
        answers: { 200: { description: "The explanation.", schema: Explanation } },
        refusals: ["number-not-valid"],
      },
      ({ params, query }, call) =>
        onCaller(params.number, query.country, async (number) =>
          json(await explain(voting, published, number, call.now), call.requestId),
        ),
    ),
  ];
}

/** Whether a call is only valid if the vote is already marked as spam, which its caller may not learn. */
async function leansOnStanding({ spam, category }: z.output<typeof VoteBody>, call: Call): Promise<boolean> {
  return typeof category === "string" && spam === undefined && (await call.access()) !== "full";
}

/** The stored vote for who may read it; for others only what this call sent itself. */
async function toldOf(vote: CastVote | null, said: z.output<typeof VoteBody>, call: Call): Promise<CastVote | null> {
  if (vote === null) return null;
  const { name = null, spam = null, category = null } = said;
  const own = {
    // As stored: white space may have been cleaned.
    name: name === null ? null : vote.name,
    spam: spam === null ? null : vote.spam,
    category: category === null ? null : vote.category,
  };
  const saysMore = vote.name !== own.name || vote.spam !== own.spam || vote.category !== own.category;
  if (!saysMore || (await call.access()) === "full") return vote;
  return own.name === null && own.spam === null ? null : own;
}

function voteProblem(refusal: VoteRefusal): Refusal {
  switch (refusal.code) {
    case "quota-exceeded":
      return { code: "quota-exceeded", retryAfter: refusal.retryAfter, policy: policyOf(refusal.quota) };
    case "category-without-spam":
      return { code: "invalid-request", errors: [{ field: "category", problem: "goes with spam true only" }] };
    case "name-not-allowed":
      return refusal;
    case "own-number":
    case "session-ended":
      return { code: refusal.code };
  }
}

/** Omits absent fields, rather than passing undefined. */
function withoutUndefined({ name, spam, category }: z.output<typeof VoteBody>): VoteInput {
  return {
    ...(name === undefined ? undefined : { name }),
    ...(spam === undefined ? undefined : { spam }),
    ...(category === undefined ? undefined : { category }),
  };
}
