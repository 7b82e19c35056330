import { claimsDesk, claimsDeskUnspaced } from "./desks.ts";
import { bareLettersOf, lettersOf, skeletonOf } from "./disguise.ts";
import { lazily } from "./lazily.ts";
import { foldText, wordsOf } from "./normal-form.ts";
import { AUTHORITIES, AUTHORITIES_UNSPACED, FIRMS, LOCAL_AUTHORITIES, SERVICE } from "./posed-as.ts";
import { LEGAL_FORMS } from "./words.ts";

const firms = lazily(() => ({
  /** Firms' spellings, with and without accents. */
  written: new Set([SERVICE, ...FIRMS].flatMap((firm) => [lettersOf(firm), bareLettersOf(firm)])),
  seen: new Set([SERVICE, ...FIRMS].map(skeletonOf)),
  folded: new Set(FIRMS.map((firm) => wordsOf(foldText(firm)).join(""))),
}));

const authorities = lazily((): readonly { readonly phrase: string; readonly seen: string }[] =>
  AUTHORITIES.split(",")
    .map((phrase) => tellingOf(wordsOf(foldText(phrase))).join(" "))
    .map((phrase) => ({ phrase, seen: ` ${alike(phrase)} ` })),
);
const unspaced = lazily(() => AUTHORITIES_UNSPACED.map(foldText));
const local = lazily(() => new Set(LOCAL_AUTHORITIES.flatMap((word) => wordsOf(foldText(word)))));

/** Warnings such as "IRS scam" and "fake HMRC" are not claims; "IRS Scam Prevention" is. */
const WARNS =
  "(?:scam|scams|scammer|scammers|fake|spam|phishing|hoax|not (?:the )?real|impostor|impersonator|posing|betrug|betruger|falsch\\w*|fals[oaie]|estafa|arnaque|faux|truffa|oplichter\\w*|nep|golpe|oszust\\w*|sahte|dolandirici)";
const WARNING = new RegExp(`^${WARNS} |\\b${WARNS}(?: as)?(?: calls?| callers?| number)?$|\\bposing as `);
const WARNING_WORD = new RegExp(`^(?:${WARNS}|calls?|callers?|number|as|real|the)$`);

/** Words that do not turn a firm's name into another name. Folded. */
const beside = lazily(
  () =>
    new Set(
      foldText(
        "the of and a bank banking banco banque banca card cards credit debit account accounts customer customers client clients cliente clientes clienti kunden kundenservice kundendienst klantenservice service services servicio servicios servizio servizi servico " +
          "support soporte suporte supporto assistance assistenza atencion atendimento al care help helpdesk desk line hotline online mobile pay payment payments delivery shipping parcel team official verified department dept office center centre " +
          "equipe equipo squadra mannschaft takim ekip komanda команда служба поддержка поддержки فريق خدمه العملاء दल टीम समर्थन 团队 团队 客服 チーム サポート 팀 고객센터 admin app official officiel offiziell oficial ufficiale officieel официальный " +
          "security fraud alert alerts refund refunds usa us uk india deutschland germany france espana spain italia italy brasil mexico international global corporation group store technical tech number call calls caller na",
      ).split(" "),
    ),
);
/** Words for an authority's office. */
const OFFICE =
  /^(?:office|admin|agent|officer|department|dept|tax|refunds?|agency|us|usa|uk|official|federal|government|legal|help|line|helpline| )*$/;
const OFFICER = /^(?:agent|officer|refunds?|collections?|audit)\b/;
const OFFICE_WORDS =
  /^(?:department|dept|office|station|headquarters|hq|precinct|officer|agent|inspector|division|bureau|service|services|county|city|district|academy|public|de|of|del|der)(?:$| )/;
const SMALL = new Set(["the", "of", "and", "de", "des", "del", "delle", "di", "la", "fur", "da", "do"]);

/** Whether a name claims to be an authority, the service, a firm's security desk, or spells a firm's name in disguise. */
export function claimsAuthority(name: string): boolean {
  const said = saidBy(name);
  if (spellsInDisguise(name)) return true;
  if (WARNING.test(said)) return false;
  return claimsIn(name, said);
}

/** Whether a name for one's own number is that of a firm that scammers pose as, or of an office. */
export function posesAsFirmOrOffice(name: string): boolean {
  const said = saidBy(name);
  return isFirm(said.split(" ")) || claimsIn(name, said) || isLocalAuthority(said);
}

/** Whether a name is that of a country's authority or of a firm that scammers pose as, regardless of who gives it. */
export function isProtected(name: string): boolean {
  const said = saidBy(name);
  return isFirm(said.split(" ")) || spellsInDisguise(name) || claimsIn(name, said);
}

/** Whether a name warns about an impostor, which is not an accusation. */
export function warnsOfImpostor(name: string): boolean {
  const said = saidBy(name);
  if (!WARNING.test(said)) return false;
  const posed = said.split(" ").filter((word) => !WARNING_WORD.test(word));
  return isFirm(posed) || isAuthority(posed) || isLocalAuthority(posed.join(" "));
}

/** Whether a name looks like an official one but has other letters. */
export function looksLikeOfficial(name: string, official: string): boolean {
  return skeletonOf(name) === skeletonOf(official) && bareLettersOf(name) !== bareLettersOf(official);
}

/** Words in capitals with a lower-case l in place of an I: "lRS". */
const INITIALS = /(?<!\p{L})[\p{Lu}l]*l[\p{Lu}l]*(?!\p{L})/gu;

function saidBy(name: string): string {
  const read = name.replace(INITIALS, (word) => (/\p{Lu}/u.test(word) ? word.replaceAll("l", "I") : word));
  const words = wordsOf(foldText(read));
  return words.length > 1 && words.every((word) => word.length === 1) ? words.join("") : words.join(" ");
}

function claimsIn(name: string, said: string): boolean {
  const words = said.split(" ");
  return (
    isAuthority(words) ||
    isService(words) ||
    claimsDesk(words, (some) => firms().folded.has(some.join(""))) ||
    (UNSPACED.test(name) && claimsUnspaced(name))
  );
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

function claimsUnspaced(name: string): boolean {
  const folded = foldText(name).replaceAll(" ", "");
  return (
    unspaced().some((authority) =>
      folded
        .split(authority)
        .slice(1)
        .some((rest) => !isPlaceBy(rest)),
    ) ||
    claimsDeskUnspaced(
      name,
      () => [...firms().folded].some((firm) => firm.length > 1 && folded.includes(firm)) || BANK_SIGNS.test(name),
    )
  );
}

/** Behind an authority: a street, or what stands opposite, as in "Court Road Dental". */
const places = lazily(() =>
  "路 街 通り 旁 对面 對面 前食堂 前郵便局 前薬局 前歯科 前店 前駅 前クリニック 앞 옆 사거리 건너편"
    .split(" ")
    .map(foldText),
);

function isPlaceBy(rest: string): boolean {
  return places().some((place) => rest.startsWith(place));
}

/** Words for banks in scripts without spaces, and Korean. */
const BANK_SIGNS = /银行|銀行|은행|뱅크|ธนาคาร|카드|クレジット|カード/u;

function isAuthority(words: readonly string[]): boolean {
  const telling = ` ${tellingOf(words).join(" ")} `;
  const seen = alike(telling);
  return authorities().some((one) =>
    claimsAnywhere(one.phrase) ? seen.includes(one.seen) : isTheCaller(telling, one.phrase),
  );
}

function tellingOf(words: readonly string[]): readonly string[] {
  return words.filter((word) => !SMALL.has(word));
}

/**
 * Short names of authorities are also initials ("CRA Landscaping"), and lawyers work on social security. Such names are
 * claims only alone or beside an office's words.
 */
function isTheCaller(telling: string, phrase: string): boolean {
  const [before, after] = telling.split(` ${phrase} `);
  return after !== undefined && (OFFICER.test(after) || OFFICE.test(`${before} ${after}`));
}

function claimsAnywhere(phrase: string): boolean {
  return (
    phrase.length > 5 &&
    ![
      "social security",
      "seguridad social",
      "securite sociale",
      "home office",
      "white house",
      "medicare",
      "medicaid",
      "interpol",
      "carabinieri",
      "student aid",
    ].includes(phrase)
  );
}

/** Makes "lnternal" and "Internal" equal; folded text. */
function alike(folded: string): string {
  return folded.replace(/[i1]/g, "l").replaceAll("0", "o").replaceAll("rn", "m");
}

/** Whether words are a firm's name, with at most legal forms, numbers and words of its desks beside it. */
function isFirm(words: readonly string[]): boolean {
  const named = words.filter((word) => !LEGAL_FORMS.has(word) && !/^\d+$/.test(word));
  const core = named.filter((word) => !beside().has(word));
  return [words, named, core].some((said) => firms().folded.has(said.join(""))) || isService(words);
}

function isService(words: readonly string[]): boolean {
  return words.filter((word) => !beside().has(word) && !LEGAL_FORMS.has(word)).join("") === SERVICE;
}

function isLocalAuthority(said: string): boolean {
  const words = said.split(" ");
  return words.some((word, at) => {
    const after = words.slice(at + 1).join(" ");
    return local().has(word) && (after === "" || OFFICE_WORDS.test(after));
  });
}

/** A word without any of these cannot be a disguise. */
const MAY_DISGUISE = /[^a-zA-Z2467-9'’-]|rn|vv|[a-z]I/;

function spellsInDisguise(name: string): boolean {
  const words = name.split(/[\s.,/&()-]+/u).filter((word) => word !== "");
  for (let from = 0; from < words.length; from += 1) {
    for (let to = from + 1; to <= Math.min(words.length, from + 3); to += 1) {
      const part = words.slice(from, to).join("");
      if (MAY_DISGUISE.test(part) && !firms().written.has(lettersOf(part)) && firms().seen.has(skeletonOf(part)))
        return true;
    }
  }
  return false;
}
