import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import type { Answer } from "./answer.ts";

/** A request written to the socket byte for byte: what no client library would send. */
export interface RawRequest {
  readonly method: string;
  readonly path: string | Uint8Array;
  /** Header lines as they are; Host and Connection: close are added. */
  readonly headers?: readonly string[];
  readonly body?: Uint8Array;
  /** Body in chunks of this size, without a content length. */
  readonly chunked?: number;
}

/**
 * Sends a request over a connection of its own and reads the answer to its end. Null when the connection was closed
 * without an answer: whoever listens refused to read on.
 */
export function rawRequest(url: URL, request: RawRequest): Promise<Answer | null> {
  const { method, path, headers = [], body, chunked } = request;
  const start = performance.now();
  const received: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      const bytes = Buffer.concat(received);
      const shown = typeof path === "string" ? path : Buffer.from(path).toString("latin1");
      resolve(bytes.length === 0 ? null : parse(bytes, method, shown, performance.now() - start));
    };
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`${method}: no answer within 30 s`));
    }, 30_000);
    socket.on("data", (bytes) => received.push(bytes));
    // A refusal may arrive while the body is still being written: what was received counts, however it ended.
    socket.on("error", finish);
    socket.on("end", finish);
    socket.on("close", finish);

    const framing =
      body === undefined
        ? []
        : [chunked === undefined ? `Content-Length: ${body.length}` : "Transfer-Encoding: chunked"];
    const lines = [`Host: ${url.host}`, "Connection: close", ...framing, ...headers];
    socket.write(
      Buffer.concat([
        Buffer.from(`${method} `),
        Buffer.from(path),
        Buffer.from(` HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`),
      ]),
    );
    if (body !== undefined) socket.write(chunked === undefined ? body : inChunks(body, chunked));
  });
}

function inChunks(body: Uint8Array, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), Buffer.from(part), Buffer.from("\r\n"));
  }
  parts.push(Buffer.from("0\r\n\r\n"));
  return Buffer.concat(parts);
}

function parse(bytes: Buffer, method: string, path: string, took: number): Answer {
  const end = bytes.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  let body = bytes.subarray(end + 4);
  if (headers.get("transfer-encoding") === "chunked") body = joined(body);
  if (headers.get("content-encoding") === "gzip") body = gunzipSync(body);
  return { method, path, status: Number(statusLine.split(" ")[1]), headers, text: body.toString("utf8"), took };
}

function joined(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const line = body.indexOf("\r\n", at);
    if (line === -1) break;
    const size = Number.parseInt(body.subarray(at, line).toString("latin1"), 16);
    if (!(size > 0)) break;
    parts.push(body.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
