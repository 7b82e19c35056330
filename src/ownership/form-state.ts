import { MINUTE_MS } from "../time/days.ts";
import type { Channel } from "../messaging/message.ts";
import type { E164 } from "../numbers/number.ts";
import type { Vault } from "../vault/vault.ts";

/**
 * The progress of a visitor of `/unlist`, sealed in a hidden field of each form: no cookie, and nothing that another site
 * could send for somebody. Whoever has a state of `owning` has proved the number.
 */
export type FormState =
  | { readonly at: "asking" }
  /** A number that gets no SMS: it is called when the visitor asks for it. */
  | { readonly at: "calling"; readonly number: E164 }
  /** Many codes were requested: the next one after the wait of this ticket, `notBefore` ms. */
  | {
      readonly at: "waiting";
      readonly number: E164;
      readonly channel: Channel;
      readonly ticket: string;
      readonly notBefore: number;
      /** Challenges of earlier codes, which stay valid. */
      readonly earlier: readonly string[];
    }
  /** `leavesIn`: minutes until the message is sent, 0 for at once; the latest challenge first. */
  | {
      readonly at: "proving";
      readonly number: E164;
      readonly channel: Channel;
      readonly challengeIds: readonly string[];
      readonly leavesIn: number;
    }
  | { readonly at: "owning"; readonly number: E164 };

/** How long a form is valid after it was shown, ms; `owning` as long as an owner's token. */
const LIFETIMES_MS: Readonly<Record<FormState["at"], number>> = {
  asking: 60 * MINUTE_MS,
  calling: 10 * MINUTE_MS,
  waiting: 10 * MINUTE_MS,
  // A code is due within half an hour by default, may wait ten minutes for the limits, and is valid for ten more.
  proving: 60 * MINUTE_MS,
  owning: 10 * MINUTE_MS,
};

const PLACE = { table: "owners", id: "form" } as const;

/** Seals a state into a form. @param until ms; the default is the state's own lifetime */
export function sealState(vault: Vault, state: FormState, now: number, until?: number): Promise<string> {
  return vault.sealText(PLACE, JSON.stringify({ ...state, until: until ?? now + LIFETIMES_MS[state.at] }));
}

/** The state in a form, and until when it is valid (ms); null if it has expired or is not ours. */
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
