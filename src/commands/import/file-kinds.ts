import type { FileHandle } from "node:fs/promises";
import { CommandFailure } from "../failure.ts";

const EDGE_BYTES = 64 * 1024;

/** Magic bytes of other file kinds, as Latin-1, and their names. */
const KINDS: readonly (readonly [begins: string | RegExp, is: string])[] = [
  ["\xD0\xCF\x11\xE0", "a workbook of an old Excel (.xls), or one with a password"],
  ["%PDF-", "a PDF"],
  [/^(?:\xEF\xBB\xBF)?\s*BEGIN:VCARD/i, "a vCard (.vcf)"],
  [/^(?:\xEF\xBB\xBF)?\s*BEGIN:VCALENDAR/i, "a calendar (.ics)"],
  [/^(?:\xEF\xBB\xBF)?\s*<(?:!doctype html|html|head|body|table)\b/i, "a web page (HTML)"],
  [/^(?:\xEF\xBB\xBF)?\s*<\?xml|^(?:\xEF\xBB\xBF)?\s*<[a-z][\w:.-]*[\s/>]/i, "XML"],
  [/^(?:\xEF\xBB\xBF)?\s*(?:\{\s*(?:"|\})|\[\s*(?:[{[\]"]))/, "JSON"],
  [/^\{\\rtf/, "a rich text document (RTF)"],
  ["\x1F\x8B", "compressed with gzip"],
  [/^BZh[1-9]/, "compressed with bzip2"],
  ["\xFD7zXZ\0", "compressed with xz"],
  ["\x28\xB5\x2F\xFD", "compressed with zstd"],
  ["7z\xBC\xAF", "a 7-Zip archive"],
  ["Rar!", "a RAR archive"],
  ["SQLite format 3\0", "an SQLite database"],
  ["\0\x01\0\0Standard Jet DB", "an Access database"],
  ["\0\x01\0\0Standard ACE DB", "an Access database"],
  ["PAR1", "a Parquet file"],
  [/^\x89PNG|^\xFF\xD8\xFF|^GIF8|^RIFF....WEBP/s, "a picture"],
];
const ZIP = ["PK\x03\x04", "PK\x05\x06", "PK\x07\x08"];
const ZIPPED: readonly (readonly [holds: RegExp, is: string])[] = [
  [/xl\/(?:workbook|worksheets|_rels|sharedStrings|styles)/, "an Excel workbook (.xlsx)"],
  [/mimetypeapplication\/vnd\.oasis\.opendocument\.spreadsheet/, "an OpenDocument spreadsheet (.ods)"],
  [/Index\/(?:Document|CalculationEngine|Tables)|\.iwa/, "a Numbers spreadsheet"],
  [/word\/(?:document|_rels|styles)/, "a Word document (.docx)"],
  [/mimetypeapplication\/vnd\.oasis\.opendocument/, "an OpenDocument file"],
];
const REMEDY = {
  sheet: "open it and save the sheet as CSV",
  packed: "unpack it first",
  other: "a CSV file is needed, with column names in its first line",
};

/** @throws CommandFailure that names the kind of a file, if it is not a text with rows */
export async function refuseOtherKinds(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const head = await latin1At(file, 0);
  const is = kindOf(
    head,
    ZIP.some((begins) => head.startsWith(begins)) ? head + (await latin1At(file, Math.max(0, size - EDGE_BYTES))) : "",
  );
  if (is === null) return;
  const remedy = /workbook|spreadsheet/.test(is) ? "sheet" : /compressed|archive/.test(is) ? "packed" : "other";
  throw new CommandFailure(`The file is ${is}, not CSV: ${REMEDY[remedy]}.`);
}

function kindOf(head: string, zipped: string): string | null {
  if (zipped !== "") return ZIPPED.find(([holds]) => holds.test(zipped))?.[1] ?? "a ZIP archive";
  return (
    KINDS.find(([begins]) => (typeof begins === "string" ? head.startsWith(begins) : begins.test(head)))?.[1] ?? null
  );
}

async function latin1At(file: FileHandle, offset: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(EDGE_BYTES), 0, EDGE_BYTES, offset);
  return buffer.toString("latin1", 0, bytesRead);
}
