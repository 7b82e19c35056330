import type { Directory } from "../directory/directory.ts";
import { evidenceOf, namesOf, type Said } from "../directory/evidence-of.ts";
import { takenName, type TakenDown } from "../directory/owner-part.ts";
import { placeOf } from "../directory/place.ts";
import { isUnlisted } from "../directory/unlisting.ts";
import { countryOf, lineOf, type E164 } from "../numbers/number.ts";
import type { BlockEvidence, Kind, Override } from "../verdict/evidence.ts";
import { checkOwnName, vouchedNames, type NameReason } from "../verdict/name-rules.ts";
import { weekOf } from "../verdict/decay.ts";
import { isForNeighbours, judgeSpam } from "../verdict/spam.ts";
import { StoreFailure } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import type { ChangeAnswer, OwnershipObject } from "./ownership-object.ts";
import { nameableFrom, QUOTA_DAYS, type Owned, type OwnedChange, type OwnedQuota } from "./ownership-state.ts";
import { dayOf, dayStart, secondsUntil } from "../time/days.ts";

/** What owners can set: fields left out stay as they are; null removes the name. */
export interface OwnerSays {
  readonly name?: string | null | undefined;
  readonly kind?: Kind | undefined;
  /** True: the number changed hands; what was known of it is about somebody else. */
  readonly handOver: boolean;
}

export type OwnerRefusal =
  | { readonly code: "name-not-allowed"; readonly reason: NameReason }
  | { readonly code: "number-marked-spam" | "number-unlisted" }
  | {
      readonly code: "changed-recently";
      readonly quota: OwnedQuota;
      readonly days: number;
      readonly retryAfter: number;
    }
  | { readonly code: "unavailable"; readonly retryAfter: number };

export type Owning = { readonly ok: true; readonly owned: Owned } | ({ readonly ok: false } & OwnerRefusal);

/** What is stored on a number, except its votes and its page. */
export interface OwnerHoldings {
  /** False if it is unlisted. */
  readonly listed: boolean;
  readonly owned: Owned;
  /** The day from which the name may be changed, days since 1970-01-01. */
  readonly nameableFrom: number;
  readonly said: readonly Said[];
  /** Whether somebody has an account with this number. */
  readonly account: boolean;
}

/** What `Owners` works with. */
export interface OwnerDeps {
  readonly vault: Vault;
  readonly directory: Directory;
  readonly objects: DurableObjectNamespace<OwnershipObject>;
  /** The evidence of the number's block as published; null if no store answers. */
  readonly evidence: (number: E164, now: number) => Promise<BlockEvidence | null>;
  readonly holderOf: (number: E164) => Promise<string | null>;
  /** Every name that votes and contacts give the number. */
  readonly votedNames: (number: E164) => Promise<readonly string[]>;
}

const RETRY_S = 5;

/** What the proved owner of a number can do, and what operators decide. */
export class Owners {
  readonly #deps: OwnerDeps;

  constructor(deps: OwnerDeps) {
    this.#deps = deps;
  }

  async holdings(number: E164, now: number): Promise<OwnerHoldings> {
    const { directory, holderOf, vault } = this.#deps;
    const caller = await vault.numberId(number);
    const [owned, unlisted, said, holder] = await Promise.all([
      this.#object(caller).read(),
      isUnlisted(directory, number),
      evidenceOf(directory, number),
      holderOf(number),
    ]);
    return {
      listed: !unlisted,
      owned,
      nameableFrom: nameableFrom(owned, dayOf(now)),
      said,
      account: holder !== null,
    };
  }

  /**
   * Takes what the owner says. It stands above the crowd's and the datasets' names, and takes the number out of what its
   * neighbours did. Not while the number is marked as spam for itself: whatever it is called, it calls. What is taken back
   * is taken back at any time.
   */
  async say(number: E164, { name, kind, handOver }: OwnerSays, now: number): Promise<Owning> {
    const block = await this.#deps.evidence(number, now);
    // What others say decides whether it may be named: if that is unknown, it may not.
    if (block === null) return { ok: false, code: "unavailable", retryAfter: RETRY_S };
    const { level, rule } = judgeSpam(block, lineOf(number), weekOf(now), null);
    // A change of hands drops votes; if the number itself is suspected, that is for operators.
    const marked = level !== "none" && !isForNeighbours(rule);
    if ((level === "spam" && name !== null) || (handOver && marked)) return { ok: false, code: "number-marked-spam" };
    let clean = name;
    if (typeof name === "string") {
      // A dataset's name may be a former holder's; an operator's override applies.
      const { official = null, override = null } = block.get(lineOf(number)) ?? {};
      const vouched = vouchedNames({ official: handOver ? null : official, override });
      const checked = checkOwnName(name, vouched, countryOf(number));
      if (!checked.ok) return { ok: false, code: "name-not-allowed", reason: checked.reason };
      clean = checked.name;
    }
    return this.#change(number, { does: "say", name: clean, kind, handOver: handOver ? number : null }, now);
  }

  /** Unlists the number. Returns when nothing of it is left; if a store fails, the alarm completes it. */
  unlist(number: E164, now: number): Promise<Owning> {
    return this.#change(number, { does: "unlist" }, now);
  }

  /** Relists the number, as one that nobody has ever spoken of. */
  relist(number: E164, now: number): Promise<Owning> {
    return this.#change(number, { does: "relist" }, now);
  }

  /** Records that the owner disputes what is said: one at a time, within the quota. */
  dispute(number: E164, now: number): Promise<Owning> {
    return this.#change(number, { does: "dispute" }, now);
  }

  /** Ends a dispute and changes nothing. */
  keep(number: E164, now: number): Promise<Owning> {
    return this.#change(number, { does: "decide", decision: "keep" }, now);
  }

  /**
   * Ends a dispute: votes are dropped, and what datasets say of the number now never counts again: their complaints, and
   * their names too where these are a former owner's. @throws StoreFailure
   */
  async remove(number: E164, of: "complaints" | "complaints-and-names", now: number): Promise<Owning> {
    const { until, complaintsUntil } = await this.#datasetDays(number, of);
    return this.#change(
      number,
      { does: "decide", decision: "remove", held: { names: [], until, complaintsUntil } },
      now,
    );
  }

  /**
   * Takes down what is said of the number: votes, the owner's name, the profile. Every name that it has now, and what
   * datasets say up to now, never counts again, whoever says it, until `undo`. Answered when it is done; what fails is
   * done later all the same. @throws StoreFailure when nothing is done, since what is held cannot be read
   */
  async takeDown(number: E164, now: number): Promise<Owning> {
    const { directory, vault, votedNames } = this.#deps;
    const caller = await vault.numberId(number);
    const [days, listed, voted, { name, profile }] = await Promise.all([
      this.#datasetDays(number, "complaints-and-names"),
      namesOf(directory, number),
      votedNames(number),
      this.#object(caller).read(),
    ]);
    const held = [...listed, ...voted, name, profile?.name].filter((one) => one != null);
    const names = new Set(await Promise.all(held.map((one) => takenName(vault, caller, one))));
    return this.#change(number, { does: "take-down", held: { ...days, names: [...names].sort() } }, now);
  }

  /** Sets an operator's override. The name must have been checked. */
  override(number: E164, override: Override, now: number): Promise<Owning> {
    return this.#change(number, { does: "override", override }, now);
  }

  /** Ends an override and a take-down. */
  undo(number: E164, now: number): Promise<Owning> {
    return this.#change(number, { does: "undo" }, now);
  }

  /** Until when what datasets say of a number now is told to be. */
  async #datasetDays(number: E164, of: "complaints" | "complaints-and-names"): Promise<Omit<TakenDown, "names">> {
    const { directory, vault } = this.#deps;
    const { days } = await directory.records.datasets.readHeld(await placeOf(vault, number));
    const held = days.filter(({ complained }) => of === "complaints-and-names" || complained !== null);
    const complained = days.flatMap(({ complained: day }) => day ?? []);
    return {
      until: held.map(({ dataset, day }) => ({ dataset, day })),
      complaintsUntil: complained.length === 0 ? null : Math.max(...complained),
    };
  }

  /** Ends a dispute that nobody decided about in time: what is said stands, and the owner may dispute it again. */
  lapse(number: E164, now: number): Promise<Owning> {
    return this.#change(number, { does: "lapse" }, now);
  }

  /**
   * Deletes what the owner said, because the account of the number is erased. An unlisted number stays unlisted. Repeatable.
   * @throws StoreFailure while it is not done
   */
  async forget(number: E164, now: number): Promise<void> {
    const forgotten = await this.#change(number, { does: "forget" }, now);
    if (!forgotten.ok) throw new StoreFailure("objects", forgotten.code);
  }

  /** The last day on which its owner named it, disputed what is said of it, or let it in again; null without one. */
  async lastSaid(number: E164): Promise<number | null> {
    const { named, disputed, relisted } = await this.#object(await this.#deps.vault.numberId(number)).read();
    const days = [named, disputed, relisted].filter((day) => day !== null);
    return days.length === 0 ? null : Math.max(...days);
  }

  /** How many names its owner has given a number. */
  async names(number: E164): Promise<number> {
    const { name } = await this.#object(await this.#deps.vault.numberId(number)).read();
    return name === null ? 0 : 1;
  }

  async #change(number: E164, change: OwnedChange, now: number): Promise<Owning> {
    const caller = await this.#deps.vault.numberId(number);
    const answer = await this.#object(caller).change(number, change, now, change.does !== "dispute");
    return answer.ok && WAITED_FOR.has(change.does) && !answer.done
      ? { ok: false, code: "unavailable", retryAfter: RETRY_S }
      : owning(answer, now);
  }

  #object(caller: string): DurableObjectStub<OwnershipObject> {
    return this.#deps.objects.getByName(caller);
  }
}

/** Of these it is told only that they are done; a receipt must not speak of the future. */
const WAITED_FOR: ReadonlySet<OwnedChange["does"]> = new Set([
  "unlist",
  "relist",
  "take-down",
  "override",
  "undo",
  "forget",
]);

function owning(answer: ChangeAnswer, now: number): Owning {
  if (answer.ok) return { ok: true, owned: answer.owned };
  if (answer.code === "number-unlisted") return { ok: false, code: "number-unlisted" };
  const { quota, until } = answer;
  const retryAfter = secondsUntil(dayStart(until), now);
  return { ok: false, code: "changed-recently", quota, days: QUOTA_DAYS[quota], retryAfter };
}
