import type { Vote } from "../verdict/ballot.ts";
import type { BarredStore } from "./barred-store.ts";
import type { Forms } from "./forms.ts";
import type { LedgerStore } from "./ledger-store.ts";

/** The votes of one ballot that the verdict reads, with their names; a name that cannot be opened, or is barred, is null. */
export async function openedVotes(ledger: LedgerStore, forms: Forms, barred: BarredStore): Promise<readonly Vote[]> {
  const rows = ledger.votesThatCount();
  const opened = await forms.open(ledger, rows);
  const names = opened.size === 0 ? opened : await barred.without(ledger.place().caller, opened);
  return rows.map(({ form, ...vote }) => ({ ...vote, name: form === null ? null : (names.get(form) ?? null) }));
}
