import type { Endpoint } from "../http/endpoint.ts";
import type { Accounts } from "./accounts.ts";
import { consentRoutes } from "./consent-routes.ts";
import { sessionRoutes } from "./session-routes.ts";
import { signInRoutes, type SignInParts } from "./sign-in-routes.ts";

/** What the room's endpoints work with. */
export interface AccountRouteParts extends SignInParts {
  readonly accounts: Accounts;
}

/** The room's endpoints. */
export function accountRoutes(parts: AccountRouteParts): Endpoint[] {
  return [
    ...signInRoutes(parts),
    ...sessionRoutes(parts.sessions),
    ...consentRoutes(parts.accounts, parts.noticeInForce),
  ];
}
