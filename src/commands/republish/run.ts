import { setTimeout as sleep } from "node:timers/promises";
import { CommandFailure } from "../failure.ts";
import type { OperatorClient, Republishing } from "../import/client.ts";

/** Each step is in the audit log: one that had nothing to do is repeated after this long, ms. */
const PAUSE_MS = 5_000;
const POLL_MS = 1_000;
const STUCK_MS = 10 * 60_000;

type Client = Pick<OperatorClient, "republish" | "status">;

/**
 * Drives a republication to its end, the one under way or a new one, and returns what it came to.
 * @param say how far it is
 * @throws CommandFailure if nothing moves for 10 minutes
 */
export async function republish(
  client: Client,
  { anew }: { readonly anew: boolean },
  say: (text: string) => void,
  { pause = PAUSE_MS, poll = POLL_MS } = {},
): Promise<Republishing> {
  let progress = await client.republish(anew ? { anew } : {});
  const watch = new Watch();
  while (progress.phase !== "done") {
    const { run, phase, marked, pages } = progress;
    if (phase !== "publishing") say(`marking: ${shareOf(marked, pages)}`);
    progress = await client.republish({ run });
    // In the phases `areas` and `strays` a step may find nothing and has moved all the same.
    const hasMoved = progress.phase !== phase || progress.marked !== marked || phase === "areas" || phase === "strays";
    const rest = hasMoved ? 0 : pause;
    for (let waited = 0; waited < rest; waited += poll) {
      const { blocks } = (await client.status()).backlog;
      const waiting = `${blocks.toLocaleString("en")} blocks waiting`;
      say(`publishing: ${waiting}`);
      watch.see(`${run} ${marked} ${blocks}`, waiting);
      if (blocks === 0 && waited > 0) break;
      await sleep(poll);
    }
  }
  return progress;
}

/** Ends what does not move. */
class Watch {
  #seen = "";
  #since = 0;

  see(state: string, waiting: string): void {
    if (state !== this.#seen) [this.#seen, this.#since] = [state, Date.now()];
    if (Date.now() - this.#since < STUCK_MS) return;
    throw new CommandFailure(`Nothing has moved for 10 minutes: ${waiting} to be published.`);
  }
}

function shareOf(marked: number, pages: number): string {
  const percent = pages === 0 ? 100 : Math.min(100, Math.floor((100 * marked) / pages));
  return `${percent}% · ${marked.toLocaleString("en")} of ${pages.toLocaleString("en")} pages`;
}
