import type { Directory, Publishing } from "../directory/directory.ts";
import { endpoint, json, z, type Endpoint } from "../http/endpoint.ts";
import type { StoreName } from "../telemetry/logger.ts";
import { DatasetBody } from "./dataset-routes.ts";

const Status = z
  .object({
    backlog: z.object({
      blocks: z.int().describe("Blocks whose page is older than their evidence."),
      oldestSeconds: z.int().nullable().describe("How long the oldest has waited."),
    }),
    storage: z.object({ d1Bytes: z.int() }),
    datasets: z.array(DatasetBody.extend({ dropping: z.boolean() })),
  })
  .openapi("Status");

const Health = z
  .object({
    status: z.enum(["ok", "sick"]),
    version: z.string(),
    stores: z
      .record(z.string(), z.enum(["ok", "sick"]))
      .optional()
      .describe("With deep=1 and an operator's token."),
  })
  .openapi("Health");

/** How the service does: for operators in numbers, for load balancers in a word. */
export function statusRoutes(directory: Directory, publishing: Publishing, version: string): Endpoint[] {
  return [
    endpoint(
      {
        method: "get",
        path: "/v1/operators/status",
        tag: "Operators",
        summary: "Backlog, storage, datasets",
        description: "What is not published yet and since when, how much is stored, and which datasets there are.",
        scopes: ["operator"],
        answers: { 200: { description: "The status.", schema: Status } },
        refusals: [],
      },
      async (_, call) => {
        const [backlog, datasets] = await Promise.all([
          directory.records.readBacklog(),
          directory.records.datasets.readDatasets(),
        ]);
        return json(
          {
            backlog: {
              blocks: backlog.blocks,
              oldestSeconds:
                backlog.oldest === null ? null : Math.max(0, Math.round((call.now - backlog.oldest) / 1000)),
            },
            storage: { d1Bytes: backlog.bytes },
            datasets: datasets.map(({ keep, ...dataset }) => ({ ...dataset, dropping: keep !== null })),
          },
          call.requestId,
        );
      },
    ),
    endpoint(
      {
        method: "get",
        path: "/healthz",
        tag: "Service",
        summary: "Whether the service answers",
        description: "With `deep=1` and an operator's token it asks each store, and names the sick one.",
        scopes: null,
        query: z.object({ deep: z.enum(["0", "1"]).optional() }),
        answers: {
          200: { description: "It does.", schema: Health },
          503: { description: "A store is sick.", schema: Health },
        },
        refusals: ["missing-token", "invalid-token", "forbidden"],
      },
      async ({ query }, call) => {
        if (query.deep !== "1") return json({ status: "ok", version }, call.requestId);
        if (call.principal === null) return call.tokenRefusal ?? { code: "missing-token" };
        if (call.principal.scope !== "operator") return { code: "forbidden" };
        const stores = await probeAll(directory, publishing);
        const sick = Object.values(stores).includes("sick");
        return json({ status: sick ? "sick" : "ok", version, stores }, call.requestId, sick ? 503 : 200);
      },
    ),
  ];
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
