import type { E164 } from "../numbers/number.ts";
import { StoreFailure } from "../telemetry/store-failure.ts";
import { toBase64Url } from "../vault/bytes.ts";
import { ACCESS_TOKEN_SECONDS, type Pace, type Signer } from "../vault/signer.ts";
import type { Vault } from "../vault/vault.ts";
import type { Accounts } from "./accounts.ts";
import type { Device, DeviceChange, Session } from "./session-state.ts";

/** What a client gets at sign-in and at each refresh. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds that the access token is good for. */
  readonly expiresIn: number;
  /** How fast the access token looks numbers up. */
  readonly pace: Pace;
}

export interface SignedIn extends Tokens {
  readonly accountId: string;
  /** Whether the account was made just now. */
  readonly newAccount: boolean;
}

/** What sessions work with. */
export interface SessionParts {
  readonly vault: Vault;
  readonly signer: Signer;
  readonly accounts: Accounts;
  /** Lets go of a session that has ended: its device listens no more. Not vital; may fail. */
  readonly ended: (account: string, session: string) => Promise<void>;
}

const SECRET_BYTES = 32;
/** An account that is erased while somebody signs in is made anew; more than once is a bug. */
const MAX_ROUNDS = 3;
const PLACE = { table: "sessions", id: "refresh-token" } as const;

/**
 * Sessions. A refresh token is 256 random bits, sealed together with the account and the session that they belong to:
 * so it finds its object, tells its holder nothing, and one that was never made here does not open. Stored is a keyed
 * hash of the one that is good now; every other one that opens is spent.
 */
export class Sessions {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Begins a session of whoever proved a number; makes the account when the number has none. @param now ms */
  async begin(
    number: E164,
    { device, noticeVersion }: { readonly device: Device; readonly noticeVersion: string },
    now: number,
  ): Promise<{ ok: true; signedIn: SignedIn } | { ok: false; reason: "blocked" | "erasing" }> {
    const { accounts } = this.#parts;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const { subject, state } = await accounts.findOrMake(number, crypto.randomUUID());
      if (state !== "active") return { ok: false, reason: state };
      const session = crypto.randomUUID();
      const { refreshToken, token } = await this.#refreshToken(subject, session);
      const object = await accounts.objectOf(subject);
      const opened = await object.open({ number, noticeVersion, session, token, device }, now);
      // An erasure that came in between has let the number go; what was opened after it would be nobody's.
      const standing = await accounts.find(number);
      if (opened === null || standing?.subject !== subject) {
        if (!(await object.erase(now))) throw new StoreFailure("objects", "an erasure that is under way");
        continue;
      }
      if (standing.state !== "active") {
        // An account that stood is left to its erasure, which tells what it has removed.
        if (standing.state === "erasing" && opened.created) await object.erase(now);
        else await object.endSessions();
        return { ok: false, reason: standing.state };
      }
      await Promise.allSettled(opened.ended.map((one) => this.#parts.ended(subject, one)));
      const tokens = await this.#tokens(subject, session, refreshToken, "burst", now);
      return { ok: true, signedIn: { ...tokens, accountId: subject, newAccount: opened.created } };
    }
    throw new Error("an account was erased again and again while it signed in");
  }

  /**
   * The next pair of tokens, or null: the token is spent, its session over, or it was never made here.
   * @param wanted `calm` keeps the day's burst tokens for later
   */
  async refresh(spent: string, change: DeviceChange, now: number, wanted: Pace = "burst"): Promise<Tokens | null> {
    const { vault, accounts } = this.#parts;
    const opened = await vault.openText(PLACE, spent);
    if (!opened.ok) return null;
    const [subject = "", session = "", secret = ""] = opened.text.split(" ", 3);
    const next = await this.#refreshToken(subject, session);
    const object = await accounts.objectOf(subject);
    const good = await object.refresh(session, await this.#hash(secret), next.token, change, now);
    if (good) return this.#tokens(subject, session, next.refreshToken, wanted, now);
    // A spent token that comes again ends its session; one of a session that is over finds nobody listening.
    await Promise.allSettled([this.#parts.ended(subject, session)]);
    return null;
  }

  /** An account's sessions, or null when the one that asks is over. */
  async list(account: string, session: string): Promise<Session[] | null> {
    const sessions = await (await this.#parts.accounts.objectOf(account)).sessions();
    return sessions.some(({ id }) => id === session) ? sessions : null;
  }

  /** Ends a session of an account; false when the one that asks is over. */
  async end(account: string, asking: string, session: string): Promise<boolean> {
    const object = await this.#parts.accounts.objectOf(account);
    if (!(await object.isOpen(asking))) return false;
    await object.endSession(session);
    await Promise.allSettled([this.#parts.ended(account, session)]);
    return true;
  }

  async #tokens(sub: string, sid: string, refreshToken: string, wanted: Pace, now: number): Promise<Tokens> {
    const pace = wanted === "calm" ? "calm" : await this.#pace(sub, now);
    const accessToken = await this.#parts.signer.accessToken({ sub, sid, scope: "app", more: { pace } }, now);
    return { accessToken, refreshToken, expiresIn: ACCESS_TOKEN_SECONDS, pace };
  }

  /** The pace that the account has left. The refresh token before is spent by now: what fails here must not lose the next. */
  async #pace(account: string, now: number): Promise<Pace> {
    try {
      return await (await this.#parts.accounts.objectOf(account)).takePace(now);
    } catch {
      return "calm";
    }
  }

  async #refreshToken(subject: string, session: string): Promise<{ refreshToken: string; token: string }> {
    const secret = toBase64Url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
    const [refreshToken, token] = await Promise.all([
      this.#parts.vault.sealText(PLACE, `${subject} ${session} ${secret}`),
      this.#hash(secret),
    ]);
    return { refreshToken, token };
  }

  #hash(secret: string): Promise<string> {
    return this.#parts.vault.keyedHash("refresh-token", secret);
  }
}
