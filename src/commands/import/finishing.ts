import { basename } from "node:path";
import { CommandFailure } from "../failure.ts";
import type { Run, Surroundings } from "./context.ts";
import { removeJournal, writeJournal } from "./journal.ts";
import type { Journal } from "./journal.ts";
import { waitUntilPublished } from "./publication.ts";
import { shown } from "./traces.ts";

/** Days in which the evidence of complaints loses half its weight. */
const HALF_LIFE_DAYS = 125;

/** What remains when all rows are in: removing what the file does not have, if asked for, waiting, and the summary. */
export async function finish(run: Run, journal: Journal, around: Surroundings): Promise<void> {
  const { options, traces, client, progress } = run;
  const removed = options.replace ? await removeOthers(run, journal) : 0;
  await waitUntilPublished(client, progress, around.poll);
  progress.stop();
  await removeJournal(traces.journal);
  const { accepted, changed, rejected } = journal;
  around.print(
    `All of ${basename(options.file)} is in dataset ${options.dataset} at ${options.to.host}, and published.`,
  );
  if (options.replace) around.print(`${removed} earlier rows that it does not have were removed.`);
  if (rejected > 0) around.print(`Refused rows, with reasons: ${shown(traces.refusals, around.folder)}`);
  const old = options.kind === "complaints" ? daysSince(journal.newestDay) : 0;
  if (old > HALF_LIFE_DAYS) {
    around.print(
      `Note: the newest complaint is ${old} days old. Spam evidence halves every ${HALF_LIFE_DAYS} days, so these weigh little.`,
    );
  }
  around.print(`imported: ${accepted} accepted, ${changed} changed, ${rejected} rejected`);
}

/** Removes what other editions left in the dataset, step by step. */
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
