import { vault } from "../isolate.ts";
import { Crowd } from "../memory/crowd.ts";
import { consoleLogger, type Slot } from "../telemetry/logger.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { logBug } from "../telemetry/bugs.ts";
import type { Directory } from "./directory.ts";
import { publishSlot } from "./publish.ts";
import { earliestRun, ended, RESTED, SAFETY_MS, started, type RunEnd } from "./publisher-state.ts";
import { DirectoryRecords } from "./records.ts";

/**
 * Runs of an isolate take turns, so that lookups on the same thread, and D1, which answers one query at a time, wait for a
 * few pages and not for those of 64 slots.
 */
const runs = new Crowd(Date.now, 1, 250);

/**
 * The only writer of the pages of one slot (its name: the first character of a block id). It stores no rows: its work is in
 * D1's marks, its schedule in the alarm.
 */
export class Publisher extends StoredObject {
  #state = RESTED;
  #running = false;
  readonly #directory: Directory;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#directory = { records: new DirectoryRecords(env.DB, env.PAGES), vault, logger: consoleLogger };
  }

  /**
   * Tells the publisher that its slot has new marks. Cheap and repeatable; the alarm is set before this returns.
   * @param patience ms for which the run may wait for more to do
   * @returns when the next run begins, ms, 0 if that is not known: who changes something until then need not poke again
   */
  async poke(patience = 0): Promise<number> {
    this.#state = { ...this.#state, poked: true };
    const armed = await this.ctx.storage.getAlarm();
    const earliest = earliestRun(this.#state, Date.now(), patience);
    // A later alarm belongs to a run in progress, to one that waits for a failing store, or to one that died; only the
    // last need not be waited for.
    const left = armed !== null && armed > earliest && !this.#running && this.#state.failures === 0;
    if (armed === null || left) await this.ctx.storage.setAlarm(earliest);
    if (this.#running || this.#state.failures > 0) return 0;
    const next = armed === null || left ? earliest : armed;
    this.#state = { ...this.#state, promised: Math.max(this.#state.promised, next) };
    return next;
  }

  /** Answers, and does nothing else. */
  async ping(): Promise<void> {}

  override async alarm(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + SAFETY_MS);
    this.#running = true;
    const leave = await runs.enter(SAFETY_MS / 2);
    this.#state = started(this.#state, Date.now());
    // Without a place for as long as a run may take it is a later alarm's turn.
    const end = leave === null ? "more" : await this.#run();
    leave?.();
    this.#running = false;
    const { state, next } = ended(this.#state, end, Date.now());
    this.#state = state;
    if (next === null) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(next);
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
      const retryInMs = ended(this.#state, "failed", 0).next ?? 0;
      logger.log("publish.failed", { slot, store: "d1", retryInMs });
      return "failed";
    }
  }
}
