import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { columnOf, readTable } from "./table.ts";

const USAGE = `npm run simulate:names -- --sites FILE --hospitals FILE --out FILE
  --sites FILE      CSV with the columns true_id and site_name: names as several sources spell them
  --hospitals FILE  CSV with the columns facility_id and name (or facility_name): one spelling each
  --out FILE        where to write the columns entity and name`;

const { values } = parseArgs({
  options: { sites: { type: "string" }, hospitals: { type: "string" }, out: { type: "string" } },
});
if (values.out === undefined || (values.sites === undefined && values.hospitals === undefined)) {
  console.error(USAGE);
  process.exit(1);
}

/** Callers' ids and names, of the first columns of each list that the file has. */
function namesIn(file: string | undefined, of: string, ids: readonly string[], names: readonly string[]): string[][] {
  if (file === undefined) return [];
  const table = readTable(file);
  const [id, name] = [columnOf(table, file, ids), columnOf(table, file, names)];
  return table.map((row) => [`${of}-${row[id] ?? ""}`, row[name] ?? ""]);
}

const rows = [
  ...namesIn(values.sites, "site", ["true_id"], ["site_name", "name"]),
  ...namesIn(values.hospitals, "hospital", ["facility_id", "id"], ["name", "facility_name", "hospital_name"]),
].filter(([, name]) => name !== "");
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
writeFileSync(values.out, ["entity,name", ...rows.map((row) => row.map(quoted).join(",")), ""].join("\n"));
console.log(`names: ${rows.length} of ${new Set(rows.map(([entity]) => entity)).size} callers`);
