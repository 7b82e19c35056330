import { CommandFailure } from "../failure.ts";
import { cutBatches, newerDay } from "./batches.ts";
import type { Batch, Refusal } from "./batches.ts";
import type { RowsAnswer } from "./client.ts";
import type { Run } from "./context.ts";
import { rowsOf, writeJournal } from "./journal.ts";
import type { Journal } from "./journal.ts";
import type { Mapping } from "./mapping.ts";
import type { Table } from "./reading.ts";
import { RefusalFile } from "./refusals.ts";
import { readRecords } from "./source.ts";

/** The rows of the file. `resumed`: an earlier run got as far as the journal says. */
export interface Rows {
  readonly table: Table;
  readonly mapping: Mapping;
  readonly resumed: boolean;
}

/** Sends every batch from `start` on and returns the final journal. Reads the next batch while sending one. */
export async function sendAll(run: Run, { table, mapping, resumed }: Rows, start: Journal): Promise<Journal> {
  const { traces, progress } = run;
  const { columns } = table;
  const refusals = new RefusalFile(traces.refusals, columns, start.refusalBytes);
  await refusals.begin();
  let journal: Journal = { ...start, refusalBytes: refusals.bytes };
  await writeJournal(traces.journal, journal);
  const records = readRecords(table.text, journal.next, table.dialect, columns.length);
  const batches = cutBatches(records, mapping, journal.next.batch);
  let upcoming = batches.next();
  try {
    for (;;) {
      const { value: batch, done } = await upcoming;
      if (done === true) break;
      upcoming = batches.next();
      // Handled when it is awaited; this prevents an unhandled rejection.
      upcoming.catch(() => {});
      const inDoubt = resumed && batch.index === start.next.batch;
      const answer = batch.rows.length === 0 ? null : await send(run, batch);
      const refused = [...batch.refused, ...(answer === null ? [] : refusedOf(batch, answer))];
      await refusals.append(refused.sort((a, b) => a.line - b.line));
      journal = after(journal, batch, answer, inDoubt, refused, refusals.bytes);
      await writeJournal(traces.journal, journal);
      progress.rows(rowsOf(journal), batch.end.offset);
    }
  } finally {
    await upcoming.catch(() => {});
    await batches.return(undefined);
    await refusals.close();
  }
  journal = { ...journal, stage: "finishing" };
  await writeJournal(traces.journal, journal);
  return journal;
}

async function send({ options, edition, client }: Run, batch: Batch): Promise<RowsAnswer> {
  const answer = await client.sendRows(options.dataset, edition, `${edition}-${batch.index}`, batch.body);
  if (answer.accepted + answer.rejected !== batch.rows.length) {
    throw new CommandFailure(
      `The service answered for ${answer.accepted + answer.rejected} rows of a batch of ${batch.rows.length}.`,
    );
  }
  return answer;
}

/** The journal after `batch`. `inDoubt`: an earlier run may have sent it without getting the response. */
function after(
  journal: Journal,
  batch: Batch,
  answer: RowsAnswer | null,
  inDoubt: boolean,
  refused: readonly Refusal[],
  refusalBytes: number,
): Journal {
  // A repeated response counts if this import may have caused the first one and lost it. But if an earlier import of the
  // same file sent the previous batch, it most likely sent this one too.
  const unheard = inDoubt || (answer !== null && answer.attempts > 1);
  const ours = answer !== null && (!answer.replayed || (unheard && !journal.repeating));
  return {
    ...journal,
    next: { batch: batch.index + 1, ...batch.end },
    accepted: journal.accepted + (answer?.accepted ?? 0),
    changed: journal.changed + (ours ? answer.changed : 0),
    rejected: journal.rejected + batch.refused.length + (answer?.rejected ?? 0),
    reasons: countedWith(journal.reasons, refused),
    refusalBytes,
    newestDay: newerDay(journal.newestDay, batch.newestDay),
    repeating: answer === null || (answer.replayed && unheard) ? journal.repeating : answer.replayed,
  };
}

function countedWith(reasons: Journal["reasons"], refused: readonly Refusal[]): Journal["reasons"] {
  const counts = { ...reasons };
  for (const { reason } of refused) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function refusedOf(batch: Batch, answer: RowsAnswer): Refusal[] {
  return answer.rejections.flatMap(({ line, reason }) => {
    const row = batch.rows[line - 1];
    return row === undefined ? [] : [{ ...row, reason }];
  });
}
