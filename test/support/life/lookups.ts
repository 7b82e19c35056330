import type { Development } from "../development.ts";
import { logicalDump } from "../state.ts";
import { until } from "../until.ts";

/** Numbers reserved for fiction: 555-0100 to 555-0199 of an area code. */
const fictional = (area: number, line: number): string => `+1${area}55501${String(line).padStart(2, "0")}`;
export const KNOWN = Array.from({ length: 40 }, (_, n) => fictional(207, n * 2));
// Area codes that nothing else in the project uses.
export const UNKNOWN = [219, 224, 231, 248, 260].flatMap((area) =>
  Array.from({ length: 40 }, (_, line) => fictional(area, line)),
);
export const INVALID = Array.from({ length: 50 }, (_, n) => `no-number-quixotry-${n}`);
export const ABROAD = Array.from({ length: 60 }, (_, n) => `+4420794${String(60_000 + n * 2)}`);

/** The local stand-in for the platform's rate limiter keeps its counts in a file; Cloudflare's keeps them in memory. */
export const LIMITER = /^v3\/ratelimit\//;

/** What the lookups left behind. */
export interface LookupFacts {
  /** What the stores held before and after, the service at rest. */
  readonly before: Record<string, unknown>;
  readonly after: Record<string, unknown>;
  readonly accounts: readonly string[];
  readonly answered: number;
  readonly refused: number;
  /** What was logged meanwhile. */
  readonly log: string;
}

/**
 * The local D1 numbers its queries for its bookmarks (one integer, in `_cf_METADATA`), reads included: that one was made
 * says nothing of which. The cron writes every minute how far it has compared D1 and KV (`copy`). Everything else must
 * stay as it was.
 */
function withoutCounter(tables: unknown): unknown {
  if (typeof tables !== "object" || tables === null) return tables;
  const { _cf_METADATA: metadata, copy: _, ...rest } = tables as Record<string, readonly string[]>;
  return {
    ...rest,
    metadata: metadata?.map((row) => row.replace(/^(\{"key":"2","value":)"\d{1,9}"\}$/, "$1counter}")),
  };
}

const held = (service: Development): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(logicalDump(service.state)).map(([name, tables]) => [name, withoutCounter(tables)]),
  );

/** Everything but the limiter's counts. */
export const storesIn = (dump: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(dump).filter(([name]) => !LIMITER.test(name)));

async function atRest(service: Development): Promise<Record<string, unknown>> {
  let before = held(service);
  return until(
    "the stores are at rest",
    () => {
      const now = held(service);
      const isSame = JSON.stringify(storesIn(now)) === JSON.stringify(storesIn(before));
      before = now;
      return isSame && now;
    },
    1500,
  );
}

/** A directory is filled; then known, unknown and invalid numbers are looked up in every way, good and refused. */
export async function lookUpEverything(service: Development): Promise<LookupFacts> {
  await service.import(
    "known",
    "directory",
    KNOWN.map((number, n) => ({ number, name: `Clinic ${n}` })),
  );
  await service.import(
    "reported",
    "complaints",
    KNOWN.slice(0, 10).map((number) => ({ number, complaints: 5 })),
  );
  const before = await atRest(service);
  const logged = service.log.length;
  const accounts = new Set<string>();
  let answered = 0;
  let refused = 0;
  const json = { "content-type": "application/json" };
  const one = async (at: number, number: string): Promise<void> => {
    // 60 lookups a minute and account.
    const sub = `account-${Math.floor(at / 20)}`;
    accounts.add(sub);
    const token = service.mint.token({ sub });
    const answers = [
      await service.call("POST", "/v1/lookup", { token, headers: json, body: JSON.stringify({ number }) }),
      await service.call("GET", `/v1/lookup/${at % 2 === 0 ? number : encodeURIComponent(number)}`, { token }),
    ];
    if (at % 10 === 0) {
      // Lookups that are refused are lookups too: no token, a bad one, a bad body, a wrong path, a number in the query.
      answers.push(
        await service.call("GET", `/v1/lookup/${number}`),
        await service.call("GET", `/v1/lookup/${number}`, { token: "a.b.c" }),
        await service.call("POST", "/v1/lookup", {
          token,
          headers: json,
          body: `{"number":"${number}","${number}":1}`,
        }),
        await service.call("POST", "/v1/lookup", { token, headers: json, body: `{"number":"${number}` }),
        await service.call("GET", `/v1/lookup/${number}/${number}?n=${number}`, {
          token,
          headers: { "x-number": number },
        }),
        await service.call("DELETE", `/v1/lookup/${number}`, { token, headers: { "x-lookup-budget-ms": "50" } }),
      );
    }
    for (const { status } of answers) {
      if (status === 200) answered += 1;
      else refused += 1;
    }
  };
  const waiting = [...KNOWN, ...UNKNOWN, ...INVALID, ...ABROAD].entries();
  const worker = async (): Promise<void> => {
    for (const [at, number] of waiting) await one(at, number);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  // What a lookup would do later, it has done by then.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const after = held(service);
  return { before, after, accounts: [...accounts], answered, refused, log: service.log.slice(logged) };
}
