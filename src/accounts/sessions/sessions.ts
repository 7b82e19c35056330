import type { E164 } from "../../numbers/number.ts";
import { StoreFailure } from "../../telemetry/store-failure.ts";
import { toBase64Url } from "../../vault/bytes.ts";
import { ACCESS_TOKEN_SECONDS, type Pace, type Signer } from "../../vault/signer.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Accounts } from "../accounts.ts";
import type { Listing, Opened } from "./entrance.ts";
import type { NewHolders } from "../new-holder.ts";
import type { PinRefusal } from "./pin-store.ts";
import type { Device, DeviceChange } from "./session-state.ts";

/** What a client gets at sign-in and at each refresh. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Lifetime of the access token, seconds. */
  readonly expiresIn: number;
  /** How fast the access token may look up numbers. */
  readonly pace: Pace;
}

export interface SignedIn extends Tokens {
  readonly accountId: string;
  /** Whether this sign-in created the account. */
  readonly newAccount: boolean;
  /** Whether the device is approved or limited. */
  readonly access: "full" | "limited";
}

/** What a sign-in needs besides the proof of the number. */
export interface SignInTerms {
  readonly device: Device;
  readonly noticeVersion: string;
  readonly pin?: string | undefined;
}

export type Begun =
  | { readonly ok: true; readonly signedIn: SignedIn }
  | { readonly ok: false; readonly reason: "erasing" }
  | { readonly ok: false; readonly reason: "pin"; readonly why: PinRefusal };

/** What sessions work with. */
export interface SessionDeps {
  readonly vault: Vault;
  readonly signer: Signer;
  readonly accounts: Accounts;
  /** Disconnects the device of an ended session. Best effort. */
  readonly ended: (account: string, session: string) => Promise<void>;
  /** Tells an account's devices to reload its sessions. Best effort. */
  readonly tell: (account: string) => Promise<void>;
  readonly newHolders: Pick<NewHolders, "begin">;
}

const SECRET_BYTES = 32;
/** An account that is erased during a sign-in is created again; more than once is a bug. */
const MAX_ROUNDS = 3;
const PLACE = { table: "sessions", id: "refresh-token" } as const;

/**
 * Sessions. A refresh token is 256 random bits, sealed together with the account and the session that they belong to:
 * so it leads to its object, reveals nothing to its holder, and cannot be forged. Only a keyed hash of the valid one is
 * stored; every other one that opens is spent.
 */
export class Sessions {
  readonly #deps: SessionDeps;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  /**
   * Begins a session for whoever proved a number; creates the account if the number has none, or a former holder's.
   * @param now ms
   */
  async begin(number: E164, { device, noticeVersion, pin }: SignInTerms, now: number): Promise<Begun> {
    const { accounts, newHolders } = this.#deps;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const { subject, state } = await accounts.findOrMake(number, crypto.randomUUID());
      if (state === "leaving") {
        await newHolders.begin(number, subject, 0, now);
        continue;
      }
      if (state !== "active") return { ok: false, reason: state };
      const session = crypto.randomUUID();
      const { refreshToken, token } = await this.#refreshToken(subject, session);
      const object = await accounts.objectOf(subject);
      const opening = { number, noticeVersion, session, token, device, pin: pin ?? null };
      const opened: Opened = await object.open(opening, now);
      if (opened.is === "pin") return { ok: false, reason: "pin", why: opened.reason };
      if (opened.is === "new-holder") {
        await newHolders.begin(number, subject, opened.since, now);
        continue;
      }
      // An erasure in between released the number; the session would belong to no account.
      const standing = await accounts.find(number);
      if (opened.is === "ending" || standing?.subject !== subject) {
        if (!(await object.erase(now))) throw new StoreFailure("objects", "an erasure that is under way");
        continue;
      }
      if (standing.state === "erasing") {
        // An existing account is left to its erasure, which counts what it removes.
        if (opened.created) await object.erase(now);
        else await object.endSessions();
        return { ok: false, reason: "erasing" };
      }
      await Promise.allSettled(opened.ended.map((one) => this.#deps.ended(subject, one)));
      const { access, created: newAccount } = opened;
      if (access === "limited") await Promise.allSettled([this.#deps.tell(subject)]);
      const tokens = await this.#tokens(subject, session, refreshToken, access === "full" ? "burst" : "calm", now);
      return { ok: true, signedIn: { ...tokens, accountId: subject, newAccount, access } };
    }
    throw new Error("an account was erased again and again while it signed in");
  }

  /**
   * The next pair of tokens, or null if the token is spent, forged, or its session has ended.
   * @param wanted `calm` keeps the day's burst tokens for later
   */
  async refresh(spent: string, change: DeviceChange, now: number, wanted: Pace = "burst"): Promise<Tokens | null> {
    const { vault, accounts } = this.#deps;
    const opened = await vault.openText(PLACE, spent);
    if (!opened.ok) return null;
    const [subject = "", session = "", secret = ""] = opened.text.split(" ", 3);
    const next = await this.#refreshToken(subject, session);
    const object = await accounts.objectOf(subject);
    const access = await object.refresh(session, await this.#hash(secret), next.token, change, now);
    // The day's burst tokens are for the account's own devices.
    const pace = access === "limited" ? "calm" : wanted;
    if (access !== null) return this.#tokens(subject, session, next.refreshToken, pace, now);
    // A reused token has ended its session; its device is disconnected.
    await Promise.allSettled([this.#deps.ended(subject, session)]);
    return null;
  }

  /** An account's sessions; null when there is no such account. @throws StoreFailure */
  list(account: string, now: number): Promise<Listing | null> {
    return this.#deps.accounts.ask(account, (its): Promise<Listing | null> => its.list(now));
  }

  /** Ends a session. If another device ends it, its device is forgotten. @param asking the session that ends it */
  async end(account: string, asking: string, session: string): Promise<void> {
    await this.#deps.accounts.ask(account, (its) => its.endSession(session, session !== asking));
    await Promise.allSettled([this.#deps.ended(account, session)]);
  }

  /** Approves a session's device as one of the account's; false if there is no such session. */
  approve(account: string, session: string, now: number): Promise<boolean> {
    return this.#deps.accounts.ask(account, (its) => its.approve(session, now));
  }

  async #tokens(sub: string, sid: string, refreshToken: string, wanted: Pace, now: number): Promise<Tokens> {
    const pace = wanted === "calm" ? "calm" : await this.#pace(sub, now);
    const accessToken = await this.#deps.signer.accessToken({ sub, sid, scope: "app", more: { pace } }, now);
    return { accessToken, refreshToken, expiresIn: ACCESS_TOKEN_SECONDS, pace };
  }

  /** The pace that the account has left. A failure must not lose the new tokens: the old refresh token is already spent. */
  async #pace(account: string, now: number): Promise<Pace> {
    try {
      return await (await this.#deps.accounts.objectOf(account)).takePace(now);
    } catch {
      return "calm";
    }
  }

  async #refreshToken(subject: string, session: string): Promise<{ refreshToken: string; token: string }> {
    const secret = toBase64Url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
    const [refreshToken, token] = await Promise.all([
      this.#deps.vault.sealText(PLACE, `${subject} ${session} ${secret}`),
      this.#hash(secret),
    ]);
    return { refreshToken, token };
  }

  #hash(secret: string): Promise<string> {
    return this.#deps.vault.keyedHash("refresh-token", secret);
  }
}
