/** How long a provider asks to wait, ms; 0 where it does not say. @param retryAfter seconds */
export function waitOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

/** Cloudflare's own words for a host that could not be reached: certainly nothing was sent. */
export function isUnreached(status: number): boolean {
  return [521, 523, 525, 526, 530].includes(status);
}
