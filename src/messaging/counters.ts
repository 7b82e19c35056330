import { waitUntil } from "cloudflare:workers";
import type { MessageLimits } from "../message-limits.ts";
import type { Vault } from "../vault/vault.ts";
import type { MessageCounter } from "./counter-object.ts";
import { COUNTED_BY, type CountedBy, type Purse, type Share } from "./counter-state.ts";
import { Refusals } from "./refusals.ts";
import { dayOf } from "../time/days.ts";

/** A counter that a message must pass: what it counts by, the name of its object, and the message's share of it. */
export interface Point {
  readonly by: CountedBy;
  readonly name: string;
  readonly share: Share;
}

/** What was counted of a message, so that it can be taken back. */
export interface Counted {
  readonly points: readonly (Pick<Point, "name"> & { readonly amount: number })[];
  readonly purse: Purse;
  /** ms. */
  readonly at: number;
}

/** The bound that a message met. Seconds. */
export interface Over {
  readonly by: CountedBy;
  readonly window: "hour" | "day";
  readonly allows: number;
  readonly retryAfter: number;
}

export type Passed<T> = ({ readonly ok: true } & T) | ({ readonly ok: false } & Over);

/** What is counted of a message. */
export interface Countable {
  /** What it is counted by, each with what is counted there: a network, a range, a domain. */
  readonly by: Readonly<Partial<Record<CountedBy, string>>>;
  /** Where there may be room for it, the first that has it everywhere. */
  readonly purses: readonly Purse[];
  /** Micro-dollars. */
  readonly price: number;
}

/** What messages cost in a day and which bounds they met, for operators: money in micro-dollars. */
export interface Spending {
  readonly spent: number;
  readonly budget: number;
  /** Of what operators announce, beside that. */
  readonly campaigns: { readonly spent: number; readonly budget: number };
  /** How often a bound of each kind kept a message from leaving. */
  readonly refused: Readonly<Record<CountedBy, number>>;
}

/** What the counters of money count. */
export const MONEY = "all";

/** The counters of messages. Their names are keyed hashes: no address and no number is stored. */
export class Counters {
  readonly #vault: Vault;
  readonly #objects: DurableObjectNamespace<MessageCounter>;
  readonly #limits: MessageLimits;
  readonly #refusals: Refusals;

  constructor(vault: Vault, objects: DurableObjectNamespace<MessageCounter>, limits: MessageLimits) {
    this.#vault = vault;
    this.#objects = objects;
    this.#limits = limits;
    this.#refusals = new Refusals({
      write: async (refused) => objects.getByName(await this.#nameOf("money", MONEY)).noteRefused(refused),
      waitUntil,
    });
  }

  /** What was spent today (UTC), and how often bounds were met. A failure throws. @param now ms */
  async spending(now: number): Promise<Spending> {
    const money = this.#objects.getByName(await this.#nameOf("money", MONEY));
    const announced = this.#objects.getByName(await this.#nameOf("campaigns", MONEY));
    const [{ counted, refused }, campaigns] = await Promise.all([money.read(dayOf(now)), announced.read(dayOf(now))]);
    const of = (by: CountedBy): number => refused.find((one) => one.by === by)?.n ?? 0;
    const { soft, hard, reserve } = this.#limits.money.day;
    return {
      spent: counted,
      // What is no code may spend as much as is soft for codes, beside them.
      budget: soft + hard + reserve,
      campaigns: { spent: campaigns.counted, budget: this.#limits.campaigns.day.hard },
      refused: {
        network: of("network"),
        operator: of("operator"),
        range: of("range"),
        country: of("country"),
        domain: of("domain"),
        money: of("money"),
        campaigns: of("campaigns"),
      },
    };
  }

  /** Whether there is room everywhere in its first purse, and how full the fullest counter is; counts nothing. @param now ms */
  async weigh(message: Countable, now: number): Promise<Passed<{ readonly fullness: number }>> {
    const points = await this.#points(message, message.purses[0] ?? "others");
    const answers = await Promise.all(points.map(({ name, share }) => this.#objects.getByName(name).weigh(share, now)));
    let fullness = 0;
    for (const [at, answer] of answers.entries()) {
      if (!answer.ok) return this.#refused(over(points[at]?.by ?? "money", answer), now);
      fullness = Math.max(fullness, answer.fullness);
    }
    return { ok: true, fullness };
  }

  /**
   * Counts a message everywhere in one purse, or nowhere; each counter decides for itself, so that no bound is ever
   * exceeded. In one, since a number with an account would else show in counters that still have room for all.
   */
  async count(message: Countable, now: number): Promise<Passed<{ readonly counted: Counted }>> {
    let answer = await this.#countIn(message, message.purses[0] ?? "others", now);
    for (const purse of message.purses.slice(1)) if (!answer.ok) answer = await this.#countIn(message, purse, now);
    return answer.ok ? answer : this.#refused(answer, now);
  }

  /** Notes which bound was met. */
  #refused<Refusal extends Pick<Over, "by">>(refusal: Refusal, now: number): Refusal {
    this.#refusals.note(refusal.by, now);
    return refusal;
  }

  async #countIn(message: Countable, purse: Purse, now: number): Promise<Passed<{ readonly counted: Counted }>> {
    const points = await this.#points(message, purse);
    const counted = (of: readonly Point[]): Counted => ({
      points: of.map(({ name, share }) => ({ name, amount: share.amount })),
      purse,
      at: now,
    });
    for (const [at, { by, name, share }] of points.entries()) {
      const answer = await this.#objects.getByName(name).count(share, now);
      if (answer.ok) continue;
      await this.takeBack(counted(points.slice(0, at)));
      return over(by, answer);
    }
    return { ok: true, counted: counted(points) };
  }

  /** Takes back a message that was counted and certainly not sent. A count that stays only makes limits a little stricter. */
  async takeBack({ points, purse, at }: Counted): Promise<void> {
    await Promise.allSettled(
      points.map(({ name, amount }) => this.#objects.getByName(name).takeBack({ amount, purse }, at)),
    );
  }

  /** The narrowest first: what is refused by one costs the wider ones nothing. */
  #points({ by: counts, price }: Countable, purse: Purse): Promise<Point[]> {
    const points = COUNTED_BY.flatMap((by) => {
      const what = counts[by];
      return what === undefined ? [] : [{ by, what, amount: by === "money" || by === "campaigns" ? price : 1 }];
    });
    return Promise.all(
      points.map(async ({ by, what, amount }) => ({
        by,
        name: await this.#nameOf(by, what),
        share: { limit: this.#limits[by], amount, purse },
      })),
    );
  }

  #nameOf(by: CountedBy, what: string): Promise<string> {
    return this.#vault.keyedHash("message-counter", `${by}\u0000${what}`);
  }
}

function over(
  by: CountedBy,
  { window, allows, retryAfter }: Pick<Over, "window" | "allows" | "retryAfter">,
): { ok: false } & Over {
  return { ok: false, by, window, allows, retryAfter };
}
