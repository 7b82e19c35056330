import { printable } from "../printable.ts";

const LINE_EVERY_MS = 5_000;

/** Progress in one line that is written over on a terminal, elsewhere in a line every five seconds. */
export class Line {
  readonly #stream: NodeJS.WriteStream;
  #saidAt = -Infinity;
  #said = "";

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  readonly say = (text: string): void => {
    if (text === this.#said) return;
    if (this.#stream.isTTY) this.#stream.write(`\r\u001B[K${printable(text)}`);
    else if (Date.now() - this.#saidAt >= LINE_EVERY_MS) this.#stream.write(`${printable(text)}\n`);
    else return;
    this.#said = text;
    this.#saidAt = Date.now();
  };

  /** A line of its own. */
  readonly note = (text: string): void => {
    this.end();
    this.#stream.write(`${printable(text)}\n`);
  };

  /** Ends the line, so that what comes next begins a new one. */
  readonly end = (): void => {
    if (this.#stream.isTTY && this.#said !== "") this.#stream.write("\n");
    this.#said = "";
  };
}
