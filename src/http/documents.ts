import type { Hono } from "hono";
import { refuse, type Edge, type Known } from "./edge.ts";
import type { Endpoint } from "./endpoint.ts";
import { asOpenApi30 } from "./openapi-3-0.ts";
import { openApiDocument } from "./openapi.ts";
import { problemPage } from "./problem-page.ts";
import { isProblemCode } from "./problems.ts";

/** Adds what describes the endpoints: the OpenAPI documents, and a page for each kind of problem. */
export function addDocuments(app: Hono<Known>, edge: Edge, endpoints: readonly Endpoint[]): void {
  for (const [path, made] of [
    ["/openapi.json", (document: object) => document],
    ["/openapi-3.0.json", asOpenApi30],
  ] as const) {
    let document: string | null = null;
    app.get(path, (c) => {
      document ??= JSON.stringify(made(openApiDocument(endpoints, edge.version)));
      const headers = { "content-type": "application/json", "cache-control": "max-age=3600" };
      return new Response(document, { headers: { ...headers, "x-request-id": c.var.requestId } });
    });
  }
  app.get("/problems/:code", (c) => {
    const code = c.req.param("code");
    return isProblemCode(code) ? problemPage(code, c.var.requestId) : refuse(edge, c, { code: "not-found" });
  });
}
