import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { CommandFailure } from "../failure.ts";
import { localPort } from "../local-port.ts";

/** What to read from the file: the columns by name, as in its header. */
export interface Columns {
  readonly number: string;
  readonly name?: string;
  readonly count?: string;
  readonly day?: string;
  readonly category?: string;
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
  /** Undefined: what the dataset has already. */
  readonly title: string | undefined;
  readonly licence: string | undefined;
  readonly to: URL;
  /** Whether rows of the dataset that this file does not have are removed at the end. */
  readonly replace: boolean;
}

export interface DropOptions {
  readonly command: "drop";
  readonly dataset: string;
  readonly to: URL;
}

export const USAGE = `Usage:
  npm run import -- FILE.csv --dataset ID --kind complaints|directory --country US --number-column NAME
      [--name-column NAME] [--count-column NAME] [--day-column NAME] [--category-column NAME]
      [--title TEXT] [--licence TEXT] [--to URL] [--replace]
  npm run import -- --drop --dataset ID [--to URL]`;

const FLAGS = {
  dataset: { type: "string" },
  kind: { type: "string" },
  country: { type: "string" },
  "number-column": { type: "string" },
  "name-column": { type: "string" },
  "count-column": { type: "string" },
  "day-column": { type: "string" },
  "category-column": { type: "string" },
  title: { type: "string" },
  licence: { type: "string" },
  to: { type: "string" },
  replace: { type: "boolean" },
  drop: { type: "boolean" },
} as const;

/** Reads the command line. `folder` is where the user stands, `env` gives PORT. A {@link CommandFailure} with 2 if it is wrong. */
export function readOptions(
  args: string[],
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): ImportOptions | DropOptions {
  const { values, positionals } = parse(args);
  const dataset = required(values.dataset, "--dataset");
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(dataset)) {
    throw misuse("--dataset must be 1 to 63 lower-case letters, digits and dashes, and must not start with a dash.");
  }
  const to = target(values.to ?? `http://localhost:${localPort(env)}`);
  if (values.drop === true) {
    if (positionals.length > 0) throw misuse("--drop takes no file.");
    const surplus = Object.keys(values).find((flag) => !["drop", "dataset", "to"].includes(flag));
    if (surplus !== undefined) throw misuse(`--drop goes with --dataset and --to only, not with --${surplus}.`);
    return { command: "drop", dataset, to };
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw misuse("Name one CSV file.");
  const kind = required(values.kind, "--kind");
  if (kind !== "complaints" && kind !== "directory") throw misuse("--kind must be complaints or directory.");
  const country = required(values.country, "--country");
  if (!/^[A-Z]{2}$/.test(country)) throw misuse("--country must be two capital letters, such as US (ISO 3166).");
  return {
    command: "import",
    file: resolve(folder, file),
    dataset,
    kind,
    country,
    columns: {
      number: required(values["number-column"], "--number-column"),
      ...(values["name-column"] !== undefined && { name: values["name-column"] }),
      ...(values["count-column"] !== undefined && { count: values["count-column"] }),
      ...(values["day-column"] !== undefined && { day: values["day-column"] }),
      ...(values["category-column"] !== undefined && { category: values["category-column"] }),
    },
    title: values.title,
    licence: values.licence,
    to,
    replace: values.replace === true,
  };
}

/** Whether `url` stays on this machine, where the local development key is good and plain HTTP is safe. */
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

function target(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw misuse("--to must be an http or https address.");
  if (url.username !== "" || url.pathname !== "/" || url.search !== "") {
    throw misuse("--to must be an origin alone, such as https://example.com.");
  }
  if (url.protocol === "http:" && !isLoopback(url)) {
    throw misuse(
      "--to must be https for any host but this machine: the rows and the credentials would travel in clear.",
    );
  }
  return url;
}

function misuse(problem: string): CommandFailure {
  return new CommandFailure(`${problem}\n${USAGE}`, 2);
}
