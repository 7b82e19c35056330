import { hash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { problemOf, type Answer } from "./answer.ts";
import type { Service } from "./service.ts";

/** What a `proof-required` asks for. */
export interface ProofAsked {
  readonly challenge: string;
  readonly bits: number;
}

const zeros = (bytes: Uint8Array): number => {
  const at = bytes.findIndex((byte) => byte !== 0);
  return at * 8 + Math.clz32(bytes[at] ?? 0) - 24;
};

/** Zero bits that the SHA-256 of a text begins with. */
export const worth = (text: string): number => zeros(hash("sha256", text, "buffer"));

/** Works until a proof is found: the value of `X-Proof`. */
export function solve({ challenge, bits }: ProofAsked): string {
  for (let nonce = 0; ; nonce += 1) {
    const proof = `${challenge}.${nonce.toString(36)}`;
    if (worth(proof) >= bits) return proof;
  }
}

/** Asks for a code as a client does: where a proof is required, works and asks again. */
export async function askPaying(
  service: Pick<Service, "call">,
  path: "/v1/sessions/codes" | "/v1/ownership/codes",
  number: string,
  address: string,
): Promise<Answer> {
  const ask = (headers: Record<string, string> = {}): Promise<Answer> =>
    service.call("POST", path, { as: null, json: { number }, headers: { "cf-connecting-ip": address, ...headers } });
  const first = await ask();
  if (first.status !== 429) return first;
  const { code, challenge, bits } = problemOf(first, 429) as unknown as ProofAsked & { code: string };
  if (code !== "proof-required") return first;
  const proof = solve({ challenge, bits });
  // Nothing else ran meanwhile: connections that the other side has closed are found out before the next is used.
  await setTimeout(20);
  return ask({ "x-proof": proof });
}
