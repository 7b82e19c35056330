import type { Subject } from "../lifecycle.ts";
import type { E164 } from "../numbers/number.ts";

/** The number of an account whose session exists; null if the session has ended. */
export type NumberOfSession = (account: string, session: string) => Promise<E164 | null>;

/**
 * The account of the request, or null if its session has ended. Another issuer's account has neither session nor number
 * here: a valid token is enough.
 */
export async function ownAccount(
  principal: { readonly account: string; readonly session: string | null } | null,
  numberOfSession: NumberOfSession,
): Promise<Subject | null> {
  if (principal === null) return null;
  const { account, session } = principal;
  if (session === null) return { account, number: null };
  const number = await numberOfSession(account, session);
  return number === null ? null : { account, number };
}
