import type { CountedBy, Refused } from "./counter-state.ts";
import { dayOf } from "../time/days.ts";

/** Refusals within so many ms are written together. */
const GATHER_MS = 5000;

/** How refusals are written, and how work continues after the answer. */
export interface RefusalDeps {
  readonly write: (refused: readonly Refused[]) => Promise<void>;
  readonly waitUntil: (work: Promise<unknown>) => void;
  readonly gatherMs?: number;
}

/**
 * Counts how often each kind of limit refused messages per day, without saying whose. Refusals within five seconds are
 * written together, so that a flood causes few writes; they are lost if the isolate stops in between.
 */
export class Refusals {
  readonly #deps: RefusalDeps;
  readonly #gathered = new Map<string, Refused>();
  /** By when the collected refusals have been written, ms; the collector may be stopped. */
  #until = 0;

  constructor(deps: RefusalDeps) {
    this.#deps = deps;
  }

  /** @param now ms since 1970 */
  note(by: CountedBy, now: number): void {
    const day = dayOf(now);
    const key = `${by} ${day}`;
    this.#gathered.set(key, { by, day, n: (this.#gathered.get(key)?.n ?? 0) + 1 });
    if (now < this.#until) return;
    const gatherMs = this.#deps.gatherMs ?? GATHER_MS;
    this.#until = now + 2 * gatherMs;
    this.#deps.waitUntil(this.#write(gatherMs));
  }

  async #write(gatherMs: number): Promise<void> {
    await new Promise((resolve) => {
      setTimeout(resolve, gatherMs);
    });
    const refused = [...this.#gathered.values()];
    this.#gathered.clear();
    this.#until = 0;
    // A failing store costs operators a count, and nobody a message.
    await this.#deps.write(refused).catch(() => {});
  }
}
