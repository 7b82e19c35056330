import type { Rooms } from "./compose.ts";
import { sweep } from "./directory/sweep.ts";
import { retain } from "./privacy/retention.ts";

/** The cron's round: publishers and drops that have waited, what has expired, seals to renew. Throws what failed, at the end. */
export async function everyMinute(rooms: Rooms, now: number): Promise<void> {
  // What does not open would be taken for nothing.
  if ((await rooms.checkKeys(now)).is === "wrong") return;
  // Settled, not awaited one after the other: what fails keeps nothing else from being done.
  const [swept, , renewed] = await Promise.allSettled([
    sweep(rooms.directory, rooms.publishing, now),
    retain(rooms.lifetimes, rooms.retained, rooms.logger, now),
    rooms.renewal.run(now),
  ]);
  for (const done of [swept, renewed]) if (done.status === "rejected") throw done.reason;
}
