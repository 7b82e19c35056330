import type { Messages } from "../messaging/messages.ts";
import type { E164 } from "../numbers/number.ts";
import type { Quotas } from "../quotas/quotas.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import type { PictureId } from "./picture-keys.ts";
import type { Picture } from "./picture-object.ts";
import type { PictureRecipient } from "./recipient-object.ts";
import type { PictureRecords } from "./records.ts";
import type { PictureSender } from "./sender-object.ts";

/** What pictures work with. */
export interface PictureDeps {
  readonly vault: Vault;
  readonly records: PictureRecords;
  readonly pictures: DurableObjectNamespace<Picture>;
  readonly senders: DurableObjectNamespace<PictureSender>;
  readonly recipients: DurableObjectNamespace<PictureRecipient>;
  readonly images: ImagesBinding;
  readonly quotas: Quotas;
  readonly messages: Messages;
  /** The account that a number belongs to, or null. */
  readonly holderOf: (number: E164) => Promise<string | null>;
  /** The number of an account, or null. */
  readonly numberOf: (account: string) => Promise<E164 | null>;
  /** Tells an account's connected devices that a picture came. Not waited for; may be lost. */
  readonly notify: (account: string, picture: PictureId) => Promise<void>;
}

/** An account as a sender of pictures, hashed under a key of its own so that it cannot be linked with other rows. */
export function senderHash(vault: Vault, account: string): Promise<string> {
  return vault.keyedHash("picture-sender", account);
}

/** An account as a recipient of pictures. */
export function recipientHash(vault: Vault, account: string): Promise<string> {
  return vault.keyedHash("picture-recipient", account);
}

/** Calls a picture's object; a failing one is a failing store. */
export function onPicture<T>(
  { pictures }: Pick<PictureDeps, "pictures">,
  id: string,
  call: (picture: DurableObjectStub<Picture>) => Promise<T>,
): Promise<T> {
  return onStore("objects", () => call(pictures.getByName(id)));
}
