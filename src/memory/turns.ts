/** Runs pieces of work one after the other. A piece that fails rejects for its caller and does not stop the next. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a piece when all pieces before it have settled. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
