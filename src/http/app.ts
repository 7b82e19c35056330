import { Hono, type Context } from "hono";
import type { Config } from "../config.ts";
import { errorClass, type Logger, type RequestId, type RoutePattern } from "../telemetry/logger.ts";
import { StoreFailure } from "../telemetry/store-failure.ts";
import { Authenticator } from "./authentication.ts";
import { discardBody } from "./body.ts";
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
export function createApp(edge: Edge): (request: Request) => Response | Promise<Response> {
  const { config, logger } = edge;
  const authenticator = new Authenticator(config);
  const app = new Hono({ strict: true });
  const originOf = (request: Request): string => config.publicOrigin ?? new URL(request.url).origin;
  const refuse = (request: Request, refusal: Refusal, requestId = newRequestId()): Response =>
    problemResponse(refusal, originOf(request), requestId);

  /** Who asks, or why they may not. */
  const authorise = async (
    request: Request,
    { spec }: Endpoint,
    now: number,
  ): Promise<Pick<Call, "principal" | "tokenRefusal"> | Refusal> => {
    const authenticated = await authenticator.authenticate(request, now);
    // A public endpoint serves whoever has no token, or a bad one, too.
    if (spec.scopes === null) {
      return authenticated.ok
        ? { principal: authenticated.principal, tokenRefusal: null }
        : { principal: null, tokenRefusal: authenticated.refusal };
    }
    if (!authenticated.ok) return authenticated.refusal;
    const { principal } = authenticated;
    if (!spec.scopes.includes(principal.scope)) return { code: "forbidden" };
    const over = spec.limit === undefined ? null : await edge.limits.check(spec.limit, principal);
    return over ?? { principal, tokenRefusal: null };
  };

  const serve = async (request: Request, endpoint: Endpoint, params: Fields, query: Fields): Promise<Response> => {
    const requestId = newRequestId();
    try {
      const now = Date.now();
      const asking = await authorise(request, endpoint, now);
      if ("code" in asking) return await refuseUnread(request, asking, requestId);
      const diagnostics = config.development || asking.principal?.scope === "operator";
      const call: Call = {
        request,
        requestId,
        principal: asking.principal,
        tokenRefusal: asking.tokenRefusal,
        now,
        diagnostics,
      };
      const answer = await endpoint.handle(call, params, query);
      return isRefusal(answer) ? await refuseUnread(request, answer, requestId) : answer;
    } catch (thrown) {
      // A bug, or a store that an endpoint cannot do without. Neither the request nor the text of the error is logged:
      // both may hold numbers.
      logger.log("http.bug", { requestId, route: endpoint.spec.path as RoutePattern, error: errorClass(thrown) });
      const down = thrown instanceof StoreFailure;
      return refuse(request, down ? { code: "unavailable", retryAfter: 5 } : { code: "internal" }, requestId);
    }
  };

  const refuseUnread = async (request: Request, refusal: Refusal, requestId: RequestId): Promise<Response> => {
    await discardBody(request);
    return refuse(request, refusal, requestId);
  };

  for (const endpoint of edge.endpoints) {
    const { method, path, query } = endpoint.spec;
    const queryOf = (c: Context): Fields => (query === undefined ? NO_FIELDS : c.req.query());
    app.on(method.toUpperCase(), honoPath(path), (c) => serve(c.req.raw, endpoint, c.req.param(), queryOf(c)));
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

  // A router of its own: a second handler on the paths above would make every request go through a chain of two.
  const otherwise = new Hono({ strict: true });
  const methods = new Map<string, string[]>();
  for (const { spec } of edge.endpoints) {
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
  app.onError((_, c) => refuse(c.req.raw, { code: "internal" }));

  // An address without parameters needs no router, and the call that a ringing phone waits for is one.
  const exact = new Map<string, Endpoint>();
  for (const endpoint of edge.endpoints) {
    const { method, path, query } = endpoint.spec;
    if (query === undefined && !path.includes("{")) exact.set(`${method.toUpperCase()} ${path}`, endpoint);
  }
  return (request) => {
    const { url } = request;
    const endpoint = exact.get(`${request.method} ${url.slice(url.indexOf("/", "https://".length))}`);
    return endpoint === undefined ? app.fetch(request) : serve(request, endpoint, NO_FIELDS, NO_FIELDS);
  };
}

type Fields = Readonly<Record<string, string>>;
const NO_FIELDS: Fields = {};

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

/** Our own, never the client's: what is in a header may be anything. */
function newRequestId(): RequestId {
  return crypto.randomUUID() as RequestId;
}
