import { isNoName } from "../verdict/names/no-names.ts";

/** Why a dataset's name is refused. */
export const NAME_REFUSALS = ["name-missing", "name-too-long", "name-not-allowed"] as const;
export type NameRefusal = (typeof NAME_REFUSALS)[number];

export type NameRead =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly reason: NameRefusal };

/** Longest name, in Unicode code points. */
export const MAX_NAME_CHARS = 120;

// Joiners and variation selectors are needed in Persian, Hindi, Mongolian and emoji. Every other control, format or
// invisible character, above all bidirectional overrides, can make a name look like another one.
const NOT_ALLOWED =
  /[\p{Cc}\p{Cs}\p{Co}\p{Cn}]|(?![\u200c\u200d]|\p{Variation_Selector})[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** A name as it will be shown: NFC, single spaces, nothing invisible. */
export function cleanName(text: string): NameRead {
  const name = text.normalize("NFC").replaceAll(/\s+/g, " ").trim();
  if (name === "" || isNoName(name)) return { ok: false, reason: "name-missing" };
  if (NOT_ALLOWED.test(name) || !/[\p{L}\p{N}]/u.test(name)) return { ok: false, reason: "name-not-allowed" };
  if (Array.from(name).length > MAX_NAME_CHARS) return { ok: false, reason: "name-too-long" };
  return { ok: true, name };
}
