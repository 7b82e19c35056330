import { lazily } from "./lazily.ts";
import { foldText } from "./normal-form.ts";

/**
 * Desks from which scammers claim to call, and which no customer needs to name; and words that pretend verification. Folded
 * beginnings of words, or whole words with `=`.
 */
const DESKS =
  "fraud antifraud customs= redelivery= zoll= zollabteilung= douane= aduana= aduanas= dogana= dogane= alfandega= kontosperr sakerhet= sikkerhet= turvallisuus= svindel bezpecnost= biztonsag= אבטחה= frode= frodi= antifrode betrug oszustw= oszustwa= naduzyc refund reembolso remboursement rimbors ruckerstattung erstattung terugbetaling zwrot= " +
  "verification verificacion verificacao verifica= verifizierung verificatie verify= weryfikacj kyc= ekyc= alert= alerts= alerta= alertas= alerte= alertes= security= seguridad= seguranca= securite= sicurezza= sicherheit beveiliging= bezpieczenstw " +
  "bezopasnost безопасност мошеннич фрод= антифрод возврат= верификац проверк guvenlik güvenlik dolandiricilik dolandırıcılık iade= dogrulama " +
  "احتيال الاحتيال مكافحه امن= الامن= امان= تحقق= التحقق= توثيق استرداد تحديث= धोखाधड़ी धोखाधडि केवाईसी= केवायसी= सत्यापन= सुरक्षा= रिफंड= सायबर साइबर απατη ασφαλεια penipuan= verifikasi= keamanan=";

/** Words for support: they claim a desk only after the name of a firm that scammers pose as. */
const SUPPORT =
  "support= soporte= suporte= supporto= assistance= assistenza= asistencia= kundendienst= kundenservice= klantenservice= поддержк helpline= helpdesk= customercare= care= destek= الدعم= دعم= सहायता= हेल्पलाइन=";

const BANKS =
  "bank= banco= banque= banca= caixa= sparkasse= банк= банка= card= cards= account= tarjeta= carte= carta= karte= konto= cuenta= compte= conto= rekening= visa= mastercard= بنك= البنك= مصرف= بطاقه= बैंक= banka= bankasi= τραπεζα=";

/** The only other words in the name of a mere desk. */
const BESIDE_DESK =
  "the your our bancaire bancario bancaria express bank card account security customer national online central main and of de del de la du des der di da prevention protection detection alert alerts department dept departamento departement dipartimento abteilung afdeling dzial service services servicio servico servizio dienst team equipo equipe squadra unit unidad unite center centre centro zentrum desk office line hotline oficina buro ufficio kantoor prevencion prevencao prevenzione proteccion protezione отдел служба центр قسم خدمه فريق मरकज विभाग टीम केंद्र";

const TICKS =
  "verified= official= trusted= certified= authentic= verificad oficial= oficiales= oficiais= certificad verifie= verifiee= verifies= officiel certifie= certifiee= verifiziert gepruft= geprufte= gepruefte= offiziell zertifiziert geverifieerd officieel= officiele= gecertificeerd verificat ufficial certificat= certificata= certificato= " +
  "проверенн подтвержд официальн верифицир zweryfikowan oficjaln dogrulanmis= onayli= resmi= موثق موثقه معتمد معتمده رسمي रجسٹرڈ सत्यापित= आधिकारिक= प्रमाणित= επαληθευμεν επισημ terverifikasi= resmi=";

/** Words that say "verified": a claim alone, too. "Rasmi" (official) is also a given name. */
const VERIFIED =
  "verified= verificad verificat verifie= verifiee= verifiziert geverifieerd zweryfikowan dogrulanmis= проверено= верифицир सत्यापित= موثق= terverifikasi=";

const TICKED =
  "business businesses caller callers call calls number company account profile user name id bank agent service empresa negocio comercio contacto llamada llamante numero cuenta perfil usuario banco servicio empresas chamada conta contato usuario servico entreprise appel appelant compte profil utilisateur banque contact societe commerce unternehmen anrufer anruf nummer konto firma geschaft bank benutzer kontakt bedrijf beller oproep rekening gebruiker azienda chiamata chiamante conto utente banca attivita societa impresa " +
  "бизнес компания организация номер звонок аккаунт абонент банк контакт контрагент firma dzwoniacy konto polaczenie isletme sirket arayan numara hesap شركه شركة رقم متصل حساب بنك نشاط تجاري व्यवसाय कंपनी नंबर कॉल कॉलर खाता बैंक बिज़नेस बिजनेस επιχειρηση αριθμος bisnis nomor akun the a un una une ein eine een de";

/** Whole words and beginnings of words. */
class Words {
  readonly #whole: ReadonlySet<string>;
  readonly #beginnings: readonly string[];

  constructor(text: string) {
    const items = foldText(text).split(" ");
    this.#whole = new Set(items.filter((item) => item.endsWith("=")).map((item) => item.slice(0, -1)));
    this.#beginnings = items.filter((item) => !item.endsWith("="));
  }

  has(word: string): boolean {
    return this.#whole.has(word) || this.#beginnings.some((beginning) => word.startsWith(beginning));
  }
}

const lists = lazily(() => ({
  desks: new Words(DESKS),
  support: new Words(SUPPORT),
  banks: new Words(BANKS),
  ticks: new Words(TICKS),
  verified: new Words(VERIFIED),
  ticked: new Set(foldText(TICKED).split(" ")),
  beside: new Set(foldText(BESIDE_DESK).split(" ")),
}));

/** Desks and verification words in Korean and in scripts without spaces. */
const UNSPACED_DESK =
  /客服|反欺诈|反詐|风控|風控|安全中心|冻结|凍結|理赔|退款|セキュリティ|不正利用|不正検知|カスタマー|サポートセンター|本人確認|返金|보안|사기|고객센터|인증센터|환불|본인인증|ศูนย์|ฝ่ายทุจริต|ความปลอดภัย/u;
const UNSPACED_TICK =
  /^(?:已验证|已驗證|已认证|인증됨|認証済み|已?认证(?:企业|商家|用户|号码|来电)?|已驗證(?:商家|用戶|號碼)?|官方(?:认证|客服|账号|帳號|號碼|号码)|認証済み(?:企業|番号|アカウント)?|公式(?:アカウント|番号)|認定企業|인증된?\s?(?:기업|업체|번호|발신자|계정)|공식\s?(?:계정|번호|업체|인증)|ยืนยันแล้ว)$/u;

/** Whether a name claims a bank's or a firm's desk, a desk without a firm, or verification. @param words folded */
export function claimsDesk(words: readonly string[], isFirm: (words: readonly string[]) => boolean): boolean {
  const { desks, support, banks, ticks, verified, ticked, beside } = lists();
  if (words.length === 1 && verified.has(words[0] ?? "")) return true;
  if (ticks.has(words[0] ?? "") || ticks.has(words.at(-1) ?? "")) {
    const others = words.filter((word) => !ticks.has(word));
    if (others.length > 0 && others.length < words.length && others.every((word) => ticked.has(word))) return true;
  }
  const at = words.findIndex((word) => desks.has(word));
  if (at !== -1) {
    const rest = words.filter((word) => !desks.has(word));
    // A real security firm or refund shop has a name as well.
    if (isMereDesk(words, rest, beside)) return true;
    const claims = near(words, at) && (MERE.test(words.join(" ")) || saysNothingElse(rest, isFirm));
    if (claims && (rest.some((word) => banks.has(word)) || holdsFirm(words, isFirm))) return true;
  }
  const help = words.findIndex((word) => support.has(word));
  return help > 0 && isFirm(words.slice(Math.max(0, help - 2), help).filter((word) => !SUPPORTING.has(word)));
}

const SUPPORTING = new Set([
  "tech",
  "technical",
  "customer",
  "online",
  "tecnico",
  "technique",
  "tecnica",
  "техническая",
]);

function isMereDesk(words: readonly string[], rest: readonly string[], beside: ReadonlySet<string>): boolean {
  return MERE.test(words.join(" ")) && rest.every((word) => beside.has(word));
}

/** Words that claim a desk even without a firm. Security and alerts are left out: firms are called so. */
const MERE =
  /(?<!\p{L})(?:fraud|antifraud|betrug|frode|frodi|kyc|verification|verificacion|verificacao|refund|reembolso|rimborso|remboursement|ruckerstattung|мошеннич|фрод|антифрод|احتيال|الاحتيال|केवाईसी|धोखाधड)/u;

/**
 * Whether a desk's word has only a firm or a desk's usual words beside it, as in "Chase Security Department". "Orange
 * Security Systems" and "Ing. Rossi Sicurezza" are real names.
 */
function saysNothingElse(rest: readonly string[], isFirm: (words: readonly string[]) => boolean): boolean {
  const { banks, beside, support } = lists();
  return rest.every(
    (word, at) =>
      beside.has(word) ||
      banks.has(word) ||
      support.has(word) ||
      [1, 2, 3].some((length) =>
        [0, 1, 2].some(
          (before) => before < length && before <= at && isFirm(rest.slice(at - before, at - before + length)),
        ),
      ),
  );
}

/** A desk is the first, last or last but one word: "Chase Fraud Department", not "Bank Security Guard Services". */
function near(words: readonly string[], at: number): boolean {
  return at === 0 || at >= words.length - 2;
}

/** Whether one to three consecutive words are a firm. */
function holdsFirm(words: readonly string[], isFirm: (words: readonly string[]) => boolean): boolean {
  return words.some((_, at) => [1, 2, 3].some((length) => isFirm(words.slice(at, at + length))));
}

/** `claimsDesk` for scripts without spaces. @param holdsKnownFirm whether a text contains a firm or the word for bank */
export function claimsDeskUnspaced(text: string, holdsKnownFirm: (text: string) => boolean): boolean {
  const written = text.normalize("NFKC").toLowerCase().trim();
  return UNSPACED_TICK.test(written) || (UNSPACED_DESK.test(written) && holdsKnownFirm(written));
}
