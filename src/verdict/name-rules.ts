import { Memory } from "../memory/memory.ts";
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

/** What is not seen; what chooses between forms of a character only where there are none to choose from. */
const CONTROLS =
  /\p{C}|\p{Zl}|\p{Zp}|\u{115F}|\u{1160}|\u{17B4}|\u{17B5}|\u{3164}|\u{FFA0}|\u{34F}|\u{2800}|(?<![\p{Emoji}\p{Script=Han}\p{Script=Mongolian}])\p{VS}/u;
/** Joins letters of Indic scripts and of Persian, and figures of an emoji; anywhere else it hides something. */
const JOINERS =
  /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Kannada}\p{Script=Telugu}\p{M}])[\u200C\u200D](?=\p{L})|(?<=\p{Extended_Pictographic}(?:\uFE0F|\p{EMod})?)\u200D(?=\p{Extended_Pictographic})/gu;
const STACKED_MARKS = /\p{M}{5,}/u;

/**
 * A name as it may be stored: NFC, spaces folded; or why it is not taken.
 * @param officialNames of the number itself, or that are to be protected: names that only look like one are refused
 */
export function checkName(text: string, officialNames: readonly string[] = []): CheckedName {
  // What is far too long is not looked at: the patterns below are for names.
  if (text.length > 10 * LONGEST_NAME) return refused("too-long");
  const known = remembered.get(text, 0);
  const checked = known ?? byItself(text);
  if (known === undefined && text.length <= 2 * LONGEST_NAME) remembered.put(text, checked, Number.POSITIVE_INFINITY);
  return checked.ok && officialNames.some((official) => looksLikeOfficial(checked.name, official))
    ? refused("impersonation")
    : checked;
}

/**
 * Names are checked again and again: by whoever votes, by the ballot that weighs it, by the next one who says the same.
 */
const REMEMBERED_NAMES = 4096;
const remembered = new Memory<string, CheckedName>(REMEMBERED_NAMES);

/** A name, whatever the official ones are. */
function byItself(text: string): CheckedName {
  const name = text
    .normalize("NFC")
    .replace(/[\p{Zs}\t]+/gu, " ")
    .replace(/^[ \r\n]+|[ \r\n]+$/g, "");
  if (CONTROLS.test(name.replace(JOINERS, "")) || STACKED_MARKS.test(name.normalize("NFD")))
    return refused("control-characters");
  // Some signs stand for a whole sentence: eighteen letters the longest.
  const written = Math.max(Array.from(name).length, name.normalize("NFKC").length / 2);
  if (written > LONGEST_NAME) return refused("too-long");
  if (hasContactDetails(name)) return refused("contact-details");
  if (isProfane(name)) return refused("profane");
  if (isPrivateLabel(name)) return refused("private-label");
  return looksDisguised(name) || claimsAuthority(name) ? refused("impersonation") : { ok: true, name };
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
  if (ADDRESS_SIGN.test(plain) && (ADDRESS.test(plain) || HANDLE.test(plain))) return true;
  return LINK.test(plain) || longestDialled(plain) >= DIALLED_DIGITS;
}

const ADDRESS_SIGN = /@|[([](?:at|dot)[)\]]/iu;
const ADDRESS = /[\p{L}\p{N}._%+-]\s*(?:@|\(at\)|\[at\])\s*[\p{L}\p{N}-]+\s*(?:\.|\(dot\)|\[dot\])\s*\p{L}{2,}/iu;
const HANDLE = /(?:^|[^\p{L}\p{N}])@[\p{L}\p{N}_.]{3,}/u;
const LINK =
  /:\/\/|\bwww\.|\b(?:t|wa)\.me\b|\p{L} dot (?:com|net|org)\b|\p{L} \. ?(?:com|net|org)\b|[\p{L}\p{N}-]{3}[.。](?:com?|net|org|info|biz|io|me|us|uk|eu|de|fr|es|it|nl|pl|ch|at|be|ru|tr|in|cn|jp|br|ca|au|ai|tv|xyz|top|shop|store|online|site|app|dev|club|link|live|ly|gg|tk|рф)(?:\.\p{L}{2})?(?:$|[^\p{L}\p{N}.]|\/)/iu;

/** Years, house numbers and "24/7" pass; what one could dial does not. */
const DIALLED_DIGITS = 7;
const DIGIT_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const DIGIT_WORD = new RegExp(`\\b(?:${DIGIT_WORDS.join("|")})\\b`, "giu");

function longestDialled(text: string): number {
  const digits = text.replace(DIGIT_WORD, (word) => String(DIGIT_WORDS.indexOf(word.toLowerCase())));
  const runs = digits.match(/\p{Nd}(?:[^\p{L}\p{Nd}]{0,3}\p{Nd})*/gu) ?? [];
  return Math.max(0, ...runs.map((run) => run.replace(/\P{Nd}/gu, "").length));
}
