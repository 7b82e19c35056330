import type { E164 } from "../numbers/number.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import { isHandedOver } from "./sessions/access-state.ts";
import type { AccountStore } from "./account-store.ts";
import { PhotoRecords } from "./profile/photo-records.ts";
import { AccountRecords } from "./records.ts";
import { SESSION_DAYS } from "./sessions/session-state.ts";
import { dayOf, dayStart } from "../time/days.ts";
import { retryDelay } from "../time/retry.ts";

/** Delay before a profile is sent, ms, so that several changes are sent together. */
const OUTBOX_DELAY_MS = 300;
/** What is sent of a profile. */
interface ToldProfile {
  /** Null while it is not visible. */
  readonly name: string | null;
  readonly photo: string | null;
  readonly revision: number;
  /** ms. */
  readonly said: number;
}

/** What an account's alarm does. Each chore is repeatable and finds in the rows what is left to do. */
export class Chores {
  readonly #env: Env;
  readonly #vault: Vault;
  readonly #rows: AccountStore;
  /** The account's keyed id. */
  readonly #account: string;

  constructor(env: Env, vault: Vault, rows: AccountStore, account: string) {
    this.#env = env;
    this.#vault = vault;
    this.#rows = rows;
    this.#account = account;
  }

  /** When the next chore is due, ms; null if none is. */
  due(now: number): number | null {
    if (!this.#rows.exists()) return null;
    if (this.#rows.isEnding()) return now + retryDelay(1);
    const { revision, sent } = this.#rows.profile.outbox();
    const used = this.#rows.sessions.leastUsed();
    const handOver = this.#rows.isLeft() ? null : this.#rows.belonging().handOver;
    const times = [
      revision === sent ? null : now + OUTBOX_DELAY_MS,
      this.#rows.profile.nextWaste(),
      used === null ? null : dayStart(used + SESSION_DAYS),
      handOver,
    ].filter((at) => at !== null);
    return times.length === 0 ? null : Math.max(now, Math.min(...times));
  }

  /** Ends expired sessions, ends an account whose number changed hands, sends the profile, removes photos. @throws StoreFailure */
  async run(now: number): Promise<void> {
    this.#rows.sessions.endUnusedSince(dayOf(now) - SESSION_DAYS);
    if (isHandedOver(this.#rows.belonging(), now) && !this.#rows.isLeft()) {
      // The retention step finds it by this, and begins the erasure everywhere.
      await new AccountRecords(this.#env.DB).leave(this.#account);
      this.#rows.markLeft();
      this.#rows.sessions.endAll();
    }
    const { revision, sent } = this.#rows.profile.outbox();
    try {
      if (revision !== sent) {
        const { name, photo, said } = await this.#rows.profile.shown();
        // Once stored there it is done: the owner's object completes it by itself.
        await this.#tell({ name, photo, said, revision }, now);
        this.#rows.profile.markSent(revision);
      }
    } finally {
      // Also while the directory fails, or photos would pile up.
      await this.#removePhotos(now);
    }
  }

  /** Withdraws what others see, removes photos and releases the number. @throws StoreFailure */
  async takeBack(now: number): Promise<void> {
    const { profile } = this.#rows;
    if (profile.any && !(await this.#tell(null, now))) throw new Error("what others see is not taken back yet");
    const { photo } = await profile.read();
    if (photo !== null) profile.discard(await this.#vault.keyedHash("photo", photo), now);
    await this.#removePhotos(Number.MAX_SAFE_INTEGER);
    await this.letGo();
  }

  /** Whether the number shows a profile sent at a time, ms. @throws StoreFailure */
  async showsProfile(said: number): Promise<boolean> {
    const member = await this.#rows.membership();
    if (member === null) return false;
    const caller = await this.#vault.numberId(member.number);
    return onStore("objects", () => this.#env.OWNERSHIPS.getByName(caller).showsProfile(said));
  }

  /** Releases the number: its next sign-in creates another account. */
  letGo(): Promise<void> {
    return new AccountRecords(this.#env.DB).remove(this.#account);
  }

  /**
   * Sends what others see of the profile to the number's `Ownership` object, which publishes it; null when the account
   * ends. Returns whether it has reached the directory. An unlisted number's profile is dropped there.
   */
  async #tell(profile: ToldProfile | null, now: number): Promise<boolean> {
    const member = await this.#rows.membership();
    if (member === null) return true;
    const number = member.number as E164;
    const caller = await this.#vault.numberId(number);
    const { writer } = this.#rows.profile.outbox();
    const change = { does: "profile", writer, profile } as const;
    const owner = this.#env.OWNERSHIPS.getByName(caller);
    const told = await owner.change(number, change, now, true);
    return told.ok && told.done;
  }

  async #removePhotos(until: number): Promise<void> {
    const objects = this.#rows.profile.waste(until);
    await new PhotoRecords(this.#env.PHOTOS).remove(objects);
    if (this.#rows.exists()) for (const object of objects) this.#rows.profile.keep(object);
  }
}
