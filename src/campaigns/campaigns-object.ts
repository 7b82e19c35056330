import { vault } from "../isolate.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { logBug } from "../telemetry/bugs.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { isOutage } from "../telemetry/store-failure.ts";
import { DAY_MS } from "../time/days.ts";
import { retryDelay } from "../time/retry.ts";
import type { CampaignState, Draft, Reached, Skip } from "./campaign-state.ts";
import { CampaignStore, type CampaignRow, type Work } from "./campaign-store.ts";

/** Accounts that are looked at together: each asks some five objects, of a thousand that a run may ask. */
export const BATCH = 25;
/** An alarm comes back after this if its run dies; longer than a batch takes. */
const SAFETY_MS = 30_000;
/** Batches that failed so often in a row leave out what fails. */
const MAX_FAILURES = 5;
/** Days for which a campaign that is over is kept: as long as the audit's entry of it. */
export const CAMPAIGN_DAYS = 400;

/** What a run works with: the wiring gives it. */
export interface CampaignDeps {
  /** Keyed ids of accounts after one, in order. @throws StoreFailure */
  readonly accountsAfter: (cursor: string, limit: number) => Promise<readonly string[]>;
  /** Sends one account what it is to get, or says why not. Repeatable. @throws StoreFailure */
  readonly reach: (
    campaign: { readonly id: string; readonly draft: Draft },
    account: string,
    now: number,
  ) => Promise<Reached>;
}

/** A campaign as operators see it; `begun` in ms since 1970. */
export interface Progress {
  readonly id: string;
  /** Null if it can no longer be opened. */
  readonly draft: Draft | null;
  readonly begun: number;
  readonly state: CampaignState;
  /** Accounts whose message was taken. */
  readonly sent: number;
  /** Accounts whose country sleeps, or whose domain or country met its limit. */
  readonly waiting: number;
  readonly skipped: Readonly<Partial<Record<Skip, number>>>;
}

/**
 * The campaigns, one object for all of them: it walks the accounts by their keyed ids, a batch at each alarm. What became
 * of a batch and how far it came is written at once, after it: whoever dies in between repeats the batch, and outboxes
 * recognise what they had.
 */
export abstract class CampaignsObject extends StoredObject {
  protected abstract readonly deps: CampaignDeps;
  readonly #rows = new CampaignStore(this.ctx.storage);

  /** Begins a campaign; repeatable. @param draft sealed for its id */
  begin(row: Pick<CampaignRow, "id" | "kind" | "channel" | "begun" | "sealed">): void {
    this.#rows.add(row);
    // Not awaited: the platform holds the answer until row and alarm are on disk.
    void this.ctx.storage.setAlarm(row.begun);
  }

  /** All of them, the newest first. */
  async list(): Promise<Progress[]> {
    return Promise.all(this.#rows.all().map((row) => this.#progressOf(row)));
  }

  async read(id: string): Promise<Progress | null> {
    const row = this.#rows.one(id);
    return row === null ? null : this.#progressOf(row);
  }

  /** Ends one: nobody else gets it. What an outbox has already may still leave. Repeatable; false if there is none. */
  end(id: string): boolean {
    this.#rows.end(id);
    return this.#rows.one(id) !== null;
  }

  /** An account is erased: it waits for nothing any more. Repeatable. */
  forget(account: string): void {
    this.#rows.forget(account);
  }

  /** The next batch. */
  override async alarm(): Promise<void> {
    // Armed before the work: if the object dies in between, the alarm resumes it.
    await this.ctx.storage.setAlarm(Date.now() + SAFETY_MS);
    const work = this.#rows.work(Date.now(), BATCH);
    if (work !== null) await this.#run(work);
    this.#rows.removeBefore(Date.now() - CAMPAIGN_DAYS * DAY_MS);
    await this.#rest();
  }

  async #run(work: Work): Promise<void> {
    const { campaign } = work;
    try {
      const draft = await this.#draftOf(campaign);
      // Sealed with a key that is gone: nobody can be told what it says.
      if (draft === null) return this.#rows.end(campaign.id);
      const accounts = work.due ?? (await this.deps.accountsAfter(campaign.cursor, BATCH));
      const results = await Promise.all(
        accounts.map(async (account) => ({ account, reached: await this.#reach(campaign, draft, account) })),
      );
      const cursor = accounts.at(-1) ?? campaign.cursor;
      const page = work.due === null ? { cursor, last: accounts.length < BATCH } : null;
      // An operator may have ended it meanwhile: what was sent is counted all the same.
      this.#rows.settle(work, results, page);
      if (!this.#rows.isRunning(campaign.id)) this.#rows.end(campaign.id);
      const stops = results.flatMap(({ reached }) => (reached.is === "stop" ? [reached.at] : []));
      if (stops.length > 0) this.#rows.pause(campaign.id, Math.max(...stops));
    } catch (thrown) {
      logBug(consoleLogger, thrown);
      const retryInMs = retryDelay(campaign.failures + 1);
      consoleLogger.log("campaign.failed", { retryInMs });
      this.#rows.fail(campaign.id, Date.now() + retryInMs);
    }
  }

  async #reach({ id, failures }: CampaignRow, draft: Draft, account: string): Promise<Reached> {
    // Read before each: an end works at once.
    if (!this.#rows.isRunning(id)) return { is: "skipped", why: "ended" };
    try {
      return await this.deps.reach({ id, draft }, account, Date.now());
    } catch (thrown) {
      // What fails again and again, or is a bug, must not keep the message from all others.
      if (isOutage(thrown) && failures < MAX_FAILURES) throw thrown;
      logBug(consoleLogger, thrown);
      return { is: "skipped", why: "failed" };
    }
  }

  /** Arms the alarm for whatever comes next. */
  async #rest(): Promise<void> {
    const oldest = this.#rows.oldest();
    const times = [this.#rows.nextAt(), oldest === null ? null : oldest + CAMPAIGN_DAYS * DAY_MS + 1];
    const next = times.filter((at) => at !== null);
    if (next.length > 0) await this.ctx.storage.setAlarm(Math.max(Date.now(), Math.min(...next)));
    else await this.ctx.storage.deleteAll();
  }

  async #progressOf(row: CampaignRow): Promise<Progress> {
    const { sent = 0, ...skipped } = this.#rows.counts(row.id);
    const { id, begun, state } = row;
    const waiting = this.#rows.waiting(id);
    return {
      id,
      draft: await this.#draftOf(row),
      begun,
      state,
      sent,
      waiting,
      skipped,
    };
  }

  #draftOf({ id, sealed }: CampaignRow): Promise<Draft | null> {
    return vault.stored.json<Draft>({ table: "campaigns", id }, sealed);
  }
}
