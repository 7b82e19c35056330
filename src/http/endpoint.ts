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

/** What a request brings along beside its own fields. */
export interface Call {
  readonly request: Request;
  readonly requestId: RequestId;
  /** Where addresses of this service begin, as the request sees it. */
  readonly origin: string;
  /** Who asks; null for nobody, which only public endpoints serve. */
  readonly principal: Principal | null;
  /** Why the token that a public endpoint was sent is none; null without a token, or with a good one. */
  readonly tokenRefusal: Refusal | null;
  /** Time of arrival, ms since 1970. */
  readonly now: number;
  /** Whether the client may see how the answer came about (operators, and everybody in development). */
  readonly diagnostics: boolean;
  /** Whether what exists in development only does; see network.ts. */
  readonly development: boolean;
  readonly trail: AuditTrail;
  /** What may be told of the account; asked of the session at most once a call. Tokens without a session have it all. */
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
  /** The schema of a picture that may come instead. */
  readonly orPicture?: Schema;
  /** Header fields beside those that every answer of its media type has. */
  readonly headers?: readonly HeaderName[];
}

/** The description of an endpoint: what validates is what is published. */
export interface EndpointSpec<Params extends Schema, Query extends Schema, Body extends Schema> {
  /** What generated clients call it: a verb and its object, unique. */
  readonly operationId: string;
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** With parameters in braces, as in OpenAPI. */
  readonly path: `/${string}`;
  /** True for an address that is taken with a slash behind it, too. */
  readonly slash?: true;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  /** Scopes that may call, or null for everybody. */
  readonly scopes: readonly Scope[] | null;
  readonly limit?: LimitName;
  /** What is asked of an app's session before the call is handled; `full` unless said, so that nothing forgets it. */
  readonly session?: SessionNeed;
  /** The entry that an operator's call leaves. Whatever only operators may call has one, or shows nobody anything. */
  readonly audit?: Audited;
  readonly params?: Params;
  readonly query?: Query;
  readonly headers?: z.ZodObject;
  /** With `optional` a request may have none: the handler then gets what the schema makes of undefined. */
  readonly body?: { readonly schema: Body; readonly limit: number; readonly optional?: true };
  /** A body that the handler reads by itself, bounded. */
  readonly stream?: { readonly mediaType: string; readonly schema: Schema; readonly description: string };
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  /** Refusals beside those that every endpoint of its kind has. */
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

/** Joins a description and a handler; the handler sees only what the schemas let through. */
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

/** A JSON answer, compact, not to be cached unless its headers say so. */
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

/** An answer of no content. */
export function empty({ requestId }: Call, status = 204): Response {
  return new Response(null, { status, headers: { "cache-control": "no-store", "x-request-id": requestId } });
}

/** Who calls an endpoint that names scopes: the guards let in nobody else. */
export function principalOf({ principal }: Call): Principal {
  if (principal === null) throw new Error("a call without a principal came past the guards");
  return principal;
}

/** Refusals are told from responses by their code. */
export function isRefusal(answer: Answer): answer is Refusal {
  return !(answer instanceof Response);
}
