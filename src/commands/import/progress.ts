import { printable } from "../printable.ts";
import { createRequire } from "node:module";

/** Shows the progress of an import. */
export interface Progress {
  /** `rows` of the file are done, up to byte `offset`. */
  rows(rows: number, offset: number): void;
  /** `blocks` and changes of areas wait to be published. */
  backlog(blocks: number): void;
  note(text: string): void;
  /** Restores the terminal. */
  stop(): void;
}

/** The used part of cli-progress, which has no types. */
interface Bars {
  create(total: number, start: number, payload: Record<string, string>, options: { format: string }): Bar;
  log(text: string): void;
  stop(): void;
}
interface Bar {
  update(value: number, payload: Record<string, string>): void;
  setTotal(total: number): void;
}
const { MultiBar } = createRequire(import.meta.url)("cli-progress") as {
  MultiBar: new (options: Record<string, unknown>) => Bars;
};

const LINE_EVERY_MS = 5_000;

/**
 * Progress on `stream`: bars on a terminal, else a line every five seconds. `bytes` is the file's size; this run starts at
 * `offset` and `rows`.
 */
export function createProgress(
  stream: NodeJS.WriteStream,
  start: { bytes: number; offset: number; rows: number },
  now = Date.now,
): Progress {
  const pace = new Pace(start, now);
  return stream.isTTY ? bars(stream, start, pace) : lines(stream, start, pace, now);
}

/** Speed and remaining time, from the rows and bytes of this run only. */
class Pace {
  readonly #start: { bytes: number; offset: number; rows: number };
  readonly #now: () => number;
  readonly #startedAt: number;

  constructor(start: { bytes: number; offset: number; rows: number }, now: () => number) {
    this.#start = start;
    this.#now = now;
    this.#startedAt = now();
  }

  at(rows: number, offset: number): { rate: string; left: string } {
    const seconds = (this.#now() - this.#startedAt) / 1000;
    const bytesDone = offset - this.#start.offset;
    if (seconds <= 0 || bytesDone <= 0) return { rate: "–", left: "–" };
    const left = Math.round(((this.#start.bytes - offset) * seconds) / bytesDone);
    return { rate: Math.round((rows - this.#start.rows) / seconds).toLocaleString("en"), left: duration(left) };
  }
}

function bars(
  stream: NodeJS.WriteStream,
  start: { bytes: number; offset: number; rows: number },
  pace: Pace,
): Progress {
  const all = new MultiBar({
    stream,
    hideCursor: true,
    fps: 5,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    // The command handles signals itself.
    gracefulExit: false,
  });
  let stopped = false;
  const rowsBar = all.create(
    start.bytes,
    start.offset,
    { rows: start.rows.toLocaleString("en"), rate: "–", left: "–" },
    { format: "importing  {bar} {percentage}% · {rows} rows · {rate} rows/s · {left} left" },
  );
  let backlogBar: Bar | null = null;
  let most = 0;
  return {
    rows: (rows, offset) => rowsBar.update(offset, { rows: rows.toLocaleString("en"), ...pace.at(rows, offset) }),
    backlog: (blocks) => {
      most = Math.max(most, blocks, 1);
      const payload = { blocks: blocks.toLocaleString("en") };
      backlogBar ??= all.create(most, 0, payload, {
        format: "publishing {bar} {percentage}% · {blocks} changes waiting",
      });
      backlogBar.setTotal(most);
      backlogBar.update(most - blocks, payload);
    },
    note: (text) => all.log(`${text}\n`),
    stop: () => {
      if (!stopped) all.stop();
      stopped = true;
    },
  };
}

function lines(stream: NodeJS.WriteStream, start: { bytes: number }, pace: Pace, now: () => number): Progress {
  let saidAt = -Infinity;
  let said = "";
  const sometimes = (text: string, last: boolean, at = now()): void => {
    if ((at - saidAt < LINE_EVERY_MS && !last) || text === said) return;
    saidAt = at;
    said = text;
    stream.write(`${printable(text)}\n`);
  };
  return {
    rows: (rows, offset) => {
      const percent = start.bytes === 0 ? 100 : Math.floor((100 * offset) / start.bytes);
      const { rate, left } = pace.at(rows, offset);
      sometimes(
        `importing: ${percent}% · ${rows.toLocaleString("en")} rows · ${rate} rows/s · ${left} left`,
        offset === start.bytes,
      );
    },
    backlog: (blocks) => sometimes(`publishing: ${blocks.toLocaleString("en")} changes waiting`, blocks === 0),
    note: (text) => void stream.write(`${printable(text)}\n`),
    stop: () => {},
  };
}

/** Seconds for people: "42 s", "3 min 5 s", "2 h 10 min". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
