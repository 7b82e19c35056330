const list = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Titles of people, which some voters omit. All lists are folded by `foldText`. */
export const HONORIFICS = list(
  "mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend fr hon judge capt captain sgt herr frau dipl ing " +
    "monsieur madame mme mlle maitre senor senora sr sra srta dona signor signora dott dottssa avv " +
    "shri sri smt sheikh shaikh hajji jr esq phd md dds prasident president " +
    "доктор господин госпожа проф г др د دكتور الدكتور الدكتورة السيد السيدة الاستاذ الشيخ श्री श्रीमती डॉ डा सुश्री δρ κος κυριος κυρια מר גב",
);

/** Legal forms of companies, as one word. */
export const LEGAL_FORMS = list(
  "inc incorporated llc lc llp lp ltd limited corp corporation co company plc pllc pc pte pty gmbh ag kg ohg ug mbh ev eg " +
    "aktiengesellschaft gesellschaft haftung sa sas sarl srl spa snc bv nv oy oyj ab as asa aps sl slu sau lda ltda eireli " +
    "kk kft zrt nyrt doo dd ooo oao zao pao ojsc jsc pjsc ojsk tbk sdn bhd " +
    "spzoo sro holding holdings " +
    "ооо оао зао пао ао ип фоп тов شركة مؤسسة प्राइवेट लिमिटेड αε επε οε ικε",
);

/** Legal forms spelled out. Global: removed anywhere. */
export const LEGAL_PHRASES: readonly RegExp[] = [
  /\b(?:open |closed |public )?joint[- ]stock company\b/g,
  /\bgesellschaft mit beschrankter haftung\b/g,
  /\bsociedad anonima\b|\bsociete anonyme\b|\bsocieta per azioni\b/g,
  /\bsocietatea cu raspundere limitata\b/g,
  /\bsp\. ?z ?o\.? ?o\.?/g,
  /\b[a-z](?:\.[a-z]){1,3}\.?(?= *$)/g,
];

/** Legal forms and titles written in brackets or without a space before them; matched before folding. */
export const ATTACHED: readonly RegExp[] = [
  /(?:股份|責任|责任)?有限公司|株式会社|有限会社|주식회사|\((?:株|有|주)\)|[㈱㈲㈜]/gu,
  /(?<=[\p{Script=Han}\p{Script=Katakana}\p{Script=Hiragana}]{2})(?:先生|女士|小姐|太太|様|さん)(?!\p{L})/gu,
  /(?<=\p{Script=Hangul}{2}) ?(?:선생님|사장님|씨|님)(?!\p{L})/gu,
  /(?<!\p{L})ד["״']ר(?!\p{L})|בע["״]מ|ז["״]ל(?!\p{L})/gu,
];

/** Articles, prepositions and conjunctions in languages of the Latin script. */
export const SMALL_WORDS = list("the and of for at in on de del la le les el los las du des der die das und van von");

/** Phrases with an abbreviation. */
export const SHORT_PHRASES: readonly (readonly [RegExp, string])[] = [[/\bunited states\b/g, "us"]];

/** Generic words: the kind of a caller, not which one. */
export const GENERIC = list(
  "school schools public academy center centre college university institute program programs preschool kindergarten nursery " +
    "daycare day care child children childrens childcare learning early education development head start " +
    "hospital medical clinic health healthcare care regional memorial community county general system " +
    "pharmacy dental dentist doctor office department service services association society club foundation " +
    "management construction systems solutions consulting trading industries capital partners " +
    "bank group international national city town house home family store shop restaurant hotel " +
    "company agency support customer church north south east west new street avenue road " +
    "schule praxis klinik krankenhaus arzt verein clinique ecole hopital cabinet escuela clinica colegio banco " +
    "scuola ospedale studio banca escola farmacia apotheke pharmacie",
);

/** Unambiguous abbreviations. */
export const ABBREVIATIONS: ReadonlyMap<string, string> = new Map(
  (
    "ctr center ctrs center centre center centers center centres center hosp hospital med medical univ university dept department " +
    "assn association assoc association sch school schools school intl international natl national svc service svcs service " +
    "services service serv service dev development develop development comm community amer american " +
    "mgmt management mem memorial reg regional cnty county pharm pharmacy acad academy inst institute mt mount ft fort " +
    "st saint sts saint ste saint saints saint prog program programs program bldg building rd road ave avenue blvd boulevard " +
    "1st first 2nd second 3rd third one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 twenty 20 thirty 30 forty 40 fourty 40 fifty 50 sixty 60 seventy 70 eighty 80 ninety 90 ibn bin " +
    "sq square str strasse kids children childrens children child children"
  )
    .split(" ")
    .reduce<[string, string][]>((pairs, word, at, words) => {
      if (at % 2 === 0) pairs.push([word, words[at + 1] ?? word]);
      return pairs;
    }, []),
);

/** Words that distinguish firms: "Santander México" is not "Santander", nor "Crystal Systems" "Crystal". */
export const ANOTHER_FIRM = list(
  "systems solutions international industries capital enterprises technologies ventures " +
    "mexico brasil brazil argentina chile colombia peru espana spain portugal france frankreich italia italy italien deutschland germany osterreich austria schweiz suisse switzerland nederland netherlands belgie belgique belgium danmark denmark sverige sweden norge norway suomi finland polska poland ceska czech slovakia magyarorszag hungary romania bulgaria greece turkiye turkey россия russia украина ukraine казахстан kazakhstan china india japan korea singapore malaysia indonesia thailand vietnam philippines australia canada ireland uk egypt nigeria kenya israel",
);

/** A name has one word of a group: "North Clinic" is not "South Clinic". */
export const EXCLUSIVE = [
  list("north south east west northeast northwest southeast southwest"),
  list("elementary middle high primary secondary"),
  list("upper lower"),
];
