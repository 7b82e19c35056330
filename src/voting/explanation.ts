import * as z from "zod";
import { lineOf, type PhoneNumber } from "../numbers/number.ts";
import { NAME_RULES, SPAM_RULES, type BallotExplanation, type NameRule } from "../verdict/ballot.ts";
import { AREAS, type AreaAnswer } from "../verdict/areas.ts";
import { weekOf } from "../verdict/decay.ts";
import type { BlockEvidence, LineEvidence } from "../verdict/evidence.ts";
import { complaintMass, isForNeighbours, judgeSpam, neighboursSuspect } from "../verdict/spam.ts";
import { bucketed, judge, type Verdict } from "../verdict/verdict.ts";
import type { Voting } from "./voting.ts";

/** Why a verdict is what it is. */
export const Explanation = z
  .object({
    number: z.string(),
    names: z.array(
      z.object({ name: z.string(), share: z.int().min(0).max(100), voters: z.int() }).meta({ id: "ExplainedName" }),
    ),
    nameRule: z.enum(NAME_RULES),
    spam: z.object({
      share: z.int().min(0).max(100),
      voters: z.int(),
      complaints: z.int(),
      area: z
        .enum(AREAS)
        .nullable()
        .describe("The smallest area around the number whose complaints alone make it suspected."),
    }),
    spamRule: z.enum(SPAM_RULES),
  })
  .meta({ id: "Explanation" });

/** What is published of a number and around it. */
export interface PublishedEvidence {
  /** The evidence of its block; empty if no store answers. */
  evidence(number: PhoneNumber, now: number): Promise<BlockEvidence>;
  /** What its calling code's areas say of it. */
  area(number: PhoneNumber, now: number): Promise<AreaAnswer>;
}

/** The explanation of a number's verdict. */
export async function explain(
  voting: Pick<Voting, "explain">,
  published: PublishedEvidence,
  number: PhoneNumber,
  now: number,
): Promise<z.output<typeof Explanation>> {
  const [votes, block, area] = await Promise.all([
    voting.explain(number.e164, now),
    published.evidence(number, now),
    published.area(number, now),
  ]);
  const week = weekOf(now);
  const line = lineOf(number.e164);
  const evidence = block.get(line);
  const complaints = evidence === undefined ? 0 : Math.round(complaintMass(evidence, week) / 1000);
  const spam = judgeSpam(block, line, week, area);
  const weighs = spam.rule !== "too-few-reports" && !isForNeighbours(spam.rule);
  return {
    number: number.e164,
    names: (votes?.names ?? []).map(({ name, share, voters }) => ({ name, share, voters: bucketed(voters) })),
    nameRule: statedBy(judge(block, line, week, area), evidence) ?? nameRuleOf(votes),
    spam: {
      share: weighs ? spam.share : 0,
      voters: bucketed(votes?.spam.voters ?? 0),
      complaints: bucketed(complaints),
      area: neighboursSuspect(block, line, week, area)?.area ?? null,
    },
    spamRule: spam.rule === "no-reports" ? "too-few-reports" : spam.rule,
  };
}

/**
 * Why the crowd's name is shown or not. While none may be told this says no more than that, not even whether there is one:
 * whoever votes on a number and then asks would learn whether it was taken out. So it is with marks that decide nothing.
 */
function nameRuleOf(votes: BallotExplanation | null): NameRule {
  return votes === null || votes.names.length === 0 ? "too-few-agree" : votes.nameRule;
}

/** Who gives the name above the crowd's. */
function statedBy(
  { nameLevel }: Verdict,
  evidence: LineEvidence | undefined,
): "operator" | "owner" | "official" | null {
  if (evidence?.override?.name) return "operator";
  return nameLevel === "owner" || nameLevel === "official" ? nameLevel : null;
}
