import type { Decay, Week } from "./decay.ts";

/** Weights are integers in thousandths, so sums do not depend on order. */
export const ONE = 1000;
/** Weight of a vote by tier. The top tier adds little, so that buying trust does not pay. */
const TIER_WEIGHT = [ONE / 4, ONE, 1.3 * ONE] as const;
/** A shared contact weighs half as much as a name given on purpose. */
const CONTACT_DIVISOR = 2;
/**
 * The most that voters together may add to a candidate in a week: a floor, or a part of its weight before if that is more.
 * Tiers 0 and 1 share one allowance and tier 2 has its own, so that even bought trust acts slowly.
 */
export interface WeeklyDamping {
  readonly floor: number;
}
const LOW_TIERS_PART = 1 / 2;
const TOP_TIER = { floor: 3 * ONE, part: 1 } as const;
/** Floors of what tiers 0 and 1 may add in a week. */
export const WEEKLY_NAMES: WeeklyDamping = { floor: 1.5 * ONE };
export const WEEKLY_MARKS: WeeklyDamping = { floor: 2 * ONE };

/** What one vote adds to one candidate. */
export interface Cast {
  /** Index in a fixed list. */
  readonly candidate: number;
  /** Thousandths, as of `week`. */
  readonly mass: number;
  readonly tier: 0 | 1 | 2;
  /** The voter's network, 0–255. */
  readonly net: number;
  readonly week: Week;
}

/** Weight of a vote in the week it is cast, in thousandths. */
export function voteWeight(tier: 0 | 1 | 2, source: "user" | "contact"): number {
  return source === "contact" ? TIER_WEIGHT[tier] / CONTACT_DIVISOR : TIER_WEIGHT[tier];
}

/** A week with votes, and each candidate's damped weight at its end. */
export interface WeekOfCasts {
  readonly week: Week;
  readonly masses: readonly number[];
}

/**
 * Weighs casts week by week: for every week with casts, the masses decayed to that week. The order of casts does not
 * matter.
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

/** Mass that voters of one allowance add in a week before the cut: in total and by network. */
interface Asked {
  all: number;
  readonly byNet: Map<number, number>;
}

/** Adds one week's casts to their candidates, within the week's allowances. */
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

/** Adds the mass asked for, cut proportionally if it exceeds the allowance. */
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

/** Effective weight of mass t from one network: t up to one, then 1 + log2 t. */
function netWeight(mass: number): number {
  return mass <= ONE ? mass : ONE + Math.round(ONE * Math.log2(mass / ONE));
}
