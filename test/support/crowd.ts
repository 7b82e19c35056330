import { expect } from "vitest";
import { jsonOf } from "./answer.ts";
import type { Service } from "./service.ts";

/** A vote's voter, as development lets one be: by default somebody of tier 1, from a network of nobody else's. */
export interface CrowdVoter {
  /** ASN. */
  readonly network?: number;
  /** The day since which the account counts as a voter, `YYYY-MM-DD`; null for since its first vote. */
  readonly since?: string | null;
}

/** A voter of tier 1: seasoned, not proven. */
export const SEASONED = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
/** A voter of tier 2. */
export const PROVEN = new Date(Date.now() - 200 * 86_400_000).toISOString().slice(0, 10);

let nextNetwork = 64_512;

/** Casts a vote as an account of its own; the answer's `published`. */
export async function castAsSomebody(
  service: Pick<Service, "call" | "mint">,
  number: string,
  json: unknown,
  { network = nextNetwork++, since = SEASONED }: CrowdVoter = {},
): Promise<Readonly<Record<string, unknown>>> {
  const token = service.mint.token(since === null ? {} : { since });
  const headers = { "x-dev-network": String(network) };
  const path = `/v1/numbers/${encodeURIComponent(number)}/vote`;
  const answer = await service.call("PUT", path, { as: { token }, headers, json });
  expect(answer.status, answer.text).toBe(200);
  return jsonOf<{ published: Readonly<Record<string, unknown>> }>(answer).published;
}
