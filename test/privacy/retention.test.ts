import { env } from "cloudflare:workers";
import { applyD1Migrations, reset } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { DeliveryRecords } from "../../src/messaging/delivery-records.ts";
import { COUNT_DAYS, dayOfDelivery, ROW_DAYS, type Outcome } from "../../src/messaging/delivery.ts";
import type { MessageId } from "../../src/messaging/message.ts";
import { retain } from "../../src/privacy/retention.ts";
import { testDirectory } from "../support/directory.ts";

const NOW = Date.UTC(2026, 10, 23);
const TODAY = dayOfDelivery(NOW);
const records = new DeliveryRecords(env.DB);
const report = (n: number, day: number, outcome: Outcome = "delivered", country = "US") =>
  records.report(
    Array.from({ length: n }, (_, at) => ({
      message: `${country}-${outcome}-${day}-${at}`.padEnd(22, "-") as MessageId,
      day,
      kind: "sign-in-code",
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
  await reset();
  await applyD1Migrations(env.DB, env.MIGRATIONS);
});

describe("the minute's round over lifetimes", () => {
  it("does each step, says what it did, and lets no failing step keep another", async () => {
    const { events, logger } = { ...testDirectory() };
    await retain(
      [
        { name: "pictures", run: () => Promise.reject(new TypeError("a statement with +13125550123 in it")) },
        { name: "deliveries", run: async () => 7 },
      ],
      logger,
      NOW,
    );
    expect(events).toHaveLength(2);
    expect(events).toContainEqual({ event: "retention.run", fields: { step: "deliveries", removed: 7 } });
    expect(events).toContainEqual({ event: "retention.failed", fields: { step: "pictures", error: "TypeError" } });
  });

  it("is silent when nothing has had its time", async () => {
    const { events, logger } = testDirectory();
    await retain([{ name: "deliveries", run: (now) => records.fold(dayOfDelivery(now)) }], logger, NOW);
    expect(events).toEqual([]);
  });
});

describe("reports on messages", () => {
  it("are counted once after seven days, in bounded steps, and lose nothing on the way", async () => {
    await report(1500, TODAY - ROW_DAYS - 1);
    await report(3, TODAY - ROW_DAYS - 1, "undelivered", "DE");
    await report(2, TODAY - ROW_DAYS);
    const before = await records.readStatus(TODAY);
    expect(await records.fold(TODAY)).toBe(1000);
    expect(await records.readStatus(TODAY)).toEqual(before);
    expect(await records.fold(TODAY)).toBe(503);
    expect(await records.fold(TODAY)).toBe(0);
    expect([await rows(), await counted()]).toEqual([2, 1503]);
    expect(await records.readStatus(TODAY)).toEqual(before);
  });

  it("are dropped uncounted when nobody ever learnt what became of the message", async () => {
    await report(2, TODAY - ROW_DAYS - 1, "waiting");
    await records.fold(TODAY);
    expect([await rows(), await counted()]).toEqual([0, 0]);
  });

  it("lose their counts after 400 days", async () => {
    await report(5, TODAY - COUNT_DAYS - 1);
    await records.fold(TODAY - COUNT_DAYS + ROW_DAYS);
    expect(await counted()).toBe(5);
    await records.fold(TODAY - 1);
    expect(await counted()).toBe(5);
    await records.fold(TODAY);
    expect(await counted()).toBe(0);
  });
});
