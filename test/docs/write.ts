import { writeFileSync } from "node:fs";
import { MADE_PAGES, pathOf } from "./pages.ts";

for (const [name, make] of Object.entries(MADE_PAGES)) {
  writeFileSync(pathOf(name), make());
  console.log(`wrote ${name}`);
}
