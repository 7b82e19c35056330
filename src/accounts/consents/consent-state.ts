/** What an account can agree to. */
export const PURPOSES = ["contact-sharing", "phonebook-sync", "promotional", "personalised-ads"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** One entry of the ledger. Entries are only added: what was agreed to, and to which text, stays on record. */
export interface ConsentEntry {
  readonly purpose: Purpose;
  readonly granted: boolean;
  /** Version of the notice that the account had before it; null for a withdrawal that named none. */
  readonly noticeVersion: string | null;
  /** Days since 1970-01-01. */
  readonly day: number;
}

/** Changes of one purpose that are taken in a day: the ledger only grows. Withdrawing is always taken. */
export const GRANTS_A_DAY = 20;

/** What the ledger says of a purpose: its last entry, or null when there is none. */
export function standing(ledger: readonly ConsentEntry[], purpose: Purpose): ConsentEntry | null {
  return ledger.findLast((entry) => entry.purpose === purpose) ?? null;
}

/** Whether a purpose is agreed to now. */
export function isGranted(ledger: readonly ConsentEntry[], purpose: Purpose): boolean {
  return standing(ledger, purpose)?.granted ?? false;
}

export type Recorded =
  | { readonly ok: true; readonly entry: ConsentEntry; readonly added: boolean }
  | { readonly ok: false; readonly allows: number };

/** What an entry adds: nothing when it says what stands already. */
export function record(ledger: readonly ConsentEntry[], entry: ConsentEntry): Recorded {
  const before = standing(ledger, entry.purpose);
  if (before === null && !entry.granted) return { ok: true, entry, added: true };
  if (before?.granted === entry.granted && (before.noticeVersion === entry.noticeVersion || !entry.granted)) {
    return { ok: true, entry: before, added: false };
  }
  const today = ledger.filter(({ purpose, granted, day }) => purpose === entry.purpose && granted && day === entry.day);
  if (entry.granted && today.length >= GRANTS_A_DAY) return { ok: false, allows: GRANTS_A_DAY };
  return { ok: true, entry, added: true };
}
