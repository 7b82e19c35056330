import type { Subject } from "../lifecycle.ts";
import type { E164 } from "../numbers/number.ts";

/** The number of an account whose session is open; null when the session is over. */
export type NumberOfSession = (account: string, session: string) => Promise<E164 | null>;

/**
 * The account that asks about itself, null when its session is over. Another issuer's has neither session nor number
 * here: a good token is all that can be asked of it.
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
