import { blockOf, lineOf, type E164 } from "../numbers/number.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import { isHandedOver } from "./sessions/access-state.ts";
import type { AccountStore } from "./account-store.ts";
import { PhotoRecords } from "./profile/photo-records.ts";
import { AccountRecords } from "./records.ts";
import { SESSION_DAYS } from "./sessions/session-state.ts";
import { dayOf, dayStart } from "../time/days.ts";
import { retryDelay } from "../time/retry.ts";

/** When a change of what others see goes out, ms: changes of a moment leave together. */
const OUTBOX_DELAY_MS = 300;
/** What is told of a profile. */
interface ToldProfile {
  /** Null while nobody is to see it. */
  readonly name: string | null;
  readonly photo: string | null;
  readonly revision: number;
  /** ms. */
  readonly said: number;
}

/** What an account does in its own time, from its alarm: each piece repeatable, each finding in the rows what is left. */
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

  /** When the next piece is due, ms; null when nothing is. */
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
        const { name, photo, said } = await this.#rows.profile.shown();
        // Stored there it is done, whatever fails behind it: the owner's object goes on by itself.
        await this.#tell({ name, photo, said, revision }, now);
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
    if (profile.any && !(await this.#tell(null, now))) throw new Error("what others see is not taken back yet");
    const { photo } = await profile.read();
    if (photo !== null) profile.discard(await this.#vault.keyedHash("photo", photo), now);
    await this.#removePhotos(Number.MAX_SAFE_INTEGER);
    await this.letGo();
  }

  /** Whether the number shows what the account said of its profile at a time, ms. @throws StoreFailure */
  async showsProfile(said: number): Promise<boolean> {
    const member = await this.#rows.membership();
    if (member === null) return false;
    const caller = await this.#vault.numberId(member.number);
    return onStore("objects", () => this.#env.OWNERSHIPS.getByName(caller).showsProfile(said));
  }

  /** Lets the number go: its next sign-in makes another account. */
  letGo(): Promise<void> {
    return new AccountRecords(this.#env.DB).remove(this.#account);
  }

  /**
   * Tells the object of the number's owner what others see of the profile, null when the account ends: that is who
   * publishes it. Says whether it has reached the directory. An unlisted number's is dropped there.
   */
  async #tell(profile: ToldProfile | null, now: number): Promise<boolean> {
    const member = await this.#rows.membership();
    if (member === null) return true;
    const number = member.number as E164;
    const [caller, block] = await Promise.all([this.#vault.numberId(number), this.#vault.blockId(blockOf(number))]);
    const { writer } = this.#rows.profile.outbox();
    const change = { does: "profile", writer, profile } as const;
    const owner = this.#env.OWNERSHIPS.getByName(caller);
    const told = await owner.change({ caller, block, line: lineOf(number) }, change, now, true);
    return told.ok && told.done;
  }

  async #removePhotos(until: number): Promise<void> {
    const objects = this.#rows.profile.waste(until);
    await new PhotoRecords(this.#env.PHOTOS).remove(objects);
    if (this.#rows.exists()) for (const object of objects) this.#rows.profile.keep(object);
  }
}
