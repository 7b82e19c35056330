import { publishers } from "../directory/publishers.ts";
import { DirectoryRecords } from "../directory/records.ts";
import { sendOwner } from "../directory/send-owner.ts";
import { blockOf, lineOf, type E164 } from "../numbers/number.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import type { Vault } from "../vault/vault.ts";
import type { OwnerPart } from "../verdict/evidence.ts";
import { isHandedOver } from "./access-state.ts";
import type { AccountRows } from "./account-rows.ts";
import { PhotoRecords } from "./photo-records.ts";
import { ownerPart } from "./profile-state.ts";
import { AccountRecords } from "./records.ts";
import { SESSION_DAYS } from "./session-state.ts";
import { DAY_MS, dayOf } from "./time.ts";

/** When a change of what others see goes out, ms: changes of a moment leave together. */
const OUTBOX_DELAY_MS = 300;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 5 * 60_000;

/** How long to wait after the n-th failure in a row, ms. */
export function retryDelay(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, failures - 1));
}

/** What an account does in its own time, from its alarm: each piece repeatable, each finding in the rows what is left. */
export class Chores {
  readonly #env: Env;
  readonly #vault: Vault;
  readonly #rows: AccountRows;
  /** The account's keyed id. */
  readonly #account: string;

  constructor(env: Env, vault: Vault, rows: AccountRows, account: string) {
    this.#env = env;
    this.#vault = vault;
    this.#rows = rows;
    this.#account = account;
  }

  /** When the next piece is due, ms; null when nothing is. */
  due(now: number): number | null {
    if (!this.#rows.exists()) return null;
    if (this.#rows.isEnding()) return now + FIRST_RETRY_MS;
    const { revision, sent } = this.#rows.profile.outbox();
    const used = this.#rows.sessions.leastUsed();
    const handOver = this.#rows.isLeft() ? null : this.#rows.belonging().handOver;
    const times = [
      revision === sent ? null : now + OUTBOX_DELAY_MS,
      this.#rows.profile.nextWaste(),
      used === null ? null : (used + SESSION_DAYS) * DAY_MS,
      handOver,
    ].filter((at) => at !== null);
    return times.length === 0 ? null : Math.max(now, Math.min(...times));
  }

  /** Ends sessions that are over, leaves an account whose number changed hands, sends what others see, removes photos. @throws StoreFailure */
  async run(now: number): Promise<void> {
    this.#rows.sessions.endUnusedSince(dayOf(now) - SESSION_DAYS);
    if (isHandedOver(this.#rows.belonging(), now) && !this.#rows.isLeft()) {
      // What other rooms hold is erased by the round, which finds it by this.
      await new AccountRecords(this.#env.DB).leave(this.#account);
      this.#rows.markLeft();
      this.#rows.sessions.endAll();
    }
    const { revision, sent } = this.#rows.profile.outbox();
    try {
      if (revision !== sent) {
        await this.#send(ownerPart(await this.#rows.profile.read()), revision, now);
        this.#rows.profile.markSent(revision);
      }
    } finally {
      // Also while the directory takes nothing: photos would pile up.
      await this.#removePhotos(now);
    }
  }

  /** Takes back what others see, removes photos and lets the number go. @throws StoreFailure */
  async takeBack(now: number): Promise<void> {
    const { profile } = this.#rows;
    if (profile.outbox().revision > 0) {
      profile.touch(now);
      await this.#send(null, profile.outbox().revision, now);
    }
    const { photo } = await profile.read();
    if (photo !== null) profile.discard(await this.#vault.keyedHash("photo", photo), now);
    await this.#removePhotos(Number.MAX_SAFE_INTEGER);
    await this.letGo();
  }

  /** Whether the number is one that the directory shows. @throws StoreFailure */
  async isListed(): Promise<boolean> {
    const member = await this.#rows.membership();
    if (member === null) return false;
    const caller = await this.#vault.numberId(member.number);
    return !(await new DirectoryRecords(this.#env.DB, this.#env.PAGES).callers.isUnlisted(caller));
  }

  /** Lets the number go: its next sign-in makes another account. */
  letGo(): Promise<void> {
    return new AccountRecords(this.#env.DB).remove(this.#account);
  }

  /** Tells the directory what others see of the number; an unlisted number's is dropped there. */
  async #send(part: OwnerPart | null, revision: number, now: number): Promise<void> {
    const member = await this.#rows.membership();
    if (member === null) return;
    const number = member.number as E164;
    const [caller, block] = await Promise.all([this.#vault.numberId(number), this.#vault.blockId(blockOf(number))]);
    const records = new DirectoryRecords(this.#env.DB, this.#env.PAGES);
    const directory = { records, vault: this.#vault, logger: consoleLogger };
    const sent = { caller, block, line: lineOf(number), source: "profile", part, revision } as const;
    await sendOwner(directory, publishers(this.#env.PUBLISHERS), sent, now);
  }

  async #removePhotos(until: number): Promise<void> {
    const objects = this.#rows.profile.waste(until);
    await new PhotoRecords(this.#env.PHOTOS).remove(objects);
    if (this.#rows.exists()) for (const object of objects) this.#rows.profile.keep(object);
  }
}
