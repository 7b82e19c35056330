import { reencode, type PictureRefusal } from "../imaging/reencode.ts";
import { languageOfCountry } from "../language/language.ts";
import type { Network } from "../messaging/network.ts";
import type { E164, PhoneNumber } from "../numbers/number.ts";
import type { Holder, Quota, Spending, UsedUp } from "../quotas/quotas.ts";
import { nullIfOutage, onStore, StoreFailure } from "../telemetry/store-failure.ts";
import { toBase64Url } from "../vault/bytes.ts";
import { FirstAnswer, type Uploaded } from "./first-answer.ts";
import { onPicture, recipientHash, senderHash, type PictureDeps } from "./deps.ts";
import { encryptPicture, newContentKey, newToken, pictureId, wrapForLink } from "./picture-keys.ts";
import type { LinkLetter } from "./picture-object.ts";
import { PICTURE_BOUNDS } from "./picture-state.ts";
import type { PictureRecipient } from "./recipient-object.ts";
import type { Begun, PictureSender } from "./sender-object.ts";
import { spendingOf, UNSENT } from "./sender-state.ts";

/** A picture to be sent. */
export interface Upload {
  readonly account: string;
  readonly recipient: PhoneNumber;
  readonly ttlSeconds: number;
  readonly once: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The client's `Idempotency-Key`, or null. */
  readonly idempotencyKey: string | null;
  /** Where links lead to. */
  readonly origin: string;
  /** Where it came from. */
  readonly network: Network;
}

export type UploadRefusal =
  | { readonly code: PictureRefusal }
  | { readonly code: "quota-exceeded"; readonly quota: Quota; readonly retryAfter: number }
  | { readonly code: "idempotency-key-reused" }
  | { readonly code: "unavailable"; readonly retryAfter: number };

export type UploadAnswer =
  | { readonly ok: true; readonly uploaded: Uploaded; readonly replayed: boolean }
  | ({ readonly ok: false } & UploadRefusal);

/** How long a repeated upload waits while the first one is under way, and how often it checks. */
const FIRST_WAIT_MS = 20_000;
const FIRST_CHECK_MS = 250;

/**
 * Takes a picture: re-encoded, encrypted, stored and delivered. Answered when all of that would survive a crash. The
 * same upload under the same Idempotency-Key, whenever within a day and however many at once, is taken once.
 */
export async function upload(deps: PictureDeps, asked: Upload, now: number): Promise<UploadAnswer> {
  const { vault } = deps;
  const number = asked.recipient.e164;
  const [sender, from] = await Promise.all([senderHash(vault, asked.account), deps.numberOf(asked.account)]);
  const holder: Holder = { account: asked.account, number: from };
  const first = asked.idempotencyKey === null ? null : new FirstAnswer(vault, asked.account, asked.idempotencyKey);
  const attempt = {
    key: first === null ? null : await first.name(),
    digest: await digestOf(deps, asked),
    recipient: await vault.keyedHash("picture-quota", `${asked.account}\u0000${number}`),
  };
  const uploads = deps.senders.getByName(sender);
  let fresh: boolean;
  for (let waited = 0; ; waited += FIRST_CHECK_MS) {
    const begun = await onStore<Begun>("objects", async () => uploads.begin(attempt, now));
    if (begun.what === "begin") {
      ({ fresh } = begun);
      break;
    }
    if (begun.what === "reused") return { ok: false, code: "idempotency-key-reused" };
    if (begun.what === "replay") {
      const uploaded = await first?.open(vault.stored, begun.answer);
      if (uploaded) return { ok: true, uploaded, replayed: true };
      // The first answer can no longer be opened: the picture is sent again, as if for the first time.
      await onStore("objects", () => uploads.forgetAnswer(attempt.key ?? "", begun.answer));
      continue;
    }
    if (waited >= FIRST_WAIT_MS) return { ok: false, code: "unavailable", retryAfter: 5 };
    await scheduler.wait(FIRST_CHECK_MS);
  }

  // Quotas are spent before the work: the sender's, then the recipient's.
  const count = new Counted(deps, uploads, holder, attempt.key);
  const full = await count.begin(spendingOf(fresh), fresh ? attempt.recipient : null, now);
  if (full !== null) return { ok: false, code: "quota-exceeded", ...full };
  const crowded = await count.address(number, now);
  if (crowded !== null) return { ok: false, code: "quota-exceeded", ...crowded };
  try {
    const made = await reencode(deps.images, asked.bytes, PICTURE_BOUNDS);
    if (!made.ok) {
      await count.abandon(now);
      return { ok: false, code: made.reason };
    }
    const uploaded = await store(deps, asked, { sender, from }, made, now);
    if (first !== null && attempt.key !== null) {
      const [key, answer] = [attempt.key, await first.seal(uploaded)];
      // The picture was sent: if its answer cannot be stored, repeats wait until it can be, and no quota is returned.
      await onStore("objects", () => uploads.finish(key, answer, now)).catch(nullIfOutage);
    }
    return { ok: true, uploaded, replayed: false };
  } catch (thrown) {
    await count.abandon(now);
    throw thrown;
  }
}

/** The quotas that an upload has spent, which are returned if it fails. */
class Counted {
  readonly #deps: PictureDeps;
  readonly #uploads: DurableObjectStub<PictureSender>;
  readonly #holder: Holder;
  readonly #key: string | null;
  #recipient: { readonly its: DurableObjectStub<PictureRecipient>; readonly sender: string } | null = null;

  constructor(deps: PictureDeps, uploads: DurableObjectStub<PictureSender>, holder: Holder, key: string | null) {
    this.#deps = deps;
    this.#uploads = uploads;
    this.#holder = holder;
    this.#key = key;
  }

  /** Spends the sender's quotas; returns one that is used up. @param recipient is forgotten if nothing could be spent */
  async begin(spendings: readonly Spending[], recipient: string | null, now: number): Promise<UsedUp | null> {
    try {
      const full = await this.#deps.quotas.spend(this.#holder, spendings, now);
      if (full !== null) await onStore("objects", () => this.#uploads.abandon(this.#key, recipient));
      return full;
    } catch (thrown) {
      await Promise.allSettled([this.#uploads.abandon(this.#key, recipient)]);
      throw thrown;
    }
  }

  /** Spends the recipient's quotas; returns one that is used up, after returning the sender's. */
  async address(number: E164, now: number): Promise<UsedUp | null> {
    const { vault, recipients } = this.#deps;
    const { account, number: own } = this.#holder;
    const its = recipients.getByName(await vault.keyedHash("picture-quota", number));
    const sender = await vault.keyedHash("picture-quota", `from\u0000${own ?? account}\u0000${number}`);
    try {
      const crowded = (await onStore("objects", () => its.spend(sender, now))) as UsedUp | null;
      if (crowded === null) this.#recipient = { its, sender };
      else await this.abandon(now);
      return crowded;
    } catch (thrown) {
      await this.abandon(now);
      throw thrown;
    }
  }

  /** Returns what was spent. A store that fails keeps its count; the others are not affected. */
  async abandon(now: number): Promise<void> {
    await Promise.allSettled([
      this.#uploads.abandon(this.#key, null),
      this.#recipient?.its.refund(this.#recipient.sender, now),
      this.#deps.quotas.giveBack(this.#holder, UNSENT, now),
    ]);
  }
}

async function store(
  deps: PictureDeps,
  asked: Upload,
  { sender, from }: { readonly sender: string; readonly from: E164 | null },
  made: { readonly webp: Uint8Array<ArrayBuffer>; readonly width: number; readonly height: number },
  now: number,
): Promise<Uploaded> {
  const { vault, records, messages } = deps;
  const number = asked.recipient.e164;
  const token = newToken();
  const id = await pictureId(vault, token);
  const contentKey = newContentKey();
  const encrypted = await encryptPicture(made.webp, contentKey);
  // Everything that either way of delivery needs is made in both, so that timing does not tell who has an account.
  const [holder, stopped] = await Promise.all([
    deps.holderOf(number),
    onStore("objects", () => messages.optedOut(number)),
  ]);
  const accountKey = await vault.seal({ table: "pictures", id }, contentKey);
  const inbox = await recipientHash(vault, holder ?? asked.account);
  const toAccount = holder !== null && !stopped;
  const message = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
  const waits: LinkLetter = await messages.placeOf(message, number);
  const letter = await vault.sealText({ table: "pictures", id }, JSON.stringify(waits));
  const expires = Math.floor(now / 1000 + asked.ttlSeconds) * 1000;
  const recipient = toAccount ? inbox : null;

  const birth = {
    id,
    expires,
    once: asked.once,
    width: made.width,
    height: made.height,
    sender,
    recipient,
    from: from === null ? null : await vault.sealText({ table: "pictures", id }, from),
    letter: holder === null ? letter : null,
    linkKey: await wrapForLink(token, id, contentKey),
    accountKey: toAccount ? accountKey : null,
  };
  // The object first, whose alarm deletes what is left if anything dies; then the row, by which an erasure finds it; the
  // bytes last.
  await onPicture(deps, id, (picture) => picture.begin(birth, now));
  const link = `${asked.origin}/i/${token}`;
  try {
    await records.insert({ id, sender, recipient, expires, reported: false });
    await records.putBytes(id, encrypted);
    if (!(await onPicture(deps, id, (picture) => picture.ready(now)))) throw new StoreFailure("objects", "too late");
    // Not awaited: the answer would take longer for recipients with an account.
    if (toAccount) void deps.notify(holder, id).catch(() => undefined);
    // Without the sender's number there is nobody to name in a message; they can pass the link on themselves.
    if (from !== null) await sendLink(deps, asked, { id: message, link, expires, rehearsed: holder !== null }, now);
  } catch (thrown) {
    // The object's alarm would do this within minutes, but an object that was erased meanwhile has no alarm.
    await onPicture(deps, id, (picture) => picture.remove({ by: "sender", account: sender }, now)).catch(() => false);
    await records.remove(id).catch(() => undefined);
    throw thrown;
  }
  return { id, link, expiresAt: new Date(expires).toISOString() };
}

/**
 * Sends a link by SMS, or does everything but the sending. The sender cannot tell whether a message was sent (the recipient may
 * have an account, have said STOP, or be over a limit); the link works in any case.
 */
async function sendLink(
  { messages }: PictureDeps,
  { recipient, network }: Upload,
  {
    id,
    link,
    expires,
    rehearsed,
  }: { readonly id: string; readonly link: string; readonly expires: number; readonly rehearsed: boolean },
  now: number,
): Promise<void> {
  const message = {
    id,
    to: recipient,
    network,
    channel: "sms",
    reserved: null,
    language: languageOfCountry(recipient.country),
    text: { kind: "picture-link", link },
    expiresAt: expires,
  } as const;
  await onStore("objects", async () => {
    await (rehearsed ? messages.rehearse(message, now) : messages.send(message, now));
  });
}

/** A keyed hash of what is uploaded, for whom and for how long. */
async function digestOf({ vault }: PictureDeps, asked: Upload): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", asked.bytes)).toHex();
  const { recipient, ttlSeconds, once } = asked;
  return vault.keyedHash("upload", `digest\u0000${recipient.e164}\u0000${ttlSeconds}\u0000${once}\u0000${digest}`);
}
