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
    expect(counts.both / counts.found).toBeGreaterThan(0.8);
    expect(counts.both / counts.same).toBeGreaterThan(0.75);
  });
});
