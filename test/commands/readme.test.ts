import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Development } from "../support/development.ts";
import { ROOT } from "../support/service.ts";

const service = new Development();
beforeAll(() => service.start());
afterAll(() => service.remove());

it("the guide's sign-in works as it is printed: from the code to a lookup", async () => {
  const guide = readFileSync(join(ROOT, "docs/guide.md"), "utf8");
  const printed = /readme\.test\.ts runs this\. -->\n+```sh\n(.*?)```/s.exec(guide)?.[1] ?? "";
  expect(printed).toContain("HOST=http://localhost:8787\n");
  const script = printed.replace("http://localhost:8787", service.origin);
  const { stdout } = await promisify(execFile)("sh", ["-c", script]);
  expect(JSON.parse(stdout)).toMatchObject({
    number: "+13125550123",
    name: "Chicago Dental Care",
    nameLevel: "official",
  });
});
