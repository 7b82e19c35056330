import { Service } from "../support/service.ts";
import { amplification } from "./abuse/amplification.ts";
import type { Attack, Outcome } from "./abuse/attack.ts";
import { dripping } from "./abuse/dripping.ts";
import { lockout, LOCKOUT_VARS } from "./abuse/lockout.ts";
import { pumping } from "./abuse/pumping.ts";
import { scraping } from "./abuse/scraping.ts";
import { slander } from "./abuse/slander.ts";
import { washing } from "./abuse/washing.ts";

const ATTACKS: Readonly<Record<string, Attack>> = {
  washing,
  slander,
  lockout,
  pumping,
  scraping,
  amplification,
  dripping,
};

/** Erasures end at once, since whoever erases himself again and again is not going to wait. */
const VARS = { ERASURE_SWEEP_S: "1" };

/**
 * People who try: each attack against a service of its own with empty stores, and a table of what they spent and reached.
 * @param args names of attacks; all of them without any @returns whether the service held
 */
export async function run(args: string[]): Promise<boolean> {
  const unknown = args.filter((name) => ATTACKS[name] === undefined);
  if (unknown.length > 0) {
    console.error(`No such attack: ${unknown.join(", ")}. There are ${Object.keys(ATTACKS).join(", ")}.`);
    return false;
  }
  const outcomes: Outcome[] = [];
  for (const [name, attack] of Object.entries(ATTACKS)) {
    if (args.length > 0 && !args.includes(name)) continue;
    const service = await Service.start(name === "lockout" ? { ...VARS, ...LOCKOUT_VARS } : VARS);
    try {
      for await (const outcome of attack(service)) {
        print(name, outcome);
        outcomes.push(outcome);
      }
    } finally {
      await service.stop();
    }
  }
  const fallen = outcomes.filter(({ held }) => !held).length;
  console.log(
    `abuse: ${fallen === 0 ? `${outcomes.length} attacks, all held` : `${fallen} of ${outcomes.length} attacks DID NOT HOLD`}`,
  );
  return fallen === 0;
}

function print(name: string, { attack, spent, reached, held }: Outcome): void {
  console.log(`${held ? "held" : "FELL"}  ${name}: ${attack}\n      spent:   ${spent}\n      reached: ${reached}`);
}
