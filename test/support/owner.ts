import { codesTo, freshAddress } from "./sign-in.ts";
import { jsonOf, type Answer } from "./answer.ts";
import type { As, Service } from "./service.ts";

type Calls = Pick<Service, "call">;

/** Asks for a code to prove a number. */
export const askOwnerCode = (service: Calls, number: string, address = freshAddress()): Promise<Answer> =>
  service.call("POST", "/v1/ownership/codes", {
    as: null,
    json: { number },
    headers: { "cf-connecting-ip": address },
  });

/** Proves a number by the code from the development outbox; who can then act on it. */
export async function proveNumber(service: Calls, number: string): Promise<Exclude<As, string | null>> {
  const before = (await codesTo(service, number, 0)).length;
  const asked = await askOwnerCode(service, number);
  if (asked.status !== 202) throw new Error(`${number}: ${asked.text}`);
  const { challengeId } = jsonOf<{ challengeId: string }>(asked);
  const code = (await codesTo(service, number, before + 1)).at(-1);
  const proved = await service.call("POST", "/v1/ownership", { as: null, json: { challengeId, code } });
  if (proved.status !== 201) throw new Error(`${number}: ${proved.text}`);
  return { token: jsonOf<{ ownerToken: string }>(proved).ownerToken };
}
