import { lazily } from "./lazily.ts";
import { lookalike } from "./confusables.ts";
import { foldText, wordsOf } from "./normal-form.ts";

/**
 * Callers that scammers pose as most. Their own names may be suggested; names that only look like one ("PayPaI",
 * "Amaz0n") may not.
 */
const POSED_AS: ReadonlySet<string> = new Set(
  (
    "paypal amazon microsoft windows apple icloud google facebook whatsapp instagram netflix spotify ebay venmo zelle cashapp coinbase binance " +
    "chase citibank citi wellsfargo bankofamerica capitalone hsbc barclays lloyds natwest santander bbva caixabank sparkasse commerzbank " +
    "deutschebank ing abnamro rabobank unicredit intesasanpaolo bnpparibas societegenerale creditagricole labanquepostale itau bradesco " +
    "sberbank sbi hdfc icici visa mastercard americanexpress amex westernunion moneygram klarna revolut n26 wise " +
    "ups usps fedex dhl dpd hermes laposte royalmail verizon comcast xfinity vodafone telekom tmobile " +
    "irs hmrc fbi interpol europol medicare socialsecurity anydesk teamviewer norton mcafee"
  ).split(" "),
);

/**
 * Authorities of a whole country, in whose name calls are faked: their numbers come from datasets and their owners, and
 * the crowd cannot give them away. Local offices ("Springfield Police") are not among them. Folded words, spaced.
 */
const authorities = lazily((): readonly { readonly phrase: string; readonly seen: string }[] =>
  (
    "irs,internal revenue,social security,social security administration,ssa,us treasury,treasury department,department of justice,homeland security," +
    "fbi,federal bureau of investigation,cia,dea,us customs,us immigration,uscis,medicare,federal trade commission,federal reserve,white house," +
    "hmrc,hm revenue customs,home office,national crime agency,scotland yard,canada revenue agency,cra,service canada,rcmp,australian taxation office,ato," +
    "interpol,europol,bundeskriminalamt,bka,bundespolizei,bundeszentralamt steuern,bafin," +
    "agencia tributaria,policia nacional,guardia civil,banco espana,dgfip,direction generale finances publiques,police nationale,gendarmerie nationale,assurance maladie," +
    "agenzia entrate,polizia stato,guardia finanza,polizia postale,belastingdienst,digid,receita federal,policia federal,banco central," +
    "цб рф,служба безопасности банка,служба безопасности сбербанка,сбербанк служба безопасности,центральный банк,центробанк,банк россии,фсб,мвд,мвд россии,следственный комитет,прокуратура,фнс,госуслуги,пенсионныи фонд," +
    "emniyet genel mudurlugu,maliye bakanligi,reserve bank india,rbi,income tax department,cbi,trai,公安局,公安部,检察院,法院,国家税务总局,警視庁,国税庁,검찰청,경찰청,금융감독원,국세청"
  )
    .split(",")
    .map((phrase) => wordsOf(foldText(phrase)).join(" "))
    .map((phrase) => ({ phrase, seen: ` ${alike(phrase)} ` })),
);

/** Desks that no customer needs to name and every scammer claims to call from. */
const CLAIMED_DESK =
  /\b(?:bank|banco|banque|banca|sparkasse|card|credit card|account|paypal|amazon|microsoft|windows|apple|visa|mastercard)\b.*\b(?:fraud|fraude|security|seguridad|securite|sicherheit\w*|refunds?|verification|alert|alerts|tech support|technical support)(?: \w+)?$|\b(?:paypal|amazon|microsoft|windows|apple|google|facebook|konnections) (?:customer )?support\b/;
/** The same of a firm that is posed as, right after its name. */
const FRAUD_DESK = /^(.+?) (?:fraud|refunds?|alerts?|verification)(?: \w+)?$/;

/** A warning is not a claim: "IRS scam" and "fake HMRC" help others, "IRS Scam Prevention" does not. */
const WARNS =
  "(?:scam|scams|scammer|scammers|fake|spam|phishing|hoax|not (?:the )?real|impostor|impersonator|posing|betrug|betruger|falsch\\w*|fals[oaie]|estafa|arnaque|faux|truffa|oplichter\\w*|nep|golpe|oszust\\w*|sahte|dolandirici)";
const WARNING = new RegExp(`^${WARNS} |\\b${WARNS}(?: as)?(?: calls?| callers?| number)?$|\\bposing as `);

const DISGUISES =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
/** Letters made for formulas and ornaments: nobody's keyboard has them; and ticks, that look like our own "verified". */
const ORNAMENTS =
  /[\u{1D400}-\u{1D7FF}\u{1F100}-\u{1F1AA}\u2460-\u24FF\u2100-\u214F\u1D00-\u1D7F\u2611\u2705\u2713\u2714\u{1F5F8}]/u;
const HARMLESS_ORNAMENTS = /[\u2116\u2122\u2120]/gu;

/** Whether letters stand for others: scripts mixed in a word, words of lookalikes among Latin ones, ornamental letters. */
export function looksDisguised(name: string): boolean {
  if (ORNAMENTS.test(name.replace(HARMLESS_ORNAMENTS, ""))) return true;
  const words = name.normalize("NFKC").match(/[\p{L}\p{M}]+/gu) ?? [];
  const latin = words.filter((word) => /\p{Script=Latin}/u.test(word));
  if (latin.some((word) => DISGUISES.test(word))) return true;
  return (
    latin.length > 0 && words.some((word) => word.length > 3 && DISGUISES.test(word) && isAsciiOnly(lookalikes(word)))
  );
}

/** Whether a name claims to be an authority, or the security desk of a firm, or spells a firm's name in disguise. */
export function claimsAuthority(name: string): boolean {
  const spelled = wordsOf(
    foldText(name.replace(INITIALS, (word) => (/\p{Lu}/u.test(word) ? word.replaceAll("l", "I") : word))),
  );
  const words = spelled.every((word) => word.length === 1) ? [spelled.join("")] : spelled;
  const said = words.join(" ");
  if (WARNING.test(said)) return false;
  const telling = ` ${words.filter((word) => !["the", "of", "and", "de", "des", "del", "delle", "di", "la", "fur", "da", "do"].includes(word)).join(" ")} `;
  const seen = alike(telling);
  return (
    authorities().some((one) =>
      claimsAnywhere(one.phrase) ? seen.includes(one.seen) : isTheCaller(telling, one.phrase),
    ) ||
    CLAIMED_DESK.test(said) ||
    isFraudDesk(said) ||
    spellsInDisguise(name)
  );
}

/** Capitals in which a small l passes for an I: "lRS". */
const INITIALS = /(?<!\p{L})[\p{Lu}l]*l[\p{Lu}l]*(?!\p{L})/gu;
/** What an office of an authority calls itself; on the right also beside a person's name. */
const OFFICE =
  /^(?:office|admin|agent|officer|department|dept|tax|refunds?|agency|us|usa|uk|official|federal|government|legal|help|line|helpline| )*$/;
const OFFICER = /^(?:agent|officer|refunds?|collections?|audit)\b/;

/**
 * Short names of authorities are also initials ("CRA Landscaping"), and lawyers have to do with social security: such
 * claim only alone or beside an office's words.
 */
function isTheCaller(telling: string, phrase: string): boolean {
  const [before, after] = telling.split(` ${phrase} `);
  return after !== undefined && (OFFICER.test(after) || OFFICE.test(`${before} ${after}`));
}

function claimsAnywhere(phrase: string): boolean {
  return phrase.length > 4 && phrase !== "social security";
}

/** "lnternal" and "Internal" to the eye; folded text. */
function alike(folded: string): string {
  return folded.replace(/[i1]/g, "l").replaceAll("0", "o").replaceAll("rn", "m");
}

function isFraudDesk(said: string): boolean {
  const firm = FRAUD_DESK.exec(said)?.[1]?.split(" ") ?? [];
  return [1, 2, 3].some((words) => POSED_AS.has(firm.slice(-words).join("")));
}

/** Whether a name only looks like an official one: the same to the eye, not the same letters. */
export function looksLikeOfficial(name: string, official: string): boolean {
  return skeleton(name, "l") === skeleton(official, "l") && letters(name) !== letters(official);
}

/** Without one of these a word looks like what it is. */
const MAY_DISGUISE = /[^a-zA-Z2467-9'’-]|rn|vv|[a-z]I/;

function spellsInDisguise(name: string): boolean {
  const words = name.split(/[\s.,/&()-]+/u).filter((word) => word !== "");
  for (let from = 0; from < words.length; from += 1) {
    for (let to = from + 1; to <= Math.min(words.length, from + 3); to += 1) {
      const part = words.slice(from, to).join("");
      if (!MAY_DISGUISE.test(part) || POSED_AS.has(letters(part))) continue;
      if (POSED_AS.has(skeleton(part, "l")) || POSED_AS.has(skeleton(part, "i"))) return true;
    }
  }
  return false;
}

/** What a text looks like, in Latin letters; a one may stand for either of two. */
function skeleton(text: string, one: "l" | "i"): string {
  // A capital I within small letters is read as an l.
  const read = text.replace(/(?<=\p{Ll})I(?!\p{Lu})/gu, "l");
  return lookalikes(read)
    .replace(/[1|!]/g, one)
    .replace(/[035$@€]/g, (sign) => ({ "0": "o", "3": "e", "5": "s", $: "s", "@": "a", "€": "e" })[sign] ?? sign)
    .replaceAll("rn", "m")
    .replaceAll("vv", "w")
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** Looked up before case is folded, since a capital has lookalikes of its own (В is like B, в is not like b). */
function lookalikes(text: string): string {
  return Array.from(text.normalize("NFKD").replace(/\p{M}/gu, ""), lookalike).join("").toLowerCase();
}

function letters(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

function isAsciiOnly(text: string): boolean {
  return /^[a-z]+$/.test(text);
}
