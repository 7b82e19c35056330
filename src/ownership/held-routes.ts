import * as z from "zod";
import { endpoint, json, type Answer, type Call, type Endpoint } from "../http/endpoint.ts";
import { onCaller, onNumber } from "../http/number-field.ts";
import type { PhoneNumber } from "../numbers/number.ts";
import { CALLER, OverrideSaid } from "./caller-routes.ts";
import { onOwnNumber, OwnerSaid, ownerSaid, type OwnershipDeps } from "./routes.ts";
import { dayText } from "../time/days.ts";

/** What these endpoints need of other folders. */
export interface HeldDeps extends Pick<OwnershipDeps, "owners" | "tokens"> {
  /** What a lookup answers on the number. */
  readonly published: { readonly schema: z.ZodType; of(number: PhoneNumber, call: Call): Promise<unknown> };
  /** Why it answers that. */
  readonly explanation: { readonly schema: z.ZodType; of(number: PhoneNumber, now: number): Promise<unknown> };
}

/** Everything stored on a number, for its owner and for operators. */
export function heldRoutes({ owners, tokens, published, explanation }: HeldDeps): Endpoint[] {
  const Held = z
    .object({
      number: z.string(),
      listed: z.boolean().describe("False if the number is unlisted."),
      owner: OwnerSaid,
      override: OverrideSaid.nullable().describe("An operator's override."),
      takenDown: z.boolean().describe("Whether an operator took down what was said about it."),
      account: z.boolean().describe("Whether somebody has an account with this number."),
      published: published.schema,
      explanation: explanation.schema,
      datasets: z.array(
        z
          .object({
            dataset: z.string(),
            title: z.string(),
            day: z.iso.date(),
            category: z
              .string()
              .nullable()
              .meta({ examples: ["robocall"] }),
            complaints: z.int(),
            name: z
              .string()
              .nullable()
              .meta({ examples: [null] }),
            kind: z
              .string()
              .nullable()
              .meta({ examples: [null] }),
          })
          .meta({ id: "DatasetEvidence" }),
      ),
    })
    .meta({ id: "HeldOnNumber" });

  const held = async (number: PhoneNumber, call: Call): Promise<Answer> => {
    const { e164 } = number;
    const [holdings, answer, why] = await Promise.all([
      owners.holdings(e164, call.now),
      published.of(number, call),
      explanation.of(number, call.now),
    ]);
    const datasets = holdings.said.map((one) => ({ ...one, day: dayText(one.day) }));
    const { listed, account, owned } = holdings;
    const owner = ownerSaid(holdings);
    const decided = { override: owned.override, takenDown: owned.taken !== null };
    return json(
      { number: e164, listed, owner, ...decided, account, published: answer, explanation: why, datasets },
      call.requestId,
    );
  };
  const description =
    "What lookups say and why, what the owner said, and what datasets say. Who voted is not known to anybody.";
  const answers = { 200: { description: "All of it.", schema: Held } };

  return [
    endpoint(
      {
        operationId: "getOwnNumber",
        method: "get",
        path: "/v1/ownership/number",
        tag: "Ownership",
        summary: "Everything published or held on the number",
        description,
        scopes: ["owner"],
        limit: "calls",
        answers,
        refusals: ["number-not-valid"],
      },
      (_, call) => onOwnNumber(tokens, call, async (e164) => onNumber(e164, undefined, (number) => held(number, call))),
    ),
    endpoint(
      {
        ...CALLER,
        operationId: "getCaller",
        method: "get",
        summary: "Everything published or held on a number",
        description,
        audit: { action: "caller.read", target: "number" },
        answers,
        refusals: ["number-not-valid"],
      },
      ({ params }, call) => onCaller(params.number, undefined, (number) => held(number, call)),
    ),
  ];
}
