import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { DeliveryRecords } from "../../src/messaging/delivery-records.ts";
import { COUNT_DAYS, ROW_DAYS, type Outcome } from "../../src/messaging/delivery.ts";
import type { DeliveryId } from "../../src/messaging/message.ts";
import { REPORT_DAYS, RetentionRecords, type RetentionRun } from "../../src/privacy/retention-records.ts";
import { retain } from "../../src/privacy/retention.ts";
import { StoreFailure } from "../../src/telemetry/store-failure.ts";
import { testDirectory } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { dayOf } from "../../src/time/days.ts";

const NOW = Date.UTC(2026, 10, 23);
const TODAY = dayOf(NOW);
const DAY_MS = 86_400_000;
const records = new DeliveryRecords(env.DB);
const rounds = new RetentionRecords(env.DB);
const report = (n: number, day: number, outcome: Outcome = "delivered", country = "US") =>
  records.report(
    Array.from({ length: n }, (_, at) => ({
      message: `${country}-${day}-${at}`.padEnd(22, "-") as DeliveryId,
      day,
      kind: "sign-in-code",
      channel: "sms",
      country,
      outcome,
      error: 0,
    })),
  );
const rows = async (): Promise<number> =>
  (await env.DB.prepare("SELECT count(*) AS n FROM deliveries").first<number>("n")) ?? 0;
const counted = async (): Promise<number> =>
  (await env.DB.prepare("SELECT coalesce(sum(count), 0) AS n FROM delivery_counts").first<number>("n")) ?? 0;

beforeEach(async () => {
  await emptyStores();
});

describe("the minute's round over lifetimes", () => {
  it("does each step, says what it did, and lets no failing step keep another", async () => {
    const { events, logger } = { ...testDirectory() };
    await retain(
      [
        { name: "pictures", run: () => Promise.reject(new TypeError("a statement with +13125550123 in it")) },
        { name: "deliveries", run: async () => 7 },
      ],
      rounds,
      logger,
      NOW,
    );
    expect(events).toHaveLength(3);
    expect(events.map(({ event }) => event)).toContain("work.bug");
    expect(JSON.stringify(events)).not.toContain("3125550123");
    expect(events).toContainEqual({ event: "retention.run", fields: { step: "deliveries", removed: 7 } });
    expect(events).toContainEqual({ event: "retention.failed", fields: { step: "pictures", error: "TypeError" } });
    expect(await rounds.read(NOW)).toEqual([
      { step: "deliveries", ran: NOW, failing: null, today: 7, month: 7 },
      { step: "pictures", ran: NOW, failing: NOW, today: 0, month: 0 },
    ]);
  });

  it("is silent when nothing has had its time", async () => {
    const { events, logger } = testDirectory();
    await retain([{ name: "deliveries", run: (now) => records.forget(dayOf(now)) }], rounds, logger, NOW);
    expect(events).toEqual([]);
  });

  it("has done its work also where that cannot be written down", async () => {
    const { events, logger } = testDirectory();
    let ran = false;
    const run = async (): Promise<number> => {
      ran = true;
      return 0;
    };
    const write = (): Promise<void> => Promise.reject(new StoreFailure("d1", null));
    await retain([{ name: "audit", run }], { write }, logger, NOW);
    expect(ran).toBe(true);
    expect(events).toEqual([{ event: "retention.failed", fields: { step: "retention", error: "other" } }]);
  });
});

describe("reports on messages", () => {
  it("are counted once, and go after seven days in bounded steps, their counts not", async () => {
    await report(1500, TODAY - ROW_DAYS - 1);
    await report(3, TODAY - ROW_DAYS - 1, "undelivered", "DE");
    await report(2, TODAY - ROW_DAYS);
    const before = await records.readStatus(TODAY);
    expect(await records.forget(TODAY)).toBe(1000);
    expect(await records.readStatus(TODAY)).toEqual(before);
    expect(await records.forget(TODAY)).toBe(503);
    expect(await records.forget(TODAY)).toBe(0);
    expect([await rows(), await counted()]).toEqual([2, 1505]);
    expect(await records.readStatus(TODAY)).toEqual(before);
  });

  it("count as what is known of the message last, whatever came first or twice", async () => {
    await report(3, TODAY, "waiting");
    await report(3, TODAY, "accepted");
    await report(2, TODAY, "delivered");
    await report(2, TODAY, "accepted");
    await report(2, TODAY, "delivered");
    const { counts } = await records.readStatus(TODAY);
    expect(counts.map(({ outcome, count }) => `${outcome} ${count}`)).toEqual(["delivered 2", "accepted 1"]);
    expect(await counted()).toBe(3);
  });

  it("are not counted when nobody ever learnt what became of the message", async () => {
    await report(2, TODAY - ROW_DAYS - 1, "waiting");
    await records.forget(TODAY);
    expect([await rows(), await counted()]).toEqual([0, 0]);
  });

  it("lose their counts after 400 days", async () => {
    await report(5, TODAY - COUNT_DAYS - 1);
    await records.forget(TODAY - COUNT_DAYS + ROW_DAYS);
    expect(await counted()).toBe(5);
    await records.forget(TODAY - 1);
    expect(await counted()).toBe(5);
    await records.forget(TODAY);
    expect(await counted()).toBe(0);
  });
});

describe("what the rounds did", () => {
  const MINUTE_MS = 60_000;
  const run = (changes: Partial<RetentionRun> = {}): RetentionRun => ({
    step: "audit",
    removed: 0,
    failed: false,
    ...changes,
  });
  const status = async (now: number) => (await rounds.read(now))[0];

  it("is summed by day, for the day and for thirty", async () => {
    await rounds.write([run({ removed: 2 }), run({ step: "pictures", removed: 9 })], NOW - DAY_MS);
    await rounds.write([run({ removed: 3 })], NOW);
    await rounds.write([run({ removed: 5 })], NOW + MINUTE_MS);
    expect(await rounds.read(NOW + MINUTE_MS)).toEqual([
      { step: "audit", ran: NOW + MINUTE_MS, failing: null, today: 8, month: 10 },
      { step: "pictures", ran: NOW - DAY_MS, failing: null, today: 0, month: 9 },
    ]);
  });

  it("is written once an hour while there is nothing to tell", async () => {
    await rounds.write([run()], NOW);
    for (let minute = 1; minute < 60; minute += 1) await rounds.write([run()], NOW + minute * MINUTE_MS);
    // Whatever is written has the time.
    expect(await status(NOW)).toMatchObject({ ran: NOW });
    await rounds.write([run()], NOW + 60 * MINUTE_MS);
    expect(await status(NOW)).toMatchObject({ ran: NOW + 60 * MINUTE_MS });
  });

  it("says since when a step fails, over midnight too, and that it does no more", async () => {
    const late = NOW + DAY_MS - MINUTE_MS;
    await rounds.write([run()], late - MINUTE_MS);
    for (const at of [late, late + 2 * MINUTE_MS, late + DAY_MS]) {
      await rounds.write([run({ failed: true })], at);
      expect(await status(at)).toMatchObject({ failing: late });
    }
    await rounds.write([run()], late + DAY_MS + MINUTE_MS);
    expect(await status(late + DAY_MS)).toMatchObject({ failing: null });
    await rounds.write([run({ failed: true })], late + 3 * DAY_MS);
    expect(await status(late + 3 * DAY_MS)).toMatchObject({ failing: late + 3 * DAY_MS });
  });

  it("is dropped after thirty days", async () => {
    for (const days of [REPORT_DAYS + 1, REPORT_DAYS, 0]) {
      await rounds.write([run({ removed: 1 }), run({ step: "pictures", removed: 1 })], NOW - days * DAY_MS);
    }
    expect(await rounds.forget(NOW)).toBe(2);
    expect(await rounds.forget(NOW)).toBe(0);
    expect(await status(NOW)).toMatchObject({ today: 1, month: 2 });
  });
});
