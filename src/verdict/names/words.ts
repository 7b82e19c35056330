const list = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Titles of people: said by one voter, left out by the next. All lists are in the folded form of `foldText`. */
export const HONORIFICS = list(
  "mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend fr hon judge capt captain sgt herr frau dipl ing " +
    "monsieur madame mme mlle maitre senor senora sr sra srta don dona signor signora dott dottssa avv " +
    "shri smt sheikh shaikh hajji jr esq phd md dds",
);

/** Legal forms of companies, as one word. */
export const LEGAL_FORMS = list(
  "inc incorporated llc lc llp lp ltd limited corp corporation co company plc pllc pc pte pty gmbh ag kg ohg ug mbh ev eg " +
    "aktiengesellschaft gesellschaft haftung sa sas sarl srl spa snc bv nv oy oyj ab as asa aps sl slu sau lda ltda eireli " +
    "kk kft zrt nyrt doo dd ooo oao zao pao ojsc jsc pjsc ojsk tbk sdn bhd " +
    "spzoo sro holding holdings",
);

/** Legal forms spelled out. Global: each is taken off wherever it stands. */
export const LEGAL_PHRASES: readonly RegExp[] = [
  /\b(?:open |closed |public )?joint[- ]stock company\b/g,
  /\bgesellschaft mit beschrankter haftung\b/g,
  /\bsociedad anonima\b|\bsociete anonyme\b|\bsocieta per azioni\b/g,
  /\bsocietatea cu raspundere limitata\b/g,
  /\bsp\. ?z ?o\.? ?o\.?/g,
  /\b[a-z](?:\.[a-z]){1,3}\.?(?= *$)/g,
];

/** Words that bind, in the languages of the Latin script. */
export const SMALL_WORDS = list(
  "the and of for at in on a an de del la le les el los las du des der die das und van von",
);

/** Words that say what kind of caller it is rather than which. */
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

/** Short forms that people write, where they can mean one thing only. */
export const ABBREVIATIONS: ReadonlyMap<string, string> = new Map(
  (
    "ctr center ctrs center centre center centers center centres center hosp hospital med medical univ university dept department " +
    "assn association assoc association sch school schools school intl international natl national svc service svcs service " +
    "services service serv service dev development develop development comm community amer american " +
    "mgmt management mem memorial reg regional cnty county pharm pharmacy acad academy inst institute mt mount ft fort " +
    "st saint sts saint ste saint saints saint prog program programs program bldg building rd road ave avenue blvd boulevard " +
    "1st first 2nd second 3rd third one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 forty 40 fourty 40 ibn bin " +
    "sq square str strasse kids children childrens children child children"
  )
    .split(" ")
    .reduce<[string, string][]>((pairs, word, at, words) => {
      if (at % 2 === 0) pairs.push([word, words[at + 1] ?? word]);
      return pairs;
    }, []),
);
