import type { HoldingKey, Lifetime } from "./holdings.ts";
import type { RetentionStep } from "../lifecycle.ts";

/**
 * Who sees to it that a holding ends: a step of the minute's round, the alarm of the objects of a class, or that somebody
 * takes it back, drops it or erases it. Where no one does, it is kept for good, or goes with the isolate.
 */
export type Enforcer = `cron ${RetentionStep["name"] | "sweep"}` | `alarm ${string}` | "deletion" | "never" | "isolate";

/**
 * For each row of what is stored. `test/holdings` holds it against the wiring: steps that the round really has, classes
 * that really have an alarm, and one for each place of whatever has a term. Nothing of the Worker asks for it.
 */
export const ENFORCERS: Readonly<Record<HoldingKey, readonly Enforcer[]>> = {
  datasets: ["deletion"],
  pages: ["deletion"],
  votes: ["deletion", "alarm Ballot"],
  standing: ["deletion", "alarm VoterStanding"],
  unlisted: ["never"],
  ownership: ["deletion"],
  reports: ["cron disputes", "deletion"],
  account: ["deletion", "alarm Account", "cron handovers"],
  photo: ["deletion", "alarm Account"],
  contacts: ["alarm Mixer", "alarm Sharing", "cron revocations"],
  pictures: ["cron pictures", "alarm Picture", "alarm PictureSender", "alarm PictureRecipient"],
  quotas: ["alarm DayUse"],
  codes: ["alarm Challenge", "alarm MessageCounter"],
  messages: ["alarm Outbox"],
  "opt-outs": ["deletion"],
  deliveries: ["cron deliveries"],
  phonebook: ["deletion", "alarm Phonebook"],
  erasures: ["alarm Erasure"],
  notices: ["never"],
  audit: ["cron audit", "cron retention"],
  work: ["cron sweep", "alarm Publisher"],
  memory: ["isolate"],
};

/** Which lifetimes end by themselves, by the clock; the others by what somebody does, or never. */
export const TIMED: Readonly<Record<Lifetime, boolean>> = {
  "for-good": false,
  dataset: false,
  known: false,
  withdrawn: true,
  account: false,
  "account-day": true,
  seconds: true,
  isolate: false,
  day: true,
  replaced: false,
  "days-7": true,
  shared: true,
  unsaid: false,
  decided: true,
  "expiry-day": true,
  start: false,
  "days-7-400": true,
  "deleted-90": true,
  "days-90": true,
  "days-400-30": true,
};
