import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { normalForm } from "../../src/verdict/names/normal-form.ts";
import { areCompatible } from "../../src/verdict/names/similarity.ts";
import { readTable } from "../simulation/table.ts";

/** Labelled pairs lie beside the repository, or not at all. */
const PAIRS = join(import.meta.dirname, "../../../shared/data/name_pairs_labelled.csv");

describe.runIf(existsSync(PAIRS))("labelled pairs of names, many of them adversarial", () => {
  it("are told apart with the precision and recall that the README states", () => {
    const counts = { both: 0, found: 0, same: 0 };
    for (const { name1 = "", name2 = "", is_match: match } of readTable(PAIRS)) {
      const together = areCompatible(normalForm(name1), normalForm(name2));
      if (together) counts.found += 1;
      if (match === "true") counts.same += 1;
      if (together && match === "true") counts.both += 1;
    }
    expect(counts.both / counts.found).toBeGreaterThan(0.89);
    expect(counts.both / counts.same).toBeGreaterThan(0.71);
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
  ])("are one: %s", (pair) => {
    expect(one(pair)).toBe(true);
  });
});
