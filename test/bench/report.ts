import type { CaseName } from "./cases.ts";
import type { Point } from "./curve.ts";
import type { DuringImport } from "./during-import.ts";
import type { Duel, Measured } from "./duel.ts";
import type { ImportDuel, TakenIn } from "./import-duel.ts";
import { median, table } from "./figures.ts";
import type { Firsts } from "./first.ts";
import type { Reads } from "./librarian.ts";
import type { Options } from "./options.ts";
import { BILL_HEAD, billRows, STORED_HEAD, storedRow } from "./report-storage.ts";
import type { Stored } from "./storage.ts";

/** Everything a run found out; what `--json` writes. */
export interface Results {
  readonly options: Options;
  readonly duels: readonly Duel[];
  /** What some lookups of each case read, counted apart from the measurements. */
  readonly reads: readonly { readonly name: CaseName; readonly of: readonly Reads[] }[];
  readonly imports: readonly ImportDuel[];
  readonly during: DuringImport | null;
  readonly stored: readonly Stored[];
  readonly bundleBytes: number;
  readonly first: Firsts | null;
  readonly curve: readonly Point[];
}

const BUNDLE_KB = 500;
const START_MS = 100;
const IMPORT_RATIO = 0.35;
const DURING_P99_MS = 250;
/** The first lookup of an isolate by the floor's. */
const FIRST_RATIO = 2;
const CURVE_RATIO = 1.25;
/** A case in which more answers than this went another way is not the case it is called. */
const ASTRAY = 0.01;

/** The tables for people. */
export function report({ duels, reads, imports, during, stored, bundleBytes, first, curve }: Results): string {
  const parts = duels.length === 0 ? [] : [table([HEAD, ...duels.map(row)]), NOTES];
  for (const { name, worker } of duels) {
    const astray = Math.max(...worker.map((round) => round.astray));
    if (astray > ASTRAY) parts.push(`! ${name}: ${(astray * 100).toFixed(1)} % of the answers went another way.`);
  }
  if (reads.length > 0) parts.push(table([READS_HEAD, ...reads.map(readsRow)]));
  if (imports.length > 0) parts.push(table([IMPORT_HEAD, ...imports.map(importRow)]));
  if (during !== null) parts.push(...duringImport(during));
  if (stored.length > 0)
    parts.push(table([STORED_HEAD, ...stored.map(storedRow)]), table([BILL_HEAD, ...stored.flatMap(billRows)]));
  const kilobytes = bundleBytes / 1000;
  parts.push(`bundle, gzipped: ${kilobytes.toFixed(0)} kB ${goal(kilobytes <= BUNDLE_KB, `≤ ${BUNDLE_KB}`)}`);
  if (first !== null) parts.push(...firstLookup(first));
  if (curve.length > 0) parts.push(table([CURVE_HEAD, ...curve.map(curveRow)]));
  return `\n${parts.join("\n\n")}\n`;
}

const IMPORT_HEAD = [
  "import of",
  "worker rows/s",
  "floor rows/s",
  "ratio",
  "goal",
  "batch ms",
  "floor",
  "CPU µs/row",
  "floor",
  "with publishing",
];

function importRow({ kind, worker, floor }: ImportDuel): string[] {
  const of = (rounds: readonly TakenIn[], value: (round: TakenIn) => number | null): number =>
    median(rounds.map((round) => value(round) ?? Number.NaN));
  const ratio = median(
    worker.flatMap((round, at) => {
      const beside = floor[at];
      return beside === undefined ? [] : [round.rowsPerSecond / beside.rowsPerSecond];
    }),
  );
  return [
    kind,
    of(worker, (round) => round.rowsPerSecond).toFixed(0),
    of(floor, (round) => round.rowsPerSecond).toFixed(0),
    ratio.toFixed(3),
    goal(ratio >= IMPORT_RATIO, `≥ ${IMPORT_RATIO}`),
    of(worker, (round) => round.batchMs).toFixed(0),
    of(floor, (round) => round.batchMs).toFixed(0),
    of(worker, (round) => round.cpu).toFixed(1),
    of(floor, (round) => round.cpu).toFixed(1),
    of(worker, (round) => round.published).toFixed(1),
  ];
}

const DURING_HEAD = ["lookups from outside", "seconds", "lookups", "p50 ms", "p95", "p99", "goal", "most", "degraded"];

function duringImport({ rows, phases }: DuringImport): string[] {
  const body = phases.map(({ phase, seconds, lookups, p50, p95, p99, most, degraded }) => [
    phase,
    seconds.toFixed(0),
    String(lookups),
    ...[p50, p95, p99].map((value) => value.toFixed(0)),
    goal(p99 <= DURING_P99_MS, `≤ ${DURING_P99_MS}`),
    most.toFixed(0),
    String(degraded),
  ]);
  return [`an import of ${rows.toLocaleString("en")} rows:`, table([DURING_HEAD, ...body])];
}

function firstLookup({ worker, floor }: Firsts): string[] {
  const ratio = worker.answered / floor.answered;
  const rows = Object.entries({ worker, floor }).map(([name, { started, answered }]) => [
    name,
    started.toFixed(1),
    (answered - started).toFixed(1),
    answered.toFixed(1),
  ]);
  return [
    table([FIRST_HEAD, ...rows]),
    `a fresh isolate's first answer by the floor's: ${ratio.toFixed(1)} ${goal(ratio <= FIRST_RATIO, `≤ ${FIRST_RATIO}`)}; start-up ${goal(worker.started <= START_MS, `≤ ${START_MS} ms`)}`,
  ];
}

const FIRST_HEAD = ["fresh isolate, CPU ms", "start", "first lookup", "both"];

const HEAD = [
  "case",
  "worker req/s",
  "floor req/s",
  "ratio",
  "goal",
  "p50 ms",
  "floor",
  "p99 ms",
  "floor",
  "CPU µs/req",
  "floor",
  "ratio",
  "own µs",
];
const NOTES =
  "ratio: the floor's part of the Worker (throughput: Worker ÷ floor; CPU: floor ÷ Worker), the median of the rounds' own ratios. own µs: what the Worker costs beyond the floor.";

function row({ name, goal: least, worker, floor }: Duel): string[] {
  const of = (rounds: readonly Measured[], value: (round: Measured) => number | null): number =>
    median(rounds.map((round) => value(round) ?? Number.NaN));
  const paired = (value: (worker: Measured, floor: Measured) => number): number =>
    median(worker.flatMap((round, at) => (floor[at] === undefined ? [] : value(round, floor[at]))));
  const throughput = paired((a, b) => a.requestsPerSecond / b.requestsPerSecond);
  const cpu = (round: Measured): number => round.cpu ?? Number.NaN;
  return [
    name,
    of(worker, (round) => round.requestsPerSecond).toFixed(0),
    of(floor, (round) => round.requestsPerSecond).toFixed(0),
    throughput.toFixed(2),
    least === null ? "" : goal(throughput >= least, `≥ ${least.toFixed(2)}`),
    of(worker, (round) => round.p50).toFixed(2),
    of(floor, (round) => round.p50).toFixed(2),
    of(worker, (round) => round.p99).toFixed(2),
    of(floor, (round) => round.p99).toFixed(2),
    of(worker, cpu).toFixed(1),
    of(floor, cpu).toFixed(1),
    paired((a, b) => cpu(b) / cpu(a)).toFixed(2),
    paired((a, b) => cpu(a) - cpu(b)).toFixed(1),
  ];
}

const READS_HEAD = ["reads a lookup, at most", "KV", "D1 queries", "D1 rows"];

function readsRow({ name, of }: Results["reads"][number]): string[] {
  const warm = name === "memory";
  const most = (value: (reads: Reads) => number): string => String(Math.max(...of.map(value)));
  return [
    warm ? "memory (the first of its page)" : name,
    most((reads) => reads.kvReads),
    most((reads) => reads.d1Queries),
    most((reads) => reads.d1Rows),
  ];
}

const CURVE_HEAD = ["curve", "callers", "ms/lookup", "ratio", "goal", "CPU µs", "ratio", "KV reads", "D1 rows"];

function curveRow(point: Point): string[] {
  return [
    point.name,
    point.callers.toLocaleString("en"),
    point.milliseconds.toFixed(3),
    point.timeRatio.toFixed(2),
    goal(point.timeRatio <= CURVE_RATIO, `≤ ${CURVE_RATIO}`),
    (point.cpu ?? Number.NaN).toFixed(0),
    (point.cpuRatio ?? Number.NaN).toFixed(2),
    String(point.kvReads),
    String(point.d1Rows),
  ];
}

function goal(reached: boolean, text: string): string {
  return `${text} ${reached ? "✓" : "✗"}`;
}
