import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { convertV4MiniflareOptions, Miniflare, NoOpLog } from "miniflare";
import sharp from "sharp";
import { buildProduct, migrations, type Built } from "../bench/build.ts";
import { testSecrets } from "../support/secrets.ts";
import { Mint } from "../support/tokens.ts";
import { IsolateMemory } from "./isolate-memory.ts";

const MIB = 1024 * 1024;
const ALLOWED_MIB = 64;
const SETTLED_MS = 1500;
/** Pixels a side of noise in three colours: a PNG of just under 10 MiB. */
const SIDE = 1866;

/**
 * What an upload of 10 MiB takes of the Worker's isolate, and whether fifty views of one link at once are all answered,
 * whole, while uploads go on. Figures are the engine's own, with what it has not yet swept.
 * @returns whether one upload stays under 64 MiB above idle, and all views are whole
 */
export async function run(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: {
      uploads: { type: "string", default: "6" },
      views: { type: "string", default: "50" },
      rounds: { type: "string", default: "5" },
    },
  });
  const [uploads, views, rounds] = [Number(values.uploads), Number(values.views), Number(values.rounds)];
  const directory = mkdtempSync(join(tmpdir(), "konnections-pictures-"));
  const worker = serve(await buildProduct(join(directory, "build")), join(directory, "stores"));
  try {
    await worker.ready;
    const database = await worker.getD1Database("DB", "product");
    for (const statement of migrations()) await database.prepare(statement.trim()).run();
    const client = new Client(`http://127.0.0.1:${(await worker.unsafeGetDirectURL("product")).port}`);
    const memory = await IsolateMemory.of(await worker.getInspectorURL(), "core:user:product");

    const pixels = { width: SIDE, height: SIDE, channels: 3 } as const;
    const large = await sharp(randomBytes(SIDE * SIDE * 3), { raw: pixels })
      .png()
      .toBuffer();
    // What is loaded and compiled at the first time is no upload's.
    const link = await client.upload(large);
    const picture = await client.save(link);
    if (!picture.equals(await client.view(link))) throw new Error("the page shows another picture than the file");
    console.log(`${inMib(large.byteLength, 2)} in, kept as ${inMib(picture.byteLength, 2)}`);

    const peakOf = async (work: () => Promise<unknown>): Promise<number> => {
      await sleep(SETTLED_MS);
      return memory.peakOf(work);
    };
    const alone: number[] = [];
    for (let round = 0; round < rounds; round += 1) alone.push(await peakOf(() => client.upload(large)));
    console.log(`one upload: ${alone.map((bytes) => inMib(bytes)).join(", ")} above idle (allowed ${ALLOWED_MIB})`);
    const look = (): Promise<Buffer[]> => Promise.all(Array.from({ length: views }, () => client.view(link)));
    console.log(`${views} views at once: ${inMib(await peakOf(look))} above idle`);

    let whole = 0;
    const together = await peakOf(async () => {
      const going = Array.from({ length: uploads }, () => client.upload(large));
      whole = (await look()).filter((one) => one.equals(picture)).length;
      await Promise.all(going);
    });
    console.log(`${whole} of ${views} views whole beside ${uploads} uploads: ${inMib(together)} above idle`);
    return Math.max(...alone) < ALLOWED_MIB * MIB && whole === views;
  } finally {
    await worker.dispose();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

function inMib(bytes: number, digits = 0): string {
  return `${(bytes / MIB).toFixed(digits)} MiB`;
}

/** The built Worker with a debugger's port. */
function serve(built: Built, stores: string): Miniflare {
  const { modulesRules: _, cronTriggers: __, bindings, ...settings } = built.settings;
  return new Miniflare(
    convertV4MiniflareOptions({
      log: new NoOpLog(),
      // Tables are printed, and what the Worker logs is not: only its errors are.
      handleStructuredLogs: ({ level, message }) => {
        if (level === "error") console.error(message);
      },
      cf: false,
      inspectorPort: 0,
      resourcePersistencePath: stores,
      workers: [
        {
          ...settings,
          name: "product",
          modules: [{ type: "ESModule" as const, path: "index.js", contents: built.script }],
          bindings: { ...(bindings as Record<string, string>), ...testSecrets, ENVIRONMENT: "development" },
          unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
        },
      ],
    }),
  );
}

/** Somebody who sends pictures, each from an account of its own to a number of its own, and looks at them. */
class Client {
  readonly #origin: string;
  readonly #mint = new Mint(testSecrets.TOKEN_SIGNING_KEYS);
  #sent = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  async upload(body: Uint8Array): Promise<string> {
    const number = `+1312555${1000 + this.#sent++}`;
    const response = await fetch(`${this.#origin}/v1/images`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.#mint.token()}`, "x-recipient": number },
      body,
    });
    const text = await response.text();
    if (response.status !== 201) throw new Error(`an upload: ${response.status} ${text}`);
    return (JSON.parse(text) as { link: string }).link;
  }

  async save(link: string): Promise<Buffer> {
    const response = await fetch(link, { method: "POST", body: new URLSearchParams({ save: "1" }) });
    return Buffer.from(await response.arrayBuffer());
  }

  async view(link: string): Promise<Buffer> {
    const response = await fetch(link, { method: "POST" });
    const found = /src="data:image\/webp;base64,([A-Za-z0-9+/=]*)"/.exec(await response.text());
    return Buffer.from(found?.[1] ?? "", "base64");
  }
}
