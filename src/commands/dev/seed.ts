import { CommandFailure } from "../failure.ts";
import type { OperatorClient } from "../import/client.ts";
import { waitUntilPublished } from "../import/publication.ts";
import { DEMO } from "./demo.ts";

const EDITION = "demo-1";
const UNFINISHED = "Demo (being filled)";

/** Fills an empty directory with the demo and waits until it is published. False if the directory was not empty. */
export async function seedIfEmpty(client: OperatorClient): Promise<boolean> {
  const { datasets } = await client.status();
  // An interrupted demo import is repeated; its rows count once.
  if (datasets.length > 0 && !datasets.some(({ title }) => title === UNFINISHED)) return false;
  for (const { id, rows, ...dataset } of DEMO) {
    await client.putDataset(id, { ...dataset, title: UNFINISHED });
    const body = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    const { rejected, rejections } = await client.sendRows(
      id,
      { edition: EDITION, asOf: null },
      `${EDITION}-${id}`,
      body,
    );
    if (rejected > 0)
      throw new CommandFailure(`The demo has rows that the service refuses (${rejections[0]?.reason}).`);
  }
  for (const { id, rows: _, ...dataset } of DEMO) await client.putDataset(id, dataset);
  await waitUntilPublished(client, { backlog: () => {} }, 250);
  return true;
}
