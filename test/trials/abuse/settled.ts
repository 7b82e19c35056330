import { setTimeout as sleep } from "node:timers/promises";
import { jsonOf } from "../../support/answer.ts";
import { untilPublished } from "../../support/import.ts";
import type { Service } from "../../support/service.ts";

/** Longer than a ballot or an account waits before it sends its part, ms. */
const OUTBOX_MS = 2500;
/** How long what was looked up before may still be seen: an isolate's memory, KV's cache, and some. */
const STALE_S = 90;

/** Waits until whatever was said is published. */
export async function settled(service: Service): Promise<void> {
  await sleep(OUTBOX_MS);
  await untilPublished(service);
}

/** What a number is shown as once caches cannot say otherwise: at once if it is as `expected`, else as it is in the end. */
export async function shownAs(
  service: Service,
  number: string,
  expected: (lookup: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  for (let waited = 0; ; waited += 5) {
    const answer = await service.call("POST", "/v1/lookup", { as: "operator", json: { number } });
    const lookup = jsonOf(answer);
    if (expected(lookup) || waited >= STALE_S) return lookup;
    await sleep(5000);
  }
}
