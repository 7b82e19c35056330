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
  const perWeek = [...Map.groupBy(casts, ({ week }) => week)].sort(([a], [b]) => a - b);
  const standing = Array.from({ length: candidates }, () => new Map<number, number>());
  const weighed: WeekOfCasts[] = [];
  let before: Week | undefined;
  for (const [week, added] of perWeek) {
    const elapsed = week - (before ?? week);
    if (elapsed > 0) for (const nets of standing) for (const [net, mass] of nets) nets.set(net, decay(mass, elapsed));
    addWeek(standing, added, damping);
    weighed.push({ week, masses: standing.map(massOver) });
    before = week;
  }
  return weighed;
}

/** What those who share an allowance ask for in a week: in all, and by network. */
interface Asked {
  all: number;
  readonly byNet: Map<number, number>;
}

/** Adds one week's casts to their candidates; those of a tier share what the week allows them. */
function addWeek(standing: readonly Map<number, number>[], added: readonly Cast[], { floor }: WeeklyDamping): void {
  const asked = standing.map(() => ({ low: nothingAsked(), top: nothingAsked() }));
  for (const { candidate, tier, net, mass } of added) {
    const of = asked[candidate]?.[tier < 2 ? "low" : "top"];
    if (of === undefined) continue;
    of.all += mass;
    of.byNet.set(net, (of.byNet.get(net) ?? 0) + mass);
  }
  for (const [candidate, nets] of standing.entries()) {
    const { low, top } = asked[candidate] ?? { low: nothingAsked(), top: nothingAsked() };
    const before = massOver(nets);
    share(nets, low, Math.max(floor, Math.floor(before * LOW_TIERS_PART)));
    share(nets, top, Math.max(TOP_TIER.floor, before * TOP_TIER.part));
  }
}

function nothingAsked(): Asked {
  return { all: 0, byNet: new Map<number, number>() };
}

/** Adds what is asked for, all cut by one factor when it is more than is allowed. */
function share(nets: Map<number, number>, { all, byNet }: Asked, allowed: number): void {
  for (const [net, mass] of byNet) {
    const cut = all > allowed ? Math.floor((mass * allowed) / all) : mass;
    nets.set(net, (nets.get(net) ?? 0) + cut);
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
