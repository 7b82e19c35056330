import { setTimeout as sleep } from "node:timers/promises";
import type { Importer } from "./importer.ts";
import type { Random } from "./random.ts";
import { d1File, rowsOf } from "./stores.ts";
import type { Victim } from "./victim.ts";

/** How often it was killed, the service and the import. */
export interface Kills {
  service: number;
  import: number;
}

/** When a kill is due: a batch is just stored and perhaps not answered; one is under way; pages are being published. */
type Moment = "stored" | "under way" | "publishing";

/** Often enough to come between the storing of a batch and its answer. */
const LOOK_EVERY_MS = 3;

/** Kills the service and the import while the import is at work, each time at a moment that hurts. */
export class Disturber {
  readonly #victim: Victim;
  readonly #importer: Importer;
  readonly #random: Random;
  readonly #kills: Kills = { service: 0, import: 0 };

  constructor(victim: Victim, importer: Importer, random: Random) {
    this.#victim = victim;
    this.#importer = importer;
    this.#random = random;
  }

  /** Kills the service so often, half of it while rows are sent, and the import once in each half. */
  async disturb(kills: number): Promise<Kills> {
    const early = Math.ceil(kills / 2);
    for (let kill = 0; kill < kills; kill += 1) {
      if (kill === 1) await this.#killImport("under way");
      if (kill === early) await this.#killImport("publishing");
      await this.#killService(kill >= early ? "publishing" : kill % 2 === 0 ? "stored" : "under way");
    }
    return this.#kills;
  }

  async #killService(wanted: Moment): Promise<void> {
    const moment = await this.#until(wanted);
    if (moment === null) return;
    const backlog = this.#count("dirty");
    await this.#victim.kill();
    this.#kills.service += 1;
    const killed = Date.now();
    await this.#victim.start();
    const away = ((Date.now() - killed) / 1000).toFixed(1);
    console.log(`service killed, ${this.#where(moment, backlog)}; back after ${away} s`);
  }

  async #killImport(wanted: Moment): Promise<void> {
    const moment = await this.#until(wanted);
    if (moment === null) return;
    await this.#importer.kill();
    this.#kills.import += 1;
    console.log(`import killed, ${this.#where(moment, this.#count("dirty"))}`);
    this.#importer.start();
  }

  #where(moment: Moment, backlog: number): string {
    const batch = this.#importer.progress?.next.batch ?? 0;
    const what = moment === "publishing" ? "pages being published" : `batch ${batch} ${moment}`;
    return `${what}, ${backlog} blocks wait`;
  }

  /** Waits for a moment; for one of publishing when all rows are in already, and null when the import is over. */
  async #until(wanted: Moment): Promise<Moment | null> {
    const from = wanted === "stored" ? this.#count("batches") : this.#batch();
    // Soon after the first pages are out, so that the kills after it find something left to publish.
    const share = this.#random.between(0.9, 0.99);
    let most = 0;
    while (this.#importer.running) {
      const moment = this.#importer.progress?.stage === "finishing" ? "publishing" : wanted;
      if (moment === "stored" && this.#count("batches") > from) return moment;
      if (moment === "under way" && this.#batch() > from) {
        await sleep(this.#random.between(20, 600));
        return moment;
      }
      if (moment === "publishing") {
        const waiting = this.#count("dirty");
        most = Math.max(most, waiting);
        if (waiting > 0 && waiting <= most * share) return moment;
      }
      await sleep(LOOK_EVERY_MS);
    }
    return null;
  }

  #batch(): number {
    return this.#importer.progress?.next.batch ?? 0;
  }

  #count(table: "batches" | "dirty"): number {
    const [row] = rowsOf(d1File(this.#victim.development.state), `SELECT count(*) AS n FROM ${table}`);
    return Number(row?.["n"]);
  }
}
