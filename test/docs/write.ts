import { writeFileSync } from "node:fs";
import { MADE_PAGES, pathOf, written } from "./pages.ts";

// Writes the pages that are made from the code; with --check, only says which of them are out of date.

const check = process.argv.includes("--check");
for (const [name, make] of Object.entries(MADE_PAGES)) {
  if (written(name) === make()) continue;
  if (check) {
    console.error(`${name} is out of date: run "npm run docs".`);
    process.exitCode = 1;
  } else {
    writeFileSync(pathOf(name), make());
    console.log(`wrote ${name}`);
  }
}
