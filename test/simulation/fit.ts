import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { FEATURES, type FittedAreas } from "../../src/verdict/areas.ts";
import { dateOf, dayText } from "../../src/time/days.ts";
import { complaintsByDay, history, legitimateNumbers } from "./complaint-files.ts";
import { fit, textOf } from "./fit-run.ts";
import { AREA_CODES, areaCodes, day } from "./options.ts";

const USAGE = `npm run fit -- --history FILE --as-of DAY --days FILE --legitimate FILE [options]
  --history FILE     complaints before the days, without days of their own
  --as-of DAY        the day that these are taken to be of
  --days FILE        complaints by day
  --legitimate FILE  numbers that are no nuisance; several times for more
  --area-codes A,B   what numbers of seven digits are read with, each (${AREA_CODES})
  --share PERCENT    of the numbers in use, what may be suspected (0.65)
  --seed TEXT        of the numbers drawn and of the halves (fit)
  --date DAY         the day of the fit (today)
  --out FILE         where the table is written (src/verdict/fitted-areas.ts)`;

interface Options {
  readonly history: string;
  readonly asOf: number;
  readonly days: string;
  readonly legitimate: readonly string[];
  readonly areaCodes: readonly string[];
  readonly share: number;
  readonly seed: string;
  readonly date: string;
  readonly out: string;
}

function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      history: { type: "string" },
      "as-of": { type: "string" },
      days: { type: "string" },
      legitimate: { type: "string", multiple: true },
      "area-codes": { type: "string", default: AREA_CODES },
      share: { type: "string", default: "0.65" },
      seed: { type: "string", default: "fit" },
      date: { type: "string", default: dateOf(Date.now()) },
      out: { type: "string", default: new URL("../../src/verdict/fitted-areas.ts", import.meta.url).pathname },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const { days, legitimate, seed, out } = values;
  const [asOf, date, share] = [day("as-of", values["as-of"]), day("date", values.date), Number(values.share)];
  if (values.history === undefined || asOf === null || days === undefined || legitimate === undefined) {
    throw new Error("--history, --as-of, --days and --legitimate are needed.");
  }
  if (!(share > 0 && share <= 100)) throw new Error("--share is a percentage.");
  return {
    history: values.history,
    asOf,
    days,
    legitimate,
    areaCodes: areaCodes(values["area-codes"]),
    share: share / 100,
    seed,
    date: dayText(date ?? 0),
    out,
  };
}

function run(options: Options): void {
  const before = history(options.history, options.asOf);
  const days = complaintsByDay(options.days, null);
  if (days.length < 3) throw new Error("At least three days are needed.");
  const legitimate = legitimateNumbers(options.legitimate, options.areaCodes);
  const { share, seed } = options;
  const { formula, checks } = fit({ history: before, days, legitimate, share, seed });

  const [from, to] = [days[0]?.day ?? 0, days.at(-1)?.day ?? 0].map((day) => dayText(day));
  const dated = days.reduce((sum, { numbers }) => sum + numbers.length, 0);
  const data =
    `${before.numbers.length} complaints up to ${dayText(options.asOf)}, ${dated} of ${days.length} days ` +
    `from ${from} to ${to}, half of ${legitimate.length} legitimate numbers.`;
  const fitted: FittedAreas = { callingCode: "1", ...formula, fitted: options.date, data };

  const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
  console.log(`${data}\n`);
  for (const feature of FEATURES) console.log(`${feature.padEnd(18)} ${formula.weights[feature].toFixed(2)}`);
  console.log(`${"threshold".padEnd(18)} ${formula.threshold.toFixed(2)}\n`);
  console.log("Fitted without a day and half of the legitimate numbers, and tried on these:\n");
  console.log("| day | caught with history | caught on the days alone | flagged of the other half | threshold |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const { day, caught, flagged, legitimate: unseen, formula: own } of checks) {
    const cells = [percent(caught.withHistory), percent(caught.alone), `${flagged} of ${unseen}`, own.threshold];
    console.log(`| ${[dayText(day), ...cells].join(" | ")} |`);
  }
  writeFileSync(options.out, textOf(fitted));
  console.log(`\nwrote ${options.out}`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) console.log(USAGE);
  else run(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(USAGE);
  process.exitCode = 1;
}
