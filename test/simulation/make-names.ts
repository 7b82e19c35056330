import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readTable } from "./names-file.ts";

const USAGE = `npm run simulate:names -- --sites FILE --hospitals FILE --out FILE
  --sites FILE      CSV with the columns true_id and site_name: names as several sources spell them
  --hospitals FILE  CSV with the columns facility_id and name: one spelling each
  --out FILE        where to write the columns entity and name`;

const { values } = parseArgs({
  options: { sites: { type: "string" }, hospitals: { type: "string" }, out: { type: "string" } },
});
if (values.out === undefined || (values.sites === undefined && values.hospitals === undefined)) {
  console.error(USAGE);
  process.exit(1);
}

const sites =
  values.sites === undefined
    ? []
    : readTable(values.sites).map((row) => [`site-${row["true_id"] ?? ""}`, row["site_name"] ?? ""] as const);
const hospitals =
  values.hospitals === undefined
    ? []
    : readTable(values.hospitals).map((row) => [`hospital-${row["facility_id"] ?? ""}`, row["name"] ?? ""] as const);
const rows = [...sites, ...hospitals].filter(([, name]) => name.trim() !== "");
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
writeFileSync(values.out, ["entity,name", ...rows.map((row) => row.map(quoted).join(",")), ""].join("\n"));
console.log(`names: ${rows.length} of ${new Set(rows.map(([entity]) => entity)).size} callers`);
