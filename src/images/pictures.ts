import type { E164 } from "../numbers/number.ts";
import { onPicture, recipientHash, senderHash, type PictureDeps } from "./deps.ts";
import { decryptPicture, pictureId, unwrapFromLink, type LinkToken, type PictureId } from "./picture-keys.ts";
import type { Claim, Look } from "./picture-object.ts";

/** A picture to show: its decrypted bytes, streamed, and what the page says about it. */
export interface Shown {
  readonly webp: ReadableStream<Uint8Array>;
  /** The same bytes again, or null if they were deleted meanwhile. */
  readonly again: () => Promise<ReadableStream<Uint8Array> | null>;
  readonly width: number;
  readonly height: number;
  readonly once: boolean;
  /** ms since 1970. */
  readonly expires: number;
}

/** A picture in a list. */
export interface Listed {
  readonly id: PictureId;
  readonly expiresAt: string;
  readonly once: boolean;
  readonly opened: boolean;
}

/** Who requests a picture: somebody with its link, or an account. */
export type Asker = { readonly token: LinkToken } | { readonly account: string; readonly id: string };

/** Pictures for their senders, recipients and operators. */
export class Pictures {
  readonly #deps: PictureDeps;

  constructor(deps: PictureDeps) {
    this.#deps = deps;
  }

  /** Whether a link leads to a picture, and whether it can be seen only once; counts no view. */
  async look(token: LinkToken, now: number): Promise<{ readonly once: boolean } | null> {
    const id = await pictureId(this.#deps.vault, token);
    return onPicture(this.#deps, id, (picture) => picture.look({ by: "link" }, now));
  }

  /**
   * Shows a picture, or returns null. The view is counted when the bytes are available and the key fits, so that an outage
   * uses up nobody's one view.
   */
  async show(asker: Asker, now: number): Promise<Shown | null> {
    const { id, claim } = await this.#claim(asker, "recipient");
    const look = await onPicture(this.#deps, id, (picture) => picture.look(claim, now));
    const contentKey = look === null ? null : await this.#contentKey(asker, look);
    const encrypted = contentKey === null ? null : await this.#deps.records.readBytes(id);
    if (contentKey === null || encrypted === null) return null;
    const tapped = await onPicture(this.#deps, id, (picture) => picture.tap(claim, now));
    if (tapped === null) {
      await encrypted.cancel();
      return null;
    }
    const { width, height, once, expires } = tapped;
    const again = async (): Promise<ReadableStream<Uint8Array> | null> => {
      const bytes = await this.#deps.records.readBytes(id);
      return bytes === null ? null : decryptPicture(bytes, contentKey);
    };
    return { webp: decryptPicture(encrypted, contentKey), again, width, height, once, expires };
  }

  /** Deletes a picture at once: by its link, its sender or its recipient. False if it is gone, or not theirs. */
  async remove(asker: Asker, now: number): Promise<boolean> {
    for (const side of ["sender", "recipient"] as const) {
      const { id, claim } = await this.#claim(asker, side);
      if (await onPicture(this.#deps, id, (picture) => picture.remove(claim, now))) return true;
    }
    return false;
  }

  /** Hides a picture and reports it to operators, who alone can open it then. False if there is nothing to report. */
  async report(asker: Asker, now: number): Promise<boolean> {
    const { vault, records } = this.#deps;
    const { id, claim } = await this.#claim(asker, "recipient");
    const keys = await onPicture(this.#deps, id, (picture) => picture.reportable(claim, now));
    const contentKey = keys === null ? null : await this.#contentKey(asker, { id: id as PictureId, ...keys });
    if (contentKey === null) return false;
    const reportKey = await vault.seal({ table: "picture-reports", id }, contentKey);
    // The list first: a hidden picture must reach operators; a listed one that is not hidden is not shown to them.
    await records.setReported(id, true);
    return onPicture(this.#deps, id, (picture) => picture.report(reportKey, now));
  }

  /** What an account sent, newest first, and whether each was opened. */
  async sent(account: string, now: number): Promise<Listed[]> {
    const sender = await senderHash(this.#deps.vault, account);
    const rows = await this.#deps.records.list("sender", sender, now);
    const listed = await Promise.all(
      rows.map(async ({ id }) => {
        const sent = await onPicture(this.#deps, id, (picture) => picture.sent(sender, now));
        return sent === null ? null : { id: id as PictureId, ...sent };
      }),
    );
    return listed
      .filter((sent) => sent !== null)
      .map(({ id, expires, once, opened }) => ({ id, expiresAt: new Date(expires).toISOString(), once, opened }));
  }

  /** What is in an account's inbox, newest first, with the sender's number if known. */
  async inbox(account: string, now: number): Promise<(Listed & { readonly from: E164 | null })[]> {
    const { vault, records } = this.#deps;
    const recipient = await recipientHash(vault, account);
    const rows = await records.list("recipient", recipient, now);
    const looks = await Promise.all(
      rows.map(({ id }) =>
        onPicture(this.#deps, id, (picture) => picture.look({ by: "recipient", account: recipient }, now)),
      ),
    );
    return Promise.all(
      looks
        .filter((look) => look !== null)
        .map(async ({ id, expires, once, opened, from }) => {
          const number = from === null ? null : await vault.stored.text({ table: "pictures", id }, from);
          const expiresAt = new Date(expires).toISOString();
          return { id, expiresAt, once, opened, from: number as E164 | null };
        }),
    );
  }

  async #claim(asker: Asker, by: "sender" | "recipient"): Promise<{ id: string; claim: Claim }> {
    const { vault } = this.#deps;
    if ("token" in asker) return { id: await pictureId(vault, asker.token), claim: { by: "link" } };
    const account = await (by === "sender" ? senderHash : recipientHash)(vault, asker.account);
    return { id: asker.id, claim: { by, account } };
  }

  async #contentKey(
    asker: Asker,
    { id, linkKey, accountKey }: Pick<Look, "id" | "linkKey" | "accountKey">,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    if ("token" in asker) return unwrapFromLink(asker.token, id, linkKey);
    return accountKey === null ? null : this.#deps.vault.stored.bytes({ table: "pictures", id }, accountKey);
  }
}
