import { afterAll, beforeAll } from "vitest";
import { roomInHour } from "../support/clock.ts";
import { stage } from "./stage.ts";

// All pages in one browser and against one service: starting them takes longer than what is seen in them. SCREENSHOTS
// names a folder to keep pictures in.
beforeAll(async () => {
  await roomInHour(180_000);
  await stage.open();
});
afterAll(() => stage.close());

await import("./own-number.ts");
await import("./picture-links.ts");
await import("./problem-pages.ts");
