/** What an account can consent to. */
export const PURPOSES = ["contact-sharing", "phonebook-sync", "promotional", "personalised-ads"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** One entry of the ledger. Entries are only ever added. */
export interface ConsentEntry {
  readonly purpose: Purpose;
  readonly granted: boolean;
  /** Version of the notice that was shown; null for a withdrawal without one. */
  readonly noticeVersion: string | null;
  /** Days since 1970-01-01. */
  readonly day: number;
}

/** Grants of one purpose that are accepted in a day, since the ledger only grows. Withdrawals are always accepted. */
export const GRANTS_A_DAY = 20;

/** What the ledger says of a purpose: its last entry, or null when there is none. */
export function standing(ledger: readonly ConsentEntry[], purpose: Purpose): ConsentEntry | null {
  return ledger.findLast((entry) => entry.purpose === purpose) ?? null;
}

/** Whether a purpose is consented to now. */
export function isGranted(ledger: readonly ConsentEntry[], purpose: Purpose): boolean {
  return standing(ledger, purpose)?.granted ?? false;
}

export type Recorded =
  | { readonly ok: true; readonly entry: ConsentEntry; readonly added: boolean }
  | { readonly ok: false; readonly allows: number };

/** The outcome of adding an entry; one that changes nothing is not added. */
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
