import { describe, expect, it } from "vitest";
import confusables from "unhomoglyph/data.json" with { type: "json" };
import { contradicts, checkName, LONGEST_NAME } from "../../src/verdict/name-rules.ts";
import { lookalike } from "../../src/verdict/names/confusables.ts";
import { jaroWinkler } from "../../src/verdict/names/jaro-winkler.ts";
import { foldText, normalForm } from "../../src/verdict/names/normal-form.ts";
import { areCompatible, isHeld, likeness, NAMES_ALIKE } from "../../src/verdict/names/similarity.ts";

const reasonOf = (text: string, official: readonly string[] = []): string => {
  const checked = checkName(text, official);
  return checked.ok ? "taken" : checked.reason;
};

describe("name rules", () => {
  it.each(
    "N/A|#N/A|n.a.|NaN|nan|NULL|Null|(null)|null null|nil|Test|Test 1|TEST TEST|undefined|Unnamed|TBD|Not provided|[blank]|WIRELESS CALLER|sample|k.A.|Nicht verfügbar|sin nombre|неизвестно|テスト|غير معروف".split(
      "|",
    ),
  )("take %j for no name", (text) => {
    expect(reasonOf(text)).toBe("private-label");
    // Nor does it become one where a register calls the number so.
    expect(reasonOf(text, [text])).toBe("private-label");
  });

  it.each(
    "Jennifer Null|Test Laboratories|Ana Test|Christopher Null Jr|Nan|Nil|Ka|Nan Ka|Prova|Blank|John Blank|Nil Patel|Nan Goldin|Unknown Mortal Orchestra|No Name Pub|Sample Brothers".split(
      "|",
    ),
  )("take %j for a name", (text) => expect(reasonOf(text)).toBe("taken"));

  it.each([
    "Scunthorpe United",
    "Penistone",
    "Dick Van Dyke",
    "Cockburn",
    "Dr. Fuchs",
    "Assistance Clinic",
    "Lipshitz",
    "Wang",
    "Cummings",
    "Dickinson County Memorial Hospital",
    "Georgy",
    "Pornchai",
    "John Hooker",
    "Kike Hernández",
    "Raper & Sons",
    "Papa Johns",
    "Mama Mia Pizza",
    "Home Depot",
    "Boss Hair Salon",
    "Springfield Police",
    "Security Bank of Kansas",
    "Orange Security Systems",
    "Ing. Rossi Sicurezza",
    "24/7 Plumbing",
    "Route 66 Diner",
    "Studio 54 2020",
    "3M",
    "PayPal",
    "IRS scam",
    "Fake HMRC",
    "Holy Cross™",
    "Café ☕ Luna",
    "👩‍👩‍👧 Family Clinic",
    "👩🏽‍⚕️ Clinic",
    "ＮＴＴ",
    "Газпром",
    "北京大学",
    "नमस्ते क्लिनिक",
    "نادر‌زاده",
    "O'Neil's",
    "Hôpital Saint-Louis",
    "FDP Berlin",
    "Adolf Fick",
    "Cono Sur",
    "Smith Social Security Law",
    "CRA Landscaping",
    "Security Support Group",
    "Vendor Two Five Nine One",
    "Dot Common Bakery",
    "法院路牙科",
    "税務署通り法律事務所",
    "裁判所前郵便局",
    "경찰청앞 김밥",
    "법원 앞 부동산",
    "Orange County Customs",
    "Zoll Medical",
    "Resmi Nair",
    "Verity Business Services",
    "Cabinet Sécurité sociale Avocats",
    "Expedia.com",
    "Trivago.de",
    "Rightmove.co.uk",
    "Flipkart.com",
    "Mobile.de",
    "Vrbo.com",
    "St. Co. Pub",
    "葛\u{E0100}城",
    "❤\uFE0F Clinic",
  ])("takes %s", (name) => {
    expect(reasonOf(name)).toBe("taken");
  });

  it.each([
    [
      "profane",
      [
        "fuck you",
        "F U C K",
        "fuuuuck",
        "f*ck",
        "sh1t head",
        "a$$hole",
        "hurensohn",
        "vete a la mierda",
        "сука",
        "씨발놈",
        "傻逼公司",
        "madarchod",
        "¡coño!",
        "μαλάκας",
        "בן זונה",
        "Perkele",
      ],
    ],
    [
      "contact-details",
      [
        "call 555-123-4567",
        "+44 20 7946 0958",
        "www.example",
        "https://x",
        "joe@example.org",
        "joe (at) example (dot) org",
        "@joe_smith",
        "example.com",
        "example.co.uk",
        "example。com",
        "example dot com",
        "t.me/joe",
        "٠١٢٣٤٥٦٧",
        "Joe 555_123_4567",
        "Joe 5\uFE0F\u20E35\uFE0F\u20E35\uFE0F\u20E31\uFE0F\u20E32\uFE0F\u20E33\uFE0F\u20E34\uFE0F\u20E3",
        "five five five 1 two three Four",
      ],
    ],
    [
      "control-characters",
      ["a\u0000b", "Mr.\u202Eevil", "a\u200Bb", "bad\u2066", "x\uFEFF", "tab\u3164", "a\uFE0Fb", "a\u{E0100}b", "z̀́̂̃̄̅"],
    ],
    [
      "private-label",
      [
        "Mom",
        "Mom cell",
        "My boss (mobile)",
        "do not answer",
        "Don't answer!!",
        "媽媽",
        "Мама",
        "Schatz ❤",
        "Nicht rangehen",
        "엄마",
        "أمي",
        "annem",
        "मम्मी",
        "お母さん",
        "ne pas répondre",
        "no contestar",
        "5",
        "!!!",
        "",
        "Spam Likely",
        "scam caller",
        "Mom & Dad",
        "Μαμά",
        "ne vedd fel",
      ],
    ],
    [
      "impersonation",
      [
        "PayPaI",
        "Amaz0n",
        "Аmazon",
        "М1crosoft",
        "Wells Farg0",
        "IRS",
        "Internal Revenue Service",
        "The Bundeskriminalamt",
        "Chase Bank Fraud Department",
        "𝓑𝓪𝓷𝓴",
        "СОСА Cola",
        "lnternal Revenue Service",
        "lRS",
        "F B I",
        "IRS Agent Smith",
        "Social Security Office",
        "Wells Fargo Fraud",
        "Microsoft Support",
        "Служба безопасности банка",
        "Mercy Hospital ✅",
        "Chase Bank Scam Fraud Department",
        "DHL Customs",
        "FedEx Customs Department",
        "Chronopost Douane",
        "Correos Aduana",
        "Poste Italiane Dogana",
        "DHL Zoll",
        "Royal Mail Redelivery",
        "ING Kontosperrung",
        "Service Fraude Bancaire",
        "Swedbank Säkerhet",
        "Nordea Turvallisuus",
        "Danske Bank Svindel",
        "OTP Bank Biztonság",
        "Τράπεζα Πειραιώς Ασφάλεια",
        "בנק הפועלים אבטחה",
        "Verified",
        "Verifiziert",
        "Vérifié",
        "Verificado",
        "Проверено",
        "सत्यापित",
        "موثق",
        "已验证",
        "인증됨",
        "Konnections サポート",
        "Konnections поддержка",
        "Skatteverket",
        "Verohallinto",
        "Vergi Dairesi",
        "Налоговая инспекция",
        "ФНС России",
        "ΑΑΔΕ",
        "רשות המסים",
        "Cục Thuế",
        "Sécurité sociale",
        "NYPD",
        "中国海关",
        "年金事務所",
        "กรมศุลกากร",
        "法院前台",
      ],
    ],
  ] as const)("refuses %s", (reason, names) => {
    expect(names.map((name) => [name, reasonOf(name)])).toEqual(names.map((name) => [name, reason]));
  });

  it("bounds the length and cleans what it takes", () => {
    expect(reasonOf("a".repeat(LONGEST_NAME + 1))).toBe("too-long");
    // One sign each, eighteen letters as it is read.
    expect(reasonOf("ﷺ".repeat(12))).toBe("too-long");
    expect(reasonOf("𠮷".repeat(LONGEST_NAME))).toBe("taken");
    expect(checkName("  Cafe\u0301\u00A0  Luna ")).toEqual({ ok: true, name: "Café Luna" });
  });

  it("refuses what only looks like an official name, and takes the name itself", () => {
    expect(reasonOf("Mercy HospitaI", ["Mercy Hospital"])).toBe("impersonation");
    expect(reasonOf("Mercy H0spital", ["Mercy Hospital"])).toBe("impersonation");
    expect(reasonOf("MERCY HOSPITAL", ["Mercy Hospital"])).toBe("taken");
    expect(reasonOf("Mercy Clinic", ["Mercy Hospital"])).toBe("taken");
  });

  it("tells a contradiction from another spelling", () => {
    expect(contradicts("Mercy Hosp.", "The Mercy Hospital, Inc.")).toBe(false);
    expect(contradicts("Joe's Garage", "The Mercy Hospital, Inc.")).toBe(true);
  });
});

describe("normal form", () => {
  it.each([
    ["Siemens AG", "SIEMENS Aktiengesellschaft"],
    ["Dr. Ana Müller", "muller, ana"],
    ["The Pudney Trust", "Pudney Trust"],
    ["Fiske & Co.", "Fiske"],
    ["СОСА", "COCA"],
    ["Straße 5", "STRASSE 5"],
  ])("is one for %s and %s", (a, b) => {
    expect(normalForm(a).key).toBe(normalForm(b).key);
  });

  it("keeps what tells words apart in other scripts", () => {
    expect(normalForm("कमल").key).not.toBe(normalForm("कमला").key);
    expect(normalForm("がき").key).not.toBe(normalForm("かき").key);
  });

  it("knows lookalikes as Unicode's list does", () => {
    const wrong = Object.entries(confusables as Record<string, string>).filter(([sign, latin]) => {
      const known = lookalike(sign);
      return known !== sign && /^[a-z]$/i.test(latin) && known !== latin.toLowerCase();
    });
    expect(wrong).toEqual([]);
    expect(Array.from("аеорсухԁі", lookalike).join("")).toBe("aeopcyxdi");
  });
});

describe("similarity", () => {
  it.each([
    ["martha", "marhta", 0.9611],
    ["dixon", "dicksonx", 0.8133],
    ["dwayne", "duane", 0.84],
    ["same", "same", 1],
    ["abc", "xyz", 0],
  ])("of %s and %s is Jaro–Winkler's", (a, b, value) => {
    expect(jaroWinkler(a, b)).toBeCloseTo(value, 4);
    expect(jaroWinkler(b, a)).toBeCloseTo(value, 4);
  });

  it.each([
    ["Bob Miller", "Robert Miller"],
    ["J. Miller", "John Miller"],
    ["Goodwill Company", "Good Will Co"],
    ["Sampson Regional Medical Center", "Sampson Reg. Med Ctr"],
    ["Fiske", "CHICAGO PUBLIC SCHOOLS FISKE, JOHN"],
    ["Mohammed bin Salman", "Muhammad bin Salman"],
    ["Jon Smith", "John Smith"],
    ["Katherine Hall", "Catherine Hall"],
    ["Müller, Jürgen", "Juergen Mueller"],
    ["Goodwill Clinc", "Goodwill Clinic"],
    ["Ann Lee", "Anne Lee"],
    ["Volodymyr Petrenko", "Wolodymyr Petrenko"],
  ])("finds %s and %s to be one caller", (a, b) => {
    expect(areCompatible(normalForm(a), normalForm(b))).toBe(true);
    expect(areCompatible(normalForm(b), normalForm(a))).toBe(true);
  });

  it.each([
    ["Gate 12", "Gate 13"],
    ["Mercy Hospital", "Liberty Hospital"],
    ["Chicago Public Schools Goudy, William", "Chicago Public Schools Fiske, John"],
    ["Octavian Scholz", "Olaf Scholz"],
    ["Hospital", "Mercy Hospital"],
    ["Johns", "Robert Johnson"],
    ["Mario Rossi", "Maria Rossi"],
    ["Marta Diaz", "Maria Diaz"],
    ["Jan Novak", "Jon Novak"],
    ["Delta Dental", "Delta Rental"],
    ["Иван Петров", "Иван Петрова"],
    ["Иван Петров", "Ивана Петров"],
    ["محمد علي", "محمود علي"],
    ["김민수", "김민서"],
    ["王伟", "王芳"],
    ["राम कुमार", "राज कुमार"],
    // Too long to be compared letter by letter.
    [`${"Donaudampf".repeat(5)}werk`, `${"Donaudampf".repeat(5)}werg`],
  ])("keeps %s and %s apart", (a, b) => {
    expect(areCompatible(normalForm(a), normalForm(b))).toBe(false);
  });

  it("holds a part in its whole, not the other way round", () => {
    const [part, whole] = [normalForm("Fiske"), normalForm("Fiske School, John")];
    expect([isHeld(part, whole), isHeld(whole, part)]).toEqual([true, false]);
    expect(likeness(part, whole)).toBeLessThan(NAMES_ALIKE);
    expect(foldText("ÉCOLE")).toBe("ecole");
  });
});
