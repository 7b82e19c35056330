import type { E164 } from "../../numbers/number.ts";
import { accessOf, admit, handedOver, isHandedOver, stopHandOver, type Belonging } from "./access-state.ts";
import type { AccountStore } from "../account-store.ts";
import type { PinRefusal } from "./pin-store.ts";
import type { PinAsker } from "./pin-state.ts";
import { crowdedOut, refreshed, type Device, type DeviceChange, type Session } from "./session-state.ts";
import { dayOf } from "../../time/days.ts";

/** A session to begin; the number is stored if the account is new. */
export interface Opening {
  readonly number: E164;
  readonly noticeVersion: string;
  /** Random. */
  readonly session: string;
  /** Keyed hash of the first refresh token. */
  readonly token: string;
  readonly device: Device;
  /** The PIN that was given, or null. */
  readonly pin: string | null;
}

export type Opened =
  | {
      readonly is: "open";
      readonly created: boolean;
      readonly access: "full" | "limited";
      /** Sessions that ended to make room for it. */
      readonly ended: readonly string[];
    }
  /** Being erased. */
  | { readonly is: "ending" }
  /** The number has a new holder (access-state.ts). `since`: the day from which it is theirs */
  | { readonly is: "new-holder"; readonly why: "idle" | "handed-over"; readonly since: number }
  | { readonly is: "pin"; readonly reason: PinRefusal };

/** The account's sessions as a full session sees them. */
export interface Listing {
  readonly sessions: readonly (Session & { readonly access: "full" | "limited" })[];
  readonly pin: boolean;
  readonly belonging: Belonging;
}

/** Who is admitted to one account: its sessions, known devices, PIN, and changes of hands. */
export class Entrance {
  readonly #rows: AccountStore;
  readonly #storage: DurableObjectStorage;

  constructor(rows: AccountStore, storage: DurableObjectStorage) {
    this.#rows = rows;
    this.#storage = storage;
  }

  /** Begins a session. The caller must let no other call run in between. */
  async open(opening: Opening, now: number): Promise<Opened> {
    const { number, noticeVersion, session, token, device, pin } = opening;
    const { sessions, devices } = this.#rows;
    const created = !this.#rows.exists();
    if (!created && this.#rows.isEnding()) return { is: "ending" };
    const [sealedNumber, sealedDevice, key] = await Promise.all([
      this.#rows.sealNumber(number),
      sessions.seal(session, device),
      devices.key(device.id),
    ]);
    const day = dayOf(now);
    const before = created ? [] : await sessions.all();
    let limited: number | null = null;
    if (!created) {
      const belonging = this.#rows.belonging();
      const given = pin !== null && !isHandedOver(belonging, now) ? await this.#rows.pin.try(pin, "other", day) : null;
      if (given !== null && given !== "right") return { is: "pin", reason: given };
      const same = before.filter((one) => one.device.id === device.id);
      const known = devices.knows(key) || same.some((one) => accessOf(one.limited, belonging, now) === "full");
      const earlier = same.find((one) => one.limited !== null)?.limited ?? null;
      const admission = admit(belonging, { known, pin: given === "right", before: earlier }, now);
      if (admission.as === "new-holder") {
        const since = admission.why === "idle" ? belonging.used + 1 : 0;
        return { is: "new-holder", why: admission.why, since };
      }
      limited = admission.as === "limited" ? admission.until : null;
    }
    const ended = crowdedOut(before, device, limited !== null);
    this.#storage.transactionSync(() => {
      this.#rows.make({ number: sealedNumber, noticeVersion, since: day });
      sessions.end(ended);
      sessions.write({ id: session, token, started: day, used: day, limited }, sealedDevice);
      if (limited !== null) return;
      devices.learn(key, day);
      this.#rows.touch(day);
    });
    return { is: "open", created, access: limited === null ? "full" : "limited", ended };
  }

  /** Exchanges a refresh token for the next one; returns the session's access, or null. A token that was already used ends it. */
  async refresh(
    session: string,
    spent: string,
    next: string,
    change: DeviceChange,
    now: number,
  ): Promise<"full" | "limited" | null> {
    if (!this.#rows.exists()) return null;
    const { sessions, devices } = this.#rows;
    const [day, standing] = [dayOf(now), await sessions.read(session)];
    const after = refreshed(standing, spent, next, change, day);
    const sealedDevice = after.ok ? await sessions.seal(session, after.session.device) : "";
    const key = after.ok ? await devices.key(after.session.device.id) : "";
    // Checked again, with nothing awaited from here on: of two calls with the same token the second finds it spent.
    const token = this.#rows.exists() ? sessions.token(session) : null;
    const access = token === null ? "ended" : this.standing(session, now);
    if (token === null || access === "unknown") return null;
    if (!after.ok || token !== spent || access === "ended") {
      sessions.end([session]);
      return null;
    }
    const limited = access === "full" ? null : (sessions.limited(session) ?? null);
    this.#storage.transactionSync(() => {
      sessions.write({ ...after.session, limited }, sealedDevice);
      if (access !== "full") return;
      devices.learn(key, day);
      this.#rows.touch(day);
    });
    return access;
  }

  /** The state of a session; `unknown` without an account. */
  standing(session: string, now: number): "full" | "limited" | "ended" | "unknown" {
    if (!this.#rows.exists()) return "unknown";
    const limited = this.#rows.sessions.limited(session);
    return limited === undefined ? "ended" : accessOf(limited, this.#rows.belonging(), now);
  }

  /** The account's sessions, most recently used first. */
  async list(now: number): Promise<Listing | null> {
    if (!this.#rows.exists()) return null;
    const all = await this.#rows.sessions.all();
    const belonging = this.#rows.belonging();
    const sessions = all.flatMap((one) => {
      const access = accessOf(one.limited, belonging, now);
      return access === "ended" ? [] : [{ ...one, access }];
    });
    return { sessions, pin: this.#rows.pin.isSet(), belonging };
  }

  /** Approves a session's device as one of the account's; false if there is no such session. */
  async approve(session: string, now: number): Promise<boolean> {
    const read = this.#rows.exists() ? await this.#rows.sessions.read(session) : null;
    if (read === null) return false;
    const key = await this.#rows.devices.key(read.device.id);
    if (this.standing(session, now) === "ended") return false;
    this.#storage.transactionSync(() => {
      this.#rows.sessions.approve(session);
      this.#rows.devices.learn(key, dayOf(now));
      this.#rows.touch(dayOf(now));
    });
    return true;
  }

  /** Ends a session. @param forgetting whether to forget its device too, because another device ended it */
  async end(session: string, forgetting: boolean): Promise<void> {
    if (!this.#rows.exists()) return;
    const read = forgetting ? await this.#rows.sessions.read(session) : null;
    const key = read === null ? null : await this.#rows.devices.key(read.device.id);
    if (!this.#rows.exists()) return;
    this.#rows.sessions.end([session]);
    if (key !== null) this.#rows.devices.forget(key);
  }

  /** Tries the account's PIN. */
  async tryPin(pin: string, by: PinAsker, now: number): Promise<"right" | PinRefusal> {
    return this.#rows.exists() ? this.#rows.pin.try(pin, by, dayOf(now)) : "none-set";
  }

  /**
   * Sets the PIN, or removes it with null; the current one must be given. Not during a change of hands: somebody who never
   * had a PIN must not stop it by setting one.
   */
  async setPin(pin: string | null, current: string | null, now: number): Promise<"done" | "hand-over" | PinRefusal> {
    if (!this.#rows.exists()) return "none-set";
    if (this.#rows.belonging().handOver !== null) return "hand-over";
    if (this.#rows.pin.isSet()) {
      const tried = current === null ? "wrong" : await this.tryPin(current, "own", now);
      if (tried !== "right") return tried;
    }
    const write = pin === null ? () => this.#rows.pin.clear() : await this.#rows.pin.writer(pin, dayOf(now));
    if (!this.#rows.exists()) return "none-set";
    if (this.#rows.belonging().handOver !== null) return "hand-over";
    write();
    return "done";
  }

  /** Whoever proved the number states that it changed hands: the account ends in seven days. Returns whether there is one from before. */
  handOver(said: number, now: number): boolean {
    if (!this.#rows.exists() || this.#rows.isEnding() || this.#rows.isLeft()) return false;
    // If it arrives late, it must not end the account that the new holder has created since.
    if (this.#rows.since() > dayOf(said)) return false;
    this.#rows.setBelonging(handedOver(this.#rows.belonging(), now));
    return true;
  }

  /** Stops a change of hands, once and with the PIN; ends the sessions of limited devices. */
  async stopHandOver(pin: string, now: number): Promise<"done" | "none" | "stopped-before" | PinRefusal> {
    if (!this.#rows.exists()) return "none";
    const before = stopHandOver(this.#rows.belonging(), now);
    if (!before.ok) return before.reason;
    const tried = await this.tryPin(pin, "own", now);
    if (tried !== "right") return tried;
    if (!this.#rows.exists()) return "none";
    const stopping = stopHandOver(this.#rows.belonging(), now);
    if (!stopping.ok) return stopping.reason;
    this.#storage.transactionSync(() => {
      this.#rows.setBelonging(stopping.after);
      this.#rows.sessions.endLimited();
    });
    return "done";
  }
}
