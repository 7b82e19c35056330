import type { Frame } from "./logger.ts";

const MOST_FRAMES = 12;
/** `    at function (file:line:column)` or `    at file:line:column`, as V8 writes it. */
const FRAME =
  /^ {4}at (?:(?<name>[\w$.#<>[\] ]{1,80}) \()?(?<file>[\w$.@:/+%-]{1,300}):(?<line>\d{1,7}):(?<column>\d{1,7})\)?$/;
/** A function can be named after an object's key, and a key can be data: only identifiers pass. */
const LONG_NUMBER = /\d{5}/;

/**
 * The frames of an error's stack: function, file, line and column in the bundle; its source map gives the source. Never the
 * error's message, which can contain a number or a statement, on however many lines.
 */
export function framesOf(thrown: unknown): readonly Frame[] {
  if (!(thrown instanceof Error) || typeof thrown.stack !== "string") return [];
  const { stack, message } = thrown;
  // A stack starts with the error's name and message at the time. If that is not found, no line can be trusted.
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
