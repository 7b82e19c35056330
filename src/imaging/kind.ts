/** Formats that are accepted; the last two only where the platform decodes them. */
export type PictureKind = "jpeg" | "png" | "gif" | "webp" | "avif" | "heic";

/** What a file is: an accepted format, audio, a picture in another format, or something else. */
export type Kind = PictureKind | "audio" | "unsupported" | "other";

/** ISO 8859-1 text at an offset; shorter at the end of the bytes. */
export function latin(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

// Signatures at the first byte; \u00xx is a byte. Containers that can hold audio count as audio: a recorded call can be a
// video without pictures (MP4, 3GP, Matroska, ASF).
const AUDIO = [
  "ID3",
  "fLaC",
  "OggS",
  "#!AMR",
  "MThd",
  "caff",
  ".snd",
  "wvpk",
  "MAC ",
  "\u001aE\u00df\u00a3",
  "0&\u00b2u",
];
const UNSUPPORTED = [
  "BM",
  "II*\u0000",
  "MM\u0000*",
  "II+\u0000",
  "MM\u0000+",
  "8BPS",
  "\u0000\u0000\u0001\u0000",
  "\u00ff\u000a",
  "\u0000\u0000\u0000\u000cJXL ",
  "\u0000\u0000\u0000\u000cjP  ",
  "<svg",
];
const HEIC_BRANDS = /^(?:hei[cxms]|hev[cxms]|m[is]f1)$/;
const MAX_BRANDS = 32;

/** The format of a file by its bytes; headers and file names are ignored. */
export function kindOf(bytes: Uint8Array): Kind {
  const start = latin(bytes, 0, 16);
  if (start.startsWith("\u00ff\u00d8\u00ff")) return "jpeg";
  if (start.startsWith("\u0089PNG\r\n\u001a\n")) return "png";
  if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) return "gif";
  if (start.startsWith("RIFF")) return riffKind(start.slice(8, 12));
  if (start.startsWith("FORM")) return /^AIF[FC]$/.test(start.slice(8, 12)) ? "audio" : "other";
  if (start.slice(4, 8) === "ftyp") return ftypKind(bytes);
  if (AUDIO.some((signature) => start.startsWith(signature)) || isMpegAudio(bytes)) return "audio";
  return UNSUPPORTED.some((signature) => start.startsWith(signature)) ? "unsupported" : "other";
}

function riffKind(form: string): Kind {
  if (form === "WEBP") return "webp";
  return form === "WAVE" || form === "AVI " ? "audio" : "other";
}

/** ISO base media files are told apart by their brands (ISO/IEC 14496-12, 4.3); those without a picture brand are video or audio. */
function ftypKind(bytes: Uint8Array): Kind {
  const length = Math.min(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), 16 + 4 * MAX_BRANDS);
  const brands = [latin(bytes, 8, 4)];
  for (let at = 16; at + 4 <= length; at += 4) brands.push(latin(bytes, at, 4));
  if (brands.includes("avif") || brands.includes("avis")) return "avif";
  return brands.some((brand) => HEIC_BRANDS.test(brand)) ? "heic" : "audio";
}

/** A frame header of ADTS, or of MPEG audio layer II or III: eleven set bits, then rates that exist. */
function isMpegAudio(bytes: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = bytes;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return false;
  const layer = (second >> 1) & 3;
  if (layer === 0) return (second & 0xf6) === 0xf0; // ADTS (AAC)
  const version = (second >> 3) & 3;
  return layer !== 3 && version !== 1 && third >> 4 !== 15 && ((third >> 2) & 3) !== 3;
}
