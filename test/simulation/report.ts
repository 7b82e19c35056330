import type { ComplaintsResult } from "./complaints.ts";
import { REACHES, type Reach } from "./past.ts";
import type { Tally } from "./tally.ts";

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The results as Markdown tables: shares only, so that two machines print the same. */
export function report(tally: Tally, complaints: ComplaintsResult | null): string {
  return [
    "## Shown at the end: right / wrong, mean over the seeds (± half the 95 % interval of wrong)",
    namesTable(tally, 0),
    "## The same, numbers with 5 or more honest votes",
    namesTable(tally, 5),
    "## Over time, 40 % sybils: changes of the name a number, numbers that were ever wrong, weeks until that was gone",
    historyTable(tally),
    "## Calibration of the confidence, our names",
    calibrationTable(tally),
    "## Held out: our verdict on the half of the callers that the rules were tuned on (a), and on the other (b)",
    halvesTable(tally),
    ...(complaints === null ? [] : ["## Complaints", complaintsTable(complaints)]),
  ].join("\n\n");
}

function namesTable(tally: Tally, minHonest: number): string {
  const cells = tally.cells().filter((cell) => cell.minHonest === minHonest);
  const methods = [...new Set(cells.map(({ method }) => method))];
  const rows = Map.groupBy(cells, ({ attack, sybils }) =>
    sybils === 0 && attack !== "spam-brigade" ? "no sybils" : `${attack}, ${Math.round(sybils * 100)} %`,
  );
  return table(
    ["", ...methods],
    [...rows].map(([row, own]) => [
      row,
      ...methods.map((method) => {
        const cell = own.find((one) => one.method === method);
        return cell === undefined
          ? ""
          : `${percent(cell.right)} / ${percent(cell.wrong)} (± ${(100 * cell.interval.wrong).toFixed(1)})`;
      }),
    ]),
  );
}

function historyTable(tally: Tally): string {
  const histories = tally.histories().filter(({ sybils }) => sybils === 0 || sybils === 0.4);
  const methods = [...new Set(histories.map(({ method }) => method))];
  const rows = Map.groupBy(histories, ({ attack, sybils }) => (sybils === 0 ? "no sybils" : attack));
  return table(
    ["", ...methods],
    [...rows].map(([row, own]) => [
      row,
      ...methods.map((method) => {
        const cell = own.find((one) => one.method === method);
        if (cell === undefined) return "";
        return `${cell.flipsPerNumber.toFixed(2)}, ${percent(cell.everWrong)}, ${cell.weeksToCorrect === null ? "–" : cell.weeksToCorrect.toFixed(0)}`;
      }),
    ]),
  );
}

function calibrationTable(tally: Tally): string {
  const bins = tally
    .calibration()
    .filter(({ sybils, attack }) => sybils === 0 || (sybils === 0.4 && ["farmed", "spread"].includes(attack)));
  return table(
    ["", "confidence", "right", "names"],
    bins.map((bin) => [
      bin.sybils === 0 ? "no sybils" : `${bin.attack}, 40 %`,
      percent(bin.confidence),
      percent(bin.right),
      String(bin.names),
    ]),
  );
}

function halvesTable(tally: Tally): string {
  const halves = tally.halves().filter(({ sybils, minHonest }) => (sybils === 0 && minHonest === 0) || sybils === 0.4);
  const rows = Map.groupBy(
    halves,
    ({ attack, sybils, minHonest }) =>
      `${sybils === 0 ? "no sybils" : `${attack}, 40 %`}${minHonest === 0 ? "" : `, ≥ ${minHonest} honest`}`,
  );
  return table(
    ["", "a", "b"],
    [...rows].map(([row, own]) => [
      row,
      ...["a", "b"].map((half) =>
        own
          .filter((one) => one.half === half)
          .map((one) => `${percent(one.right)} / ${percent(one.wrong)}`)
          .join(""),
      ),
    ]),
  );
}

const WAYS: Record<Reach, string> = {
  areas: "the service",
  block: "the block rule",
  "own complaints": "the number's own complaints alone",
};

function complaintsTable(result: ComplaintsResult): string {
  const { byDay, complaints, legitimate, pages, reaches, areas, curve, caughtInterval, flaggedInterval } = result;
  const days = byDay.map((day) => `${day.day}: ${percent(day.caught)}`).join(", ");
  return [
    table(
      ["", "later complaints", "caught", `flagged of ${legitimate} legitimate`],
      REACHES.map((reach) => [
        WAYS[reach],
        String(complaints),
        percent(reaches[reach].caught),
        String(reaches[reach].flagged),
      ]),
    ),
    `Caught, 95 %: ${percent(caughtInterval.low)} to ${percent(caughtInterval.high)}. ` +
      `Flagged, 95 %: ${perMyriad(flaggedInterval.low)} to ${perMyriad(flaggedInterval.high)} in 10,000.`,
    `Caught by day: ${days}`,
    `Suspected for their neighbourhood alone: ${(100 * areas.suspected).toFixed(2)} % of the numbers of ${areas.inUse} ` +
      `ten thousands in use, in ${areas.rows} rows.`,
    table(
      ["threshold", "caught", "suspected, % of numbers in use", "flagged"],
      curve.map((point) => [
        point.threshold.toFixed(2),
        percent(point.caught),
        (100 * point.suspected).toFixed(2),
        String(point.flagged),
      ]),
    ),
    `Pages: ${pages.complained} blocks have complaints, ${pages.published} of them need a page for these.`,
  ].join("\n\n");
}

function perMyriad(share: number): string {
  return (10_000 * share).toFixed(1);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
