import type { HoldingKey, Lifetime } from "./holdings.ts";
import type { RetentionStep } from "../lifecycle.ts";

/**
 * What ends a holding: a retention step, the alarm of a class of objects, or somebody who withdraws, drops or erases it.
 * Without an enforcer it is kept for good, or is lost with the isolate.
 */
export type Enforcer = `cron ${RetentionStep["name"] | "sweep"}` | `alarm ${string}` | "deletion" | "never" | "isolate";

/**
 * For each row of what is stored. `test/holdings` compares it with the wiring: retention steps that run, classes that have
 * an alarm, and an enforcer for each place with a lifetime. The Worker itself does not use it.
 */
export const ENFORCERS: Readonly<Record<HoldingKey, readonly Enforcer[]>> = {
  datasets: ["deletion"],
  pages: ["deletion"],
  areas: ["deletion"],
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
  campaigns: ["alarm Campaigns", "deletion"],
  "opt-outs": ["deletion"],
  deliveries: ["cron deliveries"],
  phonebook: ["deletion", "alarm Phonebook"],
  erasures: ["alarm Erasure"],
  notices: ["never"],
  audit: ["cron audit", "cron retention"],
  keys: ["deletion"],
  work: ["cron sweep", "alarm Publisher", "alarm Areas"],
  memory: ["isolate"],
};

/** Which lifetimes end by the clock; the others end by what somebody does, or never. */
export const TIMED: Readonly<Record<Lifetime, boolean>> = {
  "for-good": false,
  dataset: false,
  known: false,
  sealed: false,
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
  "days-400-wait": true,
};
