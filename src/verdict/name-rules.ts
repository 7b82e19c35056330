import { Memory } from "../memory/memory.ts";
import type { LineEvidence } from "./evidence.ts";
import { normalForm } from "./names/normal-form.ts";
import { areCompatible } from "./names/similarity.ts";
import { looksDisguised } from "./names/disguise.ts";
import { claimsAuthority, looksLikeOfficial, posesAsFirmOrOffice, warnsOfImpostor } from "./names/impersonation.ts";
import { isNoPersonsName } from "./names/no-names.ts";
import { offenceOf } from "./names/offence.ts";
import { labelIn } from "./names/private-labels.ts";

/** Why a name is refused; a closed list. */
export const NAME_REASONS = [
  "profane",
  "contact-details",
  "control-characters",
  "too-long",
  "private-label",
  "impersonation",
  "accusation",
  "slur",
] as const;
export type NameReason = (typeof NAME_REASONS)[number];

export type CheckedName =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly reason: NameReason };

/** Most characters of a name, after cleaning. */
export const LONGEST_NAME = 100;

/** Invisible characters; variation selectors only after characters that have no variants. */
const CONTROLS =
  /\p{C}|\p{Zl}|\p{Zp}|\u{115F}|\u{1160}|\u{17B4}|\u{17B5}|\u{3164}|\u{FFA0}|\u{34F}|\u{2800}|(?<![\p{Emoji}\p{Script=Han}\p{Script=Mongolian}])\p{VS}/u;
/** Joiners that Indic scripts, Persian and emoji need; anywhere else they hide something. */
const JOINERS =
  /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Kannada}\p{Script=Telugu}\p{M}])[\u200C\u200D](?=\p{L})|(?<=\p{Extended_Pictographic}(?:\uFE0F|\p{EMod})?)\u200D(?=\p{Extended_Pictographic})/gu;
/** Joiners and direction marks that keyboards leave at the end of a word, without effect. */
const IDLE_JOINERS = /(?<=[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Devanagari}\p{M}])[\u200C-\u200F]+(?=\s|$)/gu;
const STACKED_MARKS = /\p{M}{5,}/u;

/**
 * Checks a name that somebody gives to a caller: returns it cleaned (NFC, spaces folded), or the reason of the refusal.
 * @param vouched names that a dataset or an operator gives this number: allowed, but not in disguise
 * @param country the number's, ISO 3166 alpha-2: "Papa" is a name, except where it means "father"
 */
export function checkName(text: string, vouched: readonly string[] = [], country?: string): CheckedName {
  // The patterns below are not made for long texts.
  if (text.length > 10 * LONGEST_NAME) return refused("too-long");
  const known = remembered.get(text, 0);
  const checked = known ?? byItself(text);
  if (known === undefined && text.length <= 2 * LONGEST_NAME) remembered.put(text, checked, Number.POSITIVE_INFINITY);
  const { name, claim } = checked;
  if ((claim === null || CLAIMS.has(claim)) && isLabel(checked, country)) return refused("private-label");
  if (claim !== null && (!CLAIMS.has(claim) || !isVouched(name, vouched))) return refused(claim);
  return vouched.some((official) => looksLikeOfficial(name, official)) ? refused("impersonation") : { ok: true, name };
}

/**
 * Checks a name that somebody gives to their own number, in a profile or as its owner. Also refuses offices and firms that
 * scammers pose as, unless vouched for.
 */
export function checkOwnName(text: string, vouched: readonly string[] = [], country?: string): CheckedName {
  const checked = checkName(text, vouched, country);
  return checked.ok && posesAsFirmOrOffice(checked.name) && !isVouched(checked.name, vouched)
    ? refused("impersonation")
    : checked;
}

function isLabel({ labelIn: where }: Looked, country: string | undefined): boolean {
  return where === "everywhere" || (where !== null && country !== undefined && where.has(country));
}

/** The names that a dataset or an operator gives a number. */
export function vouchedNames(line: Partial<Pick<LineEvidence, "official" | "override">> | undefined): string[] {
  return [line?.override?.name, line?.official?.name].filter((name) => typeof name === "string");
}

/** Reasons that do not apply to vouched names. */
const CLAIMS: ReadonlySet<NameReason> = new Set(["impersonation", "accusation"]);

function isVouched(name: string, vouched: readonly string[]): boolean {
  const said = normalForm(name);
  return (
    !looksDisguised(name) &&
    vouched.map(normalForm).some(({ key, joined }) => key === said.key || joined === said.joined)
  );
}

/**
 * The same name is checked often: at the vote, when the ballot is weighed, and at the next vote for it.
 */
const REMEMBERED_NAMES = 4096;
const remembered = new Memory<string, Looked>(REMEMBERED_NAMES);

/** A cleaned name, the reason against it, and the countries where it is a private label. */
interface Looked {
  readonly name: string;
  readonly claim: NameReason | null;
  readonly labelIn: ReturnType<typeof labelIn>;
}

/** Checks a name without regard to vouched names. */
function byItself(text: string): Looked {
  const name = text
    .normalize("NFC")
    .replace(IDLE_JOINERS, "")
    .replace(/[\p{Zs}\t]+/gu, " ")
    .replace(/^[ \r\n]+|[ \r\n]+$/g, "");
  return { name, claim: reasonAgainst(name), labelIn: isNoPersonsName(name) ? "everywhere" : labelIn(name) };
}

function reasonAgainst(name: string): NameReason | null {
  if (CONTROLS.test(name.replace(JOINERS, "")) || STACKED_MARKS.test(name.normalize("NFD")))
    return "control-characters";
  // Some ligatures expand to a whole sentence, up to eighteen letters.
  const written = Math.max(Array.from(name).length, name.normalize("NFKC").length / 2);
  if (written > LONGEST_NAME) return "too-long";
  if (hasContactDetails(name)) return "contact-details";
  const offence = offenceOf(name);
  if (offence.word !== null) return offence.word;
  if (looksDisguised(name) || claimsAuthority(name)) return "impersonation";
  return offence.accuses && !warnsOfImpostor(name) ? "accusation" : null;
}

/** Whether a name means another caller than the official name does. */
export function contradicts(name: string, official: string): boolean {
  return !areCompatible(normalForm(name), normalForm(official));
}

function refused(reason: NameReason): CheckedName {
  return { ok: false, reason };
}

/** Whether a name has a link, an address, a handle, or enough digits for a phone number. */
function hasContactDetails(name: string): boolean {
  const plain = name.normalize("NFKC");
  if (ADDRESS_SIGN.test(plain) && (ADDRESS.test(plain) || HANDLE.test(plain))) return true;
  return LINK.test(plain.replace(DOT_COMS, "$1")) || isDialled(plain);
}

/** Firms known by their web address. */
const DOT_COMS =
  /(?<![\p{L}\p{N}.-])(booking|hotels|trip|agoda|amazon|ancestry|match|monster|cars|autotrader|realtor|apartments|homes|carvana|crypto|overstock|wayfair|salesforce|care|priceline|bet365|zoopla|check24|lieferando|thuisbezorgd|bol|otto|tuttocitta|immobiliare|leboncoin|seloger|fnac|mercadolibre|despegar|makemytrip|bookmyshow|jd|mail|dictionary|indeed|webmd|drugs|legalzoom|vistaprint|stamps|1800flowers|expedia|kayak|trivago|hotel|lastminute|mobile|immowelt|autoscout24|rightmove|auto1|chess|monday|flipkart|justdial|cleartrip|ozon|avito|zalando|vrbo|hostelworld|moneysupermarket|gocompare|comparethemarket|confused|chegg|edreams|pets|zillow|redfin)\.(?:com|de|nl|fr|es|it|net|ru|in|ca|co\.uk|com\.au|com\.br)(?![\p{L}\p{N}./@])/giu;
const ADDRESS_SIGN = /@|[([](?:at|dot)[)\]]/iu;
const ADDRESS = /[\p{L}\p{N}._%+-]\s*(?:@|\(at\)|\[at\])\s*[\p{L}\p{N}-]+\s*(?:\.|\(dot\)|\[dot\])\s*\p{L}{2,}/iu;
const HANDLE = /(?:^|[^\p{L}\p{N}])@[\p{L}\p{N}_.]{3,}/u;
const LINK =
  /:\/\/|\bwww\.|\b(?:t|wa)\.me\b|\p{L} dot (?:com|net|org)\b|\p{L} \. ?(?:com|net|org)\b|[\p{L}\p{N}-]{3}[.。](?:com?|net|org|info|biz|io|me|us|uk|eu|de|fr|es|it|nl|pl|ch|at|be|ru|tr|in|cn|jp|br|ca|au|ai|tv|xyz|top|shop|store|online|site|app|dev|club|link|live|ly|gg|tk|рф)(?:\.\p{L}{2})?(?:$|[^\p{L}\p{N}.]|\/)/iu;

/** Years, house numbers, "24/7" and a register's seven digits in a row pass; dialable numbers do not. */
const DIALLED_DIGITS = 7;
const DIGIT_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const DIGIT_WORD = new RegExp(`\\b(?:${DIGIT_WORDS.join("|")})\\b`, "giu");

function isDialled(text: string): boolean {
  const digits = text.replace(DIGIT_WORD, (word) => String(DIGIT_WORDS.indexOf(word.toLowerCase())));
  const runs = digits.match(/\p{Nd}(?:[^\p{L}\p{Nd}]{0,3}\p{Nd})*/gu) ?? [];
  return runs.some((run) => {
    const count = run.replace(/\P{Nd}/gu, "").length;
    return count > DIALLED_DIGITS || (count === DIALLED_DIGITS && run.length > DIALLED_DIGITS);
  });
}
