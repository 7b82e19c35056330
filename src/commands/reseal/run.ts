import { setTimeout as sleep } from "node:timers/promises";
import type { OperatorClient, Resealing } from "../import/client.ts";

/** Pages that a pass found are published in the meantime; then one more pass looks at them. */
const PUBLISHED_MS = 5_000;
const PASSES = 3;

/** What stays under an old key although it opens: for what is waited, in words. */
const WAITING: Readonly<Record<string, string>> = {
  unasked: "objects that did not answer",
  unpublished: "pages that wait to be published",
  sessions: "sessions whose devices have not asked for new tokens since",
};

/**
 * Drives the renewal of seals through a pass, and through another one where pages had to be published, and returns what it
 * came to: a sentence for each key. @param say how far it is
 */
export async function reseal(
  client: Pick<OperatorClient, "reseal">,
  say: (text: string) => void,
  pause = PUBLISHED_MS,
): Promise<string[]> {
  let keys = await pass(client, say);
  for (let passes = 1; passes < PASSES && isLeft(keys); passes += 1) {
    await sleep(pause);
    keys = await pass(client, say);
  }
  return summary(keys);
}

async function pass(client: Pick<OperatorClient, "reseal">, say: (text: string) => void): Promise<Resealing["keys"]> {
  for (let again = true; ; again = false) {
    const { more, keys } = await client.reseal(again);
    const { renewal } = keys;
    const done = renewal?.lists.filter((list) => list.done).length ?? 0;
    if (renewal !== null) say(`${done} of ${renewal.lists.length} lists · ${renewal.renewed} sealed anew`);
    if (!more) return keys;
  }
}

function isLeft({ renewal, sealKeys }: Resealing["keys"]): boolean {
  return sealKeys.some(({ id }) => (renewal?.left[id] ?? 0) > 0);
}

/** A sentence for each key that does not seal, and one where there is none. */
export function summary({ sealKeys, renewal }: Resealing["keys"]): string[] {
  const old = sealKeys.filter(({ sealedUntil }) => sealedUntil !== null);
  if (old.length === 0) return ["Everything is sealed under the first key of SEAL_KEYS."];
  return old.map(({ id, canGo, canGoFrom }) => {
    if (canGo) return `${id} can go: nothing is sealed under it any more. Take it out of SEAL_KEYS.`;
    const waiting = Object.entries(renewal?.left ?? {}).flatMap(([name, n]) => {
      if (name === id) return [`${n} values that are not renewed`];
      return name in WAITING ? [`${n} ${WAITING[name]}`] : [];
    });
    const left = waiting.length === 0 ? "nothing is left to be sealed anew" : waiting.join(", ");
    return `${id} must stay: ${left}; what ends by itself has ended on ${canGoFrom?.slice(0, 10)}.`;
  });
}
