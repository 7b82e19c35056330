import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { jsonOf, type Answer } from "./answer.ts";
import { ndjson, type Row, type Status } from "./import.ts";
import { putMigratedState } from "./migrated-state.ts";
import type { Needles } from "./needles.ts";
import { freePort } from "./ports.ts";
import { testSecrets } from "./secrets.ts";
import { ROOT, type Sent, type Service } from "./service.ts";
import { bytesOf, filesOf } from "./state.ts";
import { Mint } from "./tokens.ts";
import { until } from "./until.ts";

const COMPILED = /\/\.wrangler\/tmp\/(?:dev|bundle)-/;

/** Kept here: a test may put a stand-in for the internet in the place of the global one. */
const realFetch = globalThis.fetch;

/** What the service has written in a project's folder, running or stopped, or in a copy of one. */
export class Left {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The stores: what a thief would copy. */
  get state(): string {
    return join(this.folder, ".wrangler", "state");
  }

  /** Folders into which it writes, the copied sources left out. */
  get written(): string[] {
    return [".wrangler", "home", "tmp"].map((name) => join(this.folder, name));
  }

  /** Every file that it wrote, but for the Worker's code as wrangler compiled it. */
  get files(): string[] {
    return this.written.flatMap(filesOf).filter((path) => !COMPILED.test(path));
  }

  /** What of some needles stands in any file, by file. @throws Error where there is none to search */
  search(needles: Needles): Readonly<Record<string, readonly string[]>> {
    const { files, folder } = this;
    if (files.length === 0) throw new Error(`Nothing was written in ${folder}.`);
    const found = files.map((path) => [relative(folder, path), needles.find(bytesOf(path))] as const);
    return Object.fromEntries(found.filter(([, findings]) => findings.length > 0));
  }

  /** Copies all that it wrote, as a thief would: also while it runs, in the midst of its work. */
  copyTo(folder: string): Left {
    for (const path of this.files) {
      const copy = join(folder, relative(this.folder, path));
      mkdirSync(dirname(copy), { recursive: true });
      // Some go between being listed and being copied.
      writeFileSync(copy, bytesOf(path));
    }
    return new Left(folder);
  }
}

/**
 * The project in a folder of its own, started as a person starts it (`npm run dev`). Its home and its temporary folder
 * are inside too: whatever it leaves behind is in `folder`.
 */
export class Development extends Left {
  readonly mint = new Mint(testSecrets.TOKEN_SIGNING_KEYS);
  #log = "";
  #origin = "";
  #pid = 0;
  #stop: (() => Promise<void>) | null = null;

  /**
   * @param more variables beside the secrets, over those of wrangler.toml
   * @param folder an empty one, if not one of its own
   */
  constructor(
    more: Readonly<Record<string, string>> = {},
    folder = mkdtempSync(join(tmpdir(), "konnections-promise-")),
  ) {
    super(folder);
    for (const name of ["src", "migrations", "wrangler.toml", "package.json", "tsconfig.json"]) {
      cpSync(join(ROOT, name), join(this.folder, name), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    for (const name of ["home", "tmp"]) mkdirSync(join(this.folder, name));
    const vars = Object.entries({ ...testSecrets, ...more }).map(([name, value]) => `${name}='${value}'\n`);
    writeFileSync(join(this.folder, ".dev.vars"), vars.join(""));
  }

  /** Everything that it wrote to its terminal so far. */
  get log(): string {
    return this.#log;
  }

  /** Where it listens, once started. */
  get origin(): string {
    return this.#origin;
  }

  /** The command's process, once started. */
  get pid(): number {
    return this.#pid;
  }

  /** Starts it on a free port, or on `env.PORT`, and waits until it has said how to ask. @param env over the usual */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await putMigratedState(this.state);
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#start(Number(env["PORT"] ?? (await freePort())), env);
      } catch (thrown) {
        // wrangler chooses ports of its own, and another one that starts at the same moment may choose the same.
        if (tries === 5 || !/Address already in use|is taken by another program/.test(String(thrown))) throw thrown;
      }
    }
  }

  async #start(port: number, env: Readonly<Record<string, string>>): Promise<void> {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(?:npm_|INIT_CWD|VITEST|NODE_OPTIONS|INDEX_KEY|SEAL_KEYS|TOKEN_SIGNING_KEYS)/.test(name),
    );
    const environment: Record<string, string | undefined> = {
      ...Object.fromEntries(inherited),
      HOME: join(this.folder, "home"),
      XDG_CONFIG_HOME: join(this.folder, "home"),
      TMPDIR: join(this.folder, "tmp"),
      NO_COLOR: "1",
      PORT: String(port),
      ...env,
    };
    const child = spawn(process.execPath, ["src/commands/dev.ts", "--verbose"], {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      // The Worker's own variables are typed as part of every environment; they come from .dev.vars here.
      env: environment as NodeJS.ProcessEnv,
    });
    this.#pid = child.pid ?? 0;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (this.#log += text));
    const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
    this.#stop = async () => {
      child.kill("SIGINT");
      const impatient = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await exited;
      clearTimeout(impatient);
    };
    const from = this.#log.length;
    for (let waited = 0; !this.#log.slice(from).includes("listens on"); waited += 100) {
      if (child.exitCode !== null || waited > 180_000)
        throw new Error(`npm run dev did not start:\n${this.#log.slice(from)}`);
      await sleep(100);
    }
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** Ends it as Ctrl-C does, and waits until it is gone. */
  async stop(): Promise<void> {
    await this.#stop?.();
    this.#stop = null;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Asks for a path, or for an address that the service gave. */
  fetch(path: string, init?: RequestInit): Promise<Response> {
    return realFetch(new URL(path, this.#origin), init);
  }

  async call(
    method: string,
    path: string,
    {
      token,
      body,
      headers = {},
    }: { token?: string; body?: string | Uint8Array; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const start = performance.now();
    const response = await realFetch(this.#origin + path, {
      method,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> | string }),
    });
    const text = await response.text();
    return {
      method,
      path,
      status: response.status,
      headers: new Map(response.headers),
      text,
      took: performance.now() - start,
    };
  }

  /** The same in the shape in which a `Service` is called. */
  get calls(): Pick<Service, "call"> {
    return { call: this.callAs.bind(this) };
  }

  callAs(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const { as = null, headers = {}, json, body } = sent;
    const token = typeof as === "object" ? as?.token : this.mint.token({ scope: as });
    const type: Record<string, string> = json === undefined ? {} : { "content-type": "application/json" };
    const payload = json === undefined ? body : JSON.stringify(json);
    return this.call(method, path, {
      ...(token === undefined ? {} : { token }),
      ...(payload === undefined ? {} : { body: payload }),
      headers: { ...type, ...headers },
    });
  }

  asOperator(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
    const token = this.mint.token({ scope: "operator" });
    return this.call(method, path, { token, headers, ...(body === undefined ? {} : { body }) });
  }

  /** Makes a dataset, sends its rows in batches of at most `size`, and waits until all is published. */
  async import(id: string, kind: "complaints" | "directory", rows: readonly Row[], size = 5000): Promise<void> {
    const json = { "content-type": "application/json" };
    const dataset = JSON.stringify({ title: id, kind, licence: "CC0-1.0", country: "US" });
    const made = await this.asOperator("PUT", `/v1/operators/datasets/${id}`, dataset, json);
    if (made.status !== 200) throw new Error(made.text);
    for (let at = 0; at < rows.length; at += size) {
      const sent = await this.asOperator(
        "POST",
        `/v1/operators/datasets/${id}/rows`,
        ndjson(rows.slice(at, at + size)),
        {
          "content-type": "application/x-ndjson",
          "idempotency-key": `${id}-${at}`,
        },
      );
      if (sent.status !== 200 || jsonOf<{ rejected: number }>(sent).rejected > 0) throw new Error(sent.text);
    }
    await this.untilPublished();
  }

  async untilPublished(): Promise<void> {
    const isDone = async (): Promise<boolean> => {
      const { backlog, areas } = jsonOf<Status>(await this.asOperator("GET", "/v1/operators/status"));
      const isOut = areas.tables.every(({ unpublishedSeconds }) => unpublishedSeconds === null);
      return backlog.blocks === 0 && areas.waiting === 0 && isOut;
    };
    await until("everything is published, areas too", isDone, 100);
  }
}
