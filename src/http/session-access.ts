import type { Refusal } from "./problem.ts";

/** How the session of a token stands; `unknown` when there is no such account here. */
export type SessionStanding = "full" | "limited" | "ended" | "unknown";

/**
 * What a call needs of the session that its token names. `full`: it goes on, and its device is one of the account's:
 * for whatever is personal. `open`: it goes on. `none`: the token alone is asked, which outlives its session by 15
 * minutes: for what is told to everybody.
 */
export type SessionNeed = "full" | "open" | "none";

/** What a caller may be told: everything of the account, nothing personal, or nothing at all. */
export type Access = "full" | "limited" | "ended";

/** Asks how a session stands. @throws StoreFailure */
export type AskSession = (account: string, session: string, now: number) => Promise<SessionStanding>;

/**
 * What a standing lets its caller do. In development tokens are made by command for accounts that never signed in;
 * there is no session that could have ended.
 */
export function accessOf(standing: SessionStanding, development: boolean): Access {
  if (standing !== "unknown") return standing;
  return development ? "full" : "ended";
}

/** Why a call is refused; null when it is not. */
export function sessionRefusal(need: Exclude<SessionNeed, "none">, access: Access): Refusal | null {
  if (access === "ended") return { code: "session-ended" };
  return access === "limited" && need === "full" ? { code: "device-not-approved" } : null;
}
