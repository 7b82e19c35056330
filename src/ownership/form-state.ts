import { MINUTE_MS } from "../time/days.ts";
import type { Channel } from "../messaging/message.ts";
import type { E164 } from "../numbers/number.ts";
import type { Vault } from "../vault/vault.ts";

/**
 * How far a visitor of `/unlist` has come. It travels in a hidden field of each form, sealed: no cookie, and nothing that
 * another site could send along for somebody. Whoever holds a state of `owning` has proved the number.
 */
export type FormState =
  | { readonly at: "asking" }
  /** A number that gets no SMS: it is called when its visitor says so. */
  | { readonly at: "calling"; readonly number: E164 }
  /** Many codes were asked for: the next one when this ticket was waited out, `notBefore` ms. */
  | {
      readonly at: "waiting";
      readonly number: E164;
      readonly channel: Channel;
      readonly ticket: string;
      readonly notBefore: number;
      /** Of codes that were sent before: one that comes late is good all the same. */
      readonly earlier: readonly string[];
    }
  /** `leavesIn` minutes the message leaves, 0 for at once; the latest challenge first. */
  | {
      readonly at: "proving";
      readonly number: E164;
      readonly channel: Channel;
      readonly challengeIds: readonly string[];
      readonly leavesIn: number;
    }
  | { readonly at: "owning"; readonly number: E164 };

/** How long a form can be sent after it was shown, ms; owning as long as an owner's token. */
const LIFETIMES_MS: Readonly<Record<FormState["at"], number>> = {
  asking: 60 * MINUTE_MS,
  calling: 10 * MINUTE_MS,
  waiting: 10 * MINUTE_MS,
  // A code is due in half an hour at most unless it is set longer, may wait ten minutes for room, and is good for ten more.
  proving: 60 * MINUTE_MS,
  owning: 10 * MINUTE_MS,
};

const PLACE = { table: "owners", id: "form" } as const;

/** Seals a state into a form. @param until ms; the state's own lifetime unless said: a proof does not grow longer by use */
export function sealState(vault: Vault, state: FormState, now: number, until?: number): Promise<string> {
  return vault.sealText(PLACE, JSON.stringify({ ...state, until: until ?? now + LIFETIMES_MS[state.at] }));
}

/** The state in a form, and until when it is good (ms); null for one that is too old or not ours. */
export async function openState(
  vault: Vault,
  sealed: string,
  now: number,
): Promise<{ readonly state: FormState; readonly until: number } | null> {
  const opened = await vault.openText(PLACE, sealed);
  if (!opened.ok) return null;
  const { until, ...state } = JSON.parse(opened.text) as FormState & { until: number };
  return now < until ? { state: state as FormState, until } : null;
}
