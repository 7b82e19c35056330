import type { Entity } from "./names-file.ts";
import type { Random } from "./random.ts";
import { HONEST_TIERS, someone, WEEKS, type SimulatedNumber, type SimulatedVote } from "./world.ts";

/** What an attacker controls: when the votes come, how far they are trusted, what they say. */
interface Attack {
  readonly week: (index: number, count: number, random: Random) => number;
  readonly tier: (random: Random) => 0 | 1 | 2;
  readonly name: (target: Entity, victim: Entity, random: Random) => string;
}

/** A burst comes this many weeks before the end, so that it has become the past when the verdict is asked. */
const BURST_WEEK = WEEKS - 4;

const spread = (_index: number, _count: number, random: Random): number => random.below(WEEKS);
const burst = (): number => BURST_WEEK;
const honestTiers = (random: Random): 0 | 1 | 2 => random.weighted(HONEST_TIERS) as 0 | 1 | 2;
const seasoned = (): 1 => 1;
const proven = (): 2 => 2;
const another = (_target: Entity, victim: Entity): string => victim.names[0] ?? "";

/** Shapes of attack on names. All sybils on a number give the same form, another caller's, from honest people's networks of the number. */
export const ATTACKS = {
  "late-burst": { week: burst, tier: seasoned, name: another },
  spread: { week: spread, tier: seasoned, name: another },
  // One after the other, evenly over the last year.
  slow: {
    week: (index, count) => Math.floor(WEEKS / 2 + ((index + 0.5) * WEEKS) / 2 / count),
    tier: seasoned,
    name: another,
  },
  farmed: { week: spread, tier: honestTiers, name: another },
  "bought-trust": { week: spread, tier: proven, name: another },
  "bought-burst": { week: burst, tier: proven, name: another },
  impersonation: { week: spread, tier: honestTiers, name: impersonated },
} as const satisfies Record<string, Attack>;
export type AttackName = keyof typeof ATTACKS;

/** The number's votes with those of sybils among them: `share` of all, in order of arrival. */
export function attacked(
  number: SimulatedNumber,
  name: AttackName,
  share: number,
  others: readonly Entity[],
  random: Random,
): SimulatedVote[] {
  const attack: Attack = ATTACKS[name];
  const count = random.round((number.votes.length * share) / (1 - share));
  const victim = random.pick(others.filter(({ id }) => id !== number.entity.id));
  const form = attack.name(number.entity, victim, random);
  const sybils = Array.from({ length: count }, (_, index): SimulatedVote => {
    return {
      ...someone(number.networks, random),
      name: form,
      honest: false,
      source: "user",
      tier: attack.tier(random),
      week: attack.week(index, count, random),
    };
  });
  // Stable: within a week sybils come last, which is the worst for those that keep the last write.
  return [...number.votes, ...sybils].sort((a, b) => a.week - b.week);
}

const CLAIMS = [
  "Chase Bank Fraud Department",
  "Internal Revenue Service",
  "Microsoft Windows Technical Support",
  "Social Security Administration",
  "PayPaI",
  "Amaz0n",
];

/** Posing: a known claim, another caller's name in lookalike letters, or the number's own name with a lure added. */
function impersonated(target: Entity, victim: Entity, random: Random): string {
  const own = target.names[0] ?? "";
  const lookalike = (victim.names[0] ?? "").replace(
    /[aeo]/,
    (letter) => ({ a: "а", e: "е", o: "о" })[letter] ?? letter,
  );
  return random.pick([random.pick(CLAIMS), lookalike, `${own} Refunds`]);
}
