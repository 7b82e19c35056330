import { CommandFailure } from "../failure.ts";
import { Categories, saysNothing } from "./categories.ts";
import { cellText, isRounded, numberText } from "./cells.ts";
import { countReader } from "./counts.ts";
import { readDay, type DayOrder } from "./days.ts";
import type { Column, Columns, ImportOptions } from "./options.ts";
import { PRESETS } from "./presets.ts";
import { quoted } from "../printable.ts";

/** A row as the service accepts it. Invalid cells are passed on, because only the service validates. */
export interface Row {
  readonly number: string;
  readonly country: string;
  readonly name?: string;
  readonly complaints?: number | string;
  readonly day?: string;
  readonly category?: string;
}

/** Turns the cells of a record into a row, or returns the reason of its refusal. */
export type Mapping = (cells: readonly string[]) => { readonly row: Row } | { readonly reason: string };

/** Indices of the columns. Days and categories can have several: the first one with a value counts. */
export interface Places {
  readonly number: number;
  readonly name: number | null;
  readonly count: number | null;
  readonly days: readonly number[];
  readonly categories: readonly number[];
}

const NONE: Column = { names: [], must: false };

/** Counts the wanted columns in a header. */
export function columnsFound(header: readonly string[], columns: Columns): number {
  const wanted: Column[] = Object.values(columns);
  return wanted.filter(({ names }) => names.some((name) => header.some((column) => folded(column) === folded(name))))
    .length;
}

/** Finds the columns of the options in the file's header. @throws CommandFailure if one is missing */
export function placesOf(header: readonly string[], columns: Columns): Places {
  const all = ({ names, must }: Column = NONE): number[] => {
    const found = names.flatMap((name) => find(header, name) ?? []);
    if (must && found.length === 0) {
      const shown = header.slice(0, 40).map((name) => quoted(name));
      const more = header.length > shown.length ? ` and ${header.length - shown.length} more` : "";
      const wanted = names.map((name) => quoted(name)).join(" or ");
      throw new CommandFailure(`The file has no column ${wanted}. Its columns are: ${shown.join(", ")}${more}.`);
    }
    return [...new Set(found)];
  };
  const [number = 0] = all(columns.number);
  return {
    number,
    name: all(columns.name)[0] ?? null,
    count: all(columns.count)[0] ?? null,
    days: all(columns.day),
    categories: all(columns.category),
  };
}

/** The mapping of the options, and the categories that it meets. @param stated whether the order is certain, not usual */
export function createMapping(
  header: readonly string[],
  options: Pick<ImportOptions, "columns" | "country" | "preset" | "categoryMap" | "dayOrder">,
  order: DayOrder,
  stated = options.dayOrder !== null,
): { readonly mapping: Mapping; readonly categories: Categories } {
  const { country } = options;
  const places = placesOf(header, options.columns);
  const preset = options.preset === null ? undefined : PRESETS[options.preset];
  const categories = new Categories(options.categoryMap, preset?.categories ?? []);
  const readCount = countReader(country);
  const mapping: Mapping = (cells) => {
    // An unquoted comma shifts the cells after it, and could give a number the wrong name.
    if (cells.length > header.length && cells.slice(header.length).some((cell) => cell.trim() !== "")) {
      return { reason: "csv-too-many-cells" };
    }
    const at = (index: number | null): string => (index === null ? "" : cellText(cells[index] ?? ""));
    const number = numberText(at(places.number));
    const name = at(places.name);
    const count = at(places.count);
    const day = places.days.map(at).find((cell) => !saysNothing(cell)) ?? "";
    const words = places.categories.map(at).filter((cell) => cell !== "");
    if ([number, name, count, day].some((cell) => cell.includes("\uFFFD"))) return { reason: "not-utf-8" };
    if (isRounded(number)) return { reason: "number-rounded" };
    const category = categories.read(words);
    const dated = day === "" ? null : (readDay(day, order, stated) ?? day);
    return {
      row: {
        number,
        country,
        ...(name !== "" && { name }),
        ...(count !== "" && { complaints: readCount(count) ?? count }),
        ...(dated !== null && { day: dated }),
        ...(category !== null && { category }),
      },
    };
  };
  return { mapping, categories };
}

/** Finds a column by its name: exactly, else ignoring case, spaces and dashes. */
function find(header: readonly string[], name: string): number | null {
  const exact = header.indexOf(name);
  if (exact !== -1) {
    if (header.includes(name, exact + 1))
      throw new CommandFailure(`The file has more than one column ${quoted(name)}.`);
    return exact;
  }
  const alike = header.flatMap((column, index) => (folded(column) === folded(name) ? [index] : []));
  if (alike.length > 1) throw new CommandFailure(`The file has more than one column like ${quoted(name)}.`);
  return alike[0] ?? null;
}

function folded(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s_.-]+|\p{Default_Ignorable_Code_Point}/gu, "");
}
