import { vault } from "../isolate.ts";
import { logBug } from "../telemetry/bugs.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { weekOf, weekStart } from "../verdict/decay.ts";
import { rebuildAreas } from "./areas.ts";
import type { Directory } from "./directory.ts";
import { PokedRuns } from "./poked-runs.ts";
import { publishTables } from "./publish-areas.ts";
import { BULK_PATIENCE_MS, type RunEnd } from "./publisher-state.ts";
import { DirectoryRecords } from "./records.ts";

/**
 * The only writer of what ten thousands make suspected and of the calling codes' tables. One for all calling codes: its work
 * is D1's, which is one too, and each table has a key of its own in KV. It stores no rows: what waits stands in D1's marks,
 * its schedule in the alarm, which also wakes it in every new week, for what ageing changes.
 */
export class Areas extends StoredObject {
  readonly #runs: PokedRuns;
  readonly #directory: Directory;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#runs = new PokedRuns(ctx.storage);
    this.#directory = { records: new DirectoryRecords(env.DB, env.PAGES), vault, logger: consoleLogger };
  }

  /** Tells it that areas have new marks: as a publisher is told. */
  async poke(patience = 0): Promise<number> {
    return this.#runs.poke(patience);
  }

  override async alarm(): Promise<void> {
    await this.#runs.run(() => this.#run(), undefined, weekStart(weekOf(Date.now()) + 1));
  }

  async #run(): Promise<RunEnd> {
    const { logger } = this.#directory;
    try {
      const { areas, slots, more } = await rebuildAreas(this.#directory, crypto.randomUUID(), Date.now());
      // A lost poke costs a minute: the cron finds marks that wait.
      await Promise.allSettled(slots.map((slot) => this.env.PUBLISHERS.getByName(slot).poke(BULK_PATIENCE_MS)));
      const tables = await publishTables(this.#directory, more, Date.now());
      if (areas + tables.published + tables.failed > 0) logger.log("areas.run", { areas, ...tables });
      if (tables.failed > 0) return "failed";
      return more || tables.left > 0 ? "more" : "done";
    } catch (thrown) {
      logBug(logger, thrown);
      // D1 did not answer; the marks remain. An error's message may quote a statement, so it is not logged.
      logger.log("areas.failed", { store: "d1", retryInMs: this.#runs.retryInMs });
      return "failed";
    }
  }
}
