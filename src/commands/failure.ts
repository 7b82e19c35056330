import { printable } from "./printable.ts";

/** Why a command stops: `message` is one sentence for the terminal, `exitCode` what the shell gets (1 failed, 2 misused). */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = "CommandFailure";
    this.exitCode = exitCode;
  }
}

/** Runs a command's `main`, printing a {@link CommandFailure} as its sentence; anything else is a bug and keeps its stack. */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    const failure = error instanceof CommandFailure ? error : systemFailure(error);
    if (failure === null) throw error;
    console.error(printable(failure.message));
    process.exitCode = failure.exitCode;
  }
}

/** What the machine refused (a full disk, a file that may not be written) as a sentence; null for anything else. */
function systemFailure(error: unknown): CommandFailure | null {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return null;
  const what = "path" in error ? ` ${String(error.path)}` : "";
  return new CommandFailure(`The system refused to ${String(error.syscall)}${what} (${String(error.code)}).`);
}
