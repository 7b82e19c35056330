import { lazily } from "./lazily.ts";

// Placeholders from forms, spreadsheets and tests; compared as a whole, without case, signs and numbers.
const WORDS = [
  // English
  ..."na nan null nil none undefined unknown unnamed untitled unavailable missing empty blank anonymous tbd tba tbc todo pending void".split(
    " ",
  ),
  ..."noname nonamegiven nodata novalue noentry nocallerid callerid notavailable notapplicable notprovided notgiven notset notknown".split(
    " ",
  ),
  ..."nameunknown unknownname unknowncaller unknownnumber privatenumber wirelesscaller withheld".split(" "),
  ..."test testing testname testaccount testentry testuser testcaller testtest dummy sample placeholder example asdf qwerty foobar".split(
    " ",
  ),
  ..."name firstname lastname fullname companyname businessname facilityname".split(" "),
  // Spanish, French, German, Portuguese, Italian
  ..."desconocido desconocida sinnombre ninguno ninguna nodisponible prueba sindatos".split(" "),
  ..."inconnu inconnue sansnom aucun aucune nondisponible nonrenseigne essai".split(" "),
  ..."unbekannt keine keiner kein keinname keineangabe ka nichtverfugbar namenlos".split(" "),
  ..."desconhecido semnome nenhum teste sconosciuto senzanome nessuno prova".split(" "),
  // Hindi, Arabic, Russian, Chinese, Japanese, Korean
  ..."अज्ञात नामनहीं कोईनहीं परीक्षण टेस्ट".split(" "),
  ..."غيرمعروف مجهول بدوناسم لايوجد اختبار تجربة".split(" "),
  ..."неизвестно неизвестный неизвестен нет безимени тест".split(" "),
  ..."未知 不明 无 無 无名 無名 佚名 测试 測試 匿名 なし 名無し テスト 없음 미상 이름없음 알수없음 테스트".split(" "),
];
const noNames = lazily(() => new Set(WORDS.map(bare)));
/** Placeholders that are also real names. */
const NAMES_TOO = new Set("blank ka na nan nil prova".split(" "));

/** `#REF!`, `#DIV/0!`, `#NAME?`, in any language of Excel. */
const SPREADSHEET_ERROR = /^#[¡¿]?\p{Lu}[\p{Lu}_/0 ]*[!?]$|^#NV$/u;

/** Whether a text stands for "no name": `N/A`, `Null`, `Test 1`, `null null`, `XXX`, a phone number. */
export function isNoName(text: string): boolean {
  if (SPREADSHEET_ERROR.test(text) || text === "\\N") return true;
  const letters = bare(text);
  if (letters === "") return isNoNumberedName(text);
  const [word = "", ...others] = wordsOf(text);
  return (
    noNames().has(letters) ||
    /^x{2,}$/.test(letters) ||
    /^x$/i.test(text) ||
    (noNames().has(word) && others.every((one) => one === word))
  );
}

/** The same for a name given to a person: `nil` and `NaN` are placeholders, `Nil` and `Nan` may be names. */
export function isNoPersonsName(text: string): boolean {
  const isWrittenAsName = text.split(/\s+/).every((word) => /^\p{Lu}\p{Ll}+$/u.test(word));
  return isNoName(text) && !(isWrittenAsName && wordsOf(text).every((word) => NAMES_TOO.has(word)));
}

/** Of a text without letters: a phone number, or zeros. */
function isNoNumberedName(text: string): boolean {
  const digits = text.replaceAll(/[^\p{Nd}]/gu, "");
  return digits.length > 4 || /^0+$/.test(digits);
}

function wordsOf(text: string): string[] {
  return text
    .split(/\s+/)
    .map(bare)
    .filter((word) => word !== "");
}

/** Keeps letters and their marks, without case, width and Latin accents. */
function bare(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}]/gu, "");
}
