import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { Built } from "./build.ts";
import { caller, stranger } from "./callers.ts";
import { openDirectory, type BenchSecrets } from "./directory.ts";
import { requestsOf, VARIABLES } from "./duel.ts";
import { median, quantile } from "./figures.ts";
import { send } from "./load.ts";
import { serve, type Server } from "./server.ts";

const SIZES = [1_000, 10_000, 100_000, 1_000_000] as const;
const CASES = ["kv", "d1", "absent"] as const;
type CurveCase = (typeof CASES)[number];

/** Lookups of a case a round. The smallest directory has 500 callers of a kind, so a number comes every fourth round. */
const LOOKUPS = 160;
const ROUNDS = 14;
/** Before them, for the engine to warm up. */
const WARM_UP_ROUNDS = 2;
/** A page is remembered for 15 s, that is for less than three rounds of this length. */
const ROUND_MS = 7000;
/** Callers whose pages are really in KV. */
const IN_KV = 4000;
/** Numbers of each case whose reads are counted. */
const COUNTED = 50;

/** A case in a directory of a size. */
export interface Point {
  readonly name: CurveCase;
  readonly callers: number;
  /** Time of one lookup with no other under way: the median of each round's median, ms. */
  readonly milliseconds: number;
  /** Processor time of workerd a lookup, µs. */
  readonly cpu: number | null;
  /** `milliseconds` and `cpu` over those of the smallest directory in the same round; the median. */
  readonly timeRatio: number;
  readonly cpuRatio: number | null;
  /** The most that one of the counted lookups read. */
  readonly kvReads: number;
  readonly d1Queries: number;
  readonly d1Rows: number;
}

interface Sized {
  readonly callers: number;
  readonly server: Server;
  readonly reads: Readonly<Record<CurveCase, Pick<Point, "kvReads" | "d1Queries" | "d1Rows">>>;
  readonly rounds: Record<CurveCase, { readonly milliseconds: number; readonly cpu: number | null }[]>;
}

/** Measures directories of 10³ to 10⁶ callers, all of them in every round, so that what the machine does hits all. */
export async function curve(
  builds: { readonly product: Built; readonly librarian: Built },
  secrets: BenchSecrets,
  scratch: string,
  say: (sentence: string) => void,
): Promise<Point[]> {
  const directories: Sized[] = [];
  for (const callers of SIZES) {
    say(`filling a directory of ${callers.toLocaleString("en")} callers`);
    directories.push(await fill(callers, builds, secrets, join(scratch, `curve-${callers}`)));
  }
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    say(`curve: round ${round + 1} of ${WARM_UP_ROUNDS + ROUNDS}`);
    const begun = performance.now();
    for (const directory of directories) {
      for (const name of CASES) {
        const measured = await measure(directory, name, round, secrets);
        if (round >= WARM_UP_ROUNDS) directory.rounds[name].push(measured);
      }
    }
    await sleep(Math.max(0, ROUND_MS - (performance.now() - begun)));
  }
  await Promise.all(directories.map(({ server }) => server.stop()));
  return CASES.flatMap((name) => directories.map((directory) => point(name, directory, directories[0] ?? directory)));
}

function point(name: CurveCase, { callers, rounds, reads }: Sized, smallest: Sized): Point {
  const own = rounds[name];
  const base = smallest.rounds[name];
  const cpus = own.flatMap(({ cpu }) => cpu ?? []);
  const cpuRatios = own.map(({ cpu }, at) => (cpu ?? Number.NaN) / (base[at]?.cpu ?? Number.NaN));
  return {
    name,
    callers,
    milliseconds: median(own.map(({ milliseconds }) => milliseconds)),
    cpu: cpus.length === 0 ? null : median(cpus),
    timeRatio: median(own.map(({ milliseconds }, at) => milliseconds / (base[at]?.milliseconds ?? Number.NaN))),
    cpuRatio: cpus.length === 0 ? null : median(cpuRatios),
    ...reads[name],
  };
}

async function fill(
  callers: number,
  { product, librarian }: { readonly product: Built; readonly librarian: Built },
  secrets: BenchSecrets,
  stores: string,
): Promise<Sized> {
  mkdirSync(stores);
  const half = callers / 2;
  const inKv = Math.min(half, IN_KV);
  const directory = await openDirectory(librarian, stores, secrets);
  await directory.fill(0, inKv, true);
  await directory.fill(inKv, callers, false);
  await directory.publish();
  const most = async (name: CurveCase): Promise<Sized["reads"][CurveCase]> => {
    const counted = await directory.count(numbersOf(name, callers, 0).slice(0, COUNTED));
    const greatest = (of: (reads: (typeof counted)[number]) => number): number => Math.max(...counted.map(of));
    return {
      kvReads: greatest((reads) => reads.kvReads),
      d1Queries: greatest((reads) => reads.d1Queries),
      d1Rows: greatest((reads) => reads.d1Rows),
    };
  };
  const reads = { kv: await most("kv"), d1: await most("d1"), absent: await most("absent") };
  await directory.close();
  growKvIndex(stores, half - inKv);
  const server = await serve([{ name: "product", built: product, bindings: { ...secrets, ...VARIABLES } }], stores);
  return { callers, server, reads, rounds: { kv: [], d1: [], absent: [] } };
}

/** The numbers of a case in a round: in large directories others than last time, all over the directory. */
function numbersOf(name: CurveCase, callers: number, round: number): string[] {
  const half = callers / 2;
  const inKv = Math.min(half, IN_KV);
  return Array.from({ length: LOOKUPS }, (_, at) => {
    const n = round * LOOKUPS + at;
    switch (name) {
      case "kv":
        return caller(n % inKv);
      case "d1":
        // 104,729 is prime: every caller once before any twice.
        return caller(half + ((n * 104_729) % half));
      case "absent":
        return stranger(n);
    }
  });
}

/** Looks every number of a round up, one after the other. */
async function measure(
  { callers, server }: Sized,
  name: CurveCase,
  round: number,
  secrets: BenchSecrets,
): Promise<{ milliseconds: number; cpu: number | null }> {
  const requests = await requestsOf(numbersOf(name, callers, round), secrets);
  const before = server.cpu();
  const load = { port: await server.port("product"), requests, connections: 1, count: requests.length };
  const loaded = await send({ ...load, mark: MARKS[name] });
  const after = server.cpu();
  if (loaded.unexpected > 0) throw new Error(`${loaded.unexpected} lookups of ${name} went another way`);
  const cpu = before === null || after === null ? null : (after - before) / requests.length;
  return { milliseconds: quantile(loaded.latencies, 0.5), cpu };
}

const MARKS: Readonly<Record<CurveCase, string>> = { kv: "detail=kv", d1: "detail=d1", absent: "detail=d1" };

/**
 * Adds keys to the local KV's index, up to what a directory of that size would have there. The local KV is a simulator
 * that keeps each value in a file: to write a million of them takes the better part of an hour, and none is read.
 */
function growKvIndex(stores: string, keys: number): void {
  if (keys <= 0) return;
  const directory = join(stores, "kv", "miniflare-KVNamespaceObject");
  const file = readdirSync(directory).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
  if (file === undefined) throw new Error("the local KV keeps its index elsewhere now: see growKvIndex in curve.ts");
  const index = new DatabaseSync(join(directory, file));
  index
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO _mf_entries (key, blob_id) SELECT hex(randomblob(11)), hex(randomblob(40)) FROM n`,
    )
    .run(keys);
  index.close();
}
