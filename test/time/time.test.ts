import { expect, it } from "vitest";
import { DAY_MS, dayOf, dayStart, dayText, HOUR_MS, hourOf } from "../../src/time/days.ts";
import { retryDelay } from "../../src/time/retry.ts";

it("counts days and hours in UTC, and writes them", () => {
  const evening = Date.UTC(2026, 10, 18, 23, 59, 59, 999);
  expect(dayText(dayOf(evening))).toBe("2026-11-18");
  expect([dayStart(dayOf(evening) + 1), hourOf(evening) * HOUR_MS]).toEqual([evening + 1, evening + 1 - HOUR_MS]);
  expect([dayOf(0), dayOf(DAY_MS - 1), dayOf(DAY_MS)]).toEqual([0, 0, 1]);
});

it("waits longer and longer after each failure, five minutes at most unless said", () => {
  expect([1, 2, 3, 20, 5000].map((failures) => retryDelay(failures))).toEqual([2000, 4000, 8000, 300_000, 300_000]);
  expect(retryDelay(9, 60_000)).toBe(60_000);
});
