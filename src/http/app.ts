import { Hono, type Context } from "hono";
import type { Config } from "../config.ts";
import { errorClass, type Logger, type RequestId, type RoutePattern } from "../telemetry/logger.ts";
import { StoreFailure } from "../telemetry/store-failure.ts";
import { Authenticator, type Principal } from "./authentication.ts";
import { isRefusal, type Call, type Endpoint } from "./endpoint.ts";
import type { Limits } from "./limits.ts";
import { openApiDocument } from "./openapi.ts";
import { isProblemCode, problemResponse, type Refusal } from "./problem.ts";
import { problemPage } from "./problem-page.ts";

/** What the edge needs from the wiring. */
export interface Edge {
  readonly config: Config;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly version: string;
  readonly endpoints: readonly Endpoint[];
}

/**
 * The public edge. Order for every request: request id, route, token, scope, limit, the fields of path and query, the
 * body (bounded before it is read), the handler; and one way back for refusals.
 */
export function createApp(edge: Edge): Hono {
  const { config, logger } = edge;
  const authenticator = new Authenticator(config);
  const app = new Hono({ strict: true });
  const originOf = (request: Request): string => config.publicOrigin ?? new URL(request.url).origin;
  const refuse = (request: Request, refusal: Refusal, requestId = newRequestId()): Response =>
    problemResponse(refusal, originOf(request), requestId);

  const authorise = async (request: Request, { spec }: Endpoint, now: number): Promise<Principal | Refusal | null> => {
    if (spec.scopes === null) return optionalPrincipal(request, now);
    const authenticated = await authenticator.authenticate(request, now);
    if (!authenticated.ok) return authenticated.refusal;
    const { principal } = authenticated;
    if (!spec.scopes.includes(principal.scope)) return { code: "forbidden" };
    return spec.limit === undefined ? principal : ((await edge.limits.check(spec.limit, principal)) ?? principal);
  };

  // A public endpoint serves whoever has a bad token too; it only shows more to an operator.
  const optionalPrincipal = async (request: Request, now: number): Promise<Principal | null> => {
    if (!request.headers.has("authorization") && !request.headers.has("cf-access-jwt-assertion")) return null;
    const authenticated = await authenticator.authenticate(request, now);
    return authenticated.ok ? authenticated.principal : null;
  };

  const serve = async (c: Context, endpoint: Endpoint): Promise<Response> => {
    const request = c.req.raw;
    const requestId = newRequestId();
    try {
      const now = Date.now();
      const principal = await authorise(request, endpoint, now);
      if (principal !== null && "code" in principal) return refuse(request, principal, requestId);
      const diagnostics = config.development || principal?.scope === "operator";
      const call: Call = { request, requestId, origin: originOf(request), principal, now, diagnostics };
      const answer = await endpoint.handle(call, c.req.param(), endpoint.spec.query === undefined ? {} : c.req.query());
      return isRefusal(answer) ? refuse(request, answer, requestId) : answer;
    } catch (thrown) {
      // A bug, or a store that an endpoint cannot do without. Neither the request nor the text of the error is logged:
      // both may hold numbers.
      logger.log("http.bug", { requestId, route: endpoint.spec.path as RoutePattern, error: errorClass(thrown) });
      return refuse(
        request,
        thrown instanceof StoreFailure ? { code: "unavailable", retryAfter: 5 } : { code: "internal" },
        requestId,
      );
    }
  };

  for (const endpoint of edge.endpoints) {
    const { method, path } = endpoint.spec;
    app.on(method.toUpperCase(), honoPath(path), (c) => serve(c, endpoint));
  }

  let document: string | null = null;
  app.get("/openapi.json", () => {
    document ??= JSON.stringify(openApiDocument(edge.endpoints, edge.version));
    return new Response(document, {
      headers: { "content-type": "application/json", "cache-control": "max-age=3600", "x-request-id": newRequestId() },
    });
  });
  app.get("/problems/:code", (c) => {
    const code = c.req.param("code");
    return isProblemCode(code) ? problemPage(code, newRequestId()) : refuse(c.req.raw, { code: "not-found" });
  });

  const methods = new Map<string, string[]>();
  for (const { spec } of edge.endpoints) {
    methods.set(spec.path, [...(methods.get(spec.path) ?? []), spec.method.toUpperCase()]);
  }
  for (const [path, allowed] of [
    ...methods,
    ["/openapi.json", ["GET"]] as const,
    ["/problems/{code}", ["GET"]] as const,
  ]) {
    app.all(honoPath(path), (c) => refuse(c.req.raw, { code: "method-not-allowed", allow: allowed.join(", ") }));
  }
  app.notFound((c) => refuse(c.req.raw, { code: "not-found" }));
  app.onError((_, c) => refuse(c.req.raw, { code: "internal" }));
  return app;
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

/** Our own, never the client's: what is in a header may be anything. */
function newRequestId(): RequestId {
  return crypto.randomUUID() as RequestId;
}
