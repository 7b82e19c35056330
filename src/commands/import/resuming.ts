import { printable } from "../printable.ts";
import type { Surroundings } from "./context.ts";
import { readJournal, rowsOf } from "./journal.ts";
import type { Journal } from "./journal.ts";
import type { ImportOptions } from "./options.ts";
import { shown } from "./traces.ts";
import type { Traces } from "./traces.ts";

/** The journal of this import if it was stopped. The journal of another import is ignored with a note. */
export async function usableJournal(
  traces: Traces,
  edition: string,
  options: ImportOptions,
  around: Surroundings,
): Promise<Journal | null> {
  const say = (text: string): void => void around.stream.write(`${printable(text)}\n`);
  const path = shown(traces.journal, around.folder);
  if (!traces.beside) say(`The folder of the file is read-only: ${path} and refused rows are kept here.`);
  const journal = await readJournal(traces.journal);
  if (journal === null) return null;
  if (journal === "unreadable")
    say(`${path} is damaged: starting from the first row. Rows that are in count once all the same.`);
  else if (journal.edition !== edition)
    say(`${path} is of another file, dataset or mapping: starting from the first row.`);
  else if (journal.to !== options.to.origin)
    say(`${path} is of an import to ${journal.to}: starting from the first row.`);
  else {
    const rows = rowsOf(journal).toLocaleString("en");
    say(
      journal.stage === "rows"
        ? `Going on after ${rows} rows, at line ${journal.next.line}.`
        : `All ${rows} rows are in already.`,
    );
    return journal;
  }
  return null;
}
