import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { expectDecent, expectOwnWords, jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { makeDataset, type RowsAnswer, sendRows } from "../support/import.ts";
import { rawRequest, type RawRequest } from "../support/raw-http.ts";
import { Service } from "../support/service.ts";
import { often } from "../support/thorough.ts";

// `Service.call` itself fails on a 500, on a refusal that is no problem with a request id, and on library text.

let service: Service;
let dataset: string;
beforeAll(async () => {
  service = await Service.shared();
  dataset = await makeDataset(service, "complaints");
  service.harness.clearLogs();
});

const MiB = 1024 * 1024;
const JSON_TYPE = { "content-type": "application/json" };
const post = (body: string | Uint8Array, headers: Record<string, string> = JSON_TYPE): Promise<Answer> =>
  service.call("POST", "/v1/lookup", { headers, body });

/** A raw request whose answer is the Worker's own. */
async function raw(request: RawRequest): Promise<Answer> {
  const answer = await rawRequest(service.url, request);
  if (answer === null) throw new Error("the connection was closed without an answer");
  expectDecent(answer);
  return answer;
}
const credentials = (token = service.app()): string => `Authorization: Bearer ${token}`;

describe("a body of 10 MiB", () => {
  const big = new Uint8Array(10 * MiB).fill(0x20);
  // Several times: an answer that is lost now and then, because the body was cut off, is lost.
  const TIMES = 6;

  it.each([
    ["with its length", undefined],
    ["in chunks of 64 KiB", 65_536],
    ["in chunks of 1,000 bytes", 1000],
  ])("%s is refused, and the refusal arrives", async (_, chunked) => {
    for (let n = 0; n < TIMES; n += 1) {
      const headers = [credentials(), "Content-Type: application/json"];
      const answer = await raw({ method: "POST", path: "/v1/lookup", headers, body: big, ...(chunked && { chunked }) });
      problemOf(answer, 413, "too-large");
    }
  });

  it.each([undefined, 65_536])("of rows is refused (chunks: %s)", async (chunked) => {
    const lines = ["Content-Type: application/x-ndjson", "Idempotency-Key: big", credentials(service.operator())];
    for (let n = 0; n < TIMES; n += 1) {
      const path = `/v1/operators/datasets/${dataset}/rows`;
      const answer = await raw({ method: "POST", path, headers: lines, body: big, ...(chunked && { chunked }) });
      problemOf(answer, 413, "too-large");
    }
  });

  it("without a token, or where there is nothing, is refused for that", async () => {
    problemOf(await raw({ method: "POST", path: "/v1/lookup", body: big }), 401, "missing-token");
    problemOf(await raw({ method: "POST", path: "/v1/nothing", body: big, chunked: 65_536 }), 404, "not-found");
    problemOf(await raw({ method: "POST", path: "/healthz", body: big, chunked: 65_536 }), 405, "method-not-allowed");
  });

  it("just over the bound of 4 KiB is refused, at the bound it is read", async () => {
    const padded = (bytes: number): Uint8Array => Buffer.from('{"number":"+13125550123"}'.padEnd(bytes));
    for (const chunked of [undefined, 100]) {
      const send = (bytes: number): Promise<Answer> => {
        const headers = [credentials(), "Content-Type: application/json"];
        return raw({ method: "POST", path: "/v1/lookup", headers, body: padded(bytes), ...(chunked && { chunked }) });
      };
      expect((await send(4096)).status).toBe(200);
      problemOf(await send(4097), 413, "too-large");
    }
  });
});

describe("JSON", () => {
  const deep = (open: string, close: string, bytes: number): string => {
    const depth = Math.floor(bytes / (open.length + close.length));
    return open.repeat(depth) + close.repeat(depth);
  };

  it.each([
    ["4 kB of [", "[".repeat(4000), 400, "malformed-json"],
    ["4 kB of [ and ]", deep("[", "]", 4000), 400, "invalid-request"],
    ['4 kB of {"a":', `${'{"a":'.repeat(660)}1${"}".repeat(660)}`, 400, "unknown-field"],
    ["4 kB in the number", `{"number":${deep("[", "]", 4000)}}`, 400, "invalid-request"],
    ["4 kB in an unknown field", `{"number":"1","x":${deep("[", "]", 4000)}}`, 400, "unknown-field"],
    ["100 kB of [", "[".repeat(100_000), 413, "too-large"],
    ["100 kB of [ and ]", deep("[", "]", 100_000), 413, "too-large"],
  ])("as deep as %s is refused", async (_, body, status, code) => {
    problemOf(await post(body), status, code);
    const json = { headers: JSON_TYPE, body, as: "operator" } as const;
    problemOf(await service.call("PUT", "/v1/operators/datasets/deep", json), status);
  });

  it("as deep as that in rows costs its line alone", async () => {
    const rows = [
      deep("[", "]", 4000),
      deep("[", "]", 100_000),
      `{"number":${deep("[", "]", 4000)}}`,
      '{"number":"+14155550110"}',
    ];
    const answer = jsonOf<RowsAnswer>(await sendRows(service, dataset, rows.join("\n")));
    expect(answer).toMatchObject({ accepted: 1, rejected: 3 });
    expect(answer.rejections.map(({ reason }) => reason)).toEqual(["invalid-field", "line-too-long", "invalid-field"]);
  });

  it.each([
    "",
    " ",
    "{",
    "}",
    "{]",
    "nul",
    "NaN",
    "undefined",
    "'a'",
    '{"number":"+13125550123",}',
    '{number:"+13125550123"}',
    '{"number":"+13125550123"}x',
    '{"number":"+13125550123"}{}',
    '{"number":"\u0000"}',
    '{"number":"\n"}',
    '{"number":"\\x41"}',
    '{"number":"\\u12"}',
    "// comment\n{}",
    "<number/>",
    "number=%2B13125550123",
  ])("%j is malformed", async (body) => {
    problemOf(await post(body), 400, "malformed-json");
  });

  it.each([
    '{"number":"+13125550123","__proto__":{"country":"US"}}',
    '{"number":"+13125550123","__proto__":null}',
    '{"__proto__":{"number":"+13125550123"}}',
    '{"number":"+13125550123","constructor":{"prototype":{"admin":true}}}',
    '{"number":"+13125550123","prototype":1}',
    '{"number":"+13125550123","toString":1}',
    '{"number":"+13125550123","hasOwnProperty":1}',
    '{"number":"+13125550123","then":1}',
    '{"number":"+13125550123","":1}',
    '{"number":"+13125550123","NUMBER":"+13125550124"}',
    '{"number":"+13125550123","number\\u0000":1}',
    '{"number":"+13125550123","\\ud800":1}',
  ])("%s is refused: an unknown field", async (body) => {
    expect(problemOf(await post(body), 400, "unknown-field").errors?.length).toBeGreaterThan(0);
  });

  it("with a thousand unknown fields is told of a few", async () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`f${n}`, 1]));
    const { errors } = problemOf(await post(JSON.stringify(many)), 400, "unknown-field");
    expect(errors?.length).toBeLessThanOrEqual(20);
    const long = problemOf(await post(JSON.stringify({ ["x".repeat(3900)]: 1 })), 400, "unknown-field");
    expect(JSON.stringify(long).length, "a long name is cut").toBeLessThan(1000);
  });

  it("with a key twice is read as one of the two or refused", async () => {
    const answer = await post('{"number":"+13125550123","number":"+13125550199"}');
    if (answer.status === 200) expect(jsonOf(answer)["number"]).toMatch(/^\+131255501(?:23|99)$/);
    else problemOf(answer, 400);
  });

  it.each([
    ["a byte that cannot be", [0xff]],
    ["a lone continuation", [0x80]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["an encoded surrogate", [0xed, 0xa0, 0x80]],
    ["a code point beyond the last", [0xf4, 0x90, 0x80, 0x80]],
    ["a character cut off", [0xe2, 0x82]],
  ])("with %s is not UTF-8", async (_, bytes) => {
    const text = Buffer.concat([Buffer.from('{"number":"+1312555'), Buffer.from(bytes), Buffer.from('0123"}')]);
    problemOf(await post(new Uint8Array(text)), 400, "malformed-json");
    problemOf(await post(new Uint8Array(bytes)), 400, "malformed-json");
  });

  it("in UTF-16 is refused, with a byte order mark it is read or refused", async () => {
    problemOf(await post(new Uint8Array(Buffer.from('{"number":"1"}', "utf16le"))), 400, "malformed-json");
    expect([200, 400]).toContain((await post('\ufeff{"number":"+13125550123"}')).status);
  });

  it("with lone surrogates and controls in the number is no number", async () => {
    for (const number of [
      "\\ud800",
      "\\udfff\\ud800",
      "\\u0000",
      "+1312555\\u00000123",
      "\\u202e+13125550123x",
      "\\uffff",
    ]) {
      const answer = await post(`{"number":"${number}"}`);
      expect(jsonOf(answer), number).toMatchObject({ valid: false, invalidReason: "not-a-number", number: null });
    }
  });
});

describe("Content-Type", () => {
  it.each(["application/json", "APPLICATION/JSON", "application/json; charset=utf-8", "application/json ;x=y"])(
    "%s is read",
    async (type) => {
      expect((await post('{"number":"+13125550123"}', { "content-type": type })).status).toBe(200);
    },
  );

  it.each([
    "text/plain",
    "text/json",
    "application/jsonp",
    "application/json-patch+json",
    "application/problem+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json, text/plain",
    "application",
    "/",
    "x",
    "*/*",
  ])("%s is refused", async (type) => {
    problemOf(await post('{"number":"+13125550123"}', { "content-type": type }), 415, "unsupported-media-type");
  });

  it("none at all is refused", async () => {
    const body = Buffer.from('{"number":"+13125550123"}');
    problemOf(
      await raw({ method: "POST", path: "/v1/lookup", headers: [credentials()], body }),
      415,
      "unsupported-media-type",
    );
  });

  it("of rows is NDJSON", async () => {
    for (const type of ["application/json", "text/csv", "application/x-ndjsonx"]) {
      const answer = await sendRows(service, dataset, "", { headers: { "content-type": type } });
      problemOf(answer, 415, "unsupported-media-type");
    }
  });

  it("a compressed body is not unpacked", async () => {
    const bomb = Buffer.from("H4sIAAAAAAAAA6tWyivNTUotUrJS0jY0NjI1NTUwNDJWqgUAsKRR8hoAAAA=", "base64");
    const answer = await post(new Uint8Array(bomb), { ...JSON_TYPE, "content-encoding": "gzip" });
    expect([400, 415]).toContain(answer.status);
  });
});

describe("addresses", () => {
  it.each([
    "%ff",
    "%c0%af",
    "%ed%a0%80",
    "%f4%90%80%80",
    "%e2%82",
    "%",
    "%2",
    "%zz",
    "%00",
    "%0d%0aX-Injected:%20yes",
    "..%2f..%2fhealthz",
    "%2e%2e",
    "%252B13125550123",
    "+1312%ff5550123",
    "<script>alert(1)</script>",
    "'%20OR%201=1--",
    "${7*7}",
    "{{7*7}}",
    "a;b=c",
    "\u{1f4a9}",
    "1".repeat(5000),
    "%ff".repeat(2000),
    "\u0660".repeat(500),
  ])("/v1/lookup/%s is answered: no number", async (tail) => {
    const answer = await service.call("GET", `/v1/lookup/${tail}`);
    if (answer.status !== 200) return void problemOf(answer, 404, "not-found");
    expect(jsonOf(answer)).toMatchObject({ valid: false, number: null, name: null });
    expect([...answer.headers.keys()]).not.toContain("x-injected");
  });

  it.each([
    "/v1/lookup/%ff",
    "/v1/lookup/%",
    "/v1/lookup/..%2f..",
    "/v1/lookup/../../healthz",
    "/v1/lookup/%2e%2e/%2e%2e/healthz",
    "//v1/lookup/x",
    "/v1//lookup/x",
    "/v1/lookup//",
    "/v1/lookup/x/",
    "/V1/LOOKUP/x",
    "/v1/lookup/x#fragment",
    "/v1/lookup/x?country=%ff",
    "/v1/lookup/x?country=US&country=DE",
    "/v1/lookup/x?country[]=US",
    "/v1/lookup/x?__proto__=1&constructor=2",
    "/v1/lookup/x?&&&=&=&?",
    `/v1/lookup/x?${"a=b&".repeat(2000)}`,
    `/v1/lookup/${"%ff".repeat(10_000)}`,
    "/v1/operators/datasets/%ff/rows",
    "/v1/operators/datasets/%00",
    "/v1/operators/datasets/..%2fstatus",
    "/problems/%ff",
    "/problems/%3Cscript%3E",
    "/i/x",
    "/dev/outbox",
    "/.env",
    "/.dev.vars",
    "/wrangler.toml",
    "/cdn-cgi/access/certs",
    "/",
    "http://evil.example/v1/lookup/x",
  ])("%s, byte for byte, is answered or refused", async (path) => {
    const answer = await raw({ method: "GET", path, headers: [credentials(service.operator())] });
    expect([200, 400, 404, 405]).toContain(answer.status);
    if (answer.status === 200) expect(jsonOf(answer)).toBeTypeOf("object");
  });

  it("too long or not ASCII is refused by the platform, without a word of ours or a stack", async () => {
    for (const path of [`/v1/lookup/${"1".repeat(200_000)}`, Buffer.from("/v1/lookup/\xff\xfe", "latin1")]) {
      const answer = await rawRequest(service.url, { method: "GET", path, headers: [credentials()] });
      if (answer === null) continue;
      expect([400, 404, 414]).toContain(answer.status);
      expect(answer.text.length).toBeLessThan(200);
    }
  });
});

describe("methods", () => {
  it.each(["OPTIONS", "TRACE", "PATCH", "PROPFIND", "LOCK", "QUERY", "PURGE", "SEARCH"])(
    "%s is refused everywhere",
    async (method) => {
      for (const path of ["/v1/lookup", "/v1/lookup/+13125550123", "/healthz", "/openapi.json", "/problems/internal"]) {
        const answer = await raw({ method, path, headers: [credentials()] });
        problemOf(answer, 405, "method-not-allowed");
        expect(answer.text, "TRACE must not echo").not.toContain("Bearer ey");
      }
      problemOf(await raw({ method, path: "/v1/nothing", headers: [credentials()] }), 404, "not-found");
    },
  );

  it("that HTTP does not know are refused by the platform or by us", async () => {
    for (const method of ["FOO", "get", "TRACK"]) {
      const answer = await rawRequest(service.url, { method, path: "/v1/lookup", headers: [credentials()] });
      expect([400, 405, 501]).toContain(answer?.status);
    }
  });

  it("are not changed by a header field", async () => {
    const answer = await service.call("GET", "/v1/lookup/x", {
      headers: { "x-http-method-override": "DELETE", "x-method-override": "POST" },
    });
    expect(answer.status).toBe(200);
  });
});

describe("header fields", () => {
  it.each([
    ["a long one", [`X-Long: ${"a".repeat(30_000)}`]],
    ["200 of them", Array.from({ length: 200 }, (_, n) => `X-${n}: y`)],
    ["bytes that are no ASCII", ["X-Lookup-Budget-Ms: \u00ff\u00fe", "Accept-Language: \u00e4"]],
    ["an upgrade", ["Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: x"]],
    ["a range", ["Range: bytes=0-1", "If-None-Match: *", "If-Modified-Since: x"]],
    ["Expect", ["Expect: 100-continue"]],
    ["somebody's origin", ["Origin: https://evil.example", "Referer: https://evil.example/"]],
    ["forwarded addresses", ["X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: evil.example", "CF-Connecting-IP: ::1"]],
  ])("with %s a lookup is answered", async (_, headers) => {
    const answer = await raw({ method: "GET", path: "/v1/lookup/x", headers: [credentials(), ...headers] });
    expect(answer.status).toBe(200);
    expect(answer.headers.has("access-control-allow-origin")).toBe(false);
    expect(answer.text).not.toContain("evil.example");
  });

  it("cannot name the request's id", async () => {
    const id = "00000000-0000-4000-8000-00000000aaaa";
    const answer = await service.call("GET", "/v1/lookup/x", { headers: { "x-request-id": id, "cf-ray": id } });
    expect(answer.headers.get("x-request-id")).not.toBe(id);
  });

  it("a token that is too long is refused before it is looked at", async () => {
    const token = `${"a".repeat(30_000)}.${"b".repeat(30_000)}.c`;
    problemOf(await service.call("GET", "/v1/lookup/x", { as: { token } }), 401, "invalid-token");
  });
});

describe("random requests", () => {
  const SEED = Number(process.env["SEED"] ?? 20_261_122);
  const AT_ONCE = 24;

  const junk = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(...Array.from("0123456789+-() .*#%/\\;:=,xeE\u0661\uff11\u200b\u202e\ud800")),
      maxLength: 40,
    }),
  );
  const number = fc.oneof(
    junk,
    fc
      .tuple(fc.constantFrom("+", "00", "", "tel:+", "(", "++"), fc.bigInt({ min: 0n, max: 10n ** 20n }))
      .map(([a, b]) => `${a}${b}`),
  );
  const path = fc.oneof(
    number.map((text) => `/v1/lookup/${encodeURIComponent(text.toWellFormed())}`),
    fc
      .array(fc.nat(255), { maxLength: 20 })
      .map((bytes) => `/v1/lookup/${bytes.map((b) => `%${b.toString(16).padStart(2, "0")}`).join("")}`),
    fc
      .array(
        fc.constantFrom(
          "v1",
          "lookup",
          "operators",
          "datasets",
          "rows",
          "status",
          "..",
          "%2e",
          "",
          "healthz",
          "problems",
          "%ff",
          "a b",
        ),
        { maxLength: 6 },
      )
      .map((parts) => `/${parts.join("/")}`),
    fc.webPath().map((text) => `/${text}`),
    fc.tuple(fc.webPath(), fc.webQueryParameters()).map(([a, b]) => `/v1/lookup${a}?${b}`),
  );
  const body = fc.oneof(
    fc.record({ number }).map((one) => JSON.stringify(one)),
    fc
      .record({ number, country: fc.oneof(junk, fc.constantFrom("US", "de", "GB", "AQ")) })
      .map((one) => JSON.stringify(one)),
    fc.json(),
    fc.object().map((one) => JSON.stringify(one)),
    junk,
    fc.uint8Array({ maxLength: 100 }),
  );

  /** Sends them some at a time; the first answer that is not decent fails, named by its input. */
  const sendAll = async <T>(
    inputs: readonly T[],
    send: (input: T) => Promise<Answer>,
  ): Promise<Map<number, number>> => {
    const statuses = new Map<number, number>();
    const waiting = inputs.entries();
    const worker = async (): Promise<void> => {
      for (const [at, input] of waiting) {
        try {
          const { status } = await send(input);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        } catch (thrown) {
          throw new Error(`seed ${SEED}, input ${at}: ${JSON.stringify(input)}`, { cause: thrown });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return statuses;
  };

  it("to odd addresses", async () => {
    const method = fc.constantFrom("GET", "GET", "GET", "POST", "PUT", "DELETE");
    const inputs = fc.sample(fc.tuple(method, path), { numRuns: often(250, 1000), seed: SEED });
    const statuses = await sendAll(inputs, ([method, path]) => service.call(method, path, { as: "app" }));
    expect([...statuses.keys()].filter((status) => ![200, 400, 401, 403, 404, 405, 415].includes(status))).toEqual([]);
    expect(statuses.get(200), "many reached the lookup").toBeGreaterThan(inputs.length / 10);
  });

  it("with odd bodies", async () => {
    const inputs = fc.sample(body, { numRuns: often(250, 1000), seed: SEED + 1 });
    const statuses = await sendAll(inputs, (input) => post(input));
    expect([...statuses.keys()].filter((status) => ![200, 400, 413].includes(status))).toEqual([]);
    expect(statuses.get(200), "many were lookups").toBeGreaterThan(inputs.length / 10);
  });

  it("with batches of odd rows", async () => {
    const field = fc.oneof(junk, fc.double(), fc.constant(null), fc.boolean(), number, fc.jsonValue());
    const row = fc.dictionary(
      fc.constantFrom("number", "country", "name", "kind", "complaints", "category", "day", "__proto__", "x"),
      field,
    );
    const lines = fc.array(
      fc.oneof(
        row.map((one) => JSON.stringify(one)),
        fc.record({ number }).map((one) => JSON.stringify(one)),
        junk,
      ),
      { maxLength: 30 },
    );
    const inputs = fc.sample(lines, { numRuns: often(80, 300), seed: SEED + 2 });
    const sets = [dataset, await makeDataset(service, "directory")];
    let at = 0;
    const statuses = await sendAll(inputs, (input) =>
      sendRows(service, sets[(at += 1) % 2] ?? dataset, input.join("\n")),
    );
    expect([...statuses.keys()]).toEqual([200]);
  });

  it("left no word about them in the log", () => {
    const logs = service.harness.getLogs().map(({ message }) => message);
    for (const line of logs) expectOwnWords(line, "the log");
    // What earlier files left to be done may be done by now.
    const work =
      /^\{"event":"(?:dataset\.(?:batch|drop)|publish\.run|areas\.run|sweep\.run|retention\.run|message\.ended)"/;
    expect(logs.filter((line) => !work.test(line))).toEqual([]);
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
