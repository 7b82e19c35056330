import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { beforeEach, describe, expect, it } from "vitest";
import { DEMO, SHOWN_NUMBER } from "../../src/commands/dev/demo.ts";
import { seedIfEmpty } from "../../src/commands/dev/seed.ts";
import { OperatorClient } from "../../src/commands/import/client.ts";
import { FakeService } from "./fake-service.ts";

// 555-0100 to 555-0199, and what Ofcom, ACMA and the Bundesnetzagentur keep for drama.
const FICTION = [
  /^\+1\d{3}55501\d\d$/,
  /^\+44(2079460|1134960|8081570)\d{3}$/,
  /^\+61255501\d{3}$/,
  /^\+493023125\d{3}$/,
];
const rows = DEMO.flatMap((dataset) =>
  dataset.rows.map((row) => ({
    dataset: dataset.id,
    number: String(row["number"]),
    complaints: Number(row["complaints"] ?? 0),
  })),
);

describe("the demo", () => {
  it("has numbers of fiction only, each of them valid", () => {
    for (const { number } of rows) {
      expect(FICTION.some((range) => range.test(number))).toBe(true);
      expect(parsePhoneNumberFromString(number)?.isValid()).toBe(true);
    }
    expect(new Set(rows.map(({ number }) => number)).size).toBe(rows.length);
  });

  it("names the shown number, and reports numbers for each spam level away from the named ones", () => {
    expect(rows).toContainEqual(expect.objectContaining({ number: SHOWN_NUMBER, dataset: "demo" }));
    const complaints = rows.filter(({ dataset }) => dataset === "demo-complaints");
    const counts = complaints.map(({ complaints }) => complaints);
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(7);
    expect(counts).toContain(3);
    expect(counts).toContain(1);
    const blocks = (some: typeof rows): string[] => some.map(({ number }) => number.slice(0, -2));
    const reported = new Set(blocks(complaints));
    expect(blocks(rows.filter(({ dataset }) => dataset === "demo")).some((block) => reported.has(block))).toBe(false);
  });
});

describe("seeding", () => {
  let service: FakeService;
  let client: OperatorClient;
  const patience = { firstWait: 2, longestWait: 4, giveUpAfter: 30, timeout: 1_000 };

  beforeEach(async () => {
    service = new FakeService();
    service.step = 100;
    await service.start();
    client = new OperatorClient(service.origin, () => Promise.resolve({}), { retry: patience });
    return () => service.stop();
  });

  it("fills an empty directory once, and waits until it is published", async () => {
    expect(await seedIfEmpty(client)).toBe(true);
    expect(service.backlog).toBe(0);
    expect([...service.datasets.values()].map(({ id, kind, title }) => [id, kind, title])).toEqual(
      DEMO.map(({ id, kind, title }) => [id, kind, title]),
    );
    const { length } = service.calls;
    expect(await seedIfEmpty(client)).toBe(false);
    expect(service.calls).toHaveLength(length + 1);
  });

  it("leaves a directory alone that has anything", async () => {
    await client.putDataset("mine", { title: "Mine", kind: "directory", licence: "CC0", country: "US" });
    expect(await seedIfEmpty(client)).toBe(false);
    expect([...service.datasets.keys()]).toEqual(["mine"]);
  });

  it("finishes a demo that was stopped half-way, counting its rows once", async () => {
    let calls = 0;
    service.fault = () => (++calls > 4 ? "500" : null);
    await expect(seedIfEmpty(client)).rejects.toThrow("too long");
    service.fault = () => null;
    expect(await seedIfEmpty(client)).toBe(true);
    expect([...service.applied.values()]).toEqual([1, 1]);
    expect(await seedIfEmpty(client)).toBe(false);
  });
});
