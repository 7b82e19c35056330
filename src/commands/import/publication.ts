import { setTimeout as sleep } from "node:timers/promises";
import { CommandFailure } from "../failure.ts";
import type { OperatorClient } from "./client.ts";
import type { Progress } from "./progress.ts";

const POLL_MS = 1_000;
const STUCK_MS = 10 * 60_000;
/** Ages come in whole seconds, and some time after they were told. */
const ROUNDED_MS = 5_000;
/** What began to wait this long after the import is of others: where people vote, something always waits. */
const OTHERS_MS = 60_000;

/**
 * Waits until every changed block is published, showing the backlog. A {@link CommandFailure} if it neither falls nor grows
 * younger for 10 minutes: of a long one the service counts only a part.
 */
export async function waitUntilPublished(
  client: OperatorClient,
  progress: Pick<Progress, "backlog">,
  poll = POLL_MS,
): Promise<void> {
  const began = Date.now();
  let lowest = Infinity;
  let waitingSince = -Infinity;
  let movedAt = Date.now();
  for (;;) {
    const { backlog } = await client.status();
    progress.backlog(backlog.blocks);
    const since = Date.now() - (backlog.oldestSeconds ?? 0) * 1000;
    if (backlog.blocks === 0 || since > began + OTHERS_MS) return;
    if (backlog.blocks < lowest || since > waitingSince + ROUNDED_MS) {
      lowest = Math.min(lowest, backlog.blocks);
      waitingSince = Math.max(waitingSince, since);
      movedAt = Date.now();
    } else if (Date.now() - movedAt > STUCK_MS) {
      throw new CommandFailure(
        `The rows are in, but ${backlog.blocks} blocks have been waiting to be published for 10 minutes.`,
      );
    }
    await sleep(poll);
  }
}
