import { setTimeout as sleep } from "node:timers/promises";
import { CommandFailure } from "../failure.ts";
import type { OperatorClient } from "./client.ts";
import type { Progress } from "./progress.ts";

const POLL_MS = 1_000;
const STUCK_MS = 10 * 60_000;
/** Tolerance: ages are in whole seconds, and arrive with a delay. */
const ROUNDED_MS = 5_000;
/** Changes that began to wait this long after the import come from others: on a busy service some always wait. */
const OTHERS_MS = 60_000;

/**
 * Waits until every changed block is published and every changed area computed, showing the backlog. @throws CommandFailure if the backlog gets neither
 * smaller nor younger for 10 minutes (of a long backlog the service counts only a part)
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
    const { backlog, areas } = await client.status();
    const waiting = backlog.blocks + (areas?.waiting ?? 0);
    progress.backlog(waiting);
    const since = Date.now() - Math.max(backlog.oldestSeconds ?? 0, areas?.oldestSeconds ?? 0) * 1000;
    if (waiting === 0 || since > began + OTHERS_MS) return;
    if (waiting < lowest || since > waitingSince + ROUNDED_MS) {
      lowest = Math.min(lowest, waiting);
      waitingSince = Math.max(waitingSince, since);
      movedAt = Date.now();
    } else if (Date.now() - movedAt > STUCK_MS) {
      throw new CommandFailure(
        `The rows are in, but ${waiting} blocks and changes of areas have been waiting to be published for 10 minutes.`,
      );
    }
    await sleep(poll);
  }
}
