import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startCommand } from "../commands/child.ts";
import { scratchFolder } from "../commands/scratch.ts";
import { jsonOf } from "../support/answer.ts";
import { freshBlock } from "../support/blocks.ts";
import { importRows, makeDataset, untilPublished } from "../support/import.ts";
import { testSecrets } from "../support/secrets.ts";
import { Service } from "../support/service.ts";

interface Copy {
  readonly complete: boolean | null;
  readonly republishing: { readonly marked: number; readonly pages: number } | null;
}
interface Step {
  readonly run: string;
  readonly phase: string;
  readonly pages: number;
}

let service: Service;
let folder: string;
beforeAll(async () => {
  service = await Service.shared();
});
beforeEach(async () => {
  folder = await scratchFolder();
  const secrets = Object.entries(testSecrets).map(([name, value]) => `${name}='${value}'\n`);
  await writeFile(join(folder, ".dev.vars"), secrets.join(""));
});

const copyOf = async (): Promise<Copy> =>
  jsonOf<{ copy: Copy }>(await service.call("GET", "/v1/operators/status", { as: "operator" })).copy;
const step = async (json: object): Promise<Step> =>
  jsonOf(await service.call("POST", "/v1/operators/republish", { as: "operator", json }));
const command = () => startCommand("republish", ["--to", service.url.origin], folder);

describe("npm run republish", () => {
  it("goes on with what was begun, ends the same after being killed, and leaves KV complete", async () => {
    const blocks = [freshBlock(), freshBlock(), freshBlock()];
    const dataset = await makeDataset(service, "directory");
    await importRows(
      service,
      dataset,
      blocks.map((block, n) => ({ number: `${block}23`, name: `Clinic ${n}` })),
    );
    await untilPublished(service);

    const begun = await step({});
    expect(begun.phase).not.toBe("done");
    expect((await copyOf()).republishing).toMatchObject({ marked: 0, pages: begun.pages });
    const killed = command();
    await killed.said(/marking/);
    killed.child.kill("SIGKILL");
    await killed.exited;

    const { code, stdout, stderr } = await command().exited;
    expect(stderr).not.toMatch(/Error/);
    expect(stdout).toMatch(/^republished: [\d,]+ pages, and KV is complete\n$/);
    expect(code).toBe(0);
    expect(await copyOf()).toMatchObject({ complete: true, republishing: null });
    expect(await step({ run: begun.run }), "a repeat of the last step").toMatchObject({
      run: begun.run,
      phase: "done",
    });
    for (const [n, block] of blocks.entries()) {
      expect(await service.lookup(`${block}23`)).toMatchObject({ name: `Clinic ${n}`, degraded: false });
    }
  });

  it("says how it is called", async () => {
    const { code, stderr } = await startCommand("republish", ["--to", "http://example.com"], folder).exited;
    expect(code).toBe(2);
    expect(stderr).toMatch(/--to must be https .*\nUsage: npm run republish/);
  });
});
