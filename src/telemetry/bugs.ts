import { framesOf } from "./frames.ts";
import { errorClass, type Logger } from "./logger.ts";
import { isOutage } from "./store-failure.ts";

/**
 * Logs a bug that work in the background met where it expects a store to fail at most; the outage, and what is done
 * about either, has an event of its own.
 */
export function logBug(logger: Logger, thrown: unknown): void {
  if (!isOutage(thrown)) logger.log("work.bug", { error: errorClass(thrown), frames: framesOf(thrown) });
}
