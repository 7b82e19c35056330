/**
 * The state of a picture.
 * - `coming`: its bytes are not all there yet.
 * - `open`: who has the link, or it in their inbox, may see it.
 * - `spent`: a picture to be seen once, and it was; its bytes are kept a little for whoever wants to report it.
 * - `reported`: hidden until operators decide.
 * - `gone`: nobody sees it again; its bytes are being deleted.
 */
export type PictureStatus = "coming" | "open" | "spent" | "reported" | "gone";

/** A picture's life. Times in ms since 1970. */
export interface PictureLife {
  readonly status: PictureStatus;
  readonly expires: number;
  /** When the bytes are deleted at the latest. */
  readonly until: number;
  readonly once: boolean;
  /** Whether anybody saw it; how often and when is not stored. */
  readonly opened: boolean;
  /** Whether operators kept it: then it cannot be hidden again. */
  readonly cleared: boolean;
}

/** Limits of a stored picture: pixels a side, and bytes. */
export const PICTURE_BOUNDS = { maxSide: 2560, maxBytes: 2 * 1024 * 1024 } as const;
/** 60 s to 6 days 23 hours: even a deletion that is an hour late is within seven days. */
export const SHORTEST_LIFE_S = 60;
export const LONGEST_LIFE_S = 601_200;

/** An upload that is not finished by then was aborted, ms. */
export const COMING_MS = 10 * 60_000;
/** How long a picture that was seen its one time can be reported, ms. */
export const REPORTABLE_MS = 10 * 60_000;

/** A picture that is about to be stored. */
export function newPicture(expires: number, once: boolean, now: number): PictureLife {
  const until = Math.min(expires, now + COMING_MS);
  return { status: "coming", expires, until, once, opened: false, cleared: false };
}

/** All of its bytes are there. */
export function arrived(life: PictureLife): PictureLife {
  return life.status === "coming" ? { ...life, status: "open", until: life.expires } : life;
}

/**
 * The state at a time. Expiry is final: a picture requested at its expiry is gone for good, even if the clock goes back
 * afterwards.
 */
export function at(life: PictureLife, now: number): PictureLife {
  return now >= life.until ? { ...life, status: "gone" } : life;
}

/** Whether the picture may be shown. */
export function isReadable(life: PictureLife): boolean {
  return life.status === "open";
}

/** The state after a view; only a readable picture can be viewed. */
export function seen(life: PictureLife, now: number): PictureLife {
  if (!life.once) return { ...life, opened: true };
  return { ...life, opened: true, status: "spent", until: Math.min(life.expires, now + REPORTABLE_MS) };
}

/** The state after a report; null if there is nothing to report, or operators already kept it. */
export function reported(life: PictureLife): PictureLife | null {
  if (life.cleared || (life.status !== "open" && life.status !== "spent")) return null;
  return { ...life, status: "reported", until: life.expires };
}

/** The state after the operators' decision; null if there was nothing to decide. */
export function decided(life: PictureLife, decision: "keep" | "remove", now: number): PictureLife | null {
  if (life.status !== "reported") return null;
  if (decision === "remove") return { ...life, status: "gone" };
  const cleared = { ...life, cleared: true };
  return life.once && life.opened
    ? { ...cleared, status: "spent", until: Math.min(life.expires, now) }
    : { ...cleared, status: "open", until: life.expires };
}
