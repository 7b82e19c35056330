import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { CATEGORIES } from "../../verdict/evidence.ts";
import { isCountry } from "../../numbers/number.ts";
import type { CommandFailure } from "../failure.ts";
import { localPort } from "../local-port.ts";
import { readCategoryMap, type CategoryMap } from "./categories.ts";
import { orderOf, readDay, type DayOrder } from "./days.ts";
import { DELIMITERS } from "./dialect.ts";
import { isEncoding } from "./encoding.ts";
import { PRESETS, type Preset } from "./presets.ts";
import { misuse } from "./usage.ts";

/** A column to read, under any of its names. */
export interface Column {
  readonly names: readonly string[];
  /** Whether the file must have it. */
  readonly must: boolean;
}

export interface Columns {
  readonly number: Column;
  readonly name?: Column;
  readonly count?: Column;
  readonly day?: Column;
  readonly category?: Column;
}

export interface ImportOptions {
  readonly command: "import";
  /** Absolute path of the CSV file. */
  readonly file: string;
  readonly dataset: string;
  readonly kind: "complaints" | "directory";
  /** ISO 3166 alpha-2, for numbers written without a country code. */
  readonly country: string;
  readonly columns: Columns;
  /** A key of `PRESETS`. */
  readonly preset: string | null;
  readonly categoryMap: CategoryMap;
  /** Null: detected from the file, else the order of the country. */
  readonly dayOrder: DayOrder | null;
  /** `YYYY-MM-DD`, taken to be the day of rows that name none; null: the day of their arrival. */
  readonly asOf: string | null;
  /** One character; null: detected. */
  readonly delimiter: string | null;
  /** A label of the Encoding standard; null: detected. */
  readonly encoding: string | null;
  /** Undefined: unchanged. */
  readonly title: string | undefined;
  readonly licence: string | undefined;
  readonly to: URL;
  /** Whether to remove the rows of earlier files at the end. */
  readonly replace: boolean;
  /** Whether an import succeeds even if most of its rows were refused. */
  readonly acceptRefused: boolean;
}

export interface DropOptions {
  readonly command: "drop";
  readonly dataset: string;
  readonly to: URL;
}

export interface HelpOptions {
  readonly command: "help";
}

const FLAGS = {
  help: { type: "boolean", short: "h" },
  preset: { type: "string" },
  dataset: { type: "string" },
  kind: { type: "string" },
  country: { type: "string" },
  "number-column": { type: "string" },
  "name-column": { type: "string" },
  "count-column": { type: "string" },
  "day-column": { type: "string" },
  "category-column": { type: "string" },
  "category-map": { type: "string", multiple: true },
  "day-format": { type: "string" },
  "as-of": { type: "string" },
  delimiter: { type: "string" },
  encoding: { type: "string" },
  title: { type: "string" },
  licence: { type: "string" },
  to: { type: "string" },
  replace: { type: "boolean" },
  "accept-refused": { type: "boolean" },
  drop: { type: "boolean" },
} as const;
type Values = ReturnType<typeof parse>["values"];

/** Nobody's register is older; the service refuses earlier days. */
const EARLIEST_DAY = "2000-01-01";

/**
 * Reads the command line. @param folder the user's folder @param env has PORT @param now ms since 1970
 * @throws CommandFailure with exit code 2
 */
export function readOptions(
  args: string[],
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  now = Date.now(),
): ImportOptions | DropOptions | HelpOptions {
  const { values, positionals } = parse(args);
  if (values.help === true) return { command: "help" };
  const preset = presetOf(values.preset);
  const dataset = required(values.dataset ?? values.preset, "--dataset");
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(dataset)) {
    throw misuse("--dataset must be 1 to 63 lower-case letters, digits and dashes, and must not start with a dash.");
  }
  const to = target(values.to ?? `http://localhost:${localPort(env)}`, misuse);
  if (values.drop === true) {
    if (positionals.length > 0) throw misuse("--drop takes no file.");
    const surplus = Object.keys(values).find((flag) => !["drop", "dataset", "to"].includes(flag));
    if (surplus !== undefined) throw misuse(`--drop goes with --dataset and --to only, not with --${surplus}.`);
    return { command: "drop", dataset, to };
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw misuse("Name one CSV file.");
  const kind = required(values.kind ?? preset?.kind, "--kind");
  if (kind !== "complaints" && kind !== "directory") throw misuse("--kind must be complaints or directory.");
  const country = required(values.country ?? preset?.country, "--country");
  if (!/^[A-Z]{2}$/.test(country)) throw misuse("--country must be two capital letters, such as US (ISO 3166).");
  if (!isCountry(country)) throw misuse(`--country ${country} is no country whose numbers are known (ISO 3166).`);
  return {
    command: "import",
    file: resolve(folder, file),
    dataset,
    kind,
    country,
    columns: columnsOf(values, preset, kind),
    preset: values.preset ?? null,
    ...formsOf(values),
    asOf: asOfDay(values["as-of"], now),
    title: values.title ?? preset?.title,
    licence: values.licence ?? preset?.licence,
    to,
    replace: values.replace === true,
    acceptRefused: values["accept-refused"] === true,
  };
}

function presetOf(name: string | undefined): Preset | undefined {
  if (name === undefined) return undefined;
  if (Object.hasOwn(PRESETS, name)) return PRESETS[name];
  throw misuse(`--preset must be one of ${Object.keys(PRESETS).join(", ")}.`);
}

function columnsOf(values: Values, preset: Preset | undefined, kind: ImportOptions["kind"]): Columns {
  const column = (asked: string | undefined, known: readonly string[] | undefined, must = false): Column | null => {
    if (asked?.trim() === "") throw misuse("A column must have a name: one option names none.");
    if (asked !== undefined) return { names: [asked], must: true };
    return known === undefined ? null : { names: known, must };
  };
  const number = column(values["number-column"], preset?.number, true);
  if (number === null) throw misuse("--number-column is missing.");
  const name = column(values["name-column"], preset?.name, true);
  const count = column(values["count-column"], undefined);
  const day = column(values["day-column"], preset?.day);
  const category = column(values["category-column"], preset?.category);
  // Otherwise the service would refuse every row, one by one.
  if (kind === "directory" && name === null) throw misuse("--name-column is missing: a directory is of names.");
  if (kind === "directory" && (count ?? category) !== null) {
    throw misuse("--count-column and --category-column are for complaints: a directory has names.");
  }
  if (kind === "complaints" && name !== null) throw misuse("--name-column is for a directory: complaints name nobody.");
  return { number, ...(name && { name }), ...(count && { count }), ...(day && { day }), ...(category && { category }) };
}

/** Options about the format of cells and of the file. */
function formsOf(values: Values): Pick<ImportOptions, "categoryMap" | "dayOrder" | "delimiter" | "encoding"> {
  const categoryMap = readCategoryMap(values["category-map"] ?? []);
  if (categoryMap === null) {
    throw misuse(
      `--category-map must be pairs such as "Debt collector=debt"; categories are ${CATEGORIES.join(", ")}, none.`,
    );
  }
  const format = values["day-format"];
  const dayOrder = format === undefined ? null : orderOf(format);
  if (format !== undefined && dayOrder === null)
    throw misuse("--day-format must be mdy, dmy, ymd, or such as DD.MM.YYYY.");
  const delimiter =
    values.delimiter === undefined ? null : (DELIMITERS[values.delimiter] ?? values.delimiter.replace("\\t", "\t"));
  if (delimiter !== null && !/^[\t -!#-~]$/.test(delimiter)) {
    throw misuse("--delimiter must be one ASCII character but a quote, or comma, semicolon, tab, pipe.");
  }
  const encoding = values.encoding ?? null;
  if (encoding !== null && !isEncoding(encoding)) {
    throw misuse("--encoding must be a name of the Encoding standard, such as windows-1251 or shift_jis.");
  }
  return { categoryMap, dayOrder, delimiter, encoding };
}

/** The day that `--as-of` names: one that the service takes, since it would refuse every undated row, one by one. */
function asOfDay(text: string | undefined, now: number): string | null {
  if (text === undefined) return null;
  const day = /^\d{4}/.test(text) ? readDay(text, "ymd") : null;
  if (day === null || day < EARLIEST_DAY) throw misuse(`--as-of must be a day since 2000, such as 2025-11-30.`);
  if (day > new Date(now).toISOString().slice(0, 10)) throw misuse(`--as-of ${day} has not come yet.`);
  return day;
}

/** Whether `url` is on this machine, where the local development key is valid and plain HTTP is safe. */
export function isLoopback(url: URL): boolean {
  return url.hostname === "localhost" || url.hostname === "[::1]" || /^127(\.\d+){3}$/.test(url.hostname);
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS, allowPositionals: true });
  } catch (error) {
    throw misuse((error as Error).message.split(". ")[0] + ".");
  }
}

function required(value: string | undefined, flag: string): string {
  if (value === undefined || value === "") throw misuse(`${flag} is missing.`);
  return value;
}

/** The service that `--to` names. @param misuse makes what is thrown of a sentence @throws CommandFailure */
export function target(text: string, misuse: (problem: string) => CommandFailure): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw misuse("--to must be an http or https address.");
  if (url.username !== "" || url.pathname !== "/" || url.search !== "") {
    throw misuse("--to must be an origin alone, such as https://example.com.");
  }
  if (url.protocol === "http:" && !isLoopback(url)) {
    throw misuse(
      "--to must be https for any host but this machine: what is sent, credentials too, would travel in clear.",
    );
  }
  return url;
}
