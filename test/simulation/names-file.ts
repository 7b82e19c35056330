import { columnOf, readTable } from "./table.ts";

/** A caller with the names that people give it, as often as they were found. */
export interface Entity {
  readonly id: string;
  readonly names: readonly string[];
}

/** Callers of a file with the columns `entity` and `name`. @throws Error when a column is missing */
export function readNames(file: string): Entity[] {
  const names = new Map<string, string[]>();
  const rows = readTable(file);
  for (const column of ["entity", "name"]) columnOf(rows, file, [column]);
  for (const { entity = "", name = "" } of rows) {
    if (entity !== "" && name !== "") names.set(entity, [...(names.get(entity) ?? []), name]);
  }
  return [...names].map(([id, own]) => ({ id, names: own })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Which half of all callers one belongs to: parameters are chosen on the first, the other is held out. */
export function halfOf(id: string): "a" | "b" {
  const hash = Array.from(id).reduce(
    (sum, character) => (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) >>> 0,
    0,
  );
  return hash % 2 === 0 ? "a" : "b";
}

const FIRST = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper", "Kelp", "Larch"];
const SECOND = ["Bakery", "Dental", "Garage", "School", "Pharmacy", "Florist", "Books", "Cycles", "Clinic", "Travel"];

/** Made-up callers, for a run without a file of real ones. */
export function madeUpNames(): Entity[] {
  return FIRST.flatMap((first) =>
    SECOND.map((second) => {
      const name = `${first} Street ${second}`;
      return {
        id: name,
        names: [name, name, name.toUpperCase(), `The ${name}`, `${first} St. ${second} Inc`, `${first} ${second}`],
      };
    }),
  );
}
