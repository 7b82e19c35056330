import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { CommandFailure } from "../failure.ts";
import type { Credentials } from "./credentials.ts";

const datasetSchema = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string().optional(),
  licence: z.string().optional(),
});
const statusSchema = z.object({
  backlog: z.object({ blocks: z.number(), oldestSeconds: z.number().nullable() }),
  /** Changes whose ten thousands are still to be computed. */
  areas: z.object({ waiting: z.number(), oldestSeconds: z.number().nullable() }).optional(),
  datasets: z.array(datasetSchema),
});
const rowsSchema = z.object({
  accepted: z.int().nonnegative(),
  changed: z.int().nonnegative(),
  rejected: z.int().nonnegative(),
  rejections: z.array(z.object({ line: z.int().positive(), reason: z.string() })),
});
const removalSchema = z.object({ removed: z.int().nonnegative(), done: z.boolean() });
const republishingSchema = z.object({ run: z.string(), phase: z.string(), marked: z.number(), pages: z.number() });
const problemSchema = z.object({
  code: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), problem: z.string() })).optional(),
});

export type Status = z.infer<typeof statusSchema>;
export type Dataset = { title: string; kind: string; licence: string; country: string };
export type Removal = z.infer<typeof removalSchema>;
/** How far a republication is; its last phase is `done`. */
const left = z.record(z.string(), z.number());
const resealingSchema = z.object({
  more: z.boolean(),
  keys: z.object({
    sealKeys: z.array(
      z.object({
        id: z.string(),
        sealedUntil: z.string().nullable(),
        canGo: z.boolean(),
        canGoFrom: z.string().nullable(),
      }),
    ),
    renewal: z
      .object({ renewed: z.number(), left, lists: z.array(z.object({ name: z.string(), done: z.boolean() })) })
      .nullable(),
  }),
});

/** Whether the renewal of seals goes on at once, and what is known of keys. */
export type Resealing = z.infer<typeof resealingSchema>;
export type Republishing = z.infer<typeof republishingSchema>;
/** The response to a batch. `replayed`: it was given before; `attempts`: requests of this run until it arrived. */
export type RowsAnswer = z.infer<typeof rowsSchema> & { replayed: boolean; attempts: number };

/** Retry delays, milliseconds. */
export interface RetryPolicy {
  readonly firstWait: number;
  readonly longestWait: number;
  /** The call fails after this long without a response. */
  readonly giveUpAfter: number;
  readonly timeout: number;
}

export const PATIENT: RetryPolicy = { firstWait: 500, longestWait: 15_000, giveUpAfter: 600_000, timeout: 60_000 };

/** The service refused the request; a retry would not help. */
export class Refused extends CommandFailure {
  readonly status: number;
  /** How many responses to the same call were lost before. */
  lost = 0;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Parameters = { method?: string; type?: string; body?: string; key?: string; stop?: AbortSignal };
type Heard = { status: number; json: unknown; headers: Headers; attempts: number };

/**
 * Client for the operators' endpoints at `origin`. Every call is idempotent, and is retried while the service is
 * unreachable, failing or busy; `onRetry` gets the reason and the delay.
 */
export class OperatorClient {
  readonly #origin: URL;
  readonly #credentials: Credentials;
  readonly #retry: RetryPolicy;
  readonly #onRetry: (why: string, wait: number) => void;

  constructor(
    origin: URL,
    credentials: Credentials,
    {
      retry = PATIENT,
      onRetry = () => {},
    }: { retry?: RetryPolicy; onRetry?: (why: string, wait: number) => void } = {},
  ) {
    this.#origin = origin;
    this.#credentials = credentials;
    this.#retry = retry;
    this.#onRetry = onRetry;
  }

  /** Backlog and datasets. */
  async status(): Promise<Status> {
    return parse(statusSchema, await this.#call("status"));
  }

  /** Creates the dataset or updates its description. */
  async putDataset(id: string, dataset: Dataset): Promise<void> {
    await this.#call(`datasets/${id}`, { method: "PUT", type: "application/json", body: JSON.stringify(dataset) });
  }

  /**
   * Sends NDJSON rows under an idempotency key: repeated calls count once. @param asOf the day of rows that name none; null:
   * that of their arrival @param stop ends it, and all retries
   */
  async sendRows(
    id: string,
    { edition, asOf }: { edition: string; asOf: string | null },
    key: string,
    body: string,
    stop?: AbortSignal,
  ): Promise<RowsAnswer> {
    const query = new URLSearchParams({ edition, ...(asOf !== null && { asOf }) });
    const heard = await this.#call(`datasets/${id}/rows?${query.toString()}`, {
      method: "POST",
      type: "application/x-ndjson",
      body,
      key,
      ...(stop && { stop }),
    });
    const replayed = heard.headers.get("Idempotency-Replayed") === "true";
    return { ...parse(rowsSchema, heard), replayed, attempts: heard.attempts };
  }

  /**
   * Removes one bounded step of a dataset: all but the edition `keep`, or everything. Null if there is no such dataset.
   * Repeat until `done`.
   */
  async removeRows(id: string, keep?: string): Promise<Removal | null> {
    try {
      const query = keep === undefined ? "" : `?keep=${keep}`;
      return parse(removalSchema, await this.#call(`datasets/${id}${query}`, { method: "DELETE" }));
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404) throw error;
      // After a lost response, the first attempt may have removed it.
      return error.lost > 0 ? { removed: 0, done: true } : null;
    }
  }

  /** One step of writing all pages anew: of the `run` of the answer before, or else of the one under way or a new one. */
  async republish(asked: { run?: string; anew?: boolean }): Promise<Republishing> {
    const body = JSON.stringify(asked);
    return parse(republishingSchema, await this.#call("republish", { method: "POST", type: "application/json", body }));
  }

  /** Some steps of the renewal of seals. @param again begins a pass if none is under way */
  async reseal(again: boolean): Promise<Resealing> {
    return parse(resealingSchema, await this.#call(`reseal?again=${again ? 1 : 0}`, { method: "POST" }));
  }

  async #call(path: string, parameters: Parameters = {}): Promise<Heard> {
    const started = Date.now();
    for (let attempts = 1; ; attempts++) {
      const outcome = await this.#attempt(path, parameters).catch((error: unknown) => {
        if (error instanceof Refused) error.lost = attempts - 1;
        throw error;
      });
      if ("status" in outcome) return { ...outcome, attempts };
      const backoff = Math.min(this.#retry.longestWait, this.#retry.firstWait * 2 ** (attempts - 1));
      const wait = Math.max(outcome.retryAfter, backoff * (0.5 + Math.random() / 2));
      if (Date.now() + wait - started > this.#retry.giveUpAfter) {
        throw new CommandFailure(`${this.#origin.host} could not be used for too long (${outcome.lost}).`);
      }
      this.#onRetry(outcome.lost, wait);
      await sleep(wait, undefined, { signal: parameters.stop });
    }
  }

  async #attempt(
    path: string,
    { method = "GET", type, body, key, stop }: Parameters,
  ): Promise<Omit<Heard, "attempts"> | { lost: string; retryAfter: number }> {
    const url = new URL(`/v1/operators/${path}`, this.#origin);
    const headers = {
      Accept: "application/json",
      ...(type !== undefined && { "Content-Type": type }),
      ...(key !== undefined && { "Idempotency-Key": key }),
      ...(await this.#credentials()),
    };
    let response: Response;
    let text: string;
    try {
      const timeout = AbortSignal.timeout(this.#retry.timeout);
      const signal = stop === undefined ? timeout : AbortSignal.any([timeout, stop]);
      // Cloudflare Access redirects bad credentials to a login page, which must not count as a response.
      response = await fetch(url, { method, headers, body: body ?? null, redirect: "manual", signal });
      text = await response.text();
    } catch (error) {
      stop?.throwIfAborted();
      return { lost: networkFault(error), retryAfter: 0 };
    }
    const { status } = response;
    if (status >= 500 || status === 429 || status === 408) {
      return { lost: `it answered ${status}`, retryAfter: retryAfter(response.headers) };
    }
    const json = parseJson(text);
    if (!response.ok) throw new Refused(status, refusalText(url, status, json));
    return { status, json, headers: response.headers };
  }
}

function parse<T>(schema: z.ZodType<T>, heard: Heard): T {
  const parsed = schema.safeParse(heard.json);
  if (parsed.success) return parsed.data;
  throw new CommandFailure(
    `The service answered ${heard.status} with something that this command does not understand.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function networkFault(error: unknown): string {
  if (!(error instanceof Error)) return "connection lost";
  if (error.name === "TimeoutError") return "no answer in time";
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? "connection lost";
}

/** Milliseconds of a Retry-After header; 0 without one. */
function retryAfter(headers: Headers): number {
  const value = headers.get("Retry-After") ?? "";
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now());
}

function refusalText(url: URL, status: number, json: unknown): string {
  if (status >= 300 && status < 400) return `${url.host} asks for a login: its Access service token was not accepted.`;
  const problem = problemSchema.safeParse(json).data;
  if (problem === undefined) return `${url.host} answered ${status} to ${url.pathname}: is it this service?`;
  const fields = problem.errors?.map(({ field, problem }) => `${field}: ${problem}`).join(", ");
  const detail = [problem.detail ?? problem.title, fields].filter((part) => part !== undefined).join(" — ");
  return `${url.host} refused (${status} ${problem.code}): ${detail}`;
}
