import * as z from "zod";
import { copyStatus, type CopyStatus } from "../directory/copy.ts";
import { sentenceOf, type KeyState } from "../keys/canary.ts";
import { KeysBody } from "../keys/keys-body.ts";
import type { Directory, Publishing } from "../directory/directory.ts";
import { endpoint, json, type Call, type Endpoint } from "../http/endpoint.ts";
import type { StoreName } from "../telemetry/logger.ts";
import { areasStatus, AreasStatus } from "./areas-status.ts";
import { DatasetBody } from "./dataset-routes.ts";
import { dayText } from "../time/days.ts";

const Delivery = z.object({
  message: z.string().describe("A keyed id of the message, as in the log; of its recipient nothing is here."),
  day: z.iso.date(),
  kind: z.string().meta({ examples: ["code"] }),
  channel: z.string().describe("sms, voice or email"),
  country: z.string().nullable(),
  outcome: z.string().describe("opted-out, expired, refused, unknown, accepted, sent, undelivered, failed, delivered"),
  error: z.int().nullable().describe("The provider's error code."),
});

/** Outcomes of messages as messaging counts them: days since 1970-01-01, "" for no country, 0 for no error. */
export interface Delivered {
  readonly day: number;
  readonly kind: string;
  readonly channel: string;
  readonly country: string;
  readonly outcome: string;
  readonly error: number;
}

/** What operators see of messages. */
export interface MessageStatus {
  readonly pending: number;
  readonly deadLetters: readonly (Delivered & { readonly message: string })[];
  readonly counts: readonly (Delivered & { readonly carrier: string; readonly count: number })[];
}

/** What messages cost today (UTC) and the budget, in micro-dollars; and how often each kind of limit was reached. */
export interface MessageSpending {
  readonly spent: number;
  readonly budget: number;
  /** Of announcements, beside that. */
  readonly campaigns: { readonly spent: number; readonly budget: number };
  readonly refused: Readonly<
    Record<"network" | "operator" | "range" | "country" | "domain" | "money" | "campaigns", number>
  >;
}

/** What other folders report for the status. */
export interface OtherStatus {
  readonly spending: (now: number) => Promise<MessageSpending>;
  readonly messages: (now: number) => Promise<MessageStatus>;
  /** Accounts being erased. */
  readonly erasing: () => Promise<number>;
  readonly retention: (now: number) => Promise<readonly RetentionStatus[]>;
  /** Stored values that could not be opened. */
  readonly skipped: (now: number) => Promise<readonly SkippedStatus[]>;
  readonly keys: (now: number) => Promise<z.infer<typeof KeysBody>>;
  readonly keyState: (now: number) => Promise<KeyState>;
}

/** How often something of a kind was skipped, since midnight (UTC) and in 30 days. */
export interface SkippedStatus {
  readonly place: string;
  readonly reason: string;
  readonly today: number;
  readonly month: number;
}

/** The state of a retention step: times in ms since 1970. */
export interface RetentionStatus {
  readonly step: string;
  readonly ran: number;
  readonly failing: number | null;
  readonly today: number;
  readonly month: number;
}

const Status = z
  .object({
    backlog: z.object({
      blocks: z
        .int()
        .describe(
          "Blocks whose page is older than what is known: of each of the 64 publishers at most 1,000 of imports and 1,000 of other changes are counted.",
        ),
      oldestSeconds: z.int().nullable().describe("How long the one that waits longest has had something unpublished."),
    }),
    areas: AreasStatus,
    copy: z
      .object({
        complete: z
          .boolean()
          .nullable()
          .describe(
            "Whether KV has every page, so that lookups of unknown numbers need no D1: true from the first minute of a new directory on, and after `npm run republish`. Null while KV does not answer.",
          )
          .meta({ examples: [true] }),
        comparing: z
          .object({ since: z.iso.datetime(), pages: z.int(), differed: z.int() })
          .describe(
            "Every minute the next 50 pages of D1 are compared with KV: how many were, and how many differed and are published again.",
          ),
        lastRound: z
          .object({ since: z.iso.datetime(), pages: z.int(), differed: z.int() })
          .nullable()
          .meta({ examples: [null] })
          .describe("The same of the last time that all of them were."),
        republishing: z
          .object({ since: z.iso.datetime(), marked: z.int(), pages: z.int() })
          .nullable()
          .meta({ examples: [null] })
          .describe("How many pages are marked to be written anew, of how many."),
      })
      .describe("KV, the copy of D1's pages that lookups read."),
    messages: z.object({
      pending: z.int().describe("Messages that wait for a retry."),
      deadLetters: z
        .array(Delivery.meta({ id: "FailedDelivery" }))
        .describe("Messages that failed in the last days, at most 100."),
      counts: z
        .array(
          Delivery.omit({ message: true })
            .extend({ carrier: z.string().meta({ examples: ["310-260"] }), count: z.int() })
            .meta({ id: "DeliveryCount" }),
        )
        .describe("Outcomes of the messages of the last 30 days, by day, country and carrier."),
      today: z
        .object({
          spentUsd: z.number().describe("By the service's own price list, which overestimates."),
          budgetUsd: z.number(),
          campaigns: z
            .object({ spentUsd: z.number(), budgetUsd: z.number() })
            .describe("What operators announce, counted beside the rest."),
          limitsMet: z
            .object({
              network: z.int(),
              operator: z.int(),
              range: z.int(),
              country: z.int(),
              domain: z.int(),
              money: z.int(),
              campaigns: z.int(),
            })
            .describe(
              "How often a limit of each kind kept a message from leaving; one that waits is counted each time that it is tried. Seconds behind.",
            ),
        })
        .describe("Since midnight (UTC)."),
    }),
    erasures: z.object({ pending: z.int().describe("Accounts being erased, each for a quarter of an hour at least.") }),
    retention: z.array(
      z
        .object({
          step: z.string(),
          lastRunAt: z.iso.datetime().describe("To the hour; the job runs every minute."),
          failedSince: z.iso
            .datetime()
            .nullable()
            .meta({ examples: [null] }),
          removedToday: z.int().describe("Rows that expired since midnight (UTC)."),
          removedIn30Days: z.int(),
        })
        .meta({ id: "RetentionStatus" }),
    ),
    skipped: z
      .array(
        z
          .object({
            place: z.string(),
            reason: z.string().meta({ examples: ["tampered"] }),
            today: z.int(),
            in30Days: z.int(),
          })
          .meta({ id: "SkippedStatus" }),
      )
      .describe(
        "How often something stored did not open (malformed, unknown-key, tampered) or was no JSON (not-json), and was left out: empty where all is well. A row counts each time that it is met.",
      ),
    keys: KeysBody.describe("The keys of the data, and how far the renewal of seals is."),
    storage: z.object({ d1Bytes: z.int() }),
    datasets: z.array(DatasetBody.extend({ dropping: z.boolean() }).meta({ id: "DatasetStatus" })),
  })
  .meta({ id: "Status" });

const Health = z
  .object({
    status: z.enum(["ok", "sick"]),
    version: z.string(),
    stores: z
      .record(z.string(), z.enum(["ok", "sick"]))
      .optional()
      .meta({ examples: [{ d1: "ok", kv: "ok", objects: "ok" }] })
      .describe("With deep=1 and an operator's token, as all that follows."),
    keys: z
      .enum(["right", "wrong", "unknown"])
      .optional()
      .describe("Whether INDEX_KEY and SEAL_KEYS are those of the data. While they are wrong, nothing is written."),
    problem: z.string().nullable().optional().describe("What to do about the keys, in a sentence."),
  })
  .meta({ id: "Health" });

/** The service's health: figures for operators, one word for load balancers. */
export function statusRoutes(
  directory: Directory,
  publishing: Publishing,
  version: string,
  others: OtherStatus,
): Endpoint[] {
  const health = async (call: Call): Promise<Response> => {
    const [stores, state] = await Promise.all([probeAll(directory, publishing), others.keyState(call.now)]);
    const sick = Object.values(stores).includes("sick") || state.is === "wrong";
    const body = { status: sick ? "sick" : "ok", version, stores, keys: state.is, problem: sentenceOf(state) };
    return json(body, call.requestId, sick ? 503 : 200);
  };
  return [
    endpoint(
      {
        operationId: "getStatus",
        method: "get",
        path: "/v1/operators/status",
        tag: "Operators",
        summary: "Status of the service",
        description:
          "What waits to be published and since when; how far areas are computed; whether KV has all pages; delivery of messages, their cost today and how often limits were reached; what retention deleted; whether the keys are those of the data, and how far their renewal is; stored values that cannot be read; storage size; datasets.",
        scopes: ["operator"],
        answers: { 200: { description: "The status.", schema: Status } },
        refusals: [],
      },
      async (_, call) => {
        const [backlog, areas, copy, bytes, datasets, messages, spending, erasing, retention, skipped, keys] =
          await Promise.all([
            directory.records.dirty.readBacklog(),
            areasStatus(directory, call.now),
            copyStatus(directory, call.now),
            directory.records.readSize(),
            directory.records.datasets.readDatasets(),
            others.messages(call.now),
            others.spending(call.now),
            others.erasing(),
            others.retention(call.now),
            others.skipped(call.now),
            others.keys(call.now),
          ]);
        return json(
          {
            backlog: {
              blocks: backlog.blocks,
              oldestSeconds:
                backlog.oldest === null ? null : Math.max(0, Math.round((call.now - backlog.oldest) / 1000)),
            },
            areas,
            copy: shownCopy(copy),
            messages: {
              pending: messages.pending,
              deadLetters: messages.deadLetters.map(shown),
              counts: messages.counts.map(shown),
              today: {
                spentUsd: spending.spent / 1_000_000,
                budgetUsd: spending.budget / 1_000_000,
                campaigns: {
                  spentUsd: spending.campaigns.spent / 1_000_000,
                  budgetUsd: spending.campaigns.budget / 1_000_000,
                },
                limitsMet: spending.refused,
              },
            },
            erasures: { pending: erasing },
            retention: retention.map(({ step, ran, failing, today, month }) => ({
              step,
              lastRunAt: new Date(ran).toISOString(),
              failedSince: failing === null ? null : new Date(failing).toISOString(),
              removedToday: today,
              removedIn30Days: month,
            })),
            skipped: skipped.map(({ month, ...counted }) => ({ ...counted, in30Days: month })),
            keys,
            storage: { d1Bytes: bytes },
            datasets: datasets.map(({ keep, ...dataset }) => ({ ...dataset, dropping: keep !== null })),
          },
          call.requestId,
        );
      },
    ),
    endpoint(
      {
        operationId: "getHealth",
        method: "get",
        path: "/healthz",
        tag: "Service",
        summary: "Health of the service",
        description: "With `deep=1` and an operator's token it says what `GET /v1/operators/health` says.",
        scopes: null,
        query: z.object({ deep: z.enum(["0", "1"]).optional() }),
        answers: {
          200: { description: "Healthy.", schema: Health },
          503: { description: "A store fails.", schema: Health },
        },
        refusals: ["missing-token", "invalid-token", "forbidden"],
      },
      async ({ query }, call) => {
        if (query.deep !== "1") return json({ status: "ok", version }, call.requestId);
        if (call.principal === null) return call.tokenRefusal ?? { code: "missing-token" };
        if (call.principal.scope !== "operator") return { code: "forbidden" };
        return health(call);
      },
    ),
    endpoint(
      {
        operationId: "getDeepHealth",
        method: "get",
        path: "/v1/operators/health",
        tag: "Operators",
        summary: "Health of the stores, and whether the keys are those of the data",
        description:
          "Asks each store and names the one that fails; says whether INDEX_KEY and SEAL_KEYS are those of the data. `npm run deploy` asks it after each deployment.",
        scopes: ["operator"],
        answers: {
          200: { description: "Healthy.", schema: Health },
          503: { description: "A store fails, or the keys are wrong.", schema: Health },
        },
        refusals: [],
      },
      (_, call) => health(call),
    ),
  ];
}

function shownCopy({ complete, round, last, republishing }: CopyStatus): z.input<typeof Status>["copy"] {
  const since = (began: number): string => new Date(began).toISOString();
  return {
    complete,
    comparing: { since: since(round.began), pages: round.pages, differed: round.differed },
    lastRound: last === null ? null : { since: since(last.began), pages: last.pages, differed: last.differed },
    republishing:
      republishing === null
        ? null
        : { since: since(republishing.began), marked: republishing.marked, pages: republishing.total },
  };
}

function shown<Row extends Delivered>(
  row: Row,
): Omit<Row, "day" | "country" | "error"> & { day: string; country: string | null; error: number | null } {
  const { day, country, error } = row;
  return {
    ...row,
    day: dayText(day),
    country: country === "" ? null : country,
    error: error === 0 ? null : error,
  };
}

const PROBE_MS = 2000;

async function probeAll(directory: Directory, publishing: Publishing): Promise<Record<StoreName, "ok" | "sick">> {
  const [d1, kv, objects] = await Promise.all([
    probe(() => directory.records.probeD1()),
    probe(() => directory.records.probeKv()),
    probe(() => publishing.ping()),
  ]);
  return { d1, kv, objects };
}

async function probe(ask: () => Promise<unknown>): Promise<"ok" | "sick"> {
  const late = new Promise<"sick">((resolve) => {
    setTimeout(() => resolve("sick"), PROBE_MS);
  });
  const answered = ask().then(
    () => "ok" as const,
    () => "sick" as const,
  );
  return Promise.race([answered, late]);
}
