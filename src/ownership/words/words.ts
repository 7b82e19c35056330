import type { Kind } from "../../verdict/evidence.ts";
import type { NameLevel } from "../../verdict/verdict.ts";
import type { SpamLevel } from "../../verdict/spam.ts";
import type { DisputeCause } from "../disputes.ts";

/** Why a step was not taken. */
export type Fault =
  | "number"
  | "not-served"
  | "wrong"
  | "expired"
  | "stale"
  | "failed"
  | "name"
  | "spam"
  | "recently"
  | "sure";

/** The page `/unlist` in one language. `{number}`, `{n}` and `{contact}` have something put in. */
export interface Words {
  readonly title: string;
  readonly language: string;
  readonly intro: string;
  readonly number: string;
  readonly numberHint: string;
  readonly send: string;
  /** Beside `send`; and where nothing else is offered. */
  readonly call: string;
  /** Beside the field of a code: the same once more. */
  readonly sendAgain: string;
  readonly callAgain: string;
  readonly callNow: string;
  /** While one waits, `{n}` seconds; and afterwards. */
  readonly pause: string;
  readonly pauseOver: string;
  readonly pauseOverCall: string;
  readonly sent: string;
  /** Beside it, where the code leaves in `{n}` minutes at the latest. */
  readonly sentLater: string;
  readonly called: string;
  readonly calledLater: string;
  /** Beside a code that was sent: a call may help. */
  readonly noCode: string;
  /** Of a number that can only be called. */
  readonly mustCall: string;
  /** Where nobody carries messages; and whom to write to, `{contact}`, as where a number gets none. */
  readonly mute: string;
  readonly write: string;
  readonly code: string;
  readonly heard: string;
  readonly next: string;
  readonly again: string;
  readonly heldOn: string;
  readonly shown: string;
  readonly name: string;
  readonly none: string;
  readonly givenBy: string;
  readonly levels: Readonly<Record<NameLevel, string>>;
  readonly spam: string;
  readonly spamLevels: Readonly<Record<SpamLevel, string>>;
  readonly neighbours: string;
  readonly reports: string;
  readonly votes: string;
  readonly share: string;
  readonly lists: string;
  readonly complaints: string;
  readonly account: string;
  readonly yes: string;
  readonly no: string;
  readonly out: string;
  readonly disputes: Readonly<Record<"open" | "kept" | "removed", string>>;
  readonly naming: string;
  readonly namingText: string;
  readonly kind: string;
  readonly kinds: Readonly<Record<Kind, string>>;
  readonly handOver: string;
  readonly save: string;
  readonly saved: string;
  readonly unlisting: string;
  readonly unlistingText: string;
  readonly sure: string;
  readonly unlist: string;
  readonly unlisted: string;
  readonly unlistedText: string;
  readonly receipt: string;
  readonly disputing: string;
  readonly disputingText: string;
  readonly causes: Readonly<Record<DisputeCause, string>>;
  readonly inYourWords: string;
  readonly dispute: string;
  readonly disputed: string;
  readonly relist: string;
  readonly relisted: string;
  readonly privacy: string;
  readonly faults: Readonly<Record<Fault, string>>;
}
