import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf } from "../support/answer.ts";
import { freshBlock } from "../support/blocks.ts";
import {
  dropDataset,
  importMoreThanOneDrop,
  importRows,
  makeDataset,
  type RowsAnswer,
  sendRows,
  statusOf,
  untilPublished,
} from "../support/import.ts";
import { fresh, Service } from "../support/service.ts";

// Each test has blocks of its own.

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

describe("rows that are refused", () => {
  const CASES: readonly (readonly [kind: "complaints" | "directory", row: string, reason: string])[] = [
    ["complaints", '{"number":"nonsense"}', "not-a-number"],
    ["complaints", '{"number":"312"}', "too-short"],
    ["complaints", '{"number":"+13125550123456"}', "too-long"],
    ["complaints", '{"number":"+9991234567"}', "invalid-country-code"],
    ["complaints", '{"number":"+1555555"}', "too-short"],
    ["directory", '{"number":"+15555550123","name":"X"}', "not-assigned"],
    ["complaints", '{"number":"3125550123","country":"ZZ"}', "invalid-country"],
    ["complaints", '{"number":"3125550123","country":7}', "invalid-country"],
    ["complaints", '{"number":3125550123}', "invalid-field"],
    ["complaints", "{}", "invalid-field"],
    ["complaints", "[]", "invalid-field"],
    ["complaints", "null", "invalid-field"],
    ["complaints", "17", "invalid-field"],
    ["complaints", '"+13125550123"', "invalid-field"],
    ["complaints", "number,name", "not-json"],
    ["complaints", '{"number":"+13125550123"', "not-json"],
    ["complaints", '{"number":"+13125550123"}{"number":"+13125550124"}', "not-json"],
    ["complaints", '{"number":"+13125550123","note":"x"}', "unknown-field"],
    ["complaints", '{"number":"+13125550123","__proto__":{"name":"x"}}', "unknown-field"],
    ["complaints", '{"number":"+13125550123","constructor":1}', "unknown-field"],
    ["complaints", '{"number":"+13125550123","name":"Somebody"}', "field-of-other-kind"],
    ["complaints", '{"number":"+13125550123","kind":"business"}', "field-of-other-kind"],
    ["complaints", '{"number":"+13125550123","complaints":0}', "invalid-complaints"],
    ["complaints", '{"number":"+13125550123","complaints":-1}', "invalid-complaints"],
    ["complaints", '{"number":"+13125550123","complaints":1.5}', "invalid-complaints"],
    ["complaints", '{"number":"+13125550123","complaints":1e300}', "invalid-complaints"],
    ["complaints", '{"number":"+13125550123","complaints":"3"}', "invalid-complaints"],
    ["complaints", '{"number":"+13125550123","day":"2026-02-30"}', "invalid-day"],
    ["complaints", '{"number":"+13125550123","day":"2026-1-1"}', "invalid-day"],
    ["complaints", '{"number":"+13125550123","day":"1970-01-01"}', "invalid-day"],
    ["complaints", '{"number":"+13125550123","day":"9999-12-31"}', "day-in-future"],
    ["complaints", '{"number":"+13125550123","day":20000}', "invalid-day"],
    ["complaints", `{"number":"+13125550123","country":"${"x".repeat(5000)}"}`, "line-too-long"],
    ["complaints", "[".repeat(4000), "not-json"],
    ["directory", '{"number":"+13125550123"}', "name-missing"],
    ["directory", '{"number":"+13125550123","name":" \\t "}', "name-missing"],
    ...["N/A", "n.a.", "#N/A", "NULL", "Test", "test 123", "--", "Unbekannt", "3125550123", "XXXX", "テスト"].map(
      (name) =>
        [
          "directory",
          JSON.stringify({ number: "+13125550123", name }),
          name === "--" ? "name-not-allowed" : "name-missing",
        ] as const,
    ),
    ["directory", '{"number":"+13125550123","name":"\\u3164Bank"}', "name-not-allowed"],
    ["directory", `{"number":"+13125550123","name":"${"n".repeat(121)}"}`, "name-too-long"],
    ["directory", '{"number":"+13125550123","name":"Bank\\u202egnp"}', "name-not-allowed"],
    ["directory", '{"number":"+13125550123","name":"Bank\\u0000"}', "name-not-allowed"],
    ["directory", '{"number":"+13125550123","name":"\\ud800"}', "name-not-allowed"],
    ["directory", '{"number":"+13125550123","name":"!!!"}', "name-not-allowed"],
    ["directory", '{"number":"+13125550123","name":"X","kind":"crook"}', "unknown-kind"],
    ["directory", '{"number":"+13125550123","name":"X","complaints":1}', "field-of-other-kind"],
    ["directory", '{"number":"+13125550123","name":"X","category":"fraud"}', "field-of-other-kind"],
  ];

  it.each(["complaints", "directory"] as const)(
    "in a %s dataset each have their reason, and the others stand",
    async (kind) => {
      const dataset = await makeDataset(service, kind);
      const own = freshBlock();
      const good = (line: number): string =>
        JSON.stringify({ number: `${own}${line + 10}`, ...(kind === "directory" && { name: `Number ${line}` }) });
      const cases = CASES.filter(([of]) => of === kind);
      const lines = cases.flatMap(([, row], at) => (at < 10 ? [row, good(at)] : [row]));
      const answer = jsonOf<RowsAnswer>(await sendRows(service, dataset, lines.join("\n")));
      expect(answer).toMatchObject({ accepted: 10, changed: 10, rejected: cases.length });
      expect(Object.keys(answer)).toEqual(["accepted", "changed", "rejected", "rejections"]);
      const told = new Map(answer.rejections.map(({ line, reason }) => [line, reason]));
      for (const [, row, reason] of cases) expect(told.get(lines.indexOf(row) + 1), row.slice(0, 80)).toBe(reason);
    },
  );

  it("lines count from 1, blank ones included; CRLF, a byte order mark and a missing last newline do no harm", async () => {
    const dataset = await makeDataset(service, "complaints");
    const own = freshBlock();
    const body = `\ufeff{"number":"${own}10"}\r\n\r\n   \n{"number":"bad"}\r\n{"number":"${own}11"}`;
    const answer = jsonOf<RowsAnswer>(await sendRows(service, dataset, body));
    expect(answer).toEqual({ accepted: 2, changed: 2, rejected: 1, rejections: [{ line: 4, reason: "not-a-number" }] });
  });

  it("a category that is none of ours costs the category and not the complaint, and that is told", async () => {
    const dataset = await makeDataset(service, "complaints");
    const own = freshBlock();
    const body = `{"number":"${own}10","category":"rude"}\n{"number":"${own}11","category":"Fraud"}`;
    const answer = jsonOf<RowsAnswer>(await sendRows(service, dataset, body));
    expect(answer).toEqual({ accepted: 2, changed: 2, rejected: 0, rejections: [], withoutCategory: 1 });
  });

  it("broken UTF-8 spoils its line alone", async () => {
    const dataset = await makeDataset(service, "directory");
    const own = freshBlock();
    const body = Buffer.concat([
      Buffer.from(`{"number":"${own}10","name":"A`),
      Buffer.from([0xc3, 0x28]),
      Buffer.from(`"}\n{"number":"${own}11","name":"Bäckerei"}\n`),
    ]);
    const answer = jsonOf<RowsAnswer>(await sendRows(service, dataset, new Uint8Array(body)));
    expect(answer).toMatchObject({ accepted: 1, rejections: [{ line: 1, reason: "not-json" }] });
  });

  it("no row at all is a batch of none", async () => {
    const dataset = await makeDataset(service, "complaints");
    for (const body of ["", "\n", "\n\n  \n"]) {
      const answer = jsonOf<RowsAnswer>(await sendRows(service, dataset, body));
      expect(answer, JSON.stringify(body)).toEqual({ accepted: 0, changed: 0, rejected: 0, rejections: [] });
    }
  });

  it("5,000 rows are a batch, 5,001 are too many, 4 MiB are the most", async () => {
    const dataset = await makeDataset(service, "complaints");
    const row = `{"number":"${freshBlock()}42"}\n`;
    const most = jsonOf<RowsAnswer>(await sendRows(service, dataset, row.repeat(5000)));
    expect(most).toMatchObject({ accepted: 5000, changed: 1, rejected: 0 });
    problemOf(await sendRows(service, dataset, row.repeat(5001)), 413, "too-many-rows");
    problemOf(await sendRows(service, dataset, "x\n".repeat(5001)), 413, "too-many-rows");
    problemOf(await sendRows(service, dataset, `${row}${" ".repeat(4 * 1024 * 1024)}`), 413, "too-large");
    const rejected = jsonOf<RowsAnswer>(await sendRows(service, dataset, "x\n".repeat(5000)));
    expect(rejected).toMatchObject({ accepted: 0, rejected: 5000 });
  });
});

describe.concurrent("a batch sent again", () => {
  it("gets the first answer, says so, and counts once", async () => {
    const dataset = await makeDataset(service, "complaints");
    const number = `${freshBlock()}42`;
    const key = fresh("key");
    const rows = [{ number, complaints: 3 }, { number: "bad" }];
    const first = await sendRows(service, dataset, rows, { key });
    expect(first.headers.has("idempotency-replayed")).toBe(false);
    for (let n = 0; n < 3; n += 1) {
      const again = await sendRows(service, dataset, rows, { key });
      expect(again.headers.get("idempotency-replayed")).toBe("true");
      expect(again.text).toBe(first.text);
    }
    await untilPublished(service);
    expect(await service.lookup(number)).toMatchObject({ spam: "suspected", reports: 2 });
  });

  it("ten at once are counted once", async () => {
    const dataset = await makeDataset(service, "complaints");
    const [own, twin] = [freshBlock(), freshBlock()];
    const rows = (of: string) =>
      Array.from({ length: 50 }, (_, line) => ({ number: `${of}${line + 10}`, complaints: 2 }));
    const key = fresh("key");
    const answers = await Promise.all(Array.from({ length: 10 }, () => sendRows(service, dataset, rows(own), { key })));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(new Set(answers.map(({ text }) => text)).size, "one answer for all").toBe(1);
    expect(answers.filter(({ headers }) => !headers.has("idempotency-replayed"))).toHaveLength(1);
    await sendRows(service, dataset, rows(twin));
    await untilPublished(service);
    const [counted, once] = await Promise.all([own, twin].map((of) => service.lookup(`${of}33`)));
    // What the areas say of them is computed after their pages, and held for a while.
    expect(counted?.["reports"]).toBe(2);
    expect([once?.["reports"], once?.["updatedAt"], once?.["category"]]).toEqual([
      2,
      counted?.["updatedAt"],
      counted?.["category"],
    ]);
  });

  it("the same key with another body, or for another edition, is a conflict", async () => {
    const dataset = await makeDataset(service, "complaints");
    const number = `${freshBlock()}42`;
    const key = fresh("key");
    await sendRows(service, dataset, [{ number }], { key, edition: "2026-10" });
    problemOf(
      await sendRows(service, dataset, [{ number, complaints: 9 }], { key, edition: "2026-10" }),
      409,
      "idempotency-key-reused",
    );
    problemOf(await sendRows(service, dataset, "", { key, edition: "2026-10" }), 409, "idempotency-key-reused");
  });

  it("the same key and body for another edition is a conflict: its rows would go with the first edition", async () => {
    const dataset = await makeDataset(service, "complaints");
    const rows = [{ number: `${freshBlock()}42`, complaints: 7 }];
    const key = fresh("key");
    await sendRows(service, dataset, rows, { key, edition: "2026-10" });
    problemOf(await sendRows(service, dataset, rows, { key, edition: "2026-11" }), 409, "idempotency-key-reused");
  });

  it("rows without a day are of that of `asOf`, in a repeat too: with another one it is a conflict", async () => {
    const dataset = await makeDataset(service, "complaints");
    const rows = [{ number: `${freshBlock()}42`, complaints: 7 }];
    const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    const sent = { key: fresh("key"), asOf: daysAgo(30) };
    expect(jsonOf<RowsAnswer>(await sendRows(service, dataset, rows, sent))).toMatchObject({ accepted: 1 });
    const again = await sendRows(service, dataset, rows, sent);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    problemOf(await sendRows(service, dataset, rows, { ...sent, asOf: daysAgo(29) }), 409, "idempotency-key-reused");
    problemOf(await sendRows(service, dataset, rows, { key: sent.key }), 409, "idempotency-key-reused");
    problemOf(await sendRows(service, dataset, rows, { ...sent, asOf: "soon" }), 400, "invalid-request");
    await untilPublished(service);
    const { number = "" } = rows[0] ?? {};
    const updatedAt = String((await service.lookup(number))["updatedAt"]);
    expect(updatedAt <= sent.asOf && updatedAt > daysAgo(37)).toBe(true);
  });

  it("ten different bodies at once under one key: one is taken, nine are conflicts", async () => {
    const dataset = await makeDataset(service, "complaints");
    const own = freshBlock();
    const key = fresh("key");
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => sendRows(service, dataset, [{ number: `${own}${n + 10}` }], { key })),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, ...Array<number>(9).fill(409)]);
  });

  it("under a new key changes no name that stands, and says so", async () => {
    const dataset = await makeDataset(service, "directory");
    const rows = [{ number: `${freshBlock()}42`, name: "Anacostia Library" }];
    expect(await importRows(service, dataset, rows)).toMatchObject({ changed: 1 });
    expect(await importRows(service, dataset, rows)).toMatchObject({ accepted: 1, changed: 0 });
  });

  it("one key serves two datasets", async () => {
    const key = fresh("key");
    const rows = [{ number: `${freshBlock()}42` }];
    for (const kind of ["complaints", "complaints"] as const) {
      const answer = await sendRows(service, await makeDataset(service, kind), rows, { key });
      expect(answer.headers.has("idempotency-replayed")).toBe(false);
    }
  });

  it.each(["", " ", "a b", "ä", "x".repeat(129), "a/b", "a,b", "k\u00e9y"])("the key %j is refused", async (key) => {
    const dataset = await makeDataset(service, "complaints");
    const answer = await sendRows(service, dataset, [], { key: encodeURI(key) === key ? key : "ä" });
    problemOf(answer, 400, "idempotency-key-missing");
  });

  it("without a key is refused", async () => {
    const dataset = await makeDataset(service, "complaints");
    const path = `/v1/operators/datasets/${dataset}/rows`;
    const headers = { "content-type": "application/x-ndjson" };
    problemOf(await service.call("POST", path, { as: "operator", headers, body: "" }), 400, "idempotency-key-missing");
  });
});

describe("a dataset", () => {
  it("is answered as it stands, and keeps its kind", async () => {
    const id = fresh("set");
    const put = (changes: object) =>
      service.call("PUT", `/v1/operators/datasets/${id}`, {
        as: "operator",
        json: { title: "First", kind: "complaints", licence: "CC0-1.0", country: "US", ...changes },
      });
    expect(jsonOf(await put({}))).toEqual({
      id,
      title: "First",
      kind: "complaints",
      licence: "CC0-1.0",
      country: "US",
    });
    expect(jsonOf(await put({ title: "Second" }))).toMatchObject({ title: "Second" });
    problemOf(await put({ kind: "directory" }), 409, "dataset-kind-differs");
    const { datasets } = await statusOf(service);
    expect(datasets.find((dataset) => dataset.id === id)).toMatchObject({
      title: "Second",
      kind: "complaints",
      dropping: false,
    });
  });

  it.each([
    ["title", ""],
    ["title", "x".repeat(201)],
    ["title", null],
    ["kind", "contacts"],
    ["kind", "toString"],
    ["licence", undefined],
    ["country", "us"],
    ["country", "ZZ"],
    ["country", "USA"],
    ["country", "__"],
  ])("with %s %j is refused", async (field, value) => {
    const json = { title: "T", kind: "complaints", licence: "L", country: "US", [field]: value };
    const answer = await service.call("PUT", `/v1/operators/datasets/${fresh("bad")}`, { as: "operator", json });
    const fields = problemOf(answer, 400, "invalid-request").errors?.map((error) => error.field);
    expect([...new Set(fields)]).toEqual([field]);
  });

  it("with a bad country is told so once", async () => {
    const json = { title: "T", kind: "complaints", licence: "L", country: "usa" };
    const answer = await service.call("PUT", `/v1/operators/datasets/${fresh("bad")}`, { as: "operator", json });
    expect(problemOf(answer, 400, "invalid-request").errors).toHaveLength(1);
  });

  it.each(["Upper", "-dash", "a_b", "x".repeat(64), "%00", "a%20b", "é", "a%2fb"])(
    "of id %s is refused",
    async (id) => {
      const json = { title: "T", kind: "complaints", licence: "L", country: "US" };
      const answer = await service.call("PUT", `/v1/operators/datasets/${id}`, { as: "operator", json });
      expect(problemOf(answer).code).toMatch(/^(?:invalid-request|not-found)$/);
    },
  );

  it("that is not there takes no rows and cannot be dropped", async () => {
    problemOf(await sendRows(service, fresh("none"), []), 404, "not-found");
    problemOf(
      await service.call("DELETE", `/v1/operators/datasets/${fresh("none")}`, { as: "operator" }),
      404,
      "not-found",
    );
  });
});

describe("dropping", () => {
  const without = ({ number: _number, nationalFormat: _format, country: _country, ...rest }: Record<string, unknown>) =>
    rest;

  it("and importing again is exact: as if the first import had never been", async () => {
    const [own, twin] = [freshBlock(), freshBlock()];
    const [dropped, kept, names] = [
      await makeDataset(service, "complaints"),
      await makeDataset(service, "complaints"),
      await makeDataset(service, "directory"),
    ];
    const final = (of: string) => [
      { number: `${of}04`, complaints: 2, category: "debt" },
      { number: `${of}77`, complaints: 8 },
    ];
    // The first import: more, elsewhere, of other categories, and a name.
    await importRows(service, dropped, [
      { number: `${own}04`, complaints: 100, category: "fraud" },
      { number: `${own}31`, complaints: 4 },
      { number: `${own}52` },
    ]);
    await importRows(service, names, [{ number: `${own}77`, name: "Wrong Name" }]);
    await untilPublished(service);
    expect(await dropDataset(service, dropped)).toBe(3);
    expect(await dropDataset(service, names)).toBe(1);
    await importRows(service, kept, final(own));
    await importRows(service, kept, final(twin));
    await untilPublished(service);
    for (const line of ["04", "31", "52", "77", "99"]) {
      expect(without(await service.lookup(own + line)), line).toEqual(without(await service.lookup(twin + line)));
    }
    const { datasets } = await statusOf(service);
    expect(datasets.map(({ id }) => id)).not.toContain(dropped);
  });

  it("one dataset leaves what another says", async () => {
    const number = `${freshBlock()}42`;
    const [a, b] = [await makeDataset(service, "complaints"), await makeDataset(service, "complaints")];
    await importRows(service, a, [{ number, complaints: 3 }]);
    await importRows(service, b, [{ number, complaints: 60 }]);
    await dropDataset(service, b);
    await untilPublished(service);
    expect(await service.lookup(number)).toMatchObject({ spam: "suspected", reports: 2 });
  });

  it("all but an edition keeps that edition's rows alone", async () => {
    const own = freshBlock();
    const dataset = await makeDataset(service, "directory");
    const send = (edition: string, line: string, name: string) =>
      sendRows(service, dataset, [{ number: own + line, name }], { edition });
    await send("2026-10", "10", "Old Name");
    await send("2026-10", "11", "Gone");
    await send("2026-11", "10", "New Name");
    expect(await dropDataset(service, dataset, "2026-11")).toBe(2);
    await untilPublished(service);
    expect(await service.lookup(`${own}10`)).toMatchObject({ name: "New Name" });
    expect(await service.lookup(`${own}11`)).toMatchObject({ name: null, updatedAt: null });
    expect((await statusOf(service)).datasets.find(({ id }) => id === dataset)).toMatchObject({ dropping: false });
  });

  it("lets the same keys be used again, since nothing of the dataset is left", async () => {
    const id = fresh("again");
    const json = { title: "T", kind: "complaints", licence: "L", country: "US" };
    const number = `${freshBlock()}42`;
    for (let n = 0; n < 2; n += 1) {
      await service.call("PUT", `/v1/operators/datasets/${id}`, { as: "operator", json });
      const sent = await sendRows(service, id, [{ number, complaints: 3 }], { key: "batch-1" });
      expect(sent.headers.has("idempotency-replayed")).toBe(false);
      if (n === 0) await dropDataset(service, id);
    }
    await untilPublished(service);
    expect(await service.lookup(number)).toMatchObject({ spam: "suspected", reports: 2 });
  });
});

// One after the other: the minute's round takes up every drop that was begun, not just the test's own.
describe("a drop in steps", () => {
  it("of more rows than one call takes says so, and the dataset takes no rows until it is done", async () => {
    const dataset = await makeDataset(service, "complaints");
    const own = freshBlock();
    await importMoreThanOneDrop(service, dataset, own);
    const step = await service.call("DELETE", `/v1/operators/datasets/${dataset}`, { as: "operator" });
    expect(jsonOf(step)).toMatchObject({ done: false });
    expect((await statusOf(service)).datasets.find(({ id }) => id === dataset)).toMatchObject({ dropping: true });
    problemOf(await sendRows(service, dataset, [{ number: `${own}42` }]), 409, "dataset-being-dropped");
    // Nobody calls again: the minute's round goes on with it.
    await service.harness.getWorker().scheduled({ cron: "* * * * *" });
    expect((await statusOf(service)).datasets.map(({ id }) => id)).not.toContain(dataset);
    await untilPublished(service);
    expect(await service.lookup(`${own}42`)).toMatchObject({ spam: "none", updatedAt: null });
  });

  /** A dataset of an edition, of which a first DELETE has dropped some. */
  const halfDropped = async (): Promise<{ dataset: string; path: string }> => {
    const dataset = await makeDataset(service, "complaints");
    await importMoreThanOneDrop(service, dataset, freshBlock(), "2026-10");
    const path = `/v1/operators/datasets/${dataset}`;
    expect(jsonOf(await service.call("DELETE", path, { as: "operator" }))).toMatchObject({ done: false });
    return { dataset, path };
  };

  it("is not undone by a later call that names an edition to keep", async () => {
    const { dataset, path } = await halfDropped();
    const kept = await service.call("DELETE", `${path}?keep=2026-10`, { as: "operator" });
    expect([200, 409]).toContain(kept.status);
    await service.harness.getWorker().scheduled({ cron: "* * * * *" });
    await service.harness.getWorker().scheduled({ cron: "* * * * *" });
    expect(
      (await statusOf(service)).datasets.map(({ id }) => id),
      "told to drop all of it first",
    ).not.toContain(dataset);
  });

  it("does not swallow a dataset that was put again and answered 200", async () => {
    const { dataset, path } = await halfDropped();
    const json = { title: "Begun again", kind: "complaints", licence: "L", country: "US" };
    const again = await service.call("PUT", path, { as: "operator", json });
    if (again.status !== 200) return void problemOf(again, 409, "dataset-being-dropped");
    await service.harness.getWorker().scheduled({ cron: "* * * * *" });
    expect((await statusOf(service)).datasets.map(({ id }) => id)).toContain(dataset);
  });

  it("while rows are still arriving ends with all of it or nothing of it", async () => {
    const dataset = await makeDataset(service, "complaints");
    const own = freshBlock();
    const sends = Array.from({ length: 12 }, (_, n) =>
      sendRows(service, dataset, [{ number: `${own}${n + 10}`, complaints: 9 }]),
    );
    const drops = Array.from({ length: 4 }, () =>
      service.call("DELETE", `/v1/operators/datasets/${dataset}`, { as: "operator" }),
    );
    for (const { status } of await Promise.all([...sends, ...drops])) expect([200, 404, 409, 503]).toContain(status);
    await service.harness.getWorker().scheduled({ cron: "* * * * *" });
    await untilPublished(service);
    const listed = (await statusOf(service)).datasets.some(({ id }) => id === dataset);
    const levels = await Promise.all(
      Array.from({ length: 12 }, async (_, n) => (await service.lookup(`${own}${n + 10}`))["spam"]),
    );
    if (!listed) expect(new Set(levels), "the dataset is gone, its evidence is not").toEqual(new Set(["none"]));
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
