import type { AccountData, RetentionStep } from "../lifecycle.ts";
import { renewObject } from "../keys/renewal.ts";
import { sum, type ListedStep, type SealedList } from "../storage/renewing.ts";
import { renewColumn, type SealedD1Column } from "../storage/sealed-columns.ts";
import type { Position, RenewedStep } from "../storage/sealed-rows.ts";
import type { Logger } from "../telemetry/logger.ts";
import { nullIfOutage, StoreFailure } from "../telemetry/store-failure.ts";
import { dayOf } from "../time/days.ts";
import type { Vault } from "../vault/vault.ts";
import type { Accounts } from "./accounts.ts";
import type { NewHolders } from "./new-holder.ts";
import type { Photos } from "./profile/photos.ts";
import { accounts as accountTable } from "./tables.ts";

/** An account itself: number, sessions, consents, profile, photo. */
export function accountData(accounts: Accounts): AccountData {
  return {
    erasure: {
      name: "account",
      held: ({ account }) => accounts.held(account),
      run: async ({ account }, now) => {
        if (await accounts.erase(account, now)) return;
        throw new StoreFailure("d1", "a store did not answer; the account goes on by itself, and is asked again");
      },
    },
    export: { name: "account", whole: ({ account }) => accounts.exportOf(account) },
  };
}

/** How objects of an account seal anew what they hold. */
type RenewSeals = (account: string, from: Position | null) => Promise<RenewedStep>;

/** Accounts of a step: each has three objects. */
const ACCOUNTS_A_STEP = 20;

/**
 * What is sealed of accounts: their ids in D1, their photos, and their objects, found by the accounts in D1. `others` are the
 * objects that other rooms keep of an account.
 */
export function accountSeals(
  d1: Parameters<typeof renewColumn>[0],
  { accounts, photos, vault, logger }: { accounts: Accounts; photos: Photos; vault: Vault; logger: Logger },
  others: readonly RenewSeals[],
): readonly SealedList[] {
  const renew: readonly RenewSeals[] = [(account, from) => accounts.renewSeals(account, from), ...others];
  return [
    { name: "account-objects", renew: (after, since) => renewAccounts(accounts, renew, logger, after, since) },
    { name: "accounts", renew: (after) => renewColumn(d1, vault, SUBJECTS, after) },
    { name: "photos", renew: (after) => photos.renewSeals(after) },
  ];
}

const SUBJECTS: SealedD1Column = {
  table: accountTable,
  column: accountTable.subject,
  key: [accountTable.number],
  bound: [accountTable.number],
  place: (id = "") => ({ table: "accounts", id }),
};

async function renewAccounts(
  accounts: Accounts,
  renew: readonly RenewSeals[],
  logger: Logger,
  after: string | null,
  since: number,
): Promise<ListedStep> {
  const page = await accounts.page(after, ACCOUNTS_A_STEP);
  let [renewed, left]: [number, Record<string, number>] = [0, {}];
  for (const { subject } of page) {
    if (subject === null) {
      // Its objects cannot be found.
      left = sum(left, { unasked: 1 });
      continue;
    }
    for (const one of renew) {
      const step = await renewObject((from) => one(subject, from), logger);
      renewed += step.renewed;
      left = sum(left, step.left);
    }
    left = sum(left, await oldSessions(accounts, subject, since));
  }
  return { after: page.length < ACCOUNTS_A_STEP ? null : (page.at(-1)?.number ?? null), renewed, left };
}

/** Sessions whose refresh token is from before the first key sealed: it opens as long as the old key is there. */
async function oldSessions(accounts: Accounts, subject: string, since: number): Promise<Record<string, number>> {
  const sessions = await accounts.sessionsUntil(subject, dayOf(since)).catch(nullIfOutage);
  if (sessions === null) return { unasked: 1 };
  return sessions === 0 ? {} : { sessions };
}

/** Accounts whose number has a new holder. */
export function handoverRetention(newHolders: NewHolders): RetentionStep {
  return { name: "handovers", run: (now) => newHolders.sweep(now) };
}
