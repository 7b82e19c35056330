/**
 * How what is sealed in a place comes under a new key: `column`, a list over a column of D1; `publisher`, by publishing it
 * anew; `bucket`, a list over a bucket; `object`, its object, asked by a list; `awake`, its object when it next works;
 * `expires`, never, because it ends within `SEALS_EXPIRE_DAYS`; `check`, by the check of the keys itself.
 */
export type Renewer = "column" | "publisher" | "bucket" | "object" | "awake" | "expires" | "check";

/**
 * Every place of `holdings.ts` that holds what the vault sealed. `test/holdings` compares it with what objects declare, and
 * `test/contract/keys` with what stands in the stores: a sealed place that is not here fails there. The Worker itself does
 * not use it.
 */
export const RENEWERS: Readonly<Record<string, Renewer>> = {
  "d1 accounts subject": "column",
  "d1 areas body": "column",
  "d1 audit sealed": "column",
  "d1 batches areas": "column",
  "d1 callers ballot": "column",
  "d1 callers ownership": "column",
  "d1 dirty digits": "column",
  "d1 dirty_areas named": "column",
  "d1 disputes sealed": "column",
  "d1 evidence name": "column",
  "d1 pages body": "publisher",
  "d1 seal_keys canary": "check",
  kv: "publisher",
  "object Account member number": "object",
  "object Account profile sealed": "object",
  "object Account session device": "object",
  "object Ballot contact share": "object",
  "object Ballot form sealed": "object",
  "object Ballot place number": "object",
  "object Campaigns campaign sealed": "object",
  "object Challenge code letter": "expires",
  "object Erasure erasure erased": "awake",
  "object Mixer pending sealed": "object",
  "object Outbox logged sealed": "expires",
  "object Outbox message sealed": "expires",
  "object Ownership owned number": "object",
  "object Ownership owned sealed": "object",
  "object Ownership owned telling": "object",
  "object Phonebook entry content": "object",
  "object Picture picture account_key": "expires",
  "object Picture picture facts": "expires",
  "object Picture picture report_key": "expires",
  "object Sharing revoking share": "object",
  "object Sharing sharing share": "object",
  r2: "bucket",
};
