import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unstable_readConfig as readConfig } from "wrangler";
import { CODE_MS, TRIES } from "../../src/codes/challenge-state.ts";
import { IDLE_DAYS, LIMITED_MS, NOTICE_MS } from "../../src/accounts/sessions/access-state.ts";
import { BURSTS_A_DAY, FIRST_BURST_DAY } from "../../src/accounts/sessions/pace-state.ts";
import { PHOTOS_A_DAY } from "../../src/accounts/profile/photo-state.ts";
import { WRONG_A_DAY } from "../../src/accounts/sessions/pin-state.ts";
import { MAX_SESSIONS, SESSION_DAYS } from "../../src/accounts/sessions/session-state.ts";
import { NUMBERS_A_DAY } from "../../src/contacts/sharing-state.ts";
import { BLOCKS_A_RUN } from "../../src/directory/publish.ts";
import { RUN_SPACING_MS } from "../../src/directory/publisher-state.ts";
import { KV_CACHE_TTL_S } from "../../src/directory/copy-records.ts";
import { LONGEST_LIFE_S, PICTURE_BOUNDS, SHORTEST_LIFE_S } from "../../src/images/picture-state.ts";
import { PAIR_QUOTA, PICTURES_A_DAY, RECIPIENT_QUOTA, RECIPIENTS_AN_HOUR } from "../../src/images/sender-state.ts";
import { BUDGET_MS } from "../../src/lookup/lookup.ts";
import { MEMORY_MS } from "../../src/lookup/page-reader.ts";
import { MAX_ROWS } from "../../src/operators/dataset-rows.ts";
import { DISPUTE_DAYS } from "../../src/ownership/disputes.ts";
import { QUOTA_DAYS } from "../../src/ownership/ownership-state.ts";
import { OWNER_TOKEN_SECONDS } from "../../src/ownership/owner-token.ts";
import { MOST_BYTES, MOST_ENTRIES, TOMBSTONE_DAYS } from "../../src/phonebook/phonebook-state.ts";
import { holdings } from "../../src/privacy/holdings.ts";
import { en } from "../../src/privacy/words/en.ts";
import { ACCESS_TOKEN_SECONDS } from "../../src/vault/signer.ts";
import { LONGEST_NAME } from "../../src/verdict/name-rules.ts";
import { CHANGES_A_WEEK } from "../../src/voting/ballot-state.ts";
import { MARKS_A_DAY, NAMES_A_DAY } from "../../src/voting/standing-state.ts";
import { publishedDocument } from "./contract.ts";

const ROOT = join(import.meta.dirname, "../..");
const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;

/** Pages that are made from the code, by their paths. `npm run docs` writes them; a test holds them against the files. */
export const MADE_PAGES: Readonly<Record<string, () => string>> = {
  "docs/stored.md": storedPage,
  "docs/limits.md": limitsPage,
  // So that a change of the contract is seen in a diff.
  "docs/openapi.json": () => `${JSON.stringify(publishedDocument(), null, 2)}\n`,
};

/** Where a page is. */
export const pathOf = (page: string): string => join(ROOT, page);

/** What the stores hold: the table at `/privacy`, with the places. */
function storedPage(): string {
  const words = en();
  const rows = holdings().map(({ key, places, keeping, lifetime }) => {
    const [what, why] = words.holdings[key];
    return [what, why, words.keeping[keeping], words.lifetimes[lifetime], placesOf(places)];
  });
  return page(
    "What is stored",
    `Made from [\`src/privacy/holdings.ts\`](../src/privacy/holdings.ts) by \`npm run docs\`; a running service shows the same in six
languages at \`/privacy\`. \`test/holdings.test.ts\` compares it with the real schema, so nothing else is stored. Columns of the
tables, and what each is for, are in the READMEs of the folders. What is deleted stays in the platform's recovery history for
30 days, sealed as it was.`,
    [words.what, words.why, words.how, words.howLong, "Where"],
    rows,
  );
}

/** "d1 callers: id block" and "object Ballot vote: pid" by table, objects named once. */
function placesOf(places: readonly string[]): string {
  const names = places.map((place) => {
    const [store = "", name = ""] = place.replace(/:.*$/, "").split(" ");
    if (store === "memory") return "memory";
    return store === "object" ? `\`${name}\` objects` : `${store.toUpperCase()} \`${name}\``;
  });
  return [...new Set(names)].join(", ");
}

function limitsPage(): string {
  const { ratelimits } = readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true });
  const limits = new Map<string, number>(
    ratelimits.map((limit: { name: string; simple: { limit: number } }) => [limit.name, limit.simple.limit]),
  );
  const aMinute = (name: string): number => limits.get(name) ?? Number.NaN;
  const seen = MEMORY_MS / 1000 + KV_CACHE_TTL_S + KV_PROPAGATION_S;
  const rows: [string, string][] = [
    ["time of a lookup", `${BUDGET_MS.usual} ms; \`X-Lookup-Budget-Ms\` ${BUDGET_MS.least}–${BUDGET_MS.most}`],
    [
      "lookups of an account",
      `${aMinute("CALM_LOOKUPS")} a minute; ${aMinute("BURST_LOOKUPS")} with a burst token, ${BURSTS_A_DAY} of them a day from day ${FIRST_BURST_DAY + 1} on`,
    ],
    ["an account's other calls", `${aMinute("CALLS")} a minute; costly ones ${aMinute("COSTLY_CALLS")}`],
    ["public calls of an address", `${aMinute("ADDRESS_CALLS")} a minute`],
    [
      "until a published change is seen everywhere",
      `${seen} s: ${MEMORY_MS / 1000} s memory, ${KV_CACHE_TTL_S} s KV cache, ${KV_PROPAGATION_S} s KV propagation; clients keep answers for their \`ttl\``,
    ],
    ["access tokens", `${ACCESS_TOKEN_SECONDS / 60} minutes; of an owner ${OWNER_TOKEN_SECONDS / 60} minutes`],
    ["sessions", `${MAX_SESSIONS} an account; ended after ${SESSION_DAYS} days unused`],
    [
      "an account whose number has a new holder",
      `from ${IDLE_DAYS} idle days on at a sign-in; ${NOTICE_MS / DAY_MS} days after a change of hands is stated`,
    ],
    [
      "a device that the account does not know",
      `nothing personal for ${LIMITED_MS / DAY_MS} days, unless approved or with the PIN (${WRONG_A_DAY} wrong tries a day)`,
    ],
    [
      "a code",
      `${CODE_MS / 60_000} minutes, ${TRIES} tries a challenge; how many are free is configuration (\`CODES_A_DAY\`)`,
    ],
    [
      "votes",
      `${NAMES_A_DAY} names and ${MARKS_A_DAY} marks a day and number; ${CHANGES_A_WEEK} changes of a vote a week`,
    ],
    ["a name", `${LONGEST_NAME} characters`],
    ["shared contacts", `${NUMBERS_A_DAY.toLocaleString("en")} numbers a day`],
    [
      "a picture",
      `10 MiB and 100 megapixels in; ${PICTURE_BOUNDS.maxSide} pixels a side and ${PICTURE_BOUNDS.maxBytes / MIB} MiB kept; ${SHORTEST_LIFE_S} s to ${(LONGEST_LIFE_S / 3600).toFixed(0)} h`,
    ],
    [
      "pictures sent",
      `${PICTURES_A_DAY} a day and ${RECIPIENTS_AN_HOUR} numbers an hour for a sender; ${RECIPIENT_QUOTA.allows} a day to a number, ${PAIR_QUOTA.allows} of them from one sender`,
    ],
    ["profile photos", `${PHOTOS_A_DAY} a day`],
    [
      "a phonebook",
      `${MOST_ENTRIES.toLocaleString("en")} entries and ${MOST_BYTES / MIB} MiB; deletions are remembered ${TOMBSTONE_DAYS} days`,
    ],
    ["a number that was taken out", `let in again once in ${QUOTA_DAYS.relist * 24} h`],
    ["a dispute", `one at a time; dropped after ${DISPUTE_DAYS} days without a decision`],
    ["rows of a batch (operators)", `${MAX_ROWS.toLocaleString("en")} rows, 4 MiB, 4 KiB a line`],
    ["publishing", `${BLOCKS_A_RUN} blocks a run, a run each ${RUN_SPACING_MS / 1000} s, 64 publishers`],
    ["JSON bodies", "4 KiB unless an endpoint says otherwise"],
  ];
  return page(
    "Limits",
    "Made from the constants in the code and from [`wrangler.toml`](../wrangler.toml) by `npm run docs`.",
    ["what", "limit"],
    rows,
  );
}

/** Seconds that Cloudflare's documentation gives for a KV write to be seen everywhere. */
const KV_PROPAGATION_S = 60;

function page(title: string, intro: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return `# ${title}\n\n${intro}\n\n${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}

/** A page as it is now; empty when it was never written. */
export function written(name: string): string {
  try {
    return readFileSync(pathOf(name), "utf8");
  } catch {
    return "";
  }
}
