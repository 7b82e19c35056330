import { mkdtemp, open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandFailure } from "../failure.ts";
import { readChunks } from "./chunks.ts";

const ASK = "say which with --encoding (windows-1251, shift_jis …), or save it as UTF-8";

/**
 * Detects the text encoding of a file: by a byte order mark, zeros in every other byte (UTF-16), valid UTF-8, or otherwise
 * Windows-1252 if that gives words. @throws CommandFailure if it could be several
 */
export async function recogniseEncoding(file: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
  const head = buffer.subarray(0, bytesRead);
  const mark = head.toString("hex", 0, 4);
  if (mark.startsWith("fffe0000") || mark === "0000feff")
    throw new CommandFailure(`The file is in UTF-32: save it as UTF-8.`);
  if (mark.startsWith("fffe")) return "utf-16le";
  if (mark.startsWith("feff")) return "utf-16be";
  const zeros = [0, 0];
  for (const [index, byte] of head.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > head.length / 5 && even === 0) return "utf-16le";
  if (even > head.length / 5 && odd === 0) return "utf-16be";
  if (even + odd > 0) throw new CommandFailure("The file holds zero bytes: it is no text, and no CSV.");

  const text = await survey(file);
  // With few damaged characters, only their rows are refused.
  if (text.damaged <= text.good) return "utf-8";
  if (text.isWindows1252) return "windows-1252";
  throw new CommandFailure(`The text of the file is neither UTF-8 nor Windows-1252: ${ASK}.`);
}

/** Whether `label` names a supported encoding. */
export function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== "";
  } catch {
    return false;
  }
}

/** The file if it is UTF-8, otherwise a private UTF-8 copy that is deleted when closed. */
export async function inUtf8(file: FileHandle, encoding: string): Promise<FileHandle> {
  if (new TextDecoder(encoding).encoding === "utf-8") return file;
  const folder = await mkdtemp(join(tmpdir(), "konnections-import-"));
  const copy = await open(join(folder, "utf-8.csv"), "wx+", 0o600);
  await rm(folder, { recursive: true });
  const decoder = new TextDecoder(encoding);
  for await (const chunk of readChunks(file, 0)) await copy.writeFile(decoder.decode(chunk, { stream: true }));
  await copy.writeFile(decoder.decode());
  return copy;
}

interface Survey {
  /** Counts non-ASCII characters in valid UTF-8, and invalid bytes. */
  readonly good: number;
  readonly damaged: number;
  readonly isWindows1252: boolean;
}

async function survey(file: FileHandle): Promise<Survey> {
  const decoder = new TextDecoder("utf-8");
  const seen = { good: 0, damaged: 0, high: 0, inRuns: 0, odd: 0 };
  let run = 0;
  let before = 0;
  let beforeThat = 0;
  for await (const chunk of readChunks(file, 0)) {
    const text = decoder.decode(chunk, { stream: true });
    const damaged = text.match(/\uFFFD/g)?.length ?? 0;
    seen.damaged += damaged;
    seen.good += (text.match(/[^\0-\x7F]/gu)?.length ?? 0) - damaged;
    for (const byte of chunk) {
      if (byte >= 0x80) {
        seen.high += 1;
        run += 1;
        if (RARE.has(byte)) seen.odd += 1;
        if (run === 3) seen.inRuns += 3;
        else if (run > 3) seen.inRuns += 1;
      } else {
        run = 0;
        if (isLetter(byte) && isSignByte(before) && !RARE.has(before) && isLetter(beforeThat)) seen.odd += 1;
      }
      beforeThat = before;
      before = byte;
    }
  }
  // Western words have single accented letters: runs of high bytes suggest another script, and signs inside words another
  // code page.
  return { ...seen, isWindows1252: seen.inRuns * 10 <= seen.high && seen.odd * 10 <= seen.high };
}

/** Bytes that are undefined or rare signs in Windows-1252, but letters in other code pages. */
const RARE = new Set([0x81, 0x82, 0x83, 0x86, 0x87, 0x88, 0x89, 0x8b, 0x8d, 0x8f, 0x90, 0x98, 0x9b, 0x9d]);
/** Exceptions that do occur inside words: apostrophes, Š, Œ, Ž, ª, º, a middle dot, spaces. */
const IN_WORDS = new Set([0x8a, 0x8c, 0x8e, 0x92, 0x9a, 0x9c, 0x9e, 0x9f, 0xa0, 0xaa, 0xad, 0xb7, 0xba]);

function isSignByte(byte: number): boolean {
  return byte >= 0x80 && byte < 0xc0 && !IN_WORDS.has(byte);
}

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}
