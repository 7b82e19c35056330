import { endpoint, json, z, type Answer, type Call, type Endpoint } from "../http/endpoint.ts";
import { onNumber } from "../http/number-field.ts";
import type { PhoneNumber } from "../numbers/number.ts";
import { dayText } from "./day-text.ts";
import { nothing, onOwnNumber, ownerProblem, OwnerSaid, ownerSaid, type OwnershipEdge } from "./routes.ts";

/** What these endpoints need of other rooms, given by the wiring. */
export interface HeldEdge extends Pick<OwnershipEdge, "owners" | "disputes" | "tokens"> {
  /** What a lookup answers on the number. */
  readonly published: { readonly schema: z.ZodType; of(number: PhoneNumber, call: Call): Promise<unknown> };
  /** Why it answers that. */
  readonly explanation: { readonly schema: z.ZodType; of(number: PhoneNumber, now: number): Promise<unknown> };
}

/** Everything that is held on a number: for its owner, and for operators, who can also take it down. */
export function heldRoutes({ owners, disputes, tokens, published, explanation }: HeldEdge): Endpoint[] {
  const Held = z
    .object({
      number: z.string(),
      listed: z.boolean().describe("False when the number was taken out."),
      owner: OwnerSaid,
      account: z.boolean().describe("Whether somebody has an account with this number."),
      published: published.schema,
      explanation: explanation.schema,
      datasets: z.array(
        z.object({
          dataset: z.string(),
          title: z.string(),
          day: z.iso.date(),
          category: z.string().nullable(),
          complaints: z.int(),
          name: z.string().nullable(),
          kind: z.string().nullable(),
        }),
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
    const { listed, account } = holdings;
    const owner = ownerSaid(holdings);
    return json(
      { number: e164, listed, owner, account, published: answer, explanation: why, datasets },
      call.requestId,
    );
  };
  const description =
    "What lookups say and why, what the owner said, and what datasets say. Who voted is not known to anybody.";
  const answers = { 200: { description: "All of it.", schema: Held } };
  const caller = {
    path: "/v1/operators/callers/{number}",
    tag: "Operators",
    scopes: ["operator"],
    params: z.object({ number: z.string().max(64).meta({ example: "+13125550123" }) }),
  } as const;

  return [
    endpoint(
      {
        method: "get",
        path: "/v1/ownership/number",
        tag: "Ownership",
        summary: "Everything published or held on the number",
        description,
        scopes: ["owner"],
        answers,
        refusals: ["number-not-valid"],
      },
      (_, call) => onOwnNumber(tokens, call, async (e164) => onNumber(e164, undefined, (number) => held(number, call))),
    ),
    endpoint(
      {
        ...caller,
        method: "get",
        summary: "Everything published or held on a number",
        description,
        audit: { action: "caller.read", target: "number" },
        answers,
        refusals: ["number-not-valid"],
      },
      ({ params }, call) => onNumber(params.number, undefined, (number) => held(number, call)),
    ),
    endpoint(
      {
        ...caller,
        method: "delete",
        summary: "Take down what is said of a number",
        description:
          "Votes go, its owner's name and profile too, and evidence of earlier weeks no longer counts; this week's goes with its edition or dataset. What is said from now on counts.",
        audit: { action: "caller.remove", target: "number" },
        answers: { 204: { description: "Done." } },
        refusals: ["number-not-valid"],
      },
      ({ params }, call) =>
        onNumber(params.number, undefined, async ({ e164 }) => {
          const taken = await owners.takeDown(e164, call.now);
          if (!taken.ok) return ownerProblem(taken);
          await disputes.drop(e164);
          return nothing(call);
        }),
    ),
  ];
}
