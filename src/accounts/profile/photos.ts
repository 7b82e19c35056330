import { reencode, type PictureRefusal } from "../../imaging/reencode.ts";
import type { Quotas, UsedUp } from "../../quotas/quotas.ts";
import { sum, type ListedStep } from "../../storage/renewing.ts";
import { textOf, toBase64Url, utf8 } from "../../vault/bytes.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Account } from "../account-object.ts";
import type { PhotoRecords } from "./photo-records.ts";
import { NO_PHOTO, PHOTO_TRIED } from "./photo-state.ts";

/** What photos work with. */
export interface PhotoDeps {
  readonly vault: Vault;
  readonly records: PhotoRecords;
  readonly objects: DurableObjectNamespace<Account>;
  readonly images: ImagesBinding;
  readonly quotas: Quotas;
}

/** As large as a ringing phone shows it. */
const BOUNDS = { maxSide: 640, maxBytes: 200_000 } as const;
const ID_BYTES = 16;
/** Photos that one step of a renewal reads. */
const PHOTOS_A_STEP = 20;
/** Length of an account's keyed id, which stands in front of the picture in what is sealed. */
const ACCOUNT_CHARS = 22;

export type PhotoPut =
  | { readonly ok: true; readonly photo: string }
  | { readonly ok: false; readonly reason: "session-ended" }
  | { readonly ok: false; readonly reason: "quota-exceeded"; readonly full: UsedUp }
  | { readonly ok: false; readonly reason: PictureRefusal };

/**
 * Caller photos: re-encoded without metadata, sealed together with the account that they
 * belong to, under a keyed hash of a random id. Whoever has the id sees the photo only while its owner is visible.
 */
export class Photos {
  readonly #deps: PhotoDeps;

  constructor(deps: PhotoDeps) {
    this.#deps = deps;
  }

  /** Replaces the photo. @param now ms */
  async put(account: string, session: string, bytes: Uint8Array<ArrayBuffer>, now: number): Promise<PhotoPut> {
    const { vault, images, objects, quotas } = this.#deps;
    const name = await vault.accountId(account);
    const its = objects.getByName(name);
    const member = (await its.isOpen(session)) ? await its.membership() : null;
    if (member === null) return { ok: false, reason: "session-ended" };
    // Before the work: decoding is expensive.
    const holder = { account, number: member.number };
    const full = await quotas.spend(holder, PHOTO_TRIED, now);
    if (full !== null) return { ok: false, reason: "quota-exceeded", full };
    return quotas.during(holder, NO_PHOTO, now, async () => {
      const made = await reencode(images, bytes, BOUNDS);
      const put = made.ok ? await this.#store(name, session, made.webp, now) : made;
      if (!put.ok) await quotas.giveBack(holder, NO_PHOTO, now);
      return put;
    });
  }

  async #store(name: string, session: string, webp: Uint8Array<ArrayBuffer>, now: number): Promise<PhotoPut> {
    const { vault, records, objects } = this.#deps;
    const its = objects.getByName(name);
    const photo = toBase64Url(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
    const object = await vault.keyedHash("photo", photo);
    if (!(await its.expectPhoto(session, object, now))) return { ok: false, reason: "session-ended" };
    const plaintext = new Uint8Array(ACCOUNT_CHARS + webp.byteLength);
    plaintext.set(utf8(name), 0);
    plaintext.set(webp, ACCOUNT_CHARS);
    await records.put(object, await vault.seal({ table: "photos", id: object }, plaintext));
    if (await its.setPhoto(session, photo, now)) return { ok: true, photo };
    // The account was erased meanwhile, with its list of what to remove.
    await records.remove([object]);
    return { ok: false, reason: "session-ended" };
  }

  /** A photo that is visible now, as WebP; otherwise null. */
  async shown(photo: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const found = await this.#read(photo);
    if (found === null) return null;
    return (await this.#deps.objects.getByName(found.name).showsPhoto(photo)) ? found.webp : null;
  }

  /** A photo, visible or not, for its owner. */
  async own(photo: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return (await this.#read(photo))?.webp ?? null;
  }

  /** Seals the next photos anew that are under an old key. @param after as the step before returned it */
  async renewSeals(after: string | null): Promise<ListedStep> {
    const { vault, records } = this.#deps;
    const names = await records.names(after, PHOTOS_A_STEP);
    let renewed = 0;
    let left: Record<string, number> = {};
    for (const object of names) {
      await records.replace(object, async (sealed) => {
        const renewal = await vault.renew({ table: "photos", id: object }, sealed);
        if (renewal.is === "refused") left = sum(left, { [renewal.key]: 1 });
        if (renewal.is !== "renewed") return null;
        renewed += 1;
        return renewal.sealed;
      });
    }
    return { after: names.length < PHOTOS_A_STEP ? null : (names.at(-1) ?? null), renewed, left };
  }

  async #read(photo: string): Promise<{ name: string; webp: Uint8Array<ArrayBuffer> } | null> {
    const { vault, records } = this.#deps;
    const object = await vault.keyedHash("photo", photo);
    const sealed = await records.read(object);
    const opened = sealed === null ? null : await vault.stored.bytes({ table: "photos", id: object }, sealed);
    if (opened === null) return null;
    return { name: textOf(opened.subarray(0, ACCOUNT_CHARS)), webp: opened.slice(ACCOUNT_CHARS) };
  }
}
