import type { Config } from "../config.ts";
import { errorClass, type Logger, type RequestId, type RoutePattern } from "../telemetry/logger.ts";
import { logBug } from "../telemetry/bugs.ts";
import { framesOf } from "../telemetry/frames.ts";
import { outageOf } from "../telemetry/store-failure.ts";
import type { AuditTrail } from "./audit.ts";
import type { Authenticator, Principal } from "./authentication.ts";
import { discardBody } from "./body.ts";
import { isRefusal, type Call, type Endpoint } from "./endpoint.ts";
import type { Limits } from "./limits.ts";
import type { Refusal } from "./problem.ts";
import { problemResponse } from "./problem-response.ts";
import { accessOf, sessionRefusal, type Access, type AskSession } from "./session-access.ts";
import type { Fields, Handler } from "./router.ts";

/** What the edge needs from the wiring. */
export interface Edge {
  readonly config: Config;
  readonly authenticator: Authenticator;
  readonly limits: Limits;
  /** How the session of an access token stands. */
  readonly askSession: AskSession;
  readonly trail: AuditTrail;
  readonly logger: Logger;
  readonly version: string;
  /** Those that must be there at once. */
  readonly endpoints: readonly Endpoint[];
  /** All others, loaded with the router at the first request that is for none of the above: see router.ts. */
  readonly later: () => Promise<readonly Endpoint[]>;
}

/**
 * The public edge. Order for every request: request id, route, token, scope, limit, session, the fields of path and
 * query, the body (bounded before it is read), the handler; and one way back for refusals.
 */
export function createApp(edge: Edge): (request: Request) => Response | Promise<Response> {
  const { config, logger, authenticator } = edge;
  const originOf = (request: Request): string => config.publicOrigin ?? new URL(request.url).origin;
  const refuse = (request: Request, refusal: Refusal, requestId = newRequestId()): Response =>
    problemResponse(refusal, originOf(request), requestId);

  /** Who asks, or why they may not. */
  const authorise = async (
    request: Request,
    { spec }: Endpoint,
    now: number,
  ): Promise<Pick<Call, "principal" | "tokenRefusal" | "access"> | Refusal> => {
    if (spec.limit === "address") {
      const over = await edge.limits.checkAddress(request);
      if (over !== null) return over;
    }
    const authenticated = await authenticator.authenticate(request, now);
    // A public endpoint serves whoever has no token, or a bad one, too.
    if (spec.scopes === null) {
      return authenticated.ok
        ? { principal: authenticated.principal, tokenRefusal: null, access: accessAsked(authenticated.principal, now) }
        : { principal: null, tokenRefusal: authenticated.refusal, access: async () => "full" };
    }
    if (!authenticated.ok) return authenticated.refusal;
    const { principal } = authenticated;
    if (!spec.scopes.includes(principal.scope)) return { code: "forbidden" };
    const over = spec.limit === undefined ? null : await edge.limits.check(spec.limit, principal);
    if (over !== null) return over;
    const access = accessAsked(principal, now);
    const need = spec.session ?? "full";
    const refused = need === "none" || principal.scope !== "app" ? null : sessionRefusal(need, await access());
    return refused ?? { principal, tokenRefusal: null, access };
  };

  /** Asks how a principal's session stands, when it is asked and once. */
  const accessAsked = ({ account, session, scope }: Principal, now: number): (() => Promise<Access>) => {
    let asked: Promise<Access> | null = null;
    return async () => {
      if (session === null || scope !== "app") return "full";
      asked ??= edge.askSession(account, session, now).then((standing) => accessOf(standing, config.development));
      return asked;
    };
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
        access: asking.access,
        now,
        diagnostics,
        development: config.development,
        trail: edge.trail,
      };
      const answer = await endpoint.handle(call, params, query);
      return isRefusal(answer) ? await refuseUnread(request, answer, requestId) : answer;
    } catch (thrown) {
      // A store that an endpoint cannot do without, or a bug. Neither the request nor the text of the error is logged:
      // both may hold numbers.
      const [route, store, frames] = [endpoint.spec.path as RoutePattern, outageOf(thrown), framesOf(thrown)];
      if (store === null) logger.log("http.bug", { requestId, route, error: errorClass(thrown), frames });
      else logger.log("http.outage", { requestId, route, store, frames });
      return refuse(request, store === null ? { code: "internal" } : { code: "unavailable", retryAfter: 5 }, requestId);
    }
  };

  const refuseUnread = async (request: Request, refusal: Refusal, requestId: RequestId): Promise<Response> => {
    await discardBody(request);
    return refuse(request, refusal, requestId);
  };

  // An address without parameters needs no router, and the call that a ringing phone waits for is one.
  const exact = exactOnes(edge.endpoints);
  let routed: Handler | null = null;
  const loadRouter = async (): Promise<Handler> => {
    const [{ createRouter }, later] = await Promise.all([import("./router.ts"), edge.later()]);
    const endpoints = [...edge.endpoints, ...later];
    for (const [key, endpoint] of exactOnes(later)) exact.set(key, endpoint);
    const report = (thrown: unknown): void => logBug(logger, thrown);
    routed = createRouter({ endpoints, version: edge.version, serve, refuse, refuseUnread, newRequestId, report });
    return routed;
  };

  return (request) => {
    const { url } = request;
    const endpoint = exact.get(`${request.method} ${url.slice(url.indexOf("/", "https://".length))}`);
    if (endpoint !== undefined) return serve(request, endpoint, NO_FIELDS, NO_FIELDS);
    return routed === null ? loadRouter().then((router) => router(request)) : routed(request);
  };
}

function exactOnes(endpoints: readonly Endpoint[]): Map<string, Endpoint> {
  return new Map(
    endpoints
      .filter(({ spec }) => spec.query === undefined && !spec.path.includes("{"))
      .map((endpoint) => [`${endpoint.spec.method.toUpperCase()} ${endpoint.spec.path}`, endpoint]),
  );
}

const NO_FIELDS: Fields = {};

/** Our own, never the client's: what is in a header may be anything. */
function newRequestId(): RequestId {
  return crypto.randomUUID() as RequestId;
}
