import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A command under way, run as its npm script runs it. */
export interface Command {
  readonly child: ChildProcess;
  readonly exited: Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Settles when the output so far matches. */
  readonly said: (pattern: RegExp) => Promise<void>;
}

/** Starts `src/commands/<name>.ts` in `folder`, which plays the project's root. Killed with the test. */
export function startCommand(name: string, args: readonly string[], folder: string, env = {}): Command {
  const script = fileURLToPath(new URL(`../../src/commands/${name}.ts`, import.meta.url));
  const { INIT_CWD: _initCwd, PORT: _port, ...inherited } = process.env;
  const child = spawn(process.execPath, [script, ...args], { cwd: folder, env: { ...inherited, ...env } });
  onTestFinished(() => void child.kill("SIGKILL"));
  const out = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (out.stderr += text));
  const exited = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) =>
    child.once("error", reject).once("close", (code) => resolve({ code, ...out })),
  );
  const said = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(out.stdout + out.stderr)) resolve();
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      child.once("close", () => reject(new Error(`It ended and never said ${pattern}:\n${out.stdout}\n${out.stderr}`)));
      look();
    });
  return { child, exited, said };
}
