import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";

/** Photographs of other people's cameras, beside the project and not in it; tests of them skip where they are not. */
const PHOTOGRAPHS = join(import.meta.dirname, "../../../shared/data/images");
const FOLDER = process.env["TEST_PICTURES"] ?? PHOTOGRAPHS;

/** Names of the photographs that are there. */
export const photographs: readonly string[] = existsSync(FOLDER)
  ? readdirSync(FOLDER).filter((name) => /\.(?:jpe?g|png|gif|webp|avif|heic)$/i.test(name))
  : [];

export function photograph(name: string): Uint8Array {
  return readFileSync(join(FOLDER, name));
}

/** Words that a camera and its owner wrote into `tell`'s pictures; none may be found in what is made of them. */
export const TOLD = ["Quellbrook Cameras", "Zyntharova", "umbrella menders", "Wroxtelby"];

export type Format = "jpeg" | "png" | "gif" | "webp" | "avif";

/** Width, height and the four corners: red, green, blue, white, from the top left clockwise. */
export async function flag(width: number, height: number): Promise<Uint8Array> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const right = x >= width / 2;
      const below = y >= height / 2;
      const colour = below ? (right ? [0, 0, 255] : [255, 255, 255]) : right ? [0, 255, 0] : [255, 0, 0];
      pixels.set(colour, (y * width + x) * 3);
    }
  }
  return pixels;
}

/** A picture with a place, a camera, a name and a comment in every kind of metadata that its format has. */
export async function tell(format: Format, width = 64, height = 48): Promise<Uint8Array> {
  const made = await sharp(await flag(width, height), { raw: { width, height, channels: 3 } })
    .withExif({
      IFD0: { Make: TOLD[0] ?? "", Artist: TOLD[1] ?? "", ImageDescription: TOLD[2] ?? "" },
      IFD3: { GPSLatitudeRef: "N", GPSLatitude: "52/1 30/1 0/1", GPSLongitudeRef: "E", GPSLongitude: "13/1 24/1 0/1" },
    })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>${TOLD[3]}</rdf:RDF></x:xmpmeta>`)
    .toFormat(format)
    .toBuffer();
  return format === "jpeg" ? withSegments(made) : made;
}

/** A comment and IPTC, which cameras write too, after the JPEG's first bytes. */
function withSegments(jpeg: Uint8Array): Uint8Array {
  const iptc = `Photoshop 3.0\u00008BIM\u0004\u0004\u0000\u0000\u0000\u0000\u0000\u000c\u001c\u0002P\u0000\u0007${TOLD[3]}`;
  const segment = (marker: number, text: string): Buffer => {
    const body = Buffer.from(text, "latin1");
    return Buffer.concat([Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]), body]);
  };
  return Buffer.concat([jpeg.subarray(0, 2), segment(0xfe, TOLD[2] ?? ""), segment(0xed, iptc), jpeg.subarray(2)]);
}

/** A JPEG whose upright form is `flag(width, height)` and whose pixels are turned as `orientation` (1–8) says. */
export async function turned(orientation: number, width: number, height: number): Promise<Uint8Array> {
  const upright = sharp(await flag(width, height), { raw: { width, height, channels: 3 } });
  const stored = await UNDO[orientation - 1]?.(upright).png().toBuffer();
  return sharp(stored).jpeg({ quality: 95 }).withMetadata({ orientation }).toBuffer();
}

/** What a camera does to an upright picture so that the orientation of this number makes it upright again. */
const UNDO: readonly ((image: Sharp) => Sharp)[] = [
  (image) => image,
  (image) => image.flop(),
  (image) => image.rotate(180),
  (image) => image.flip(),
  (image) => image.rotate(270).flop(),
  (image) => image.rotate(270),
  (image) => image.rotate(90).flop(),
  (image) => image.rotate(90),
];

/** The colours of the corners of a picture, from the top left clockwise, as letters. */
export async function corners(picture: Uint8Array): Promise<string> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): string => {
    const [red = 0, green = 0, blue = 0] = data.subarray((y * info.width + x) * info.channels);
    if (red > 200 && green > 200 && blue > 200) return "w";
    return red > 200 ? "r" : green > 200 ? "g" : blue > 200 ? "b" : "?";
  };
  const [right, bottom] = [info.width - 1, info.height - 1];
  return at(1, 1) + at(right - 1, 1) + at(right - 1, bottom - 1) + at(1, bottom - 1);
}

/** A picture that no encoder makes small. */
export async function noise(width: number, height: number, format: Format): Promise<Uint8Array> {
  const noisy = { type: "gaussian", mean: 128, sigma: 80 } as const;
  return sharp({ create: { width, height, channels: 3, background: "black", noise: noisy } })
    .toFormat(format, { quality: 100 })
    .toBuffer();
}

/** A PNG of a few bytes that unfolds to `width` × `height` pixels. */
export async function bomb(width: number, height: number): Promise<Uint8Array> {
  return sharp({ create: { width, height, channels: 3, background: "black" }, limitInputPixels: false })
    .png({ compressionLevel: 9, palette: true, colours: 2 })
    .toBuffer();
}

/** Two frames: the first red, the second blue. */
export async function animation(format: "gif" | "webp"): Promise<Uint8Array> {
  const frames = await Promise.all(
    ["red", "blue"].map((background) =>
      sharp({ create: { width: 20, height: 10, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(frames, { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
}

/** The chunks of a RIFF file: type and bytes. Reads by itself, to trust nothing of what it tests. */
export function riffChunks(file: Uint8Array): { type: string; bytes: Uint8Array }[] {
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (buffer.toString("latin1", 0, 4) !== "RIFF" || buffer.readUInt32LE(4) !== buffer.length - 8)
    throw new Error("not one RIFF file");
  const chunks = [];
  for (let at = 12; at < buffer.length;) {
    const size = buffer.readUInt32LE(at + 4);
    chunks.push({ type: buffer.toString("latin1", at, at + 4), bytes: buffer.subarray(at + 8, at + 8 + size) });
    at += 8 + size + (size % 2);
  }
  return chunks;
}
