import type { RetentionStep } from "../lifecycle.ts";
import { logBug } from "../telemetry/bugs.ts";
import { errorClass, type Label, type Logger } from "../telemetry/logger.ts";
import type { RetentionRecords } from "./retention-records.ts";

/**
 * Runs every minute and deletes rows of D1 that have expired; rows of objects are deleted by the objects' alarms. A failing
 * step does not delay the others and is retried a minute later. What it did is logged, and shown to operators.
 */
export async function retain(
  steps: readonly RetentionStep[],
  records: Pick<RetentionRecords, "write">,
  logger: Logger,
  now: number,
): Promise<void> {
  const fails = (name: RetentionStep["name"], thrown: unknown): void =>
    logger.log("retention.failed", { step: name as Label<"retention-step">, error: errorClass(thrown) });
  const runs = await Promise.all(
    steps.map(async ({ name, run }) => {
      try {
        const removed = await run(now);
        if (removed > 0) logger.log("retention.run", { step: name as Label<"retention-step">, removed });
        return { step: name, removed, failed: false };
      } catch (thrown) {
        logBug(logger, thrown);
        fails(name, thrown);
        return { step: name, removed: 0, failed: true };
      }
    }),
  );
  await records.write(runs, now).catch((thrown: unknown) => fails("retention", thrown));
}
