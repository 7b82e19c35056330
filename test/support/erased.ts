import { createHmac, hkdfSync } from "node:crypto";
import { testSecrets } from "./secrets.ts";
import type { Whole } from "./whole-account.ts";

/** Rows of every table by file, as `logicalDump` has them. */
export type Dump = Readonly<Record<string, unknown>>;

/** A keyed id as the vault makes it: what a row would be found by. */
export function keyedId(purpose: string, text: string): string {
  const root = Buffer.from(testSecrets.INDEX_KEY, "base64");
  const key = Buffer.from(hkdfSync("sha256", root, new Uint8Array(0), `konnections/index/${purpose}`, 32));
  return createHmac("sha256", key).update(text).digest().subarray(0, 16).toString("base64url");
}

/** What keyed ids of an account are for. */
export const ACCOUNT_IDS = [
  "account",
  "picture-sender",
  "picture-recipient",
  "phonebook",
  "sharing",
  "standing-account",
];

/** Every id that a row or an object could have of an account, in that order. */
export const idsOfAccount = (account: string): string[] => ACCOUNT_IDS.map((one) => keyedId(one, account));

/** Every id that a row or an object could have of somebody, but for counts of the day, which outlive them until midnight. */
export const idsOf = ({ ann: { accountId }, number }: Pick<Whole, "ann" | "number">): string[] => [
  ...idsOfAccount(accountId),
  ...["number", "holder", "recipient"].map((one) => keyedId(one, number)),
  accountId,
];

/**
 * The simulation writes into an object's own database that it was asked, by which name; of one that holds nothing of ours
 * nor an alarm that is all there is, as after a call with a token that is still good for some minutes.
 */
function withoutAsked(tables: unknown): unknown {
  if (typeof tables !== "object" || tables === null) return tables;
  const others = Object.entries(tables).filter(([table]) => !table.startsWith("__miniflare_"));
  const holds = others.some(([, rows]) => Array.isArray(rows) && rows.length > 0);
  return holds ? tables : Object.fromEntries(others);
}

/** Which ids stand in which files. */
export const foundIn = (dump: Dump, ids: readonly string[]): string[] =>
  Object.entries(dump).flatMap(([file, tables]) => {
    const text = JSON.stringify(withoutAsked(tables));
    return ids.filter((id) => text.includes(id)).map((id) => `${id} in ${file}`);
  });

/** Rows of a class of objects, from all of its objects. */
export const rowsIn = (dump: Dump, name: string): string[] =>
  Object.entries(dump)
    .filter(([file]) => file.includes(`-${name}/`) && file.endsWith(".sqlite"))
    .flatMap(([, tables]) =>
      Object.entries(tables as Record<string, string[]>).flatMap(([table, rows]) =>
        table.startsWith("_cf") || table.startsWith("sqlite_") ? [] : rows,
      ),
    );

/** What the buckets hold. */
export const objectsIn = (dump: Dump): string[] =>
  Object.entries(dump)
    .filter(([file]) => file.includes("/r2/") && file.endsWith(".sqlite"))
    .flatMap(([, tables]) => (tables as Record<string, string[]>)["_mf_objects"] ?? []);

/** Classes of objects of which nothing is left when whoever used them is erased. */
export const EMPTIED = ["Phonebook", "Picture", "Sharing"];

/** What a receipt says, unverified. */
export const claimsOf = (receipt: string): { jti: string; removed: Record<string, number> } & Record<string, unknown> =>
  JSON.parse(Buffer.from(receipt.split(".")[1] ?? "", "base64url").toString()) as never;

/** What a receipt counts of a whole account whose number's owner has said a name too. */
export const TRUTH: Readonly<Record<string, number>> = {
  accounts: 1,
  consents: 2,
  messages: 1,
  ownerNames: 1,
  phonebookEntries: 1,
  photos: 1,
  pictures: 2,
  shares: 1,
  voterStandings: 1,
};
