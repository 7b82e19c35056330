import type { CountedBy, Refused } from "./counter-state.ts";
import { dayOf } from "../time/days.ts";

/** Refusals of so many ms are written at once, however many they are. */
const GATHER_MS = 5000;

/** What writes refusals down, and keeps work going when the answer is out. */
export interface RefusalDeps {
  readonly write: (refused: readonly Refused[]) => Promise<void>;
  readonly waitUntil: (work: Promise<unknown>) => void;
  readonly gatherMs?: number;
}

/**
 * How often bounds kept messages from leaving, by day and kind of bound: nothing about whose. A flood is no flood of
 * writes: what is refused within five seconds is written at once, and lost if everything stops in between.
 */
export class Refusals {
  readonly #deps: RefusalDeps;
  readonly #gathered = new Map<string, Refused>();
  /** When what is being gathered will have been written for sure, ms: whoever gathers may be stopped. */
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
    // A store that fails costs operators a count, and nobody a message.
    await this.#deps.write(refused).catch(() => {});
  }
}
