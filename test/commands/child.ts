import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A command under way, run as its npm script runs it. */
export interface Command {
  readonly child: ChildProcess;
  readonly exited: Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Settles when the output so far matches. */
  readonly said: (pattern: RegExp) => Promise<void>;
}

/**
 * Starts `src/commands/<name>.ts` in `folder`, which plays the project's root, on its own or behind a `shell`. Killed with
 * the test.
 */
export function startCommand(
  name: string,
  args: readonly string[],
  folder: string,
  env = {},
  { shell = false } = {},
): Command {
  const script = join(import.meta.dirname, `../../src/commands/${name}.ts`);
  const { INIT_CWD: _initCwd, PORT: _port, ...inherited } = process.env;
  // As npm does it; the second command keeps the shell from becoming the program.
  const program = shell ? ["sh", "-c", '"$0" "$@"; exit $?', process.execPath] : [process.execPath];
  const [file = "", ...before] = program;
  const child = spawn(file, [...before, script, ...args], { cwd: folder, env: { ...inherited, ...env } });
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
