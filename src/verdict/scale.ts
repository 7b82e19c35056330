import type { Decay, Week } from "./decay.ts";

/** Weights are integers in thousandths, so that sums have no order. */
export const ONE = 1000;
/** What a voter's trust weighs, by tier: the less the top tier has over the others, the less buying it is worth. */
const TIER_WEIGHT = [ONE / 4, ONE, 1.3 * ONE] as const;
/** A shared contact weighs half of a name given on purpose. */
const CONTACT_DIVISOR = 2;
/**
 * What voters may add to a candidate in a week, however many they are: a floor, or a part of what it weighed before.
 * Tiers 0 and 1 share one allowance, tier 2 has its own, so that even bought trust cannot come all at once.
 */
export interface WeeklyDamping {
  readonly floor: number;
}
const LOW_TIERS_PART = 1 / 2;
const TOP_TIER = { floor: 3 * ONE, part: 1 } as const;
/** For names less than a single seasoned voter's weight can be held against. */
export const WEEKLY_NAMES: WeeklyDamping = { floor: 1.5 * ONE };
export const WEEKLY_MARKS: WeeklyDamping = { floor: 2 * ONE };

/** What one vote adds to one candidate. */
export interface Cast {
  /** 0, 1, … of a fixed list. */
  readonly candidate: number;
  /** Thousandths, as of `week`. */
  readonly mass: number;
  readonly tier: 0 | 1 | 2;
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
export function weighByWeek(
  casts: readonly Cast[],
  candidates: number,
  decay: Decay,
  damping: WeeklyDamping,
): WeekOfCasts[] {
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
      if (nets !== undefined) addWeek(nets, added, damping);
    }
    byNet.forEach((nets, candidate) => {
      masses[candidate] = massOver(nets);
    });
    weighed.push({ week, masses: [...masses] });
    before = week;
  }
  return weighed;
}

/** Adds one week's casts for one candidate; those of a tier share what the week allows them. */
function addWeek(nets: Map<number, number>, added: readonly Cast[], { floor }: WeeklyDamping): void {
  const before = massOver(nets);
  const low = added.filter(({ tier }) => tier < 2);
  const top = added.filter(({ tier }) => tier === 2);
  for (const [net, mass] of [
    ...shared(low, Math.max(floor, Math.floor(before * LOW_TIERS_PART))),
    ...shared(top, Math.max(TOP_TIER.floor, before * TOP_TIER.part)),
  ]) {
    nets.set(net, (nets.get(net) ?? 0) + mass);
  }
}

/** The casts' masses by network, all cut by one factor when they ask for more than is allowed. */
function shared(casts: readonly Cast[], allowed: number): Map<number, number> {
  const asked = casts.reduce((sum, { mass }) => sum + mass, 0);
  const perNet = new Map<number, number>();
  for (const { net, mass } of casts) perNet.set(net, (perNet.get(net) ?? 0) + mass);
  if (asked > allowed) for (const [net, mass] of perNet) perNet.set(net, Math.floor((mass * allowed) / asked));
  return perNet;
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
