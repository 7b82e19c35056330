const PATIENCE_MS = 180_000;

/**
 * Looks until there is what was waited for: anything but false, null and undefined. Nothing that is waited for is slower
 * than this on a machine that does other things too; what never comes fails by its name.
 */
export async function until<Found>(
  what: string,
  look: () => Found | Promise<Found>,
  everyMs = 50,
): Promise<Exclude<Found, false | null | undefined>> {
  for (const end = Date.now() + PATIENCE_MS; ;) {
    const found = await look();
    if (found !== false && found !== null && found !== undefined) {
      return found as Exclude<Found, false | null | undefined>;
    }
    if (Date.now() > end) throw new Error(`It did not come about within ${PATIENCE_MS / 1000} s: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
