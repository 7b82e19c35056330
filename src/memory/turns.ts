/** Work that is done one piece after the other. A piece that fails fails for who asked for it, not for those behind it. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a piece when all before it have ended, however they ended. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
