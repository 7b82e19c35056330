import { Hono, type Context } from "hono";
import type { RequestId } from "../telemetry/logger.ts";
import type { Endpoint } from "./endpoint.ts";
import { openApiDocument } from "./openapi.ts";
import type { Refusal } from "./problem.ts";
import { isProblemCode } from "./problems.ts";
import { problemPage } from "./problem-page.ts";

export type Handler = (request: Request) => Response | Promise<Response>;
/** Fields of a path or a query, as they came. */
export type Fields = Readonly<Record<string, string>>;

/** What the router needs of the app. */
export interface Routing {
  readonly endpoints: readonly Endpoint[];
  readonly version: string;
  readonly serve: (request: Request, endpoint: Endpoint, params: Fields, query: Fields) => Promise<Response>;
  readonly refuse: (request: Request, refusal: Refusal) => Response;
  readonly refuseUnread: (request: Request, refusal: Refusal, requestId: RequestId) => Promise<Response>;
  readonly newRequestId: () => RequestId;
  /** Told of what is thrown outside of endpoints: a bug. */
  readonly report: (thrown: unknown) => void;
}

const NO_FIELDS: Fields = {};

/**
 * Every address of the service, its document, and the pages of its problems. Loaded after the start, with the
 * endpoints' schemas: a fresh isolate that was woken by a ringing phone needs none of it.
 */
export function createRouter(routing: Routing): Handler {
  const { endpoints, version, serve, refuse, refuseUnread, newRequestId, report } = routing;
  const app = new Hono({ strict: true });
  for (const endpoint of endpoints) {
    const { method, path, query } = endpoint.spec;
    const queryOf = (c: Context): Fields => (query === undefined ? NO_FIELDS : c.req.query());
    app.on(method.toUpperCase(), honoPath(path), (c) => serve(c.req.raw, endpoint, c.req.param(), queryOf(c)));
  }

  let document: string | null = null;
  app.get("/openapi.json", () => {
    document ??= openApiDocument(endpoints, version);
    return new Response(document, {
      headers: { "content-type": "application/json", "cache-control": "max-age=3600", "x-request-id": newRequestId() },
    });
  });
  app.get("/problems/:code", (c) => {
    const code = c.req.param("code");
    return isProblemCode(code) ? problemPage(code, newRequestId()) : refuse(c.req.raw, { code: "not-found" });
  });

  // A router of its own: a second handler on the paths above would make every request go through a chain of two.
  const otherwise = new Hono({ strict: true });
  const methods = new Map<string, string[]>();
  for (const { spec } of endpoints) {
    methods.set(spec.path, [...(methods.get(spec.path) ?? []), spec.method.toUpperCase()]);
  }
  for (const [path, allowed] of [
    ...methods,
    ["/openapi.json", ["GET"]] as const,
    ["/problems/{code}", ["GET"]] as const,
  ]) {
    otherwise.all(honoPath(path), (c) =>
      refuseUnread(c.req.raw, { code: "method-not-allowed", allow: allowed.join(", ") }, newRequestId()),
    );
  }
  otherwise.notFound((c) => refuseUnread(c.req.raw, { code: "not-found" }, newRequestId()));
  app.notFound((c) => otherwise.fetch(c.req.raw));
  app.onError((thrown, c) => {
    report(thrown);
    return refuse(c.req.raw, { code: "internal" });
  });
  return (request) => app.fetch(request);
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
