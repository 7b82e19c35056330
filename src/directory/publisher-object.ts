import { vault } from "../isolate.ts";
import { Crowd } from "../memory/crowd.ts";
import { consoleLogger, type Slot } from "../telemetry/logger.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { logBug } from "../telemetry/bugs.ts";
import type { Directory } from "./directory.ts";
import { publishSlot } from "./publish.ts";
import { PokedRuns } from "./poked-runs.ts";
import { SAFETY_MS, type RunEnd } from "./publisher-state.ts";
import { DirectoryRecords } from "./records.ts";

/**
 * Runs of an isolate take turns, so that lookups on the same thread, and D1, which answers one query at a time, wait for a
 * few pages and not for those of 64 slots.
 */
const turns = new Crowd(Date.now, 1, 250);

/**
 * The only writer of the pages of one slot (its name: the first character of a block id). It stores no rows: its work is in
 * D1's marks, its schedule in the alarm.
 */
export class Publisher extends StoredObject {
  readonly #runs: PokedRuns;
  readonly #directory: Directory;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#runs = new PokedRuns(ctx.storage);
    this.#directory = { records: new DirectoryRecords(env.DB, env.PAGES), vault, logger: consoleLogger };
  }

  /**
   * Tells the publisher that its slot has new marks. Cheap and repeatable; the alarm is set before this returns.
   * @param patience ms for which the run may wait for more to do
   * @returns when the next run begins, ms, 0 if that is not known: who changes something until then need not poke again
   */
  async poke(patience = 0): Promise<number> {
    return this.#runs.poke(patience);
  }

  /** Answers, and does nothing else. */
  async ping(): Promise<void> {}

  override async alarm(): Promise<void> {
    await this.#runs.run(
      () => this.#run(),
      () => turns.enter(SAFETY_MS / 2),
    );
  }

  async #run(): Promise<RunEnd> {
    const slot = (this.ctx.id.name ?? "") as Slot;
    const { logger } = this.#directory;
    try {
      const run = await publishSlot(this.#directory, slot, Date.now());
      if (run.published + run.failed > 0) logger.log("publish.run", { slot, ...run });
      if (run.failed > 0) return "failed";
      return run.more ? "more" : "done";
    } catch (thrown) {
      logBug(logger, thrown);
      // D1 did not answer; the marks remain. An error's message may quote a statement, so it is not logged.
      logger.log("publish.failed", { slot, store: "d1", retryInMs: this.#runs.retryInMs });
      return "failed";
    }
  }
}
