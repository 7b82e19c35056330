import type { Credentials } from "./import/credentials.ts";

/** What a deployment's health says of its keys: right, wrong with a sentence, or unknown with why. */
export type KeyHealth =
  | { readonly is: "right" }
  | { readonly is: "wrong"; readonly problem: string }
  | { readonly is: "unknown"; readonly why: string };

const TIMEOUT_MS = 30_000;

/** Asks a deployment whether its INDEX_KEY and SEAL_KEYS are those of its data. Never throws. */
export async function keyHealth(origin: string, credentials: Credentials): Promise<KeyHealth> {
  try {
    const headers = { Accept: "application/json", ...(await credentials()) };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(new URL("/v1/operators/health", origin), { headers, redirect: "manual", signal });
    const { keys, problem } = (await answer.json()) as { keys?: unknown; problem?: unknown };
    if (keys === "right") return { is: "right" };
    if (keys === "wrong") return { is: "wrong", problem: String(problem) };
    return { is: "unknown", why: typeof problem === "string" ? problem : `it answered ${answer.status}` };
  } catch {
    return { is: "unknown", why: "it did not answer, or not as this service does" };
  }
}
