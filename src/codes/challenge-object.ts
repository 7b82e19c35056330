import { config, vault } from "../isolate.ts";
import { Messages } from "../messaging/messages.ts";
import type { E164 } from "../numbers/number.ts";
import { StoredObject } from "../keys/stored-object.ts";
import { ChallengeStore } from "./challenge-store.ts";
import {
  ask,
  CODE_MS,
  current,
  due,
  forgettableAt,
  left,
  RESERVED_A_DAY,
  tried,
  wakeAt,
  type Asked,
  type Asking,
  type Code,
  type Opened,
  type Proof,
} from "./challenge-state.ts";
import { send, type Letter } from "./sending.ts";

export type RequestAnswer =
  | { readonly kind: "opened"; readonly opened: Opened }
  | Exclude<Asked, { readonly kind: "opened" }>;

/** Wait before retrying a code that the limits refused, ms. */
const RETRY_MS = 15_000;
/** A code sent later than this after it was due counts as one that waited, ms. */
const LATE_MS = 10_000;

/**
 * The codes of one number and purpose; its name is a keyed hash of both. The answer is given before anything is sent and
 * before the account is looked up: the alarm does both, so that neither answer nor timing tells who has an account. A code
 * is stored, and the alarm armed, before the answer, so that none is lost. The wiring extends this class with who
 * has an account.
 */
export abstract class ChallengeObject extends StoredObject {
  readonly #vault = vault;
  readonly #rows: ChallengeStore;
  readonly #messages: Messages;

  /** Whether a number has an account, and so a reserve of its own. @throws StoreFailure */
  protected abstract readonly hasAccount: (number: E164) => Promise<boolean>;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#rows = new ChallengeStore(ctx.storage);
    this.#messages = new Messages({ vault, outboxes: env.OUTBOXES, counters: env.MESSAGE_COUNTERS, config });
  }

  /** Opens a challenge for a code on its way or a new one. Nothing is awaited, so parallel requests are counted one by one. */
  request(asking: Asking, now: number): RequestAnswer {
    const before = this.#rows.read();
    const asked = ask(before, asking, config.codeSizes, now);
    if (asked.kind !== "opened") return asked;
    if (asked.state !== before) {
      this.#rows.write(before, asked.state);
      // Not awaited: the platform holds the answer until rows and alarm are on disk. Without a new code it is already armed.
      const made = asked.opened.code === asking.fresh.id;
      if (made) void this.ctx.storage.setAlarm(wakeAt(asked.state, now));
    }
    return { kind: "opened", opened: asked.opened };
  }

  /** Tries a code. @param hash keyed hash of the code's id and the digits */
  prove(id: string, hash: string, now: number): Proof {
    const before = this.#rows.read();
    const { proof, state } = tried(before, id, hash, now);
    if (state !== null && state !== before) this.#rows.write(before, state);
    return proof;
  }

  /** Sends what is due; deletes what has expired. */
  override async alarm(): Promise<void> {
    const now = Date.now();
    const before = this.#rows.read();
    if (before === null) return this.ctx.storage.deleteAll();
    const state = current(before, now);
    if (now >= forgettableAt(before)) return this.ctx.storage.deleteAll();
    this.#rows.write(before, state);
    const leaving = due(state, now);
    // Armed before the work: if the object dies in between, the alarm resumes it.
    if (leaving.length > 0) await this.ctx.storage.setAlarm(now + RETRY_MS);
    let waits = false;
    // One at a time, because each counts against the number's reserve.
    for (const code of leaving) if (!(await this.#send(code, now).catch(() => false))) waits = true;
    const after = this.#rows.read();
    if (after === null) return;
    const earliest = waits ? now + RETRY_MS : now;
    await this.ctx.storage.setAlarm(Math.max(earliest, wakeAt(after, now)));
  }

  /** Returns whether the outbox accepted a code. One that the limits refuse waits. */
  async #send(code: Code, now: number): Promise<boolean> {
    const letter = await this.#vault.stored.json<Letter>(this.#place(code.id), code.letter ?? "");
    // Sealed with a retired key: it expires unsent.
    if (letter === null) return false;
    // Looked up in any case, so that timing reveals nothing.
    const member = await this.hasAccount(letter.to.e164);
    // A code that waited uses a reserve of its own: in the shared limits it would show who had to wait.
    const late = now >= code.dueAt + LATE_MS;
    const spent = (this.#rows.read()?.reserved ?? 0) >= RESERVED_A_DAY;
    const own = spent ? null : reserveOf(letter, member);
    const answer = await send(this.#messages, letter, late ? "late" : own, now + CODE_MS, now);
    const state = this.#rows.read();
    if (answer.ok && state !== null) {
      this.#rows.write(state, left(state, code.id, now, !late && answer.reserved === true));
    }
    return answer.ok;
  }

  #place(id: string): { table: "challenges"; id: string } {
    return { table: "challenges", id: `${this.ctx.id.name ?? ""}/${id}` };
  }
}

function reserveOf({ purpose }: Letter, member: boolean): "members" | "owners" | null {
  if (purpose === "ownership") return "owners";
  return member ? "members" : null;
}
