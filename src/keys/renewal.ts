import { sum, type ListedStep, type SealedList } from "../storage/renewing.ts";
import type { Position, RenewedStep } from "../storage/sealed-rows.ts";
import { logBug } from "../telemetry/bugs.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { KeyState } from "./canary.ts";
import type { KeyCheck } from "./key-check.ts";
import type { KeyRecords, RenewalRow, SealKeyRow } from "./key-records.ts";
import { isFree, isPassDue, keysAtWork, leftOf, passOf, type Pass } from "./renewal-state.ts";

/** Steps of a run: each asks D1 some 200 times at most, and the platform allows an invocation 1,000. */
const STEPS_A_RUN = 4;

/** What a renewal works with. */
export interface RenewalDeps {
  readonly check: KeyCheck;
  readonly records: KeyRecords;
  /** The ids of `SEAL_KEYS`, the sealing one first. */
  readonly configured: () => Promise<string[]>;
  readonly lists: readonly SealedList[];
  readonly logger: Logger;
}

/** The state of keys and of their renewal. */
export interface RenewalStatus {
  readonly state: KeyState;
  readonly keys: readonly (SealKeyRow & { readonly configured: boolean })[];
  readonly lists: readonly RenewalRow[];
  readonly pass: Pass | null;
}

/**
 * Seals anew whatever is under an old key, list by list, in bounded runs: one a minute from the cron, and as many as
 * `npm run reseal` asks for. Where it goes on is in D1; a run may be broken off anywhere, or come twice.
 */
export class Renewal {
  readonly #deps: RenewalDeps;

  constructor(deps: RenewalDeps) {
    this.#deps = deps;
  }

  /**
   * Some steps; whether there is more to do at once.
   * @param again begin a pass now if none is under way @throws StoreFailure
   */
  async run(now: number, again = false): Promise<{ readonly more: boolean }> {
    const { records, lists, logger, configured } = this.#deps;
    await records.drop(await configured());
    const work = keysAtWork(await records.keys());
    if (work === null) return { more: false };
    const names = lists.map(({ name }) => name);
    const before = passOf(await records.renewals(), names);
    if (isPassDue(work, before, now) || (again && before?.ended !== null)) {
      await records.begin(names, before?.began ?? null, now);
    }
    let [steps, renewed] = [0, 0];
    for (; steps < STEPS_A_RUN; steps += 1) {
      const row = (await records.renewals()).find(({ ended }) => ended === null);
      const list = lists.find(({ name }) => name === row?.store);
      if (row === undefined || list === undefined) break;
      const step = await list.renew(row.after, work.first.since);
      await records.advance(row, advanced(row, step, Date.now()));
      renewed += step.renewed;
    }
    const pass = passOf(await records.renewals(), names);
    if (steps > 0) {
      const left = Object.values(pass?.left ?? {}).reduce((all, n) => all + n, 0);
      logger.log("seals.renewed", { steps, renewed, left });
    }
    for (const key of work.old) if (isFree(key, pass)) await records.finish(key.id, key.until, now);
    return { more: pass !== null && pass.ended === null };
  }

  /** Keys, lists, and how far they are. @throws StoreFailure */
  async status(now: number): Promise<RenewalStatus> {
    const { check, records, configured, lists } = this.#deps;
    const [state, keys, rows, ids] = [
      await check.ask(now),
      await records.keys(),
      await records.renewals(),
      await configured(),
    ];
    const pass = passOf(
      rows,
      lists.map(({ name }) => name),
    );
    return { state, keys: keys.map((key) => ({ ...key, configured: ids.includes(key.id) })), lists: rows, pass };
  }

  /**
   * Gives a key up that is not configured: what is sealed under it does not open any more, and writing goes on. False if it
   * is configured, or unknown.
   */
  async giveUp(id: string, now: number): Promise<boolean> {
    const { records, configured, check } = this.#deps;
    const key = (await records.keys()).find((one) => one.id === id);
    if (key === undefined || (await configured()).includes(id)) return false;
    await records.giveUp(id);
    await check.ask(now);
    return true;
  }
}

function advanced(
  row: RenewalRow,
  { after, renewed, left }: ListedStep,
  now: number,
): Omit<RenewalRow, "store" | "pass"> {
  return {
    after,
    ended: after === null ? now : null,
    renewed: row.renewed + renewed,
    left: JSON.stringify(sum(leftOf(row), left)),
  };
}

/** Of a phonebook's thousands of entries each call looks at a hundred. */
const CALLS_AN_OBJECT = 1000;

/** Asks an object to seal anew what it holds. One that does not answer is counted, and does not stop the others. */
export async function renewObject(
  ask: (from: Position | null) => Promise<RenewedStep>,
  logger: Logger,
): Promise<Pick<ListedStep, "renewed" | "left">> {
  let [renewed, left]: [number, Record<string, number>] = [0, {}];
  let from: Position | null = null;
  try {
    for (let calls = 0; calls < CALLS_AN_OBJECT; calls += 1) {
      const step: RenewedStep = await ask(from);
      renewed += step.renewed;
      left = sum(left, step.left);
      from = step.next;
      if (from === null) return { renewed, left };
    }
  } catch (thrown) {
    logBug(logger, thrown);
  }
  return { renewed, left: sum(left, { unasked: 1 }) };
}
