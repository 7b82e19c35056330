/** How a holding is protected. The keys are in src/vault/README.md. */
export type Keeping = "public" | "hashed" | "hashed-and-sealed" | "sealed" | "counts" | "memory";

/** For how long; what ends it is in `enforcers.ts`. */
export type Lifetime =
  | "for-good"
  | "dataset"
  | "known"
  | "sealed"
  | "withdrawn"
  | "account"
  | "account-day"
  | "seconds"
  | "isolate"
  | "day"
  | "replaced"
  | "days-7"
  | "shared"
  | "unsaid"
  | "decided"
  | "expiry-day"
  | "start"
  | "days-7-400"
  | "deleted-90"
  | "days-90"
  | "days-400-30"
  | "days-400-wait";

/**
 * One row of the table at `/privacy`, and where it is stored. `test/holdings` compares the places with the schema and fails
 * for whatever is stored and not listed, or listed and not stored.
 */
export interface Holding {
  readonly key: HoldingKey;
  /** `d1 table: column …`, `object Class table: column …`, `object Class` (an alarm alone), `kv BINDING`, `r2 BINDING`, `memory`. */
  readonly places: readonly string[];
  readonly keeping: Keeping;
  readonly lifetime: Lifetime;
}

/** Rows in the order of the page; each has its words in six languages in `words/`. */
export const HOLDING_KEYS = [
  "datasets",
  "pages",
  "areas",
  "votes",
  "standing",
  "unlisted",
  "ownership",
  "reports",
  "account",
  "photo",
  "contacts",
  "pictures",
  "quotas",
  "codes",
  "messages",
  "campaigns",
  "opt-outs",
  "deliveries",
  "phonebook",
  "erasures",
  "notices",
  "audit",
  "keys",
  "work",
  "memory",
] as const;
export type HoldingKey = (typeof HOLDING_KEYS)[number];

/** The table of what is stored. */
export function holdings(): readonly Holding[] {
  return [
    {
      key: "datasets",
      places: [
        "d1 datasets: id title kind licence country keep walked",
        "d1 batches: number dataset batch edition digest answer changed areas",
        "d1 evidence: area block line day form batch undated complaints name kind",
      ],
      keeping: "hashed-and-sealed",
      lifetime: "dataset",
    },
    {
      key: "pages",
      places: [
        "d1 callers: area block line ballot ballot_revision ownership ownership_revision",
        "d1 pages: block body version",
        "d1 copy: one version state",
        "kv PAGES",
      ],
      keeping: "hashed-and-sealed",
      lifetime: "known",
    },
    {
      key: "areas",
      places: ["d1 areas: area code body changes", "d1 area_tables: code week mark since published bytes"],
      keeping: "hashed-and-sealed",
      lifetime: "dataset",
    },
    {
      key: "votes",
      places: [
        "object Ballot vote: pid by form spam category tier source net week mark_week muted",
        "object Ballot contact: own pid share",
        "object Ballot look: one at after",
        "object Ballot form: id sealed",
        "object Ballot barred: id",
        "object Ballot change: pid week n",
        "object Ballot place: one caller number revision sent due",
      ],
      keeping: "hashed-and-sealed",
      lifetime: "withdrawn",
    },
    {
      key: "standing",
      places: [
        "object VoterStanding standing: one account since disagreements counted_from day names marks epoch used left_on",
      ],
      keeping: "counts",
      lifetime: "account-day",
    },
    { key: "unlisted", places: ["d1 unlisted: block line"], keeping: "hashed", lifetime: "for-good" },
    {
      key: "ownership",
      places: ["object Ownership owned: one caller number sealed revision done emptying tombstone telling"],
      keeping: "hashed-and-sealed",
      lifetime: "unsaid",
    },
    { key: "reports", places: ["d1 disputes: id sealed day"], keeping: "hashed-and-sealed", lifetime: "decided" },
    {
      key: "account",
      places: [
        "d1 accounts: number account subject state",
        "object Account member: one number notice since ending burst_day bursts used hand_over stopped",
        "object Account device: id used",
        "object Account pin: one salt hash day own other",
        "object Account profile: one revision sealed sent writer",
        "object Account session: id token device started used limited",
        "object Account consent: entry purpose granted notice day",
        "object Account promoted: campaign day",
      ],
      keeping: "hashed-and-sealed",
      lifetime: "account",
    },
    {
      key: "photo",
      places: ["object Account waste: after object", "r2 PHOTOS"],
      keeping: "hashed-and-sealed",
      lifetime: "replaced",
    },
    {
      key: "contacts",
      places: [
        "object Mixer pending: id number release sealed",
        "object Sharing sharing: one share settles",
        "object Sharing revoking: share",
        "d1 revoked: id day",
      ],
      keeping: "hashed-and-sealed",
      lifetime: "shared",
    },
    {
      key: "pictures",
      places: [
        "d1 pictures: id sender recipient expires reported",
        "object Picture picture: one id life facts link_key account_key report_key",
        "object PictureSender sender: one sending",
        "object PictureSender upload: key digest answer expires",
        "object PictureRecipient recipient: sender day n",
        "r2 PICTURE_BYTES",
      ],
      keeping: "hashed-and-sealed",
      lifetime: "days-7",
    },
    {
      key: "quotas",
      places: ["object DayUse used: name window period n"],
      keeping: "counts",
      lifetime: "day",
    },
    {
      key: "codes",
      places: [
        "object Challenge counts: one day asked codes lastSms lastVoice reserved",
        "object Challenge code: id hash paid channel dueAt leftAt letter room",
        "object Challenge challenge: id code asker wrong",
        "object Challenge spent: id until",
        "object MessageCounter counter: purse hour inHour day inDay",
        "object MessageCounter refused: by day n",
      ],
      keeping: "hashed-and-sealed",
      lifetime: "day",
    },
    {
      key: "messages",
      places: [
        "object Outbox message: id kind channel country day sealed state error version reported due attempts doubts expires",
        "object Outbox logged: id at sealed",
      ],
      keeping: "sealed",
      lifetime: "expiry-day",
    },
    {
      key: "campaigns",
      places: [
        "object Campaigns campaign: id kind channel begun state sealed cursor walked next failures",
        "object Campaigns count: campaign what n",
        "object Campaigns later: campaign at account",
      ],
      keeping: "hashed-and-sealed",
      lifetime: "days-400-wait",
    },
    { key: "opt-outs", places: ["object Outbox ended: one why"], keeping: "hashed", lifetime: "start" },
    {
      key: "deliveries",
      places: [
        "d1 deliveries: message day kind channel country carrier outcome error stage",
        "d1 delivery_counts: day kind channel country carrier outcome error count",
      ],
      keeping: "counts",
      lifetime: "days-7-400",
    },
    {
      key: "phonebook",
      places: [
        "object Phonebook book: one revision floor entries tombstones emptied bytes",
        "object Phonebook entry: key revision content mac size deleted",
      ],
      keeping: "sealed",
      lifetime: "deleted-90",
    },
    {
      key: "erasures",
      places: [
        "object Erasure erasure: n erased reason sweepAt settleAt counts receipt forgetAt",
        "object Erasure step: pass name lingers",
        "object Erasure removed: kind n",
      ],
      keeping: "sealed",
      lifetime: "days-90",
    },
    {
      key: "notices",
      places: ["d1 notices: version effective_at published_at texts"],
      keeping: "public",
      lifetime: "for-good",
    },
    {
      key: "audit",
      places: [
        "d1 audit: id action target sealed outcome",
        "d1 retention: step day removed ran failing",
        "d1 skipped: day place reason count",
      ],
      keeping: "hashed-and-sealed",
      lifetime: "days-400-30",
    },
    {
      key: "keys",
      places: [
        "d1 seal_keys: id canary mark since until done",
        "d1 renewals: store pass after ended renewed left",
        "d1 sealed_objects: class id",
      ],
      keeping: "hashed",
      lifetime: "sealed",
    },
    {
      key: "work",
      places: [
        "d1 dirty: slot lane queued mark since blocks digits",
        "d1 dirty_areas: since mark named claim",
        "object Publisher",
        "object Areas",
      ],
      keeping: "hashed-and-sealed",
      lifetime: "seconds",
    },
    { key: "memory", places: ["memory"], keeping: "memory", lifetime: "isolate" },
  ];
}
