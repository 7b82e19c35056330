import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalForm } from "../../src/verdict/names/normal-form.ts";
import { areCompatible } from "../../src/verdict/names/similarity.ts";
import { readTable } from "../simulation/table.ts";

/** Pairs of our own in nine scripts, and others' that lie beside the repository, or not at all. */
const OWN = join(import.meta.dirname, "name-pairs.csv");
const OTHERS = join(import.meta.dirname, "../../../shared/data/name_pairs_labelled.csv");

/** Precision and recall of the labelled pairs of a file. */
function measured(file: string, which = (_pair: string): boolean => true): { precision: number; recall: number } {
  const counts = { both: 0, found: 0, same: 0 };
  for (const { name1 = "", name2 = "", is_match: match } of readTable(file)) {
    if (!which(`${name1} ${name2}`)) continue;
    const together = areCompatible(normalForm(name1), normalForm(name2));
    if (together) counts.found += 1;
    if (match === "true") counts.same += 1;
    if (together && match === "true") counts.both += 1;
  }
  return { precision: counts.both / counts.found, recall: counts.both / counts.same };
}

describe("labelled pairs of names", () => {
  it("are told apart with a precision of .93 at a recall of .80", () => {
    const { precision, recall } = measured(OWN);
    expect(precision).toBeGreaterThanOrEqual(0.93);
    expect(recall).toBeGreaterThanOrEqual(0.8);
  });

  it.each(["Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari", "Han", "Hangul", "Katakana"])(
    "are so in %s alone, and where one of two names is in it",
    (script) => {
      const letters = new RegExp(`\\p{Script=${script}}`, "u");
      const { precision, recall } = measured(OWN, (pair) => letters.test(pair));
      expect(precision).toBeGreaterThanOrEqual(0.93);
      expect(recall).toBeGreaterThanOrEqual(0.8);
    },
  );

  it.runIf(existsSync(OTHERS))("of others, adversarial, are told apart as the README states", () => {
    const { precision, recall } = measured(OTHERS);
    expect(precision).toBeGreaterThan(0.93);
    expect(recall).toBeGreaterThan(0.77);
  });
});

const one = (pair: string): boolean => {
  const [a = "", b = ""] = pair.split("|");
  return areCompatible(normalForm(a), normalForm(b));
};

describe("names of people", () => {
  it.each([
    "김민수|김민서",
    "Mario Rossi|Maria Rossi",
    "Delta Dental|Delta Rental",
    "محمد علي|محمود علي",
    "Иван Петров|Иван Петрова",
    "Carlos Diaz|Carla Diaz",
    "Christian Meyer|Christina Meyer",
    "John Roberts|John Robertson",
    "Luis Martin|Luis Martinez",
    "Simon Klein|Simone Klein",
    "Александр Иванов|Александра Иванова",
    "Аляксандр Лукашэвіч|Аляксандр Лукашэнка",
    "Γιώργος Νικολάου|Γεωργία Νικολάου",
    "राहुल वर्मा|रोहन वर्मा",
    "Abdullah bin Omar|Omar bin Abdullah",
    "Bowne Solutions|Bowne Solutions II",
    "Khalid Salim|Khalil Salim",
    "Rajesh Kumar|Ramesh Kumar",
    "John Smith Jr.|John Smith Sr.",
    "A. Smith|John Smith",
    "Maria|Maria Gonzalez",
    "Walmart Store 1234|Walmart Store 1243",
    "North Side Clinic|South Side Clinic",
    "Santander México|Santander Chile",
    "Crystal Systems|Crystal Ltd",
    "Иван Петров|Ivan Petrova",
    "محمد علي|Mahmoud Ali",
    "김민수|Kim Min-seo",
    "王伟|Wang Fang",
    "राजेश कुमार|Ramesh Kumar",
    "דוד כהן|Dan Cohen",
    "ヤマダ タロウ|Yamada Jiro",
    "Νίκος Παπαδάκης|Nikos Papadopoulos",
  ])("are two: %s", (pair) => {
    expect(one(pair)).toBe(false);
  });

  it.each([
    "Chicago Dental Care|Chicago Dental Care LLC",
    "Dr. Mary-Ann O'Connor|Mary Ann OConnor",
    "St. Mary's Hospital|Saint Marys Hospital",
    "Müller, Jürgen|Juergen Mueller",
    "Mohammed Ali|Muhammad Ali",
    "Katherine Jones|Catherine Jones",
    "Aleksandr Petrov|Alexander Petrov",
    "Алёна Королёва|Алена Королева",
    "أحمد علي|احمد علي",
    "김 민수|김민수",
    "Christopher Rodriguez|Christopher Rodrigues",
    "Yusuf Ibrahim|Youssef Ibrahim",
    "Abdul Rahman Khalid|Abdurrahman Khaled",
    "Pepe García|José García",
    "Саша Кузнецов|Александр Кузнецов",
    "Michael Jorgan|Michael Jordan",
    "Kim Min-su|Kim Minsoo",
    "Brigade Forty-Four|Brigade 44",
    "vanderbilt corp|van der bilt corp",
    "PLA|People's Liberation Army",
    "陳大文|陈大文",
    "박지훈 씨|박지훈",
    "Иван Петров|Ivan Petrov",
    "Юрий Жуков|Yuri Zhukov",
    "محمد علي|Mohamed Ali",
    "عبد الرحمن خالد|Abdulrahman Khalid",
    "राहुल शर्मा|Rahul Sharma",
    "王伟|Wang Wei",
    "陈建国|Jianguo Chen",
    "이영희|Lee Young-hee",
    "박지훈|Jihoon Park",
    "דוד כהן|David Cohen",
    "ヤマダ タロウ|Yamada Taro",
    "バラク・オバマ|Barack Obama",
    "ბარაკ ობამა|Barack Obama",
    "Γιώργος Παπαδόπουλος|Giorgos Papadopoulos",
  ])("are one: %s", (pair) => {
    expect(one(pair)).toBe(true);
  });
});

describe("whether two names are one", () => {
  const names = readTable(OWN).flatMap(({ name1 = "", name2 = "" }) => [name1, name2]);
  const name = fc.constantFrom(...names);

  it("does not depend on which is first", () => {
    fc.assert(fc.property(name, name, (a, b) => one(`${a}|${b}`) === one(`${b}|${a}`)));
  });

  it("holds of a name and itself, in other case, with its words turned round, with a title or a legal form", () => {
    fc.assert(
      fc.property(name, fc.constantFrom("Dr. $", "$ Ltd", "$ GmbH", "  $ "), (own, around) => {
        const words = own.split(" ");
        const turned = words.length === 2 ? words.reverse().join(" ") : own;
        return [own.toUpperCase(), turned, around.replace("$", own)].every((other) => one(`${own}|${other}`));
      }),
    );
  });

  it("is denied as soon as both have a number, and another one", () => {
    const number = fc.integer({ min: 10_000, max: 99_999 });
    fc.assert(fc.property(name, number, number, (own, a, b) => a === b || !one(`${own} ${a}|${own} ${b}`)));
  });

  it("is answered soon for names made to be slow", { timeout: 20_000 }, () => {
    const forms = Array.from({ length: 16 }, (_, seed) =>
      normalForm(Array.from({ length: 16 }, (_word, at) => `m${"anan".slice((seed + at) % 3)}${at % 7}`).join(" ")),
    );
    const cyrillic = normalForm("ииыеяьйиыея ".repeat(8));
    const latin = normalForm("iyeiyaiyeya ".repeat(8));
    const all = [...forms, cyrillic, latin];
    for (const a of all) for (const b of all) expect(areCompatible(a, b)).toBe(areCompatible(b, a));
  });
});
