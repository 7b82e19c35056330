import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

const journal = z.object({ stage: z.enum(["rows", "finishing"]), next: z.object({ batch: z.number() }) });

/** How far an import is, as it wrote it down itself. */
export type Progress = z.infer<typeof journal>;

/** `npm run import` of one file as a process of its own; killed, it is started again with the same command. */
export class Importer {
  readonly #folder: string;
  readonly #args: readonly string[];
  readonly #file: string;
  #child: ChildProcess | null = null;
  #output = "";
  #exit: Promise<number | null> = Promise.resolve(null);

  /** @param folder the project's root @param file the CSV file @param args what else stands on the command line */
  constructor(folder: string, file: string, args: readonly string[]) {
    this.#folder = folder;
    this.#file = file;
    this.#args = args;
  }

  /** All that it said, over all its runs. */
  get output(): string {
    return this.#output;
  }

  /** Whether it is at work. */
  get running(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The summary of the last run that came to its end. */
  get totals(): string {
    return this.#output.match(/^imported: .*$/gm)?.at(-1) ?? "";
  }

  /** Null before the first batch, and after the end. */
  get progress(): Progress | null {
    const path = `${this.#file}.import.json`;
    if (!existsSync(path)) return null;
    try {
      return journal.parse(JSON.parse(readFileSync(path, "utf8")));
    } catch {
      // It was replaced between the two looks.
      return null;
    }
  }

  /** The file of refused rows, "" if there is none. */
  get refused(): string {
    const path = `${this.#file.replace(/\.csv$/, "")}.rejected.csv`;
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  start(): void {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(?:npm_|INIT_CWD$|PORT$)/.test(name));
    const child = spawn(process.execPath, ["src/commands/import.ts", this.#file, ...this.#args], {
      cwd: this.#folder,
      env: Object.fromEntries(inherited) as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    this.#exit = new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
    this.#child = child;
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#exit;
  }

  /** Resolves when it has come to its end by itself. @throws with its output when it failed */
  async ended(): Promise<void> {
    if ((await this.#exit) !== 0) throw new Error(`The import failed:\n${this.#output}`);
  }
}
