/**
 * Bounds of messages in an hour or a day: above `soft` every asker pays; above `hard` only `reserve` more leave, a third of
 * them to numbers with an account, a third for proofs of ownership, a third of what waited.
 */
export interface MessageBounds {
  readonly soft: number;
  readonly hard: number;
  readonly reserve: number;
}

/**
 * Bounds of messages: of a network (/24, /48), its operator, a range of 10,000 numbers, a country, a domain of e-mail; of
 * money, and of that for what operators announce, micro-dollars.
 */
export type MessageLimits = Readonly<
  Record<
    "network" | "operator" | "range" | "country" | "domain" | "money" | "campaigns",
    { readonly hour: MessageBounds | null; readonly day: MessageBounds }
  >
>;

/** Soft, hard and reserve, each of an hour and of a day. */
const USUAL_LIMITS = {
  network: "10/40 30/120 9/24",
  operator: "500/3000 1500/10000 500/3000",
  range: "15/45 60/180 30/90",
  country: "2000/15000 8000/60000 4000/30000",
  domain: "2000/15000 8000/60000 4000/30000",
} as const;
/** Dollars a day. */
const USUAL_BUDGET = "100";
/** Hours in which it can be spent at the soonest. */
const USUAL_HOURS = "8";

/**
 * Reads how many messages leave and what they may cost, or says in a sentence which setting is wrong and what it should be.
 * @param text the value of a setting, "" for none
 */
export function readMessageLimits(
  text: (name: string) => string,
): { readonly ok: true; readonly limits: MessageLimits } | { readonly ok: false; readonly sentence: string } {
  const wrong: string[] = [];
  const limit = (by: keyof typeof USUAL_LIMITS): MessageLimits["network"] => {
    const name = `MESSAGE_LIMIT_${by.toUpperCase()}`;
    const form = /^(\d{1,9})\/(\d{1,9}) (\d{1,9})\/(\d{1,9}) (\d{1,9})\/(\d{1,9})$/;
    const [softHour = 0, softDay = 0, hardHour = 0, hardDay = 0, reserveHour = 0, reserveDay = 0] =
      form
        .exec(text(name) || USUAL_LIMITS[by])
        ?.slice(1)
        .map(Number) ?? [];
    if (hardDay === 0 || softHour > hardHour || softDay > hardDay) {
      wrong.push(
        `${name} must be three pairs of messages an hour and a day, soft, hard and reserve, such as ${USUAL_LIMITS[by]}, soft at most hard.`,
      );
    }
    return {
      hour: { soft: softHour, hard: hardHour, reserve: reserveHour },
      day: { soft: softDay, hard: hardDay, reserve: reserveDay },
    };
  };
  const dollars = (name: string): number => {
    const budget = text(name) || USUAL_BUDGET;
    if (!/^\d{1,6}(?:\.\d{1,2})?$/.test(budget)) {
      wrong.push(`${name} must be a number of US dollars a day, such as 100 or 12.50.`);
    }
    return Number(budget);
  };
  const hours = text("MESSAGE_BUDGET_HOURS") || USUAL_HOURS;
  if (!/^(?:[1-9]|1\d|2[0-4])$/.test(hours)) {
    wrong.push("MESSAGE_BUDGET_HOURS must be a number of hours from 1 to 24.");
  }
  // Shares of the whole: codes below the price of asking and what is no code a quarter each, paid for and reserved too.
  const quarter = (dollars("MESSAGE_BUDGET_USD") * 1_000_000) / 4;
  const announced = Math.floor(dollars("CAMPAIGN_BUDGET_USD") * 1_000_000);
  const limits = {
    network: limit("network"),
    operator: limit("operator"),
    range: limit("range"),
    country: limit("country"),
    domain: limit("domain"),
    money: { hour: money(quarter / Number(hours)), day: money(quarter) },
    campaigns: { hour: null, day: { soft: announced, hard: announced, reserve: 0 } },
  };
  const [sentence] = wrong;
  return sentence === undefined ? { ok: true, limits } : { ok: false, sentence };
}

function money(quarter: number): MessageBounds {
  return { soft: Math.floor(quarter), hard: Math.floor(2 * quarter), reserve: Math.floor(quarter) };
}
