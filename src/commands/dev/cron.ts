const MINUTE_MS = 60_000;

/**
 * Replaces Cron Triggers, which do not fire in development: runs the Worker's `scheduled` handler now and every minute
 * until `stop`. Runs do not overlap.
 */
export function startCron(port: number, stop: AbortSignal, every = MINUTE_MS): void {
  let running = false;
  const tick = async (): Promise<void> => {
    if (running) return;
    running = true;
    // The Worker logs the failure; the next run is in a minute.
    await fetch(`http://127.0.0.1:${port}/cdn-cgi/local/scheduled?cron=*+*+*+*+*`).catch(() => null);
    running = false;
  };
  void tick();
  const timer = setInterval(() => void tick(), every);
  stop.addEventListener("abort", () => clearInterval(timer));
}
