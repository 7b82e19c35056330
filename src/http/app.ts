import { Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { routePath } from "hono/route";
import { errorClass, type RequestId, type RoutePattern } from "../telemetry/logger.ts";
import { framesOf } from "../telemetry/frames.ts";
import { outageOf } from "../telemetry/store-failure.ts";
import { originOf, refuse, type Edge, type EdgeContext, type Known } from "./edge.ts";
import { isRefusal, type Call, type Endpoint } from "./endpoint.ts";
import { guardsOf } from "./guards.ts";

/**
 * The public edge. Order for every request: request id, route, the guards of its endpoint (guards.ts), the fields of
 * path and query, the body (bounded before it is read), the handler; and one way back for refusals.
 * @param otherwise answers what none of the endpoints takes; a problem unless given
 */
export function createApp(
  edge: Edge,
  endpoints: readonly Endpoint[],
  otherwise?: (request: Request) => Promise<Response>,
): Hono<Known> {
  const app = new Hono<Known>({ strict: true });
  app.use(async (c, next) => {
    // Never the client's: a header may contain anything.
    c.set("requestId", crypto.randomUUID() as RequestId);
    c.set("now", Date.now());
    await next();
  });
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => refuse(edge, c, { code: "method-not-allowed", allow: methods.join(", ") }),
    }),
  );

  for (const endpoint of endpoints) {
    const { method, path, slash } = endpoint.spec;
    const paths = [honoPath(path), ...(slash ? [`${honoPath(path)}/`] : [])];
    app.on(method, paths, ...guardsOf(edge, endpoint.spec), async (c) => {
      const answer = await endpoint.handle(callOf(edge, c), c.req.param(), c.req.query());
      return isRefusal(answer) ? refuse(edge, c, answer) : answer;
    });
  }

  app.notFound((c) => otherwise?.(c.req.raw) ?? refuse(edge, c, { code: "not-found" }));
  app.onError((thrown, c) => {
    // A failing store, or a bug. Neither the request nor the error's message is logged: both may contain numbers.
    const [store, frames, { requestId }] = [outageOf(thrown), framesOf(thrown), c.var];
    const route = routePath(c, -1) as RoutePattern;
    if (store === null) edge.logger.log("http.bug", { requestId, route, error: errorClass(thrown), frames });
    else edge.logger.log("http.outage", { requestId, route, store, frames });
    return refuse(edge, c, store === null ? { code: "internal" } : { code: "unavailable", retryAfter: 5 });
  });
  return app;
}

function callOf({ config, trail }: Edge, c: EdgeContext): Call {
  const { requestId, now, principal, tokenRefusal, access } = c.var;
  const [{ development }, request] = [config, c.req.raw];
  return {
    request,
    requestId,
    origin: originOf(config, request),
    principal,
    tokenRefusal,
    access,
    now,
    diagnostics: development || principal?.scope === "operator",
    development,
    trail,
  };
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
