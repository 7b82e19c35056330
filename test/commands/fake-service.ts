import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { DatasetRow } from "../../src/directory/take-in.ts";
import type { Country } from "../../src/numbers/number.ts";
import { readRows } from "../../src/operators/dataset-rows.ts";
import { freePort } from "../support/ports.ts";

/** What happens to a call instead of, or after, its being carried out. */
export type Fault = "500" | "503" | "429" | "drop-before" | "drop-after" | "garbage" | "login";

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  readonly headers: IncomingMessage["headers"];
  readonly rows: number;
}

interface FakeDataset {
  id: string;
  title: string;
  kind: string;
  licence: string;
  country: string;
  /** Edition → number → complaints. */
  editions: Map<string, Map<string, number>>;
}

const LIMIT_ROWS = 5_000;
const LIMIT_BYTES = 4 * 1024 * 1024;

/** The operators' calls as the contract has them, in memory, with faults to order. */
export class FakeService {
  readonly datasets = new Map<string, FakeDataset>();
  /** Every call that arrived, in order. */
  readonly calls: Call[] = [];
  /** How often each batch was carried out. */
  readonly applied = new Map<string, number>();
  /** Decides the fate of a call. */
  fault: (call: Call) => Fault | null = () => null;
  /** Runs before a call is answered, e.g. to hold it back. */
  before: (call: Call) => Promise<void> | void = () => {};
  /** Rows as the service's own reader took them, with `today` as the day of arrival; null reads numbers alone. */
  read: { readonly today: number; readonly rows: DatasetRow[] } | null = null;
  /** Blocks that still wait; each status call publishes `step` of them. */
  backlog = 0;
  step = 2;
  readonly #answers = new Map<string, { digest: string; answer: string }>();
  #server: Server | null = null;
  #port = 0;

  get origin(): URL {
    return new URL(`http://127.0.0.1:${this.#port}`);
  }

  /** Listens, again on the same port after a {@link stop}. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    if (this.#port === 0) this.#port = await freePort();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(this.#port, "127.0.0.1", resolve);
    });
    this.#server = server;
  }

  /** Goes away at once, as if killed; what was carried out stays. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** Complaints by number over all editions of a dataset. */
  totals(id: string): Map<string, number> {
    const totals = new Map<string, number>();
    for (const edition of this.datasets.get(id)?.editions.values() ?? []) {
      for (const [number, count] of edition) totals.set(number, (totals.get(number) ?? 0) + count);
    }
    return totals;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? "/", this.origin);
    const header = request.headers["idempotency-key"];
    const key = typeof header === "string" ? header : null;
    const rows = key === null ? 0 : body.toString("utf8").split("\n").length - 1;
    const call = { method: request.method ?? "", path: url.pathname + url.search, key, headers: request.headers, rows };
    this.calls.push(call);
    await this.before(call);
    const fault = this.fault(call);
    if (fault === "drop-before") return void request.socket.destroy();
    if (fault === "login") return void response.writeHead(302, { Location: "https://login.example.com/" }).end();
    if (fault === "429") return void response.writeHead(429, { "Retry-After": "0" }).end("{}");
    if (fault === "500" || fault === "503") return void response.writeHead(Number(fault)).end("<h1>sorry</h1>");
    const [status, json, headers] = this.#answer(call, url, body);
    if (fault === "drop-after") return void request.socket.destroy();
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(fault === "garbage" ? "[]" : JSON.stringify(json));
  }

  #answer(call: Call, url: URL, body: Buffer): [number, unknown, Record<string, string>?] {
    const [, id = "", sub] = /^\/v1\/operators\/datasets\/([^/]+)(\/rows)?$/.exec(url.pathname) ?? [];
    if (url.pathname === "/v1/operators/status") return this.#status();
    const dataset = this.datasets.get(id);
    if (call.method === "PUT") {
      const given = JSON.parse(body.toString("utf8")) as FakeDataset;
      if (dataset !== undefined && dataset.kind !== given.kind) return problem(409, "dataset-kind-differs");
      this.datasets.set(id, { ...given, id, editions: dataset?.editions ?? new Map() });
      return [200, { ...given, id }];
    }
    if (dataset === undefined) return problem(404, "not-found");
    if (call.method === "DELETE") return [200, this.#remove(dataset, url.searchParams.get("keep"))];
    if (sub === "/rows") return this.#take(dataset, url.searchParams, call, body);
    return problem(404, "not-found");
  }

  #status(): [number, unknown] {
    this.backlog = Math.max(0, this.backlog - this.step);
    const backlog = { blocks: this.backlog, oldestSeconds: this.backlog === 0 ? null : 1 };
    const datasets = [...this.datasets.values()].map(({ id, title, kind, licence, country }) => ({
      id,
      title,
      kind,
      licence,
      country,
    }));
    return [200, { backlog, datasets, storage: {} }];
  }

  #take(
    dataset: FakeDataset,
    query: URLSearchParams,
    call: Call,
    body: Buffer,
  ): [number, unknown, Record<string, string>?] {
    const edition = query.get("edition") ?? "";
    const digest = createHash("sha256").update(body).digest("hex");
    const key = `${dataset.id} ${call.key}`;
    const before = this.#answers.get(key);
    if (before !== undefined) {
      if (before.digest !== digest) return problem(409, "idempotency-key-reused");
      return [200, JSON.parse(before.answer), { "Idempotency-Replayed": "true" }];
    }
    if (call.rows > LIMIT_ROWS || body.length > LIMIT_BYTES) return problem(413, "too-large");
    const rejections: { line: number; reason: string }[] = [];
    const numbers = dataset.editions.get(edition) ?? new Map<string, number>();
    dataset.editions.set(edition, numbers);
    const touched = new Set<string>();
    const lines = body.toString("utf8").trimEnd().split("\n");
    if (this.read !== null) {
      const { today, rows: taken } = this.read;
      const { kind, country } = dataset as { kind: "complaints" | "directory"; country: Country };
      const read = readRows(body, { of: kind, country, today, asOf: query.get("asOf") });
      if (!read.ok) return problem(413, read.code);
      taken.push(...read.rows);
      for (const { number } of read.rows) numbers.set(number, (numbers.get(number) ?? 0) + 1);
      const { length: accepted } = read.rows;
      return [200, { accepted, changed: accepted, rejected: read.rejections.length, rejections: read.rejections }];
    }
    for (const [index, line] of lines.entries()) {
      const { number, complaints = 1 } = JSON.parse(line) as { number: string; complaints?: number };
      if (!/^\+?\d{10,14}$/.test(number)) rejections.push({ line: index + 1, reason: "not-a-number" });
      else {
        numbers.set(number, (numbers.get(number) ?? 0) + complaints);
        touched.add(number);
      }
    }
    this.applied.set(key, (this.applied.get(key) ?? 0) + 1);
    this.backlog += 3;
    const rejected = rejections.length;
    const answer = { accepted: lines.length - rejected, changed: touched.size, rejected, rejections };
    this.#answers.set(key, { digest, answer: JSON.stringify(answer) });
    return [200, answer];
  }

  /** One edition a step. */
  #remove(dataset: FakeDataset, keep: string | null): { removed: number; done: boolean } {
    const doomed = [...dataset.editions.keys()].filter((edition) => edition !== keep);
    const [edition] = doomed;
    const removed = edition === undefined ? 0 : (dataset.editions.get(edition)?.size ?? 0);
    if (edition !== undefined) dataset.editions.delete(edition);
    const done = doomed.length <= 1;
    if (done && keep === null) this.datasets.delete(dataset.id);
    return { removed, done };
  }
}

function problem(status: number, code: string): [number, unknown] {
  return [status, { type: `/problems/${code}`, title: code, detail: `Refused because ${code}.`, status, code }];
}
