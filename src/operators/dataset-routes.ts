import * as z from "zod";
import type { Directory, Publishing } from "../directory/directory.ts";
import { dropDataset } from "../directory/drop.ts";
import type { DatasetRecord } from "../directory/dataset-records.ts";
import { digestOf, editionId, takeIn } from "../directory/take-in.ts";
import { hasMediaType, readBounded } from "../http/body.ts";
import { endpoint, json, type Answer, type Call, type Endpoint } from "../http/endpoint.ts";
import { isCountry, type Country } from "../numbers/number.ts";
import { readRows, RowSchema, ROW_REFUSALS } from "./dataset-rows.ts";
import { dayOf } from "../time/days.ts";

const MAX_ROWS_BYTES = 4 * 1024 * 1024;
const MAX_BODY_BYTES = 4096;

const DatasetId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .meta({ examples: ["us-hospitals"] });
const Params = z.object({ id: DatasetId });
const Edition = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .meta({ examples: ["2025-06"] });

export const DatasetBody = z
  .object({
    id: DatasetId,
    title: z.string(),
    kind: z.enum(["complaints", "directory"]),
    licence: z.string(),
    country: z.string(),
  })
  .meta({ id: "Dataset" });

const DatasetInput = z
  .strictObject({
    title: z.string().min(1).max(200),
    kind: z.enum(["complaints", "directory"]),
    licence: z.string().min(1).max(200),
    country: z
      .string()
      .refine(isCountry)
      .meta({ pattern: "^[A-Z]{2}$", description: "ISO 3166 alpha-2, for numbers in national digits." }),
  })
  .meta({ id: "DatasetInput" });

const RowsAnswer = z
  .object({
    accepted: z.int().describe("Accepted rows; those of unlisted numbers count, but are not stored."),
    changed: z.int().describe("Numbers about which something has changed."),
    rejected: z.int(),
    rejections: z.array(
      z
        .object({ line: z.int().describe("From 1 on, in the batch."), reason: z.enum(ROW_REFUSALS) })
        .meta({ id: "RowRejection", examples: [{ line: 3, reason: "too-short" }] }),
    ),
    withoutCategory: z
      .int()
      .optional()
      .describe("Where there are some: accepted rows whose category is none that is known, and was left out."),
  })
  .meta({ id: "RowsAnswer" });

const SCOPES = ["operator"] as const;

/** Datasets: created, filled in batches, dropped. */
export function datasetRoutes(directory: Directory, publishing: Publishing): Endpoint[] {
  return [
    endpoint(
      {
        operationId: "putDataset",
        method: "put",
        path: "/v1/operators/datasets/{id}",
        tag: "Operators",
        summary: "Create a dataset, or change its title, licence or country",
        description:
          "Names from `directory` datasets are shown as official; `complaints` weigh as spam evidence. The kind of a dataset never changes.",
        scopes: SCOPES,
        audit: { action: "dataset.put", target: "id", keeps: ["title", "kind", "licence", "country"] },
        params: Params,
        body: { schema: DatasetInput, limit: MAX_BODY_BYTES },
        answers: { 200: { description: "The dataset.", schema: DatasetBody } },
        refusals: ["dataset-kind-differs", "dataset-being-dropped"],
      },
      async ({ params, body }, call) => {
        const before = await directory.records.datasets.readDataset(params.id);
        if (before !== null && before.kind !== body.kind) return { code: "dataset-kind-differs" };
        // What is acknowledged here must not be dropped a minute later.
        if (before?.keep === "") return { code: "dataset-being-dropped" };
        const dataset = { id: params.id, ...body };
        await directory.records.datasets.writeDataset(dataset);
        return json(dataset, call.requestId);
      },
    ),
    endpoint(
      {
        operationId: "addDatasetRows",
        method: "post",
        path: "/v1/operators/datasets/{id}/rows",
        tag: "Operators",
        summary: "Send a batch of rows",
        description: `NDJSON, at most 5,000 rows and 4 MiB. All accepted rows are imported, or none. A repeat under the same Idempotency-Key gets the first answer again, with \`Idempotency-Replayed: true\`, and changes nothing.`,
        scopes: SCOPES,
        audit: { action: "dataset.rows", target: "id", keeps: ["edition", "asOf"], many: true },
        params: Params,
        query: z.object({
          edition: Edition.optional().describe("Groups rows, for DELETE with `keep`."),
          asOf: z.iso
            .date()
            .optional()
            .describe(
              "The day that rows without one are taken to be of, such as a history's; else that of their arrival. They stay undated: they never count as recent.",
            ),
        }),
        headers: z.object({
          "Idempotency-Key": z.string().describe("1–128 letters, digits, dots, dashes and underscores."),
        }),
        stream: { mediaType: "application/x-ndjson", schema: RowSchema, description: "One JSON object a line." },
        answers: {
          200: { description: "The result for each row.", schema: RowsAnswer, headers: ["Idempotency-Replayed"] },
        },
        refusals: [
          "not-found",
          "idempotency-key-missing",
          "idempotency-key-reused",
          "dataset-being-dropped",
          "too-large",
          "too-many-rows",
          "unsupported-media-type",
        ],
      },
      async ({ params, query }, call) => {
        const dataset = await directory.records.datasets.readDataset(params.id);
        return dataset === null
          ? { code: "not-found" }
          : takeRows(directory, publishing, dataset, { edition: query.edition ?? "", asOf: query.asOf ?? null }, call);
      },
    ),
    endpoint(
      {
        operationId: "deleteDataset",
        method: "delete",
        path: "/v1/operators/datasets/{id}",
        tag: "Operators",
        summary: "Delete a dataset, or all of it except one edition",
        description:
          "Deletes in bounded steps; repeat until `done`. The service finishes a deletion even if nobody repeats the request. Afterwards the directory is as if the rows had never been sent.",
        scopes: SCOPES,
        audit: { action: "dataset.drop", target: "id", keeps: ["keep"] },
        params: Params,
        query: z.object({ keep: Edition.optional().describe("The edition to keep.") }),
        answers: {
          200: {
            description: "What this step removed.",
            schema: z.object({ removed: z.int(), done: z.boolean() }).meta({ id: "Dropped" }),
          },
        },
        refusals: ["not-found", "dataset-being-dropped"],
      },
      async ({ params, query }, call) => {
        const dataset = await directory.records.datasets.readDataset(params.id);
        if (dataset === null) return { code: "not-found" };
        const keep = await editionId(directory.vault, dataset.id, query.keep ?? "");
        // Once rows are being dropped, a later call cannot save them.
        if (dataset.keep !== null && keep !== "" && keep !== dataset.keep) return { code: "dataset-being-dropped" };
        return json(await dropDataset(directory, publishing, dataset.id, keep, call.now), call.requestId);
      },
    ),
  ];
}

async function takeRows(
  directory: Directory,
  publishing: Publishing,
  dataset: DatasetRecord,
  { edition, asOf }: { readonly edition: string; readonly asOf: string | null },
  call: Call,
): Promise<Answer> {
  const { request, now } = call;
  const idempotencyKey = request.headers.get("idempotency-key") ?? "";
  if (!/^[A-Za-z0-9._-]{1,128}$/.test(idempotencyKey)) return { code: "idempotency-key-missing" };
  if (!hasMediaType(request, "application/x-ndjson") && !hasMediaType(request, "application/ndjson")) {
    return { code: "unsupported-media-type" };
  }
  const body = await readBounded(request, MAX_ROWS_BYTES);
  if (!body.ok) return body.refusal;

  // The dataset's country was checked when it was made.
  const read = readRows(body.value, { of: dataset.kind, country: dataset.country as Country, today: dayOf(now), asOf });
  if (!read.ok) return { code: read.code };
  const { rows, rejections, withoutCategory } = read;
  const first = {
    accepted: rows.length,
    rejected: rejections.length,
    rejections,
    ...(withoutCategory > 0 && { withoutCategory }),
  };
  const taken = await takeIn(
    directory,
    publishing,
    dataset,
    { idempotencyKey, edition, asOf, digest: await digestOf(body.value), rows, answer: JSON.stringify(first) },
    now,
  );
  if (!taken.ok) return { code: taken.code };
  // The first answer; if it cannot be opened, the same rows give the same result.
  const { accepted, ...others } = directory.vault.stored.parse<typeof first>("batches", taken.answer) ?? first;
  const { changed, replayed } = taken;
  directory.logger.log("dataset.batch", { accepted, changed, rejected: others.rejected, replayed });
  const headers = replayed ? { "idempotency-replayed": "true" } : {};
  return json({ accepted, changed, ...others }, call.requestId, 200, headers);
}
