const DAY_MS = 86_400_000;

/**
 * Daily runs of the list's own alarm that an entry outlives. Counted in runs and not in days by the clock: while the
 * platform stands still, no ballot looks either. The first run may come at once, a contact may lie in a mixer for the
 * whole spread, a ballot looks once a day; one more run is for whoever is late.
 */
export function forgottenAfter(spreadMs: number): number {
  return 3 + Math.ceil(spreadMs / DAY_MS);
}
