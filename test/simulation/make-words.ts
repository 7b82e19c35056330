import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeWordTable } from "../../src/verdict/names/lists/make-word-table.ts";

// `npm run words`: folds the lists of words, once, into the table that the Worker carries.
const file = join(import.meta.dirname, "../../src/verdict/names/word-table.json");
const text = JSON.stringify(makeWordTable(), null, 1);
writeFileSync(file, `${text}\n`);
console.log(`${file}: ${text.length} characters`);
