import { config, vault } from "../isolate.ts";
import { publishers } from "../directory/publishers.ts";
import { DirectoryRecords } from "../directory/records.ts";
import { RevocationRecords } from "../directory/revocation-records.ts";
import { sendPart } from "../directory/send-part.ts";
import type { E164 } from "../numbers/number.ts";
import { consoleLogger, type Label } from "../telemetry/logger.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { logBug } from "../telemetry/bugs.ts";
import { StoreFailure } from "../telemetry/store-failure.ts";
import { retryDelay } from "../time/retry.ts";
import { explainBallot, tallyBallot, type BallotExplanation, type BallotPart, type Vote } from "../verdict/ballot.ts";
import { weekOf, type Week } from "../verdict/decay.ts";
import type { Category } from "../verdict/evidence.ts";
import { Ageing } from "./ageing.ts";
import { BarredStore } from "./barred-store.ts";
import { changeVote, OUTBOX_DELAY_MS, type StoredVote, type Tier, type Voter } from "./ballot-state.ts";
import { ContactVotesStore, type ContactVote } from "./contact-votes-store.ts";
import { Forms } from "./forms.ts";
import { LedgerStore, type SealedForm } from "./ledger-store.ts";
import { openedVotes } from "./opened-votes.ts";
import { ballotSeal, netOf, placeOf, type BallotPlace } from "./place.ts";

/** A vote as its voter sees it. */
export interface CastVote {
  readonly name: string | null;
  readonly spam: boolean | null;
  readonly category: Category | null;
}

/** A change of a vote: fields left out stay as they are, null clears. Names are already clean. */
export interface Cast {
  /** The number voted on; at the first vote its ballot stores it, sealed. */
  readonly number: E164;
  readonly voter: Omit<Voter, "net" | "source" | "tier" | "by"> & {
    readonly by: string;
    /** Null if the voter's quotas are used up: then only what alters nothing is accepted. */
    readonly tier: Tier | null;
    /** Number of the network the request came from (ASN): the ballot keeps a byte of its hash. */
    readonly network: number;
  };
  readonly change: Partial<CastVote>;
  readonly week: Week;
}

/** The outcome of a change, and the ballot's part now. */
export type CastAnswer =
  | {
      readonly ok: true;
      /** False if the vote says what it said before. */
      readonly altered: boolean;
      readonly vote: CastVote | null;
      readonly part: BallotPart | null;
    }
  | { readonly ok: false; readonly code: "changes-used-up" | "category-without-spam" | "not-granted" };

/**
 * The votes on one number, in order. Each call reads, decides and writes without letting another one in between; the
 * alarm that sends the ballot's part to the directory is armed in the same write.
 */
export class Ballot extends StoredObject {
  readonly #vault = vault;
  readonly #ledger: LedgerStore;
  readonly #forms: Forms;
  readonly #contacts: ContactVotesStore;
  readonly #barred: BarredStore;
  readonly #ageing: Ageing;
  #failures = 0;
  /** Whether the alarm is known to be armed: votes of a burst share it. */
  #armed = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#ledger = new LedgerStore(ctx.storage);
    this.#forms = new Forms(this.#vault);
    this.#barred = new BarredStore(ctx.storage, this.#vault);
    this.#contacts = new ContactVotesStore(ctx.storage, this.#ledger, this.#vault, config.contactLookMs);
    this.#ageing = new Ageing(this.#ledger, this.#contacts);
  }

  /** Sets, changes or clears one account's vote. Stored when this returns. */
  async cast({ number, voter, change, week }: Cast): Promise<CastAnswer> {
    const { name, ...rest } = change;
    const { network, tier, ...who } = voter;
    const net = await netOf(this.#vault, number, network);
    const place = this.#ledger.exists ? null : await placeOf(this.#vault, number);
    const { caller } = place ?? this.#ledger.place();
    const sealed =
      name && this.#forms.standing(this.#ledger, name) === null ? await this.#forms.seal(caller, name) : null;
    // From here to the write nothing is awaited: no other vote comes in between.
    const form = name ? (this.#forms.standing(this.#ledger, name) ?? sealed) : null;
    const before = this.#ledger.vote(who.pid);
    const wanted = name === undefined ? rest : { ...rest, form: form?.id ?? null };
    const as = { ...who, net, tier: tier ?? before?.tier ?? 0, source: "user" } as const;
    const changed = changeVote(before, wanted, as, week, this.#ledger.changes(who.pid, week));
    if (!changed.ok) return changed;
    if (changed.altered && tier === null && changed.vote !== null) return { ok: false, code: "not-granted" };
    const { changes } = changed;
    if (changed.writes) this.#write(place, who.pid, before, changed.vote, form, { week, changes });
    const { altered } = changed;
    return { ok: true, altered, vote: await this.#shown(changed.vote), part: await this.#tally(week) };
  }

  /** An account's vote on this number, or null, also for another account of the same voter. */
  async read(pid: string, by: string): Promise<CastVote | null> {
    const vote = this.#ledger.vote(pid);
    return this.#shown(vote?.by === by ? vote : null);
  }

  /** Withdraws an account's vote, exactly as if it had never been cast. */
  async withdraw(pid: string, by: string, week: Week): Promise<void> {
    const vote = this.#ledger.vote(pid);
    if (vote?.by !== by) return;
    this.#write(null, pid, vote, null, null, { week, changes: this.#ledger.changes(pid, week) ?? 0 });
  }

  /** Stores a name from somebody's contacts; a repeat changes nothing. Stored when this returns. */
  async takeContact(vote: ContactVote): Promise<void> {
    if (await this.#contacts.take(vote, this.#forms, this.ctx.storage)) this.#arm();
  }

  /** Withdraws the name from the contacts of whose own vote has this `pid`. */
  async withdrawContact(own: string): Promise<void> {
    if (this.ctx.storage.transactionSync(() => this.#contacts.drop(own))) this.#arm();
  }

  /** Drops every vote and name: the number has a new owner. */
  async empty(week: Week): Promise<void> {
    if (!this.#ledger.exists) return;
    this.ctx.storage.transactionSync(() => {
      this.#ledger.empty(week);
      this.#contacts.clear();
    });
    this.#forms.forget();
    this.#arm();
  }

  /** Every name that votes or contacts give, except those that cannot be opened. */
  async names(): Promise<string[]> {
    return this.#forms.all(this.#ledger);
  }

  /** Sets which names operators took down: votes that give one count as without a name. @param ids see `takenName` */
  async bar(ids: readonly string[]): Promise<void> {
    const altered = this.ctx.storage.transactionSync(() => this.#barred.set(ids));
    if (!altered || !this.#ledger.exists) return;
    this.#ledger.revise();
    this.#arm();
  }

  /**
   * Mutes every vote and drops contacts: the number was unlisted. Votes stay for their voters to read, because a missing one
   * would reveal it. A later vote finds the tombstone when its part is sent, and is muted then.
   */
  async mute(): Promise<void> {
    if (!this.#ledger.exists) return;
    this.#muteAll();
    this.#arm();
  }

  /** Drops votes that are muted: the account of the number is erased. @returns whether there were any */
  async dropMuted(): Promise<boolean> {
    const dropped = this.ctx.storage.transactionSync(() => this.#ledger.dropMuted());
    if (dropped) {
      this.#forms.forget();
      this.#arm();
    }
    return dropped;
  }

  /** Why the ballot says what it says; null without votes. */
  async explain(week: Week): Promise<BallotExplanation | null> {
    const votes = await this.#votes();
    return votes.length === 0 ? null : explainBallot(votes, week);
  }

  /** Drops every name from contacts: the number is about to be relisted, and nothing shared before counts. */
  async forgetContacts(): Promise<void> {
    while (this.ctx.storage.transactionSync(() => this.#contacts.dropSome())) this.#arm();
  }

  /**
   * Drops revoked contacts and expired votes, and sends the ballot's part to the directory until that has the current
   * revision. While it holds votes from contacts it checks every day which were revoked.
   */
  override async alarm(): Promise<void> {
    if (!this.#ledger.exists) return;
    const { revision, sent } = this.#ledger.outbox();
    this.#armed = false;
    const now = Date.now();
    const looks = (this.#contacts.lookAt() ?? Infinity) <= now;
    if (revision === sent && !looks && (this.#ageing.dueAt() ?? Infinity) > now) return this.#rest();
    // Armed before the work: if the object dies in between, the alarm resumes it.
    await this.ctx.storage.setAlarm(now + retryDelay(this.#failures + 1));
    try {
      await this.enlist("Ballot");
      const looked = !looks || (await this.#dropRevoked(now));
      this.#age(weekOf(now));
      if (await this.#send()) return await this.#silence();
      if (!looked) throw new StoreFailure("objects", "contacts that were taken back are to be dropped yet");
    } catch (thrown) {
      logBug(consoleLogger, thrown);
      this.#failures += 1;
      this.#armed = false;
      consoleLogger.log("ballot.failed", { retryInMs: retryDelay(this.#failures) });
      await this.ctx.storage.setAlarm(Date.now() + retryDelay(this.#failures));
      return;
    }
    this.#failures = 0;
    this.#armed = false;
    await this.#rest();
  }

  /** Sets the alarm for when there is something to do next. */
  async #rest(): Promise<void> {
    const { revision, sent } = this.#ledger.outbox();
    if (revision !== sent) return this.#arm();
    const now = Date.now();
    const due = Math.min(this.#ageing.dueAt() ?? Infinity, this.#contacts.lookAt() ?? Infinity);
    if (Number.isFinite(due)) await this.ctx.storage.setAlarm(Math.max(due, now + OUTBOX_DELAY_MS));
    else await this.ctx.storage.deleteAlarm();
  }

  #age(week: Week): void {
    const removed = this.ctx.storage.transactionSync(() => this.#ageing.run(week));
    if (removed > 0) consoleLogger.log("retention.run", { step: "votes" as Label<"retention-step">, removed });
  }

  /** @returns false if it has to be retried; votes are sent all the same */
  async #dropRevoked(now: number): Promise<boolean> {
    try {
      const random = (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
      await this.#contacts.dropRevoked(new RevocationRecords(this.env.DB, this.#vault), this.ctx.storage, now, random);
      return true;
    } catch (thrown) {
      logBug(consoleLogger, thrown);
      return false;
    }
  }

  /** Sends the part, unless the current revision was sent. @returns whether the number is unlisted */
  async #send(): Promise<boolean> {
    const { revision, sent } = this.#ledger.outbox();
    if (revision === sent) return false;
    const { caller, number: sealed } = this.#ledger.place();
    const number = (await this.#vault.stored.text(ballotSeal(caller), sealed)) as E164 | null;
    if (number === null) throw new Error("a ballot's number does not open");
    const part = await this.#tally(weekOf(Date.now()));
    const directory = {
      records: new DirectoryRecords(this.env.DB, this.env.PAGES),
      vault: this.#vault,
      logger: consoleLogger,
    };
    const { unlisted } = await sendPart(directory, publishers(this.env), { number, part, revision }, Date.now());
    if (!unlisted) this.#ledger.markSent(revision);
    return unlisted;
  }

  /** Mutes the votes on an unlisted number: nothing is left to send. */
  async #silence(): Promise<void> {
    this.#failures = 0;
    this.#muteAll();
    this.#ledger.markSent(this.#ledger.outbox().revision);
    this.#armed = false;
    await this.#rest();
  }

  #muteAll(): void {
    this.ctx.storage.transactionSync(() => {
      this.#ledger.mute();
      this.#contacts.clear();
    });
    this.#forms.forget();
  }

  #write(
    place: BallotPlace | null,
    pid: string,
    before: StoredVote | null,
    after: StoredVote | null,
    form: SealedForm | null,
    change: { readonly week: Week; readonly changes: number | null },
  ): void {
    const write = (): void => {
      if (place !== null) this.#ledger.make(place);
      this.#ledger.write(pid, before, after, form, change);
    };
    if (place === null && !this.#contacts.any) write();
    else this.ctx.storage.transactionSync(write);
    this.#arm();
  }

  #votes(): Promise<readonly Vote[]> {
    return openedVotes(this.#ledger, this.#forms, this.#barred);
  }

  async #tally(week: Week): Promise<BallotPart | null> {
    return tallyBallot(await this.#votes(), week);
  }

  /** Not awaited: the platform holds the answer until rows and alarm are on disk. */
  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    void this.ctx.storage.setAlarm(Date.now() + OUTBOX_DELAY_MS);
  }

  async #shown(vote: StoredVote | null): Promise<CastVote | null> {
    if (vote === null) return null;
    const names = await this.#forms.open(this.#ledger, [vote]);
    return {
      name: vote.form === null ? null : (names.get(vote.form) ?? null),
      spam: vote.spam,
      category: vote.category,
    };
  }
}
