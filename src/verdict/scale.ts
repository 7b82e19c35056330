import type { Decay, Week } from "./decay.ts";

/** Weights are integers in thousandths, so that sums have no order. */
export const ONE = 1000;
/** What a voter's trust weighs, by tier. */
const TIER_WEIGHT = [ONE / 4, ONE, (3 * ONE) / 2] as const;
/** A shared contact weighs half of a name given on purpose. */
const CONTACT_DIVISOR = 2;
/** Voters of tiers 0 and 1 add at most this, or half of what a candidate weighed before, per candidate and week. */
const WEEKLY_FLOOR = 2 * ONE;

/** What one vote adds to one candidate. */
export interface Cast {
  /** 0, 1, … of a fixed list. */
  readonly candidate: number;
  /** Thousandths, as of `week`. */
  readonly mass: number;
  /** Whether the weekly damping holds for it: tiers 0 and 1. */
  readonly damped: boolean;
  /** Where it came from: 0–255. */
  readonly net: number;
  readonly week: Week;
}

/** What a vote weighs in the week it is cast, in thousandths. */
export function voteWeight(tier: 0 | 1 | 2, source: "user" | "contact"): number {
  return source === "contact" ? TIER_WEIGHT[tier] / CONTACT_DIVISOR : TIER_WEIGHT[tier];
}

/** A week in which something was cast, and what each candidate weighed at its end and before it, damped. */
export interface WeekOfCasts {
  readonly week: Week;
  readonly masses: readonly number[];
}

/**
 * Weighs casts week by week: the masses of every week in which something was cast, decayed to that week. A function
 * of the set of casts: their order does not matter.
 */
export function weighByWeek(casts: readonly Cast[], candidates: number, decay: Decay): WeekOfCasts[] {
  const weeks = [...new Set(casts.map(({ week }) => week))].sort((a, b) => a - b);
  const perWeek = Map.groupBy(casts, ({ week }) => week);
  const byNet: Map<number, number>[] = Array.from({ length: candidates }, () => new Map<number, number>());
  const masses = Array.from({ length: candidates }, () => 0);
  const weighed: WeekOfCasts[] = [];
  let before: Week | undefined;
  for (const week of weeks) {
    const elapsed = week - (before ?? week);
    for (const nets of byNet) for (const [net, mass] of nets) nets.set(net, decay(mass, elapsed));
    const perCandidate = Map.groupBy(perWeek.get(week) ?? [], ({ candidate }) => candidate);
    for (const [candidate, added] of perCandidate) {
      const nets = byNet[candidate];
      if (nets !== undefined) addWeek(nets, added);
    }
    byNet.forEach((nets, candidate) => {
      masses[candidate] = massOver(nets);
    });
    weighed.push({ week, masses: [...masses] });
    before = week;
  }
  return weighed;
}

/** Adds one week's casts for one candidate; those that are damped share what the week allows. */
function addWeek(nets: Map<number, number>, added: readonly Cast[]): void {
  const asked = added.reduce((sum, { damped, mass }) => sum + (damped ? mass : 0), 0);
  const allowed = Math.min(asked, Math.max(WEEKLY_FLOOR, Math.floor(massOver(nets) / 2)));
  const perNet = new Map<number, { free: number; damped: number }>();
  for (const { net, mass, damped } of added) {
    const sums = perNet.get(net) ?? { free: 0, damped: 0 };
    sums[damped ? "damped" : "free"] += mass;
    perNet.set(net, sums);
  }
  for (const [net, { free, damped }] of perNet) {
    const taken = asked === 0 ? 0 : Math.floor((damped * allowed) / asked);
    nets.set(net, (nets.get(net) ?? 0) + free + taken);
  }
}

function massOver(nets: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const mass of nets.values()) sum += netWeight(mass);
  return sum;
}

/** What mass t from one network counts: t up to one, then 1 + log2 t. */
function netWeight(mass: number): number {
  return mass <= ONE ? mass : ONE + Math.round(ONE * Math.log2(mass / ONE));
}
