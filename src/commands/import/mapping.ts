import { CommandFailure } from "../failure.ts";
import type { ImportOptions } from "./options.ts";

/** A row as the service takes it. Cells that are not what they should be are passed on: the service is the one judge. */
export interface Row {
  readonly number: string;
  readonly country: string;
  readonly name?: string;
  readonly complaints?: number | string;
  readonly day?: string;
  readonly category?: string;
}

/** Turns the cells of a record into a row, or says why it cannot be one. */
export type Mapping = (cells: readonly string[]) => { readonly row: Row } | { readonly reason: string };

/** The mapping that the options ask for, given the file's header. A {@link CommandFailure} if a column is not there. */
export function createMapping(header: readonly string[], options: Pick<ImportOptions, "columns" | "country">): Mapping {
  const { columns, country } = options;
  const number = indexOf(header, columns.number);
  const name = optionalIndexOf(header, columns.name);
  const count = optionalIndexOf(header, columns.count);
  const day = optionalIndexOf(header, columns.day);
  const category = optionalIndexOf(header, columns.category);
  return (cells) => {
    // A comma that should have been quoted moves every cell behind it: such a row could get somebody else's name.
    if (cells.length > header.length && cells.slice(header.length).some((cell) => cell.trim() !== "")) {
      return { reason: "csv-too-many-cells" };
    }
    const used = [number, name, count, day, category].map((index) =>
      index === null ? "" : (cells[index] ?? "").trim(),
    );
    if (used.some((cell) => cell.includes("\uFFFD"))) return { reason: "not-utf-8" };
    const [numberCell = "", nameCell = "", countCell = "", dayCell = "", categoryCell = ""] = used;
    return {
      row: {
        number: numberCell,
        country,
        ...(nameCell !== "" && { name: nameCell }),
        ...(countCell !== "" && { complaints: /^\d{1,15}$/.test(countCell) ? Number(countCell) : countCell }),
        ...(dayCell !== "" && { day: dayOf(dayCell) }),
        ...(categoryCell !== "" && { category: categoryCell }),
      },
    };
  };
}

/** A time stamp such as `2025-11-14 13:45:00` cut to its day; anything else as it is. */
function dayOf(cell: string): string {
  return /^(\d{4}-\d{2}-\d{2})[T ]/.exec(cell)?.[1] ?? cell;
}

function optionalIndexOf(header: readonly string[], name: string | undefined): number | null {
  return name === undefined ? null : indexOf(header, name);
}

function indexOf(header: readonly string[], name: string): number {
  const index = header.indexOf(name);
  if (index === -1) {
    throw new CommandFailure(
      `The file has no column "${name}". Its columns are: ${header.map((c) => `"${c}"`).join(", ")}.`,
    );
  }
  if (header.includes(name, index + 1)) throw new CommandFailure(`The file has more than one column "${name}".`);
  return index;
}
