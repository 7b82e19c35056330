import type { E164 } from "../numbers/number.ts";
import { onStore, StoreFailure } from "../telemetry/store-failure.ts";
import { onPicture, recipientHash, senderHash, type PictureDeps } from "./deps.ts";
import { Pictures, type Listed } from "./pictures.ts";

/** Everything stored here on an account. */
export interface AccountPictures {
  readonly sent: readonly Listed[];
  /** Each picture itself is at /v1/images/{id}/content. */
  readonly inbox: readonly (Listed & { readonly from: E164 | null })[];
}

/** What an export says of an account's pictures. */
export async function exportOf(deps: PictureDeps, account: string, now: number): Promise<AccountPictures> {
  const pictures = new Pictures(deps);
  const [sent, inbox] = await Promise.all([pictures.sent(account, now), pictures.inbox(account, now)]);
  return { sent, inbox };
}

/** How many pictures an account sent or received that are not deleted. */
export async function held({ vault, records }: PictureDeps, account: string): Promise<{ readonly pictures: number }> {
  const [sent, got] = await Promise.all([
    records.list("sender", await senderHash(vault, account), 0),
    records.list("recipient", await recipientHash(vault, account), 0),
  ]);
  return { pictures: new Set([...sent, ...got].map(({ id }) => id)).size };
}

/**
 * Deletes every picture that an account sent or received, and its stored answers. What its number has used of the day stays
 * (`quotas/`), and so do the counts of what it was sent today: a sender whose counts restarted would learn of the erasure.
 * Repeatable: what failed is found again. @throws StoreFailure while something is left
 */
export async function erase(deps: PictureDeps, account: string, now: number): Promise<void> {
  const { vault, records } = deps;
  const sides = { sender: await senderHash(vault, account), recipient: await recipientHash(vault, account) };
  const failures: unknown[] = [];
  for (const by of ["sender", "recipient"] as const) {
    // Expired ones too: their bytes may wait for an alarm.
    const rows = await records.list(by, sides[by], 0);
    for (const { id } of rows) {
      const claim = { by, account: sides[by] };
      try {
        await onPicture(deps, id, (picture) => picture.remove(claim, now));
        // An object that could not reach the stores still has its picture; without the row nobody would ask it again.
        const left = await onPicture(deps, id, (picture) => picture.sweep(now));
        if (left !== "unknown") throw new StoreFailure("objects", "a picture that is still being deleted");
        await records.remove(id);
      } catch (thrown) {
        // It must not block the others.
        failures.push(thrown);
      }
    }
  }
  await onStore("objects", () => deps.senders.getByName(sides.sender).erase());
  if (failures.length > 0) throw new StoreFailure("objects", failures[0]);
}
