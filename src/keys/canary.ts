import type { Vault } from "../vault/vault.ts";
import type { SealKeyRow } from "./key-records.ts";

const PLACE = { table: "canary", id: "canary" } as const;
const SONG = "the keys of this data";

/** Whether `INDEX_KEY` and `SEAL_KEYS` are those of the data. `unknown`: D1 did not say. */
export type KeyState =
  | { readonly is: "right" }
  | { readonly is: "unknown" }
  /** `missing`: the ids of keys that `SEAL_KEYS` lacks; empty where `INDEX_KEY` is another one. */
  | { readonly is: "wrong"; readonly missing: readonly string[] };

/** What D1 says of the configured keys, and whether it is to be told that the first of them seals now. */
export interface Judged {
  readonly state: KeyState;
  readonly seals: Pick<SealKeyRow, "id" | "canary" | "mark"> | null;
}

/** One sentence for operators, which names keys by their ids. Null where there is nothing to say. */
export function sentenceOf(state: KeyState): string | null {
  if (state.is === "unknown") return "D1 does not answer, so the keys could not be checked.";
  if (state.is === "right") return null;
  if (state.missing.length === 0) return "INDEX_KEY is not the one of this data: put the former one back.";
  const keys = state.missing.length === 1 ? "the key" : "the keys";
  return `SEAL_KEYS lacks ${keys} ${state.missing.join(", ")}, under which data is still sealed: put it back at the end of the list.`;
}

/** Judges the configured keys by what D1 keeps of all keys under which something may be sealed. */
export async function judge(vault: Vault, rows: readonly SealKeyRow[]): Promise<Judged> {
  const ids = await vault.sealKeyIds();
  for (const { id, mark } of rows) {
    if ((await markOf(vault, id)) !== mark) return { state: { is: "wrong", missing: [] }, seals: null };
  }
  const missing: string[] = [];
  for (const { id, canary, done } of rows) {
    if (done !== null && !ids.includes(id)) continue;
    const opened = await vault.openText(PLACE, canary);
    if (!opened.ok || opened.text !== SONG) missing.push(id);
  }
  if (missing.length > 0) return { state: { is: "wrong", missing }, seals: null };
  const [first = ""] = ids;
  const known = rows.find(({ id }) => id === first)?.until === null;
  const alone = rows.every(({ id, until }) => id === first || until !== null);
  if (known && alone) return { state: { is: "right" }, seals: null };
  const seals = { id: first, canary: await vault.sealText(PLACE, SONG), mark: await markOf(vault, first) };
  return { state: { is: "right" }, seals };
}

function markOf(vault: Vault, id: string): Promise<string> {
  return vault.keyedHash("canary", id);
}
