import { beforeAll, describe, expect, it } from "vitest";
import { freshBlock, freshUnfittedBlock } from "../support/blocks.ts";
import { importRows, makeDataset, MEMORY_MS, ndjson, sendRows, untilPublished } from "../support/import.ts";
import { Service } from "../support/service.ts";
import { until } from "../support/until.ts";

// From an import through publishing to a lookup. Each test has blocks of its own.

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

describe.concurrent("what an import makes a lookup say", () => {
  it("a hospital: its name as official, advice allow", async () => {
    const hospitals = await makeDataset(service, "directory");
    const [a, b] = [freshBlock(), freshBlock()];
    await importRows(service, hospitals, [
      { number: `${a}10`, name: "Potomac General Hospital" },
      {
        number: `(${b.slice(2, 5)}) 555-0120`,
        name: "  Clínica   São\tMiguel ",
        kind: "organisation",
        day: "2026-11-16",
      },
    ]);
    await untilPublished(service);
    expect(await service.lookup(`${a}10`)).toMatchObject({
      valid: true,
      name: "Potomac General Hospital",
      nameLevel: "official",
      nameConfidence: 100,
      kind: "business",
      verified: true,
      spam: "none",
      spamScore: 0,
      reports: 0,
      advice: "allow",
      degraded: false,
    });
    expect(await service.lookup(`${b}20`)).toMatchObject({
      name: "Clínica São Miguel",
      kind: "organisation",
      updatedAt: "2026-11-16",
    });
    expect(await service.lookup(`${a}11`), "its neighbour").toMatchObject({
      name: null,
      spam: "none",
      advice: "allow",
    });
  });

  it("1 complaint: none; 3: suspected; 7 and more: likely; never spam from one dataset", async () => {
    const complaints = await makeDataset(service, "complaints");
    const cases = [
      { n: 1, spam: "none", advice: "allow", reports: 0 },
      { n: 2, spam: "none", advice: "allow", reports: 2 },
      { n: 3, spam: "suspected", advice: "warn", reports: 2 },
      { n: 7, spam: "likely", advice: "warn", reports: 4 },
      { n: 60, spam: "likely", advice: "warn", reports: 50 },
      { n: 1_000_000, spam: "likely", advice: "warn", reports: 100 },
    ].map((one) => ({ ...one, number: `${freshBlock()}42` }));
    await importRows(
      service,
      complaints,
      cases.map(({ number, n }) => ({ number, complaints: n, category: "robocall" })),
    );
    await untilPublished(service);
    for (const { n, number, spam, advice, reports } of cases) {
      const body = await service.lookup(number);
      const category = spam === "none" ? null : "robocall";
      expect(body, `${n} complaints`).toMatchObject({ spam, advice, reports, category, name: null, degraded: false });
      expect((body["spamScore"] as number) > 0, `${n} complaints`).toBe(spam !== "none");
    }
  });

  it("rows of one number add up, in one batch and over batches", async () => {
    const complaints = await makeDataset(service, "complaints");
    const [a, b] = [`${freshBlock()}42`, `${freshBlock()}42`];
    await importRows(
      service,
      complaints,
      Array.from({ length: 7 }, () => ({ number: a })),
    );
    for (let n = 0; n < 7; n += 1) await importRows(service, complaints, [{ number: b }]);
    await untilPublished(service);
    expect(await service.lookup(a)).toMatchObject({ spam: "likely", reports: 4 });
    expect(await service.lookup(b)).toMatchObject({ spam: "likely", reports: 4 });
  });

  it("one complaint in each of two datasets brands nobody", async () => {
    const number = `${freshBlock()}42`;
    for (let n = 0; n < 2; n += 1) await importRows(service, await makeDataset(service, "complaints"), [{ number }]);
    await untilPublished(service);
    expect(await service.lookup(number)).toMatchObject({ spam: "none", advice: "allow" });
  });

  it("a known number with complaints stops at suspected, and is allowed", async () => {
    const number = `${freshBlock()}42`;
    await importRows(service, await makeDataset(service, "directory"), [{ number, name: "Lakeview Clinic" }]);
    await importRows(service, await makeDataset(service, "complaints"), [{ number, complaints: 5000 }]);
    await untilPublished(service);
    expect(await service.lookup(number)).toMatchObject({
      name: "Lakeview Clinic",
      nameLevel: "official",
      spam: "suspected",
      advice: "allow",
    });
  });

  describe.concurrent("the block rule", () => {
    it.each([
      ["2 others in 2 tens", ["04", "31"], "suspected"],
      ["2 others in 1 ten", ["30", "31"], "none"],
      ["1 other with many complaints", ["04"], "none"],
      ["3 others in 2 tens", ["04", "05", "31"], "suspected"],
    ])("%s: an unreported number is as it says", async (_, others, spam) => {
      const complaints = await makeDataset(service, "complaints");
      const own = freshUnfittedBlock();
      await importRows(
        service,
        complaints,
        others.map((line) => ({ number: own + line, complaints: others.length === 1 ? 50 : 1 })),
      );
      await untilPublished(service);
      const advice = spam === "none" ? "allow" : "warn";
      expect(await service.lookup(`${own}99`)).toMatchObject({ spam, advice, reports: 0, category: null });
    });

    it("counts others only: of two reported numbers neither suspects itself", async () => {
      const own = freshUnfittedBlock();
      await importRows(service, await makeDataset(service, "complaints"), [
        { number: `${own}04` },
        { number: `${own}31` },
      ]);
      await untilPublished(service);
      expect(await service.lookup(`${own}04`)).toMatchObject({ spam: "none" });
      expect(await service.lookup(`${own}31`)).toMatchObject({ spam: "none" });
    });

    it("leaves a known number its advice", async () => {
      const own = freshUnfittedBlock();
      await importRows(service, await makeDataset(service, "complaints"), [
        { number: `${own}04` },
        { number: `${own}31` },
      ]);
      await importRows(service, await makeDataset(service, "directory"), [
        { number: `${own}77`, name: "Harbour Surgery" },
      ]);
      await untilPublished(service);
      expect(await service.lookup(`${own}77`)).toMatchObject({ name: "Harbour Surgery", advice: "allow" });
    });

    it("ends at the block: the next hundred is not suspected", async () => {
      const own = freshUnfittedBlock();
      const next = `${own.slice(0, -2)}02`;
      await importRows(service, await makeDataset(service, "complaints"), [
        { number: `${own}04` },
        { number: `${own}31` },
      ]);
      await untilPublished(service);
      expect(await service.lookup(`${next}10`)).toMatchObject({ spam: "none" });
    });
  });

  it("old complaints weigh less than new ones, and ancient ones nothing", async () => {
    const complaints = await makeDataset(service, "complaints");
    const [recent, old, ancient] = [`${freshBlock()}42`, `${freshBlock()}42`, `${freshBlock()}42`];
    const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    await importRows(service, complaints, [
      { number: recent, complaints: 7, day: daysAgo(0) },
      { number: old, complaints: 7, day: daysAgo(300) },
      { number: ancient, complaints: 1_000_000, day: "2005-01-01" },
    ]);
    await untilPublished(service);
    expect(await service.lookup(recent)).toMatchObject({ spam: "likely" });
    expect(["none", "suspected"]).toContain((await service.lookup(old))["spam"]);
    expect(await service.lookup(ancient)).toMatchObject({ spam: "none", reports: 0 });
  });

  it("updatedAt is a Monday and no finer", async () => {
    const number = `${freshBlock()}42`;
    await importRows(service, await makeDataset(service, "complaints"), [{ number, complaints: 3, day: "2026-11-20" }]);
    await untilPublished(service);
    expect(await service.lookup(number)).toMatchObject({ updatedAt: "2026-11-16" });
  });
});

describe.concurrent("publishing", () => {
  it("reaches a number that was looked up a moment ago within the memory's time", async () => {
    const number = `${freshBlock()}42`;
    expect(await service.lookup(number)).toMatchObject({ name: null });
    await importRows(service, await makeDataset(service, "directory"), [{ number, name: "Wicker Park Books" }]);
    await untilPublished(service);
    const name = await until("lookups tell it", async () => (await service.lookup(number))["name"], MEMORY_MS / 2);
    expect(name).toBe("Wicker Park Books");
  });

  it("loses nothing when forty batches change one block at once", async () => {
    const dataset = await makeDataset(service, "complaints");
    const own = freshBlock();
    const lines = Array.from({ length: 40 }, (_, n) => String(n * 2).padStart(2, "0"));
    await Promise.all(lines.map((line) => importRows(service, dataset, [{ number: own + line, complaints: 7 }])));
    await untilPublished(service);
    for (const line of lines)
      expect(await service.lookup(own + line), line).toMatchObject({ spam: "likely", reports: 4 });
  });

  it("takes national digits by the dataset's country, and by the row's", async () => {
    const dataset = await makeDataset(service, "directory", { country: "DE" });
    const own = freshBlock();
    await importRows(service, dataset, [
      { number: "030 23125 012", name: "Bäckerei Morgenrot" },
      { number: `${own.slice(2)}42`, country: "us", name: "Mission Street Pharmacy" },
    ]);
    await untilPublished(service);
    expect(await service.lookup("+493023125012")).toMatchObject({ name: "Bäckerei Morgenrot", country: "DE" });
    expect(await service.lookup(`${own}42`)).toMatchObject({ name: "Mission Street Pharmacy" });
  });

  it("shows the newest of two names, whichever came first", async () => {
    const [a, b] = [`${freshBlock()}42`, `${freshBlock()}42`];
    const [older, newer] = [await makeDataset(service, "directory"), await makeDataset(service, "directory")];
    const say = (set: string, number: string, name: string, day: string) =>
      importRows(service, set, [{ number, name, day }]);
    await say(older, a, "Old", "2025-01-01");
    await say(newer, a, "New", "2026-01-01");
    await say(newer, b, "New", "2026-01-01");
    await say(older, b, "Old", "2025-01-01");
    await untilPublished(service);
    expect(await service.lookup(a)).toMatchObject({ name: "New" });
    expect(await service.lookup(b)).toMatchObject({ name: "New" });
  });

  it("many blocks at once, all of them", async () => {
    const dataset = await makeDataset(service, "directory");
    const rows = Array.from({ length: 2000 }, (_, n) => ({
      number: `+4940${String(66_990_000 + n * 7)}`,
      name: `Betrieb ${n}`,
    }));
    await sendRows(service, dataset, ndjson(rows));
    await untilPublished(service);
    for (const at of [0, 999, 1999]) {
      expect(await service.lookup(rows[at]?.number ?? "")).toMatchObject({
        name: `Betrieb ${at}`,
        nameLevel: "official",
      });
    }
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
