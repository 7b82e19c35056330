import type { E164 } from "../numbers/number.ts";
import { onStore } from "../telemetry/store-failure.ts";
import { onPicture, recipientHash, senderHash, type PictureParts } from "./parts.ts";
import { Pictures, type Listed } from "./pictures.ts";

/** Everything held here on an account. */
export interface AccountPictures {
  readonly sent: readonly Listed[];
  /** Each picture itself is at /v1/images/{id}/content. */
  readonly inbox: readonly (Listed & { readonly from: E164 | null })[];
  /** Uploads counted today, and recipients this hour. */
  readonly used: { readonly pictures: number; readonly tries: number; readonly recipients: number };
}

/** What an export says of an account's pictures. */
export async function exportOf(parts: PictureParts, account: string, now: number): Promise<AccountPictures> {
  const pictures = new Pictures(parts);
  const sender = parts.senders.getByName(await senderHash(parts.vault, account));
  const [sent, inbox, used] = await Promise.all([
    pictures.sent(account, now),
    pictures.inbox(account, now),
    onStore("objects", () => sender.held(now)),
  ]);
  return { sent, inbox, used };
}

/**
 * Deletes every picture that an account sent or got, its counts and its kept answers, and says how many pictures. The
 * number's own count goes with it, if the number is given. Repeatable: what failed is found again.
 */
export async function erase(
  parts: PictureParts,
  account: string,
  number: E164 | null,
  now: number,
): Promise<{ readonly pictures: number }> {
  const { vault, records } = parts;
  const sides = { sender: await senderHash(vault, account), recipient: await recipientHash(vault, account) };
  let pictures = 0;
  for (const by of ["sender", "recipient"] as const) {
    // Expired ones too: their bytes may wait for an alarm.
    const rows = await records.list(by, sides[by], 0);
    for (const { id } of rows) {
      const claim = { by, account: sides[by] };
      if (await onPicture(parts, id, (picture) => picture.remove(claim, now))) pictures += 1;
      // Where the object knows nothing, or could not reach the stores just now.
      await records.remove(id);
    }
  }
  await onStore("objects", () => parts.senders.getByName(sides.sender).erase());
  if (number !== null) {
    const name = await vault.keyedHash("picture-quota", number);
    await onStore("objects", () => parts.recipients.getByName(name).erase());
  }
  return { pictures };
}
