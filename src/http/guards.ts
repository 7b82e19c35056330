import type { MiddlewareHandler } from "hono";
import type { Scope } from "../config.ts";
import { refuse, type Edge, type Known } from "./edge.ts";
import type { Principal } from "./authentication.ts";
import type { Endpoint, LimitName } from "./endpoint.ts";
import { accessOf, sessionRefusal, type Access, type SessionNeed } from "./session-access.ts";

type Guard = MiddlewareHandler<Known>;

/**
 * The middleware before an endpoint's handler, in order: limit by address, keys, token, scope, limit by account, session.
 */
export function guardsOf(edge: Edge, spec: Endpoint["spec"]): Guard[] {
  const { scopes, limit, session = "full", method, withAnyKeys } = spec;
  const guards: Guard[] = [];
  if (method !== "get" && withAnyKeys !== true) guards.push(withRightKeys(edge));
  if (limit === "address") guards.push(limitedByAddress(edge));
  if (scopes === null) return [...guards, anybody(edge)];
  guards.push(authenticated(edge, scopes));
  if (limit !== undefined) guards.push(limitedByAccount(edge, limit));
  if (session !== "none" && scopes.includes("app")) guards.push(inSession(edge, session));
  return guards;
}

/** Refuses to write where the keys are not those of the data. */
function withRightKeys(edge: Edge): Guard {
  return async (c, next) =>
    (await edge.hasWrongKeys(c.var.now)) ? refuse(edge, c, { code: "unavailable", retryAfter: 60 }) : next();
}

function limitedByAddress(edge: Edge): Guard {
  return async (c, next) => {
    const over = await edge.limits.checkAddress(c.req.raw);
    return over === null ? next() : refuse(edge, c, over);
  };
}

/** Continues without a valid token; sets the principal if there is one. */
function anybody(edge: Edge): Guard {
  return async (c, next) => {
    const authenticated = await edge.authenticator.authenticate(c.req.raw, c.var.now);
    c.set("principal", authenticated.ok ? authenticated.principal : null);
    c.set("tokenRefusal", authenticated.ok ? null : authenticated.refusal);
    c.set("access", accessAsked(edge, authenticated.ok ? authenticated.principal : null, c.var.now));
    return next();
  };
}

/** Requires a valid token of one of the scopes. */
function authenticated(edge: Edge, scopes: readonly Scope[]): Guard {
  return async (c, next) => {
    const authenticated = await edge.authenticator.authenticate(c.req.raw, c.var.now);
    if (!authenticated.ok) return refuse(edge, c, authenticated.refusal);
    const { principal } = authenticated;
    if (!scopes.includes(principal.scope)) return refuse(edge, c, { code: "forbidden" });
    c.set("principal", principal);
    c.set("tokenRefusal", null);
    c.set("access", accessAsked(edge, principal, c.var.now));
    return next();
  };
}

function limitedByAccount(edge: Edge, limit: LimitName): Guard {
  return async (c, next) => {
    const { principal } = c.var;
    const over = principal === null ? null : await edge.limits.check(limit, principal);
    return over === null ? next() : refuse(edge, c, over);
  };
}

/** Requires the session access that the endpoint needs. */
function inSession(edge: Edge, need: Exclude<SessionNeed, "none">): Guard {
  return async (c, next) => {
    const { principal, access } = c.var;
    const refused = principal?.scope === "app" ? sessionRefusal(need, await access()) : null;
    return refused === null ? next() : refuse(edge, c, refused);
  };
}

/** Reads the state of a principal's session, lazily and once. */
function accessAsked({ askSession, config }: Edge, principal: Principal | null, now: number): () => Promise<Access> {
  let asked: Promise<Access> | null = null;
  return async () => {
    if (principal === null || principal.session === null || principal.scope !== "app") return "full";
    const { account, session } = principal;
    asked ??= askSession(account, session, now).then((standing) => accessOf(standing, config.development));
    return asked;
  };
}
