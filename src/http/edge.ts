import type { Context } from "hono";
import type { Config } from "../config.ts";
import type { Logger, RequestId } from "../telemetry/logger.ts";
import type { AuditTrail } from "./audit.ts";
import type { Authenticator, Principal } from "./authentication.ts";
import { discardBody } from "./body.ts";
import type { Limits } from "./limits.ts";
import type { Refusal } from "./problem.ts";
import { problemResponse } from "./problem-response.ts";
import type { Access, AskSession } from "./session-access.ts";

/** What the edge needs from the wiring. */
export interface Edge {
  readonly config: Config;
  readonly authenticator: Authenticator;
  readonly limits: Limits;
  /** The state of an access token's session. */
  readonly askSession: AskSession;
  /** Whether the keys are known not to be those of the data, so that nothing may be written. */
  readonly hasWrongKeys: (now: number) => Promise<boolean>;
  readonly trail: AuditTrail;
  readonly logger: Logger;
  readonly version: string;
}

/** What middleware adds to a request. */
export interface Known {
  Variables: {
    requestId: RequestId;
    /** Time of arrival, ms since 1970. */
    now: number;
    /** As in `Call`. */
    principal: Principal | null;
    tokenRefusal: Refusal | null;
    access: () => Promise<Access>;
  };
}

export type EdgeContext = Context<Known>;

/** The origin of this service's addresses: the configured one, or the request's. */
export function originOf({ publicOrigin }: Pick<Config, "publicOrigin">, request: Request): string {
  return publicOrigin ?? new URL(request.url).origin;
}

/** Answers with a problem, after reading what the client still sends: otherwise it would see a broken connection. */
export async function refuse(edge: Edge, c: EdgeContext, refusal: Refusal): Promise<Response> {
  await discardBody(c.req.raw);
  return problemResponse(refusal, originOf(edge.config, c.req.raw), c.var.requestId);
}
