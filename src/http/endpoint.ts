import type * as z from "zod";
import type { Scope } from "../config.ts";
import type { RequestId } from "../telemetry/logger.ts";
import { audited, type Audited, type AuditTrail, type Fields } from "./audit.ts";
import type { Principal } from "./authentication.ts";
import { check, readJson, readOptionalJson } from "./body.ts";
import type { ProblemCode, Refusal } from "./problem.ts";
import type { HeaderName } from "./response-headers.ts";
import type { Access, SessionNeed } from "./session-access.ts";
import type { Tag } from "./tags.ts";

/**
 * What an endpoint counts as. By account: `lookup` where the answer tells what is known of a number, at the pace of the
 * token (limits.ts); `costly` where it decodes, exports, hashes slowly or wakes many objects; `calls` anywhere else. `address`, of public
 * endpoints that read a store or wake an object: by the client's address.
 */
export type LimitName = "lookup" | "calls" | "costly" | "address";

/** A request's context. */
export interface Call {
  readonly request: Request;
  readonly requestId: RequestId;
  /** The origin of this service's addresses, as the request sees it. */
  readonly origin: string;
  /** The verified token's principal; null on public endpoints without one. */
  readonly principal: Principal | null;
  /** Why a public endpoint's token was refused; null without a token, or with a valid one. */
  readonly tokenRefusal: Refusal | null;
  /** Time of arrival, ms since 1970. */
  readonly now: number;
  /** Whether the client may see diagnostics (operators; everybody in development). */
  readonly diagnostics: boolean;
  /** Whether this is a development environment. */
  readonly development: boolean;
  readonly trail: AuditTrail;
  /** The session's access, read at most once a call. Tokens without a session have full access. */
  readonly access: () => Promise<Access>;
}

/** An answer of an endpoint: a body to be sent as JSON with its status and headers, a finished response, or a refusal. */
export type Answer = Response | Refusal;

type Schema = z.ZodType;

/** The description of an answer. */
export interface AnswerSpec {
  readonly description: string;
  readonly schema?: Schema;
  /** JSON unless said. */
  readonly mediaType?: string;
  /** The schema of a picture as an alternative. */
  readonly orPicture?: Schema;
  /** Additional header fields. */
  readonly headers?: readonly HeaderName[];
}

/** The specification of an endpoint: what is published is what is validated. */
export interface EndpointSpec<Params extends Schema, Query extends Schema, Body extends Schema> {
  /** What generated clients call it: a verb and its object, unique. */
  readonly operationId: string;
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** With parameters in braces, as in OpenAPI. */
  readonly path: `/${string}`;
  /** True if a trailing slash is accepted, too. */
  readonly slash?: true;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  /** Scopes that may call it, or null for everybody. */
  readonly scopes: readonly Scope[] | null;
  readonly limit?: LimitName;
  /** What an app's session must have before the call is handled; `full` by default, so that none forgets it. */
  readonly session?: SessionNeed;
  /**
   * True where the call is answered although the keys are not those of the data. A call by another method than GET is refused
   * then, because what it writes would be lost, or overwrite what does not open.
   */
  readonly withAnyKeys?: true;
  /** The audit entry of an operator's call. */
  readonly audit?: Audited;
  readonly params?: Params;
  readonly query?: Query;
  readonly headers?: z.ZodObject;
  /** With `optional` a request may have no body: the schema then gets undefined. */
  readonly body?: { readonly schema: Body; readonly limit: number; readonly optional?: true };
  /** A body that the handler reads itself, with a limit. */
  readonly stream?: { readonly mediaType: string; readonly schema: Schema; readonly description: string };
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  /** Refusals in addition to those of every endpoint of its kind. */
  readonly refusals: readonly ProblemCode[];
}

/** An endpoint as the app mounts it. */
export interface Endpoint {
  readonly spec: EndpointSpec<Schema, Schema, Schema>;
  handle(
    call: Call,
    params: Readonly<Record<string, string>>,
    query: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

/** Combines a specification and a handler; the handler sees only validated fields. */
export function endpoint<
  Params extends Schema = z.ZodObject,
  Query extends Schema = z.ZodObject,
  Body extends Schema = z.ZodUndefined,
>(
  spec: EndpointSpec<Params, Query, Body>,
  handler: (
    input: { readonly params: z.output<Params>; readonly query: z.output<Query>; readonly body: z.output<Body> },
    call: Call,
  ) => Answer | Promise<Answer>,
): Endpoint {
  const readBody = spec.body?.optional ? readOptionalJson : readJson;
  return {
    spec,
    async handle(call, rawParams, rawQuery) {
      const params = spec.params === undefined ? NOTHING : check(spec.params, rawParams);
      if (!params.ok) return params.refusal;
      const query = spec.query === undefined ? NOTHING : check(spec.query, rawQuery);
      if (!query.ok) return query.refusal;
      const body = spec.body === undefined ? NOTHING : await readBody(call.request, spec.body.schema, spec.body.limit);
      if (!body.ok) return body.refusal;
      const input = {
        params: params.value as z.output<Params>,
        query: query.value as z.output<Query>,
        body: body.value as z.output<Body>,
      };
      const { principal, now, trail } = call;
      if (spec.audit === undefined || principal?.scope !== "operator") return handler(input, call);
      const fields: Fields = Object.assign({}, input.query, input.body, input.params);
      return audited(spec.audit, { trail, who: principal.account, now, fields }, async () => handler(input, call));
    },
  };
}

const NOTHING = { ok: true, value: undefined } as const;

/** A compact JSON answer, not cached unless its headers say so. */
export function json(
  body: unknown,
  requestId: RequestId,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", "x-request-id": requestId, ...headers },
  });
}

/** An answer without content. */
export function empty({ requestId }: Call, status = 204): Response {
  return new Response(null, { status, headers: { "cache-control": "no-store", "x-request-id": requestId } });
}

/** The principal of an endpoint with scopes: the guards refuse everybody else. */
export function principalOf({ principal }: Call): Principal {
  if (principal === null) throw new Error("a call without a principal came past the guards");
  return principal;
}

/** Distinguishes refusals from responses by their code. */
export function isRefusal(answer: Answer): answer is Refusal {
  return !(answer instanceof Response);
}
