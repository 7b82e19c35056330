import { errorClass, type Label, type Logger } from "../telemetry/logger.ts";

/** One lifetime that is enforced by the clock of the service; bounded, and repeatable. The rooms' come by wiring. */
export interface RetentionStep {
  readonly name: "deliveries" | "pictures";
  /** Removes, or folds into counts, what has had its time; how much. */
  readonly run: (now: number) => Promise<number>;
}

/**
 * The minute's round over lifetimes that no alarm enforces: rows of D1 belong to no object that could wake. What objects
 * hold (codes, sessions, messages, phonebook tombstones, pictures, receipts, revocations) goes by their own alarms. A step
 * that fails keeps no other, and is tried again a minute later. Says in the log what it did.
 */
export async function retain(steps: readonly RetentionStep[], logger: Logger, now: number): Promise<void> {
  await Promise.all(
    steps.map(async ({ name, run }) => {
      const step = name as Label<"retention-step">;
      try {
        const removed = await run(now);
        if (removed > 0) logger.log("retention.run", { step, removed });
      } catch (thrown) {
        logger.log("retention.failed", { step, error: errorClass(thrown) });
      }
    }),
  );
}
