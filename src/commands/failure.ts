import { printable } from "./printable.ts";

/** Ends a command: `message` is a sentence for the terminal, `exitCode` is 1 for a failure and 2 for wrong usage. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = "CommandFailure";
    this.exitCode = exitCode;
  }
}

/** Runs a command's `main`. Prints a {@link CommandFailure} as its message; any other error is a bug and keeps its stack. */
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

/** A system error, such as a full disk or a read-only file, as a sentence; null for anything else. */
function systemFailure(error: unknown): CommandFailure | null {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return null;
  const what = "path" in error ? ` ${String(error.path)}` : "";
  return new CommandFailure(`The system refused to ${String(error.syscall)}${what} (${String(error.code)}).`);
}
