import { basename } from "node:path";
import { CommandFailure } from "../failure.ts";
import type { Run, Surroundings } from "./context.ts";
import { removeJournal, writeJournal } from "./journal.ts";
import type { Journal } from "./journal.ts";
import { waitUntilPublished } from "./publication.ts";
import { printable, quoted } from "../printable.ts";
import type { ImportOptions } from "./options.ts";
import { shown } from "./traces.ts";

/** Half-life of complaints, days. */
const HALF_LIFE_DAYS = 125;

/** Most categories named in a summary. */
const CATEGORIES_SHOWN = 5;

/**
 * Finishes an import whose rows are all sent: removes older rows if asked to, waits for publication, prints the summary.
 * Returns true if most rows were accepted, or with `--accept-refused` any. @param unknown unknown categories, with the
 * number of rows of each
 */
export async function finish(
  run: Run,
  journal: Journal,
  unknown: ReadonlyMap<string, number>,
  around: Surroundings,
): Promise<boolean> {
  const { options, traces, client, progress } = run;
  const { accepted, changed, rejected } = journal;
  const done = accepted > 0 && (accepted > rejected || options.acceptRefused);
  // Without accepted rows nothing is removed.
  const removed = options.replace && done ? await removeOthers(run, journal) : null;
  await waitUntilPublished(client, progress, around.poll);
  progress.stop();
  await removeJournal(traces.journal);
  const print = (text: string): void => around.print(printable(text));
  for (const note of notesOn(journal, unknown, options)) print(note);
  if (rejected > 0) print(refusalsIn(journal, shown(traces.refusals, around.folder)));
  if (removed !== null) print(`${removed} earlier rows that it does not have were removed.`);
  else if (options.replace) print(`Nothing was removed from dataset ${options.dataset}.`);
  print(outcome(options, journal, done));
  print(`imported: ${accepted} accepted, ${changed} changed, ${rejected} rejected`);
  return done;
}

/** The result in a sentence. */
function outcome(options: ImportOptions, { accepted, rejected }: Journal, done: boolean): string {
  const file = basename(options.file);
  const where = `dataset ${options.dataset} at ${options.to.host}`;
  const rows = accepted + rejected;
  if (rows === 0) return `Failed: ${file} has no rows, and no row of ${where} has changed.`;
  if (accepted === 0) return `Failed: every row of ${file} was refused (${rows}), and no row of ${where} has changed.`;
  if (rejected === 0) return `All of ${file} is in ${where}, and published.`;
  const some = `${accepted} of ${rows} rows of ${file} are in ${where}, and published; ${rejected} were refused.`;
  return done ? some : `Failed for the most part: ${some} If that is meant, say --accept-refused.`;
}

function refusalsIn({ reasons }: Journal, path: string): string {
  const why = Object.entries(reasons)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${count} ${reason}`);
  return `Refused rows, with reasons: ${path} (${why.join(", ")})`;
}

function notesOn(journal: Journal, unknown: ReadonlyMap<string, number>, { kind, asOf }: ImportOptions): string[] {
  const notes: string[] = [];
  if (unknown.size > 0) {
    const counts = [...unknown].toSorted(([, a], [, b]) => b - a);
    const rows = counts.reduce((sum, [, count]) => sum + count, 0);
    const some = counts.slice(0, CATEGORIES_SHOWN).map(([word, count]) => `${quoted(word)} (${count})`);
    const more = counts.length > some.length ? ` and ${counts.length - some.length} more` : "";
    notes.push(
      `Note: ${rows} rows came without their category, which is none of ours: ${some.join(", ")}${more}. --category-map can say what it is.`,
    );
  }
  const old = kind === "complaints" ? daysSince(journal.newestDay ?? asOf) : 0;
  if (old > HALF_LIFE_DAYS) {
    notes.push(
      `Note: the newest complaint is ${old} days old. Spam evidence halves every ${HALF_LIFE_DAYS} days, so these weigh little.`,
    );
  }
  return notes;
}

/** Removes rows of other editions from the dataset, step by step. */
async function removeOthers({ options, traces, edition, client }: Run, journal: Journal): Promise<number> {
  let { removed } = journal;
  for (;;) {
    const step = await client.removeRows(options.dataset, edition);
    if (step === null) throw new CommandFailure(`The dataset ${options.dataset} was dropped meanwhile.`);
    removed += step.removed;
    await writeJournal(traces.journal, Object.assign({}, journal, { removed }));
    if (step.done) return removed;
  }
}

function daysSince(day: string | null): number {
  return day === null ? 0 : Math.floor((Date.now() - Date.parse(day)) / 86_400_000);
}
