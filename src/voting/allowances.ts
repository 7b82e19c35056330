import { Memory } from "../memory/memory.ts";
import type { Tier } from "./ballot-state.ts";
import type { Ahead, Spending } from "./standing-state.ts";

/** What a standing grants: the tier that a vote has, and what goes beyond it, which it counts as used. */
export interface Grant extends Ahead {
  readonly tier: Tier;
}

interface Allowance extends Grant {
  readonly day: number;
  /** How often the standing was asked today. */
  readonly asked: number;
  /** Whether it is being asked: who votes many times at once is not granted as many times more. */
  readonly asking: boolean;
}

/** Accounts remembered at a time. */
const VOTERS = 2000;
/**
 * Up to how many names and marks are asked for beyond a vote, the first time that an isolate asks in a day, the second,
 * and from then on: none for who votes now and then, more for who goes through a list of calls. The last is also what
 * may be lost of a day's quota with an isolate, beside what a refused vote has just given back.
 */
const HELD_AHEAD = [0, 3, 6] as const;
const DAY_MS = 86_400_000;

/**
 * Votes that this isolate may let through without asking the voter's standing, an object that may be far away. The
 * standing has counted them: all isolates together never let more through than a day's quota.
 */
export class Allowances {
  readonly #held = new Memory<string, Allowance>(VOTERS);

  /** Takes what a vote uses; the vote's tier, or null where the standing must be asked. @param day days since 1970 */
  take(account: string, { name, mark }: Spending, day: number): Tier | null {
    const held = this.#held.get(account, day * DAY_MS);
    const names = (held?.names ?? 0) - (name ? 1 : 0);
    const marks = (held?.marks ?? 0) - (mark ? 1 : 0);
    if (held?.day !== day || names < 0 || marks < 0) return null;
    this.#put(account, { ...held, names, marks });
    return held.tier;
  }

  /** How much to ask for beyond a vote, until `answered`; null while another vote asks. */
  ahead(account: string, { name, mark }: Spending, day: number): Ahead | null {
    const held = this.#of(account, day);
    if (held.asking) return null;
    this.#put(account, { ...held, asked: held.asked + 1, asking: true });
    const most = HELD_AHEAD[Math.min(held.asked, HELD_AHEAD.length - 1)] ?? 0;
    return {
      names: name ? Math.max(0, most - held.names) : 0,
      marks: mark ? Math.max(0, most - held.marks) : 0,
    };
  }

  /** The standing has answered, or failed to. */
  answered(account: string, day: number): void {
    this.#put(account, { ...this.#of(account, day), asking: false });
  }

  /** Takes in what may be let through without asking. */
  add(account: string, { tier, names, marks }: Grant, day: number): void {
    const held = this.#of(account, day);
    this.#put(account, { ...held, tier, names: held.names + names, marks: held.marks + marks });
  }

  /** Forgets an account that is forgotten as a voter. */
  forget(account: string): void {
    this.#held.forget(account);
  }

  #of(account: string, day: number): Allowance {
    const held = this.#held.get(account, day * DAY_MS);
    return held?.day === day ? held : { day, asked: 0, asking: false, tier: 0, names: 0, marks: 0 };
  }

  #put(account: string, allowance: Allowance): void {
    this.#held.put(account, allowance, (allowance.day + 1) * DAY_MS);
  }
}
