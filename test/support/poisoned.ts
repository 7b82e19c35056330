/** Where a test spoils what stands in a column and shows that what stands beside it still works. */
const POISON = "test/telemetry/poison.test.ts";
const AREAS = "test/directory/areas.test.ts";
const CONTACTS = "test/contacts/contacts.test.ts";

/** Every column that holds something sealed, or JSON, with the test that spoils it; null where there is none. */
export const POISONED: Readonly<Record<string, string | null>> = {
  // Read by the first answer's repeat alone: the rows are in, and say the same again.
  "d1 batches answer": null,
  "d1 evidence name": POISON,
  "d1 areas body": AREAS,
  "d1 dirty_areas named": AREAS,
  "d1 callers ballot": POISON,
  "d1 callers ownership": POISON,
  "d1 pages body": POISON,
  "d1 disputes sealed": POISON,
  "d1 accounts subject": POISON,
  "d1 notices texts": POISON,
  "d1 audit sealed": POISON,
  "object Campaigns campaign sealed": "test/campaigns/campaigns.test.ts",
  "object Ballot contact share": POISON,
  "object Ballot form sealed": POISON,
  "object Ownership owned sealed": POISON,
  "object Ownership owned telling": POISON,
  "object Account member number": POISON,
  "object Account profile sealed": POISON,
  "object Account session device": POISON,
  "object Mixer pending sealed": CONTACTS,
  "object Sharing sharing share": CONTACTS,
  "object Sharing revoking share": CONTACTS,
  "object Picture picture facts": POISON,
  "object Picture picture life": POISON,
  "object Picture picture link_key": POISON,
  "object Picture picture account_key": POISON,
  "object Picture picture report_key": POISON,
  "object PictureSender sender sending": POISON,
  "object PictureSender upload answer": POISON,
  // Given up with its time; a code is sent beside every other.
  "object Challenge code letter": null,
  "object Outbox message sealed": POISON,
  "object Outbox logged sealed": POISON,
  "object Phonebook entry content": POISON,
  "object Erasure erasure erased": "test/privacy/erasure.test.ts",
  "object Erasure erasure counts": "test/privacy/erasure.test.ts",
};
