/** Sessions an account can have; a further one ends the least recently used. */
export const MAX_SESSIONS = 10;
/** Sessions of limited devices; they never end one of the account's own. */
export const MAX_LIMITED = 3;
/** A session unused for this many days expires. */
export const SESSION_DAYS = 180;

/** A device as its app describes it, for the list of sessions and the language of messages only. */
export interface Device {
  /** Chosen by the app, the same at each sign-in from one installation. */
  readonly id: string;
  readonly platform: string;
  readonly osVersion?: string | undefined;
  readonly appVersion?: string | undefined;
  readonly carrier?: string | undefined;
  readonly language?: string | undefined;
}

/** What a refresh may change of a device. */
export type DeviceChange = Partial<Pick<Device, "osVersion" | "appVersion" | "carrier" | "language">>;

/** The state of a session; `unknown` if there is no such account. */
export type SessionStanding = "full" | "limited" | "ended" | "unknown";

export interface Session {
  /** `sid` of its access tokens. */
  readonly id: string;
  /** Keyed hash of the valid refresh token; all earlier ones are spent. */
  readonly token: string;
  readonly device: Device;
  /** Days since 1970-01-01. */
  readonly started: number;
  readonly used: number;
  /** Until when the device is limited, ms; null for one of the account's own. */
  readonly limited: number | null;
}

/**
 * Which sessions end so that another one of `device` can begin: the device's own, and the least recently used over the
 * limit. A limited one ends only limited ones.
 */
export function crowdedOut(sessions: readonly Session[], device: Device, limited: boolean): string[] {
  const reached = sessions.filter((session) => !limited || session.limited !== null);
  const own = reached.filter((session) => session.device.id === device.id);
  const others = reached.filter((session) => session.device.id !== device.id && (session.limited !== null) === limited);
  const byUse = others.toSorted((a, b) => a.used - b.used || a.started - b.started);
  const most = limited ? MAX_LIMITED : MAX_SESSIONS;
  return [...own, ...byUse.slice(0, Math.max(0, others.length - most + 1))].map(({ id }) => id);
}

export type Refreshed =
  | { readonly ok: true; readonly session: Session }
  /** `reused`: the token was already spent. Whoever has the other copy may be a thief, so the session ends. */
  | { readonly ok: false; readonly reason: "unknown" | "reused" };

/** Exchanges a refresh token for the next one. */
export function refreshed(
  session: Session | null,
  spent: string,
  next: string,
  change: DeviceChange,
  day: number,
): Refreshed {
  if (session === null || isOver(session, day)) return { ok: false, reason: "unknown" };
  if (session.token !== spent) return { ok: false, reason: "reused" };
  return { ok: true, session: { ...session, token: next, device: { ...session.device, ...change }, used: day } };
}

/** Whether a session has been unused for too long. */
export function isOver({ used }: Pick<Session, "used">, day: number): boolean {
  return day - used >= SESSION_DAYS;
}
