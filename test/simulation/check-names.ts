import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { checkName } from "../../src/verdict/name-rules.ts";
import { normalForm } from "../../src/verdict/names/normal-form.ts";
import { areCompatible } from "../../src/verdict/names/similarity.ts";
import { columnOf, readTable } from "./table.ts";

const USAGE = `npm run names -- [options]
  --words FILE   what ought to be refused; may be given often
  --names FILE   what ought to be taken; may be given often
  --pairs FILE   CSV of name1, name2 and is_match: precision and recall by script
  --column NAME  of files that are CSV (name)
  --misses       shows the words that are taken
  --refused      shows the names that are refused, and why
A file is CSV (.csv), a JSON array of strings (.json), or text of one a line.`;

const { values } = parseArgs({
  options: {
    words: { type: "string", multiple: true, default: [] },
    names: { type: "string", multiple: true, default: [] },
    pairs: { type: "string", multiple: true, default: [] },
    column: { type: "string", default: "name" },
    misses: { type: "boolean", default: false },
    refused: { type: "boolean", default: false },
  },
});
if (values.words.length + values.names.length + values.pairs.length === 0) {
  console.error(USAGE);
  process.exit(1);
}

/** The texts of a file, each once. */
function textsIn(file: string): string[] {
  const texts = file.endsWith(".csv")
    ? columnIn(file)
    : file.endsWith(".json")
      ? (JSON.parse(readFileSync(file, "utf8")) as unknown[]).filter((text) => typeof text === "string")
      : readFileSync(file, "utf8").split("\n");
  return [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ""))];
}

function columnIn(file: string): string[] {
  const table = readTable(file);
  const column = columnOf(table, file, [values.column]);
  return table.map((row) => row[column] ?? "");
}

function report(file: string, unit: string, shown: "taken" | "refused" | null): void {
  const checked = textsIn(file).map((text) => ({ text, checked: checkName(text) }));
  const reasons = new Map<string, string[]>();
  for (const { text, checked: answer } of checked) {
    const reason = answer.ok ? "taken" : answer.reason;
    reasons.set(reason, [...(reasons.get(reason) ?? []), text]);
  }
  const taken = reasons.get("taken")?.length ?? 0;
  const refused = checked.length - taken;
  const share = unit === "%" ? (100 * refused) / checked.length : (1000 * refused) / checked.length;
  const by = [...reasons]
    .filter(([reason]) => reason !== "taken")
    .map(([reason, texts]) => `${reason} ${texts.length}`);
  console.log(`${file}: ${refused} of ${checked.length} refused, ${share.toFixed(1)} ${unit} (${by.join(", ")})`);
  for (const [reason, texts] of reasons) {
    if (shown !== null && (reason === "taken") === (shown === "taken"))
      console.log(`  ${reason}: ${texts.join(" | ")}`);
  }
}

const SCRIPTS = "Latin Cyrillic Greek Arabic Hebrew Devanagari Han Hangul Katakana Thai Ethiopic".split(" ");

/** The script of the first letter that is of one of these; pairs of two scripts are one kind. */
function scriptOf(text: string): string {
  return SCRIPTS.find((script) => new RegExp(`\\p{Script=${script}}`, "u").test(text)) ?? "other";
}

interface Counts {
  found: number;
  same: number;
  both: number;
}

function reportPairs(file: string): void {
  const byScript = new Map<string, Counts>();
  for (const { name1 = "", name2 = "", is_match: match } of readTable(file)) {
    const [one, other] = [scriptOf(name1), scriptOf(name2)];
    const together = areCompatible(normalForm(name1), normalForm(name2));
    for (const script of ["all", one === other ? one : "two scripts"]) {
      const counts = byScript.get(script) ?? { found: 0, same: 0, both: 0 };
      byScript.set(script, counts);
      if (together) counts.found += 1;
      if (match === "true") counts.same += 1;
      if (together && match === "true") counts.both += 1;
    }
  }
  const share = (part: number, of: number): string => (of === 0 ? "–" : (part / of).toFixed(2));
  console.log(`| ${file.split("/").at(-1)} | called one | are one | precision | recall |\n|---|---|---|---|---|`);
  for (const [script, { found, same, both }] of byScript)
    console.log(`| ${script} | ${found} | ${same} | ${share(both, found)} | ${share(both, same)} |`);
}

for (const file of values.pairs) reportPairs(file);
for (const file of values.words) report(file, "%", values.misses ? "taken" : null);
for (const file of values.names) report(file, "‰", values.refused ? "refused" : null);
