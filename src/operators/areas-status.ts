import * as z from "zod";
import type { Directory } from "../directory/directory.ts";

/** What operators see of the areas that complaints make suspected. */
export const AreasStatus = z
  .object({
    waiting: z
      .int()
      .describe(
        "Changes of complaints whose areas are not computed yet, an import's batch being one; at most 1,000 are counted.",
      ),
    oldestSeconds: z.int().nullable().describe("How long the oldest of them has waited."),
    tables: z
      .array(
        z
          .object({
            callingCode: z.string().meta({ examples: ["1"] }),
            publishedAt: z.iso.datetime().nullable().describe("When it was last written to KV."),
            bytes: z.int().nullable().describe("Its size in KV."),
            unpublishedSeconds: z
              .int()
              .nullable()
              .describe("How long KV has lacked a change of it; null if it lacks none."),
          })
          .meta({ id: "AreaTableStatus" }),
      )
      .describe("The published table of each calling code."),
  })
  .describe("Areas of 10 to 10,000 numbers that complaints make suspected: computed and published within a minute.");

/** How far the areas are computed and published. */
export async function areasStatus({ records }: Directory, now: number): Promise<z.input<typeof AreasStatus>> {
  const [{ changes, oldest }, tables] = await Promise.all([records.areas.readBacklog(), records.areas.readTables()]);
  const seconds = (since: number | null): number | null =>
    since === null ? null : Math.max(0, Math.round((now - since) / 1000));
  return {
    waiting: changes,
    oldestSeconds: seconds(oldest),
    tables: tables.map(({ code, published, bytes, since }) => ({
      callingCode: code,
      publishedAt: published === null ? null : new Date(published).toISOString(),
      bytes,
      unpublishedSeconds: seconds(since),
    })),
  };
}
