import type { Service } from "../../support/service.ts";

/** One line of the table: what an attacker tried, what it cost, what came of it, and whether the service held. */
export interface Outcome {
  readonly attack: string;
  readonly spent: string;
  readonly reached: string;
  readonly held: boolean;
}

/** An attack on a service that is running; each uses numbers and accounts of its own. */
export type Attack = (service: Service) => AsyncGenerator<Outcome>;
