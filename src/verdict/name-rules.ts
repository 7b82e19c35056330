import { normalForm } from "./names/normal-form.ts";
import { areCompatible } from "./names/similarity.ts";
import { claimsAuthority, looksDisguised, looksLikeOfficial } from "./names/impersonation.ts";
import { isPrivateLabel } from "./names/private-labels.ts";
import { isProfane } from "./names/profanity.ts";

/** Why a name is not taken; a closed list. */
export const NAME_REASONS = [
  "profane",
  "contact-details",
  "control-characters",
  "too-long",
  "private-label",
  "impersonation",
] as const;
export type NameReason = (typeof NAME_REASONS)[number];

export type CheckedName =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly reason: NameReason };

/** Characters of a name, after cleaning. */
export const LONGEST_NAME = 100;

const CONTROLS = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0\u034F\u2800]/u;
/** Joins letters of Indic scripts and of Persian, where it is part of the spelling; anywhere else it hides something. */
const JOINERS =
  /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Kannada}\p{Script=Telugu}\p{M}])[\u200C\u200D](?=\p{L})/gu;
const STACKED_MARKS = /\p{M}{5,}/u;

/**
 * A name as it may be stored: NFC, spaces folded; or why it is not taken.
 * @param officialNames of the number itself, or that are to be protected: names that only look like one are refused
 */
export function checkName(text: string, officialNames: readonly string[] = []): CheckedName {
  const name = text
    .normalize("NFC")
    .replace(/[\p{Zs}\t]+/gu, " ")
    .trim();
  if (CONTROLS.test(name.replace(JOINERS, "")) || STACKED_MARKS.test(name.normalize("NFD")))
    return refused("control-characters");
  if ([...name].length > LONGEST_NAME) return refused("too-long");
  if (hasContactDetails(name)) return refused("contact-details");
  if (isProfane(name)) return refused("profane");
  if (isPrivateLabel(name)) return refused("private-label");
  if (
    looksDisguised(name) ||
    claimsAuthority(name) ||
    officialNames.some((official) => looksLikeOfficial(name, official))
  ) {
    return refused("impersonation");
  }
  return { ok: true, name };
}

/** Whether a name is of another caller than an official or an owner's name is: a disagreement with gold. */
export function contradicts(name: string, official: string): boolean {
  return !areCompatible(normalForm(name), normalForm(official));
}

function refused(reason: NameReason): CheckedName {
  return { ok: false, reason };
}

/** Links, addresses, handles, and digits enough to be a phone number. */
function hasContactDetails(name: string): boolean {
  const plain = name.normalize("NFKC");
  if (
    /:\/\/|\bwww\.|[\p{L}\p{N}._%+-]+\s*(?:@|\(at\)|\[at\])\s*[\p{L}\p{N}-]+\s*(?:\.|\(dot\)|\[dot\])\s*\p{L}{2,}/iu.test(
      plain,
    )
  )
    return true;
  if (/(?:^|[^\p{L}\p{N}])@[\p{L}\p{N}_.]{3,}/u.test(plain)) return true;
  if (
    /[\p{L}\p{N}-]{3,}\.(?:com|net|org|info|biz|io|me|co|us|uk|de|fr|es|it|nl|pl|ru|tr|in|cn|jp|br|xyz|top|shop|online|site|app|club|link|ly|gg|tk|рф)(?:$|[^\p{L}\p{N}.]|\/)/iu.test(
      plain,
    )
  ) {
    return true;
  }
  return longestDialled(plain) >= DIALLED_DIGITS;
}

/** Years, house numbers and "24/7" pass; what one could dial does not. */
const DIALLED_DIGITS = 7;

function longestDialled(text: string): number {
  const runs = text.match(/\+?\p{Nd}(?:[\s().\-/–]*\p{Nd})*/gu) ?? [];
  return Math.max(0, ...runs.map((run) => run.replace(/\P{Nd}/gu, "").length));
}
