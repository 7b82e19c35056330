import { describe, expect, it } from "vitest";
import { checkName, checkOwnName } from "../../src/verdict/name-rules.ts";

const reasonOf = (text: string, vouched: readonly string[] = []): string => {
  const checked = checkName(text, vouched);
  return checked.ok ? "taken" : checked.reason;
};
const ownReasonOf = (text: string, vouched: readonly string[] = []): string => {
  const checked = checkOwnName(text, vouched);
  return checked.ok ? "taken" : checked.reason;
};

describe("names that offend", () => {
  it.each([
    [
      "profane",
      [
        "motherfucker2",
        "khandanchod",
        "follando",
        "Fickfehler",
        "moederneuker",
        "cazzata",
        "arrombado",
        "хуесосами",
        "шлюшка",
        "skurwysyn",
        "alabama hot pocket",
        "sbocchinara",
        "bastardo",
        "mamón",
        "circle jerk",
        "f.u.c.k",
        "fu ck you",
        "sh*t",
        "b**ch",
        "ｆｕｃｋ",
        "cyka blyat",
        "hijo de puta",
        "gilipollas",
        "fils de pute",
        "Wichser",
        "klootzak",
        "filho da puta",
        "pezzo di merda",
        "kurwa mać",
        "शराब चूतिया",
        "chootiya",
        "teri maa ki chut",
        "كس امك",
        "شَرْمُوطَة",
        "ya sharmouta",
        "qa7ba",
        "操你妈",
        "씨발",
        "クソ野郎",
      ],
    ],
    ["slur", ["nigger", "n1gger", "dirty paki", "bougnoule", "Kanake", "черножопый", "negrata", "faggot"]],
    [
      "accusation",
      [
        "child molester",
        "childmolester",
        "ch1ld m0lester",
        "John Smith child molester",
        "wife beater",
        "stole my money",
        "scammer John",
        "John has AIDS",
        "John AIDS",
        "Rapist",
        "drug dealer Joe",
        "Kinderschänder",
        "Vergewaltiger Müller",
        "violador",
        "estafadora Ana",
        "pédophile",
        "voleur Jean",
        "बलात्कारी",
        "حرامي",
        "насильник Иван",
        "강간범",
        "杀人犯王伟",
        "stupratore",
        "verkrachter",
        "ladrão",
      ],
    ],
  ] as const)("are refused: %s", (reason, names) => {
    expect(names.map((name) => [name, reasonOf(name)])).toEqual(names.map((name) => [name, reason]));
  });

  it.each([
    "AIDS Clinic",
    "City of Hope Cancer Center",
    "Drug Store",
    "Rape Crisis Hotline",
    "Smith Criminal Defense Lawyers",
    "Alcoholics Anonymous",
    "Thief River Falls Clinic",
    "Krebsberatung München",
    "Centro de Ayuda a Víctimas de Violación",
    "Clínica del Cáncer",
    "Suicide Prevention Lifeline",
    "Sexual Health Clinic",
    "Killer Burgers",
    "Cummings",
    "Emily Dickinson",
    "Regina Pesce",
    "Juan Pinto",
    "Cock & Kuntz",
    "Fuchs, Schmuck & Hooker",
    "Wang Dong",
    "Bich Phuc Nguyen",
    "Anna Fücks",
    "Fuk Lam Noodles",
    "Matsushita",
    "Scunthorpe",
    "Hoerr",
    "Slutsky",
    "Janet",
    "María del Carmen",
    "パチンコ店",
    "ヒューマンコーポレーション",
    "火鸡巴黎餐厅",
    "생활정보지",
    "หีบเพลง",
    "Nick نيك",
    "Ben",
    "Primo",
    "Tia",
    "Hala",
    "White House Restaurant",
    "سایه\u200C",
    "Mamadou Diakhaté",
    "Çağatay Altıntaş",
    "Magda Kosík",
    "Alfons Jenni",
    "Janet Mamon",
    "Babacar Mendy",
    "Río Negro",
    "Goldoni",
    "Rathaus Neukölln",
    "Neukirchen",
    "Embassy of Mongolia",
    "Nikolai Gogol",
    "Dr. Couillard",
    "Pizzeria La Puttanesca",
    "Ficklin",
    "Al Hijra School",
    "Jackie Pica",
    "Rand Water",
    "الحسكة",
    "SC Trans cu Drag SRL",
    "La Pédale Joyeuse",
    "Anita Concha",
    "IRS scam",
    "Fake HMRC",
    "Hotel 1234567",
    "Tortillería La Esperanza",
    "Reputation Management Ltd",
    "Tischlampen Müller",
    "Stadtfest Aufmarsch",
    "Fahrrad- und Zimmer verhuren",
    "Helvetia Versicherung",
    "Faszination Yoga",
    "La Cazzuola",
    "Vagabond Inn",
    "Clínica de Huesos",
    "Pedal Power",
    "Calissons du Roy",
    "Hôtel du Manège",
    "La Chiave d'Oro",
    "Mộng Lan",
    "نور",
    "Booking.com",
  ])("are not taken for them: %s", (name) => {
    expect(reasonOf(name)).toBe("taken");
  });
});

describe("words that a longer name may hold", () => {
  it.each([
    "boner",
    "Schlampe",
    "payaso",
    "gros con",
    "vetealamierda",
    "дурак",
    "blyad'",
    "shrmouta",
    "गधा",
    "ya 7mar",
  ])("are refused alone: %s", (name) => {
    expect(reasonOf(name)).toBe("profane");
  });

  it.each(["Taquería El Payaso", "Regina", "Pinto", "Perla Negra Bar"])("are names: %s", (name) => {
    expect(reasonOf(name)).toBe("taken");
  });
});

describe("private labels that are also names", () => {
  it.each([
    ["Ben", "US", true],
    ["Ben", "TR", false],
    ["Tia", "US", true],
    ["Tia", "BR", false],
    ["Hala", "EG", false],
    ["Primo", "IT", true],
    ["Primo", "MX", false],
    ["Mom", "JP", false],
  ])("%s in %s", (name, country, ok) => {
    expect(checkName(name, [], country).ok).toBe(ok);
  });
});

describe("names that claim to be another", () => {
  it.each([
    "Banco Santander Departamento de Fraudes",
    "Crédit Agricole Service Fraude",
    "Poste Italiane Antifrode",
    "Сбербанк безопасность",
    "HDFC केवाईसी",
    "中国工商银行客服",
    "국민은행 보안팀",
    "Equipo Konnections",
    "Verifiziertes Unternehmen",
    "Entreprise vérifiée",
    "Проверенный бизнес",
    "شركة موثقة",
    "认证企业",
    "दिल्ली पुलिस",
    "東京国税局",
    "BofA Fraud",
    "Deutsche Bank Betrugsabteilung",
    "SBI KYC",
    "Caixa Segurança",
    "Konnections",
    "Konnections Team",
    "K0nnections",
    "Verified Business",
    "Fraud Prevention Dept.",
    "서울중앙지방검찰청",
    "Pąypal",
    "Раураӏ",
    "ᏢᎪᎩᏢᎪᏞ",
    "ΡΑΥΡΑΙ",
    "Ѕаӏӏу",
    "Lloyds Bank Security Team",
    "北京市公安局",
  ])("are refused of anybody: %s", (name) => {
    expect([reasonOf(name), ownReasonOf(name)]).toEqual(["impersonation", "impersonation"]);
  });

  it.each([
    "Chase Bank",
    "JPMorgan Chase",
    "PayPal",
    "Amazon Customer Service",
    "Bank of America",
    "Société Générale",
    "DHL",
    "Springfield Police Department",
    "Finanzamt",
    "полиция",
  ])("are taken of a caller, and not of oneself unless it is known: %s", (name) => {
    expect(reasonOf(name)).toBe("taken");
    expect(ownReasonOf(name)).toBe("impersonation");
    expect(ownReasonOf(name, [name])).toBe("taken");
  });

  it.each(["Kids Konnections Daycare", "Chase Miller", "Apple Valley Clinic", "Wise Plumbing", "Court Street Grill"])(
    "are not taken for another's: %s",
    (name) => {
      expect(ownReasonOf(name)).toBe("taken");
    },
  );

  it("are let pass where they are vouched for, letter by letter", () => {
    expect(ownReasonOf("Internal Revenue Service", ["Internal Revenue Service"])).toBe("taken");
    expect(reasonOf("Chase Fraud Department", ["Chase Fraud Department"])).toBe("taken");
    expect(ownReasonOf("Chase", ["Chase Dental Clinic"])).toBe("impersonation");
    expect(ownReasonOf("Сhаsе", ["Chase"])).toBe("impersonation");
  });
});
