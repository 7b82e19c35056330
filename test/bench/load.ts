import { connect } from "node:net";

/** A load: requests sent in their order, over all connections together, from the first again after the last. */
export interface Load {
  readonly port: number;
  /** Whole requests as they go over the wire, so that sending one costs a write and no more. */
  readonly requests: readonly Buffer[];
  /** Requests under way at any time. */
  readonly connections: number;
  /** Ends after so long … */
  readonly milliseconds?: number;
  /** … or after so many requests. */
  readonly count?: number;
  /** Where in `requests` to begin. */
  readonly from?: number;
  /** What an answer of status 200 must hold to count as expected. */
  readonly mark: string;
}

export interface Loaded {
  readonly count: number;
  readonly milliseconds: number;
  /** Of each request, ms, ascending. */
  readonly latencies: Float64Array;
  /** Answers without the mark. */
  readonly unexpected: number;
  /** Where the next load should begin, so that it repeats nothing too soon. */
  readonly next: number;
}

const HEAD_END = Buffer.from("\r\n\r\n");

/**
 * Sends a load and measures it. Not autocannon: its connections each go through the list from its beginning, so that
 * all ask for the same number at once, and a request that differs each time costs it more than it costs the Worker.
 * @throws on any answer that is not a 200
 */
export async function send(load: Load): Promise<Loaded> {
  const { requests, connections } = load;
  const mark = Buffer.from(load.mark);
  const latencies: number[] = [];
  const begun = performance.now();
  const end = begun + (load.milliseconds ?? Infinity);
  const last = (load.from ?? 0) + (load.count ?? Infinity);
  let next = load.from ?? 0;
  let unexpected = 0;

  const converse = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(load.port, "127.0.0.1");
      socket.setNoDelay(true);
      let sent = 0;
      let held: Buffer | null = null;
      const ask = (): void => {
        if (next >= last || performance.now() >= end) {
          socket.end();
          resolve();
          return;
        }
        const request = requests[next % requests.length];
        next += 1;
        sent = performance.now();
        if (request !== undefined) socket.write(request);
      };
      socket.once("connect", ask).once("error", reject);
      socket.once("close", () => reject(new Error("the Worker closed the connection")));
      socket.on("data", (chunk) => {
        const answer: Buffer = held === null ? chunk : Buffer.concat([held, chunk]);
        const length = answerLength(answer);
        held = length === null || answer.length < length ? answer : null;
        if (held !== null) return;
        latencies.push(performance.now() - sent);
        if (answer.toString("latin1", 9, 12) !== "200") reject(new Error(`not a 200:\n${answer.toString()}`));
        if (!answer.includes(mark)) unexpected += 1;
        ask();
      });
    });

  await Promise.all(Array.from({ length: connections }, converse));
  const milliseconds = performance.now() - begun;
  return { count: latencies.length, milliseconds, latencies: Float64Array.from(latencies).sort(), unexpected, next };
}

/** Bytes of the whole answer, or null while its head is not complete. */
function answerLength(answer: Buffer): number | null {
  const end = answer.indexOf(HEAD_END);
  if (end === -1) return null;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.toString("latin1", 0, end))?.[1];
  if (length === undefined) throw new Error(`an answer without its length:\n${answer.toString()}`);
  return end + HEAD_END.length + Number(length);
}

/** `POST /v1/lookup` as the app sends it. */
export function lookupRequest(number: string, token: string): Buffer {
  return jsonRequest("POST", "/v1/lookup", JSON.stringify({ number }), token);
}

/** An account's question for its own vote. */
export function ownVoteRequest(number: string, token: string): Buffer {
  const head = [`GET ${votePath(number)} HTTP/1.1`, "Host: 127.0.0.1", `Authorization: Bearer ${token}`];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n`);
}

/** A vote as the app sends it. */
export function voteRequest(number: string, vote: { name: string; spam: boolean }, token: string): Buffer {
  return jsonRequest("PUT", votePath(number), JSON.stringify(vote), token);
}

function votePath(number: string): string {
  return `/v1/numbers/%2B${number.slice(1)}/vote`;
}

function jsonRequest(method: string, path: string, body: string, token: string): Buffer {
  const head = [
    `${method} ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    `Authorization: Bearer ${token}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}
