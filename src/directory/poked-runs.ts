import { earliestRun, ended, RESTED, SAFETY_MS, started, type RunEnd } from "./publisher-state.ts";

/**
 * The runs of an object that whoever leaves work for it pokes. It stores nothing but its alarm, which is set before a run
 * begins: one that dies is followed by another.
 */
export class PokedRuns {
  readonly #storage: DurableObjectStorage;
  #state = RESTED;
  #running = false;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /**
   * Asks for a run. Cheap and repeatable; the alarm is set before this returns.
   * @param patience ms for which the run may wait for more to do
   * @returns when the next run begins, ms, 0 if that is not known: who changes something until then need not poke again
   */
  async poke(patience = 0): Promise<number> {
    this.#state = { ...this.#state, poked: true };
    const armed = await this.#storage.getAlarm();
    const earliest = earliestRun(this.#state, Date.now(), patience);
    // A later alarm belongs to a run in progress, to one that waits for a failing store, to one that died, or to a rest; only
    // the first two need to be waited for.
    const left = armed !== null && armed > earliest && !this.#running && this.#state.failures === 0;
    if (armed === null || left) await this.#storage.setAlarm(earliest);
    if (this.#running || this.#state.failures > 0) return 0;
    const next = armed === null || left ? earliest : armed;
    this.#state = { ...this.#state, promised: Math.max(this.#state.promised, next) };
    return next;
  }

  /**
   * Runs, in an alarm.
   * @param enter waits for a turn; null if there is none for as long as a run may take: then it is a later alarm's
   * @param rest when the next run is due if nothing is left to do, ms; null: when it is poked
   */
  async run(
    work: () => Promise<RunEnd>,
    enter: () => Promise<(() => void) | null> = async () => () => undefined,
    rest: number | null = null,
  ): Promise<void> {
    await this.#storage.setAlarm(Date.now() + SAFETY_MS);
    this.#running = true;
    const leave = await enter();
    this.#state = started(this.#state, Date.now());
    const end = leave === null ? "more" : await work();
    leave?.();
    this.#running = false;
    const { state, next } = ended(this.#state, end, Date.now());
    this.#state = state;
    const due = next ?? rest;
    if (due === null) await this.#storage.deleteAlarm();
    else await this.#storage.setAlarm(due);
  }

  /** After how long a run that fails now is tried again, ms. */
  get retryInMs(): number {
    return ended(this.#state, "failed", 0).next ?? 0;
  }
}
