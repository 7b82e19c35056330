import { framesOf } from "./frames.ts";
import { errorClass, type Logger } from "./logger.ts";
import { isOutage } from "./store-failure.ts";

/**
 * Logs an unexpected error of background work. Does nothing for an outage: the caller logs that, and what it does about it.
 */
export function logBug(logger: Logger, thrown: unknown): void {
  if (!isOutage(thrown)) logger.log("work.bug", { error: errorClass(thrown), frames: framesOf(thrown) });
}
