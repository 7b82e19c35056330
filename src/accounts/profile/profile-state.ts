/** Who sees a profile's name and photo in lookups. */
export const VISIBILITIES = ["everyone", "nobody"] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/** What an account says about its holder. Only name and photo are ever shown to others, and only while visible. */
export interface Profile {
  readonly name: string | null;
  readonly email: string | null;
  /** `YYYY-MM-DD`. */
  readonly dateOfBirth: string | null;
  readonly address: string | null;
  /** HTTPS addresses. */
  readonly socialLinks: readonly string[];
  readonly visibility: Visibility;
  /** Id of the caller photo. */
  readonly photo: string | null;
}

/** Fields left out stay as they are. */
export type ProfileChange = Partial<Profile>;

export const EMPTY_PROFILE: Profile = {
  name: null,
  email: null,
  dateOfBirth: null,
  address: null,
  socialLinks: [],
  visibility: "nobody",
  photo: null,
};

/** Minimum age. */
export const MIN_AGE = 16;
const MAX_AGE = 130;
export const MAX_LINKS = 5;

/** What lookups show of a profile; the name is null while it is not visible. */
export function shownOf({ visibility, name, photo }: Profile): Pick<Profile, "name" | "photo"> {
  return visibility === "everyone" && name !== null ? { name, photo } : { name: null, photo: null };
}

/** Age in full years (UTC). Somebody born on 29 February turns a year older on 1 March. */
export function ageOn(dateOfBirth: string, now: number): number {
  const [year = 0, month = 0, day = 0] = dateOfBirth.split("-").map(Number);
  const today = new Date(now);
  const had = today.getUTCMonth() + 1 > month || (today.getUTCMonth() + 1 === month && today.getUTCDate() >= day);
  return today.getUTCFullYear() - year - (had ? 0 : 1);
}

/** Whether a date of birth can be that of somebody alive. */
export function isPlausible(dateOfBirth: string, now: number): boolean {
  return Date.parse(`${dateOfBirth}T00:00:00Z`) <= now && ageOn(dateOfBirth, now) <= MAX_AGE;
}

/** An HTTPS address in its canonical spelling, or null: no credentials, no port, a host of the public DNS. */
export function canonicalLink(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const plain = url.protocol === "https:" && url.username === "" && url.password === "" && url.port === "";
  return plain && /^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+$/.test(url.hostname) ? url.href : null;
}
