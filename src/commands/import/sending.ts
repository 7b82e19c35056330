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

/** Batches under way: while the service writes one, the next is read and sent. */
export const AT_ONCE = 2;

/** Sends every batch from `start` on and returns the final journal, which follows the answers in the file's order. */
export async function sendAll(run: Run, { table, mapping, resumed }: Rows, start: Journal): Promise<Journal> {
  const { traces, progress } = run;
  const { columns } = table;
  const refusals = new RefusalFile(traces.refusals, columns, start.refusalBytes);
  await refusals.begin();
  let journal: Journal = { ...start, refusalBytes: refusals.bytes };
  await writeJournal(traces.journal, journal);
  const records = readRecords(table.text, journal.next, table.dialect, columns.length);
  const batches = cutBatches(records, mapping, journal.next.batch);
  try {
    for await (const { batch, answer } of answered(run, batches)) {
      const inDoubt = resumed && batch.index < start.next.batch + AT_ONCE;
      const refused = [...batch.refused, ...(answer === null ? [] : refusedOf(batch, answer))];
      await refusals.append(refused.sort((a, b) => a.line - b.line));
      journal = after(journal, batch, answer, inDoubt, refused, refusals.bytes);
      await writeJournal(traces.journal, journal);
      progress.rows(rowsOf(journal), batch.end.offset);
    }
  } finally {
    await refusals.close();
  }
  journal = { ...journal, stage: "finishing" };
  await writeJournal(traces.journal, journal);
  return journal;
}

/** Sends batches, a few at a time, and gives them with their answers in order; null for one without rows. */
async function* answered(
  run: Run,
  batches: AsyncIterable<Batch>,
): AsyncGenerator<{ batch: Batch; answer: RowsAnswer | null }> {
  const stop = new AbortController();
  const underway: { batch: Batch; answer: Promise<RowsAnswer | null> }[] = [];
  const oldest = async (): Promise<{ batch: Batch; answer: RowsAnswer | null }[]> => {
    const first = underway.shift();
    return first === undefined ? [] : [{ batch: first.batch, answer: await first.answer }];
  };
  try {
    for await (const batch of batches) {
      const answer = batch.rows.length === 0 ? Promise.resolve(null) : send(run, batch, stop.signal);
      // Handled when it is awaited; this prevents an unhandled rejection.
      answer.catch(() => {});
      underway.push({ batch, answer });
      if (underway.length === AT_ONCE) yield* await oldest();
    }
    while (underway.length > 0) yield* await oldest();
  } finally {
    // If one failed, the command ends, and nobody waits for the others.
    stop.abort();
  }
}

async function send({ options, edition, client }: Run, batch: Batch, stop: AbortSignal): Promise<RowsAnswer> {
  const { dataset, asOf } = options;
  const answer = await client.sendRows(dataset, { edition, asOf }, `${edition}-${batch.index}`, batch.body, stop);
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
