import { DurableObject } from "cloudflare:workers";
import { readConfig } from "../config.ts";
import { Messages, type SendAnswer, type SendRefusal } from "../messaging/messages.ts";
import { Vault } from "../vault/vault.ts";
import { ChallengeRows } from "./challenge-rows.ts";
import {
  CODE_MS,
  CODES_A_DAY,
  decide,
  forgettableAt,
  opened,
  openedOf,
  takenBack,
  tried,
  type Opened,
} from "./challenge-state.ts";
import { send, type Letter } from "./sending.ts";

/** What is asked of the object: where the code goes, and where it was asked for. */
export type CodeRequest = Omit<Letter, "id" | "code" | "expiresAt">;

export type RequestAnswer =
  | { readonly ok: true; readonly opened: Opened }
  | { readonly ok: false; readonly reason: "day"; readonly allows: number; readonly retryAfter: number }
  | { readonly ok: false; readonly reason: "not-sent"; readonly refusal: SendRefusal };

export type ProveAnswer =
  | { readonly ok: true; readonly number: string }
  | { readonly ok: false; readonly reason: "wrong" | "expired" | "used-up" };

/** When the object looks again after a code that the outbox did not take, ms. */
const RETRY_MS = 5000;

/**
 * The codes of one number and purpose; its name is a keyed hash of both. It knows of no account. A code is stored, and
 * the alarm that sends it armed, before it is sent, so that no code is lost between the two.
 */
export class Challenge extends DurableObject<Env> {
  readonly #vault: Vault;
  readonly #rows: ChallengeRows;
  readonly #messages: Messages;
  #opening: Promise<RequestAnswer> | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { secrets } = readConfig({ ...env });
    this.#vault = new Vault(secrets.indexKey, secrets.sealKeys);
    this.#rows = new ChallengeRows(ctx.storage.sql);
    this.#messages = Messages.of(env, this.#vault);
  }

  /** Sends a code, unless one was sent moments ago: then that one stands. Of parallel requests one sends. */
  async request(asked: CodeRequest, now: number): Promise<RequestAnswer> {
    // First of all: the row of a code that may yet be taken back is there already.
    if (this.#opening !== null) return this.#opening;
    const decision = decide(this.#rows.read(), now);
    if (decision.kind === "stands") return { ok: true, opened: decision.opened };
    if (decision.kind === "used-up") {
      return { ok: false, reason: "day", allows: CODES_A_DAY, retryAfter: decision.retryAfter };
    }
    this.#opening = this.#open(asked, now);
    try {
      return await this.#opening;
    } finally {
      this.#opening = null;
    }
  }

  /** Tries a code. @param hash keyed hash of the challenge's id and the code */
  async prove(id: string, hash: string, now: number): Promise<ProveAnswer> {
    const before = this.#rows.read();
    const { proof, state } = tried(before, id, hash, now);
    if (state !== null && state !== before) this.#rows.write(state);
    if (proof !== "right") return { ok: false, reason: proof };
    const number = await this.#vault.openText(this.#place("number"), this.#rows.number() ?? "");
    return number.ok ? { ok: true, number: number.text } : { ok: false, reason: "expired" };
  }

  /** Sends what is not in the outbox yet; forgets what is over. */
  override async alarm(): Promise<void> {
    const now = Date.now();
    const state = this.#rows.read();
    if (state === null) return;
    const live = state.live;
    if (live === null || now >= live.madeAt + CODE_MS) this.#rows.forgetLive();
    if (now >= forgettableAt(state)) {
      await this.ctx.storage.deleteAll();
      return;
    }
    const letter = await this.#unsent();
    if (letter === null) {
      await this.#arm(now);
      return;
    }
    // Armed before the work: should the object die in between, the alarm brings it back.
    await this.ctx.storage.setAlarm(now + RETRY_MS);
    const sent = await this.#send(letter, now).catch(() => null);
    if (sent?.ok === true) await this.#arm(now);
  }

  async #open(asked: CodeRequest, now: number): Promise<RequestAnswer> {
    // Asked before anything is written: the code that was sent before stands while no other one can go.
    const weighed = await this.#messages.weigh({ ...asked, kind: `${asked.purpose}-code` }, now);
    if (!weighed.ok) return { ok: false, reason: "not-sent", refusal: weighed };
    const id = crypto.randomUUID();
    const letter: Letter = { ...asked, id, code: randomCode(), expiresAt: now + CODE_MS };
    const [hash, number, sealed] = await Promise.all([
      this.#vault.keyedHash("code", `${id}\u0000${letter.code}`),
      this.#vault.sealText(this.#place("number"), letter.to.e164),
      this.#vault.sealText(this.#place(id), JSON.stringify(letter)),
    ]);
    const state = opened(this.#rows.read(), { id, hash }, now);
    this.#rows.write(state, { number, unsent: sealed });
    await this.ctx.storage.setAlarm(now + RETRY_MS);
    const answer: RequestAnswer = {
      ok: true,
      opened: openedOf(state, { id, hash, madeAt: now, wrong: 0 }, now),
    };
    let sent: SendAnswer;
    try {
      sent = await this.#send(letter, now);
    } catch {
      // The outbox may have it or not: the alarm sends it under the same id, and it goes out once.
      return answer;
    }
    if (sent.ok) {
      await this.#arm(now);
      return answer;
    }
    // Refused, and for good: as if it had not been asked for.
    this.#rows.write(takenBack(this.#rows.read() ?? state, id), { number: null, unsent: null });
    return { ok: false, reason: "not-sent", refusal: sent };
  }

  /** Asks the outbox to take the code. */
  async #send(letter: Letter, now: number): Promise<SendAnswer> {
    const sent = await send(this.#messages, letter, now);
    if (sent.ok) this.#rows.sent(letter.id);
    return sent;
  }

  async #unsent(): Promise<Letter | null> {
    const { live } = this.#rows.read() ?? { live: null };
    const sealed = this.#rows.unsent();
    if (live === null || sealed === null) return null;
    const letter = await this.#vault.openText(this.#place(live.id), sealed);
    return letter.ok ? (JSON.parse(letter.text) as Letter) : null;
  }

  /** The next time at which something is over. */
  async #arm(now: number): Promise<void> {
    const state = this.#rows.read();
    if (state === null) return;
    const codeOver = state.live === null ? Number.POSITIVE_INFINITY : state.live.madeAt + CODE_MS;
    await this.ctx.storage.setAlarm(Math.max(now, Math.min(codeOver, forgettableAt(state))));
  }

  #place(what: string): { table: "challenges"; id: string } {
    return { table: "challenges", id: `${this.ctx.id.name ?? ""}/${what}` };
  }
}

/** Six digits, each number as likely as the next. */
function randomCode(): string {
  const bytes = new Uint32Array(1);
  // Above the last multiple of a million the low numbers would be likelier: thrown away.
  do crypto.getRandomValues(bytes);
  while ((bytes[0] ?? 0) >= 4_294_000_000);
  return String((bytes[0] ?? 0) % 1_000_000).padStart(6, "0");
}
