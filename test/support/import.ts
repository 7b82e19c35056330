import { jsonOf, type Answer } from "./answer.ts";
import { fresh, type Sent, type Service } from "./service.ts";
import { until } from "./until.ts";

export type Row = Readonly<Record<string, unknown>>;

/** What sending rows is answered. */
export interface RowsAnswer {
  readonly accepted: number;
  readonly changed: number;
  readonly rejected: number;
  readonly rejections: readonly { readonly line: number; readonly reason: string }[];
}

export const ndjson = (rows: readonly Row[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** Makes a dataset of fresh id, as an operator would. */
export async function makeDataset(
  service: Service,
  kind: "complaints" | "directory",
  changes: Row = {},
): Promise<string> {
  const id = fresh(kind);
  const answer = await service.call("PUT", `/v1/operators/datasets/${id}`, {
    as: "operator",
    json: { title: `Test ${id}`, kind, licence: "CC0-1.0", country: "US", ...changes },
  });
  if (answer.status !== 200) throw new Error(answer.text);
  return id;
}

/** Sends one batch of rows, or a body as it is. */
export function sendRows(
  service: Service,
  dataset: string,
  rows: readonly Row[] | string | Uint8Array,
  {
    key = fresh("batch"),
    edition = "",
    asOf = "",
    ...sent
  }: Sent & { readonly key?: string; readonly edition?: string; readonly asOf?: string } = {},
): Promise<Answer> {
  const query = new URLSearchParams(Object.entries({ edition, asOf }).filter(([, value]) => value !== ""));
  return service.call("POST", `/v1/operators/datasets/${dataset}/rows?${query.toString()}`, {
    as: "operator",
    body: typeof rows === "string" || rows instanceof Uint8Array ? rows : ndjson(rows),
    ...sent,
    headers: { "content-type": "application/x-ndjson", "idempotency-key": key, ...sent.headers },
  });
}

/** Sends rows that must all be accepted. */
export async function importRows(service: Service, dataset: string, rows: readonly Row[]): Promise<RowsAnswer> {
  const answer = jsonOf<RowsAnswer>(await sendRows(service, dataset, rows));
  if (answer.accepted !== rows.length) throw new Error(JSON.stringify(answer));
  return answer;
}

/** Takes in more rows than one call drops (some 10,000): of three days, on all numbers of forty blocks around one. */
export async function importMoreThanOneDrop(
  service: Service,
  dataset: string,
  block: string,
  edition = "",
): Promise<void> {
  const numbers = Array.from({ length: 4000 }, (_, n) => `${block.slice(0, -2)}${String(n).padStart(4, "0")}`);
  for (const day of ["2026-10-01", "2026-10-02", "2026-10-03"]) {
    const rows = numbers.map((number) => ({ number, complaints: 1, day }));
    const sent = await sendRows(service, dataset, rows, { edition });
    if (sent.status !== 200) throw new Error(sent.text);
  }
}

export interface Status {
  readonly backlog: { readonly blocks: number; readonly oldestSeconds: number | null };
  readonly areas: {
    readonly waiting: number;
    readonly tables: readonly { readonly unpublishedSeconds: number | null }[];
  };
  readonly storage: { readonly d1Bytes: number };
  readonly retention: readonly {
    readonly step: string;
    readonly lastRunAt: string;
    readonly failedSince: string | null;
    readonly removedToday: number;
    readonly removedIn30Days: number;
  }[];
  readonly datasets: readonly { readonly id: string; readonly dropping: boolean }[];
}

export async function statusOf(service: Service): Promise<Status> {
  return jsonOf<Status>(await service.call("GET", "/v1/operators/status", { as: "operator" }));
}

/** Waits until nothing is unpublished any more: the publishers run by themselves. */
export async function untilPublished(service: Service): Promise<void> {
  await until("everything is published", async () => (await statusOf(service)).backlog.blocks === 0, 100);
}

/** Drops a dataset (or all but an edition) to the end. */
export async function dropDataset(service: Service, dataset: string, keep?: string): Promise<number> {
  let removed = 0;
  for (;;) {
    const path = `/v1/operators/datasets/${dataset}${keep === undefined ? "" : `?keep=${keep}`}`;
    const answer = await service.call("DELETE", path, { as: "operator" });
    if (answer.status !== 200) throw new Error(answer.text);
    const step = jsonOf<{ removed: number; done: boolean }>(answer);
    removed += step.removed;
    if (step.done) return removed;
  }
}

/** What an isolate of the shared service remembers of a page, ms: a changed answer may be as late as this, and KV's cache beside it. */
export const MEMORY_MS = 1000;
