import * as z from "zod";
import { sentenceOf } from "./canary.ts";
import { freeFrom, leftOf } from "./renewal-state.ts";
import type { RenewalStatus } from "./renewal.ts";

/** The id of a key of `SEAL_KEYS`. */
const KeyId = z
  .string()
  .regex(/^[0-9a-f]{8}$/)
  .meta({ examples: ["5f0c1d2e"] });
const Left = z
  .record(z.string(), z.int())
  .meta({ examples: [{ "5f0c1d2e": 3 }] })
  .describe(
    "What stays under an old key: values that do not open, by the id of the key that they name; `unasked`, objects that did not answer; `unpublished`, pages that wait for their publisher; `sessions`, whose devices have not asked for new tokens since.",
  );

/** The keys and the renewal of seals, as `status` shows them. */
export const KeysBody = z
  .object({
    state: z
      .enum(["right", "wrong", "unknown"])
      .describe(
        "Whether INDEX_KEY and SEAL_KEYS are those of the data. While they are wrong, nothing is written; unknown: D1 does not answer.",
      ),
    problem: z
      .string()
      .nullable()
      .meta({ examples: [null] })
      .describe("What to do, in a sentence."),
    sealKeys: z.array(
      z
        .object({
          id: KeyId.describe("Derived from the key; every sealed value begins with it."),
          configured: z.boolean().describe("Whether SEAL_KEYS has it."),
          sealsSince: z.iso.datetime(),
          sealedUntil: z.iso.datetime().nullable().describe("Null for the key that seals."),
          canGo: z.boolean().describe("Whether nothing is sealed under it any more, so that SEAL_KEYS may lose it."),
          canGoFrom: z.iso
            .datetime()
            .nullable()
            .describe("The first moment at which it can go; null for the key that seals."),
        })
        .meta({ id: "SealKey" }),
    ),
    renewal: z
      .object({
        beganAt: z.iso.datetime(),
        endedAt: z.iso.datetime().nullable(),
        renewed: z.int().describe("Values sealed anew in this pass."),
        left: Left,
        lists: z.array(
          z
            .object({
              name: z.string().meta({ examples: ["ballots"] }),
              done: z.boolean(),
              renewed: z.int(),
              left: Left,
            })
            .meta({ id: "RenewedList" }),
        ),
      })
      .meta({ id: "Renewal" })
      .nullable()
      .describe("The pass over everything that is sealed; null before the first."),
  })
  .meta({ id: "Keys" });

/** `KeysBody` of a status. */
export function shownKeys({ state, keys, lists, pass }: RenewalStatus): z.infer<typeof KeysBody> {
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  return {
    state: state.is,
    problem: sentenceOf(state),
    sealKeys: keys.map(({ id, configured, since, until, done }) => ({
      id,
      configured,
      sealsSince: new Date(since).toISOString(),
      sealedUntil: time(until),
      canGo: done !== null,
      canGoFrom: until === null ? null : time(freeFrom(until)),
    })),
    renewal:
      pass === null
        ? null
        : {
            beganAt: new Date(pass.began).toISOString(),
            endedAt: time(pass.ended),
            renewed: pass.renewed,
            left: pass.left,
            lists: lists.map((row) => ({
              name: row.store,
              done: row.ended !== null,
              renewed: row.renewed,
              left: leftOf(row),
            })),
          },
  };
}
