const MINUTE_MS = 60_000;

/**
 * Stands in for Cron Triggers, which nothing fires in development: runs the Worker's `scheduled` handler now and every
 * minute until `stop`. A run that is still going on is not started twice.
 */
export function startCron(port: number, stop: AbortSignal, every = MINUTE_MS): void {
  let running = false;
  const tick = async (): Promise<void> => {
    if (running) return;
    running = true;
    // A failure is in the Worker's own log; the next minute comes anyway.
    await fetch(`http://127.0.0.1:${port}/cdn-cgi/local/scheduled?cron=*+*+*+*+*`).catch(() => null);
    running = false;
  };
  void tick();
  const timer = setInterval(() => void tick(), every);
  stop.addEventListener("abort", () => clearInterval(timer));
}
