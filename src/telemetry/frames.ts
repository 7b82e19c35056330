import type { Frame } from "./logger.ts";

const MOST_FRAMES = 12;
/** `    at function (file:line:column)` or `    at file:line:column`, as V8 writes it. */
const FRAME =
  /^ {4}at (?:(?<name>[\w$.#<>[\] ]{1,80}) \()?(?<file>[\w$.@:/+%-]{1,300}):(?<line>\d{1,7}):(?<column>\d{1,7})\)?$/;
/** Names are code; but a function may be named by a key, and a key may be data. */
const LONG_NUMBER = /\d{5}/;

/**
 * The frames of an error's stack: function, file, line and column of the bundle, which its source map leads back to the
 * source. Never the error's message, which may quote a number or a statement, whatever lines it has.
 */
export function framesOf(thrown: unknown): readonly Frame[] {
  if (!(thrown instanceof Error) || typeof thrown.stack !== "string") return [];
  const { stack, message } = thrown;
  // A stack begins with its error's name and message as they were then. Where that is not found nothing is sure.
  const at = message === "" ? 0 : stack.indexOf(message);
  if (message !== "" && !/^[\w$]{1,60}: $/.test(stack.slice(0, Math.max(0, at)))) return [];
  return stack
    .slice(at + message.length)
    .split("\n")
    .flatMap((line) => frame(line) ?? [])
    .slice(0, MOST_FRAMES);
}

function frame(line: string): Frame | null {
  const { name, file, line: row, column } = FRAME.exec(line)?.groups ?? {};
  if (file === undefined) return null;
  const base = file.slice(file.lastIndexOf("/") + 1);
  const [called, from] = [name ?? "anonymous", base].map((word) => (LONG_NUMBER.test(word) ? "hidden" : word));
  return `${called} ${from}:${row}:${column}` as Frame;
}
