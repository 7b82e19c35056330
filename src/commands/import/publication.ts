import { setTimeout as sleep } from "node:timers/promises";
import { CommandFailure } from "../failure.ts";
import type { OperatorClient } from "./client.ts";
import type { Progress } from "./progress.ts";

const POLL_MS = 1_000;
const STUCK_MS = 10 * 60_000;

/** Waits until every changed block is published, showing the backlog. A {@link CommandFailure} if it stops falling for 10 minutes. */
export async function waitUntilPublished(
  client: OperatorClient,
  progress: Pick<Progress, "backlog">,
  poll = POLL_MS,
): Promise<void> {
  let lowest = Infinity;
  let fellAt = Date.now();
  for (;;) {
    const { backlog } = await client.status();
    progress.backlog(backlog.blocks);
    if (backlog.blocks === 0) return;
    if (backlog.blocks < lowest) {
      lowest = backlog.blocks;
      fellAt = Date.now();
    } else if (Date.now() - fellAt > STUCK_MS) {
      throw new CommandFailure(
        `The rows are in, but ${backlog.blocks} blocks have been waiting to be published for 10 minutes.`,
      );
    }
    await sleep(poll);
  }
}
