import { utf8 } from "../vault/bytes.ts";

/** Encodes a stream of bytes as base64, chunk by chunk. */
export async function* base64Of(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array(0);
  for await (const part of stream) {
    const bytes = rest.byteLength === 0 ? part : joined(rest, part);
    // Three bytes are four letters; the remainder starts the next chunk.
    const whole = bytes.byteLength - (bytes.byteLength % 3);
    if (whole > 0) yield utf8(bytes.subarray(0, whole).toBase64());
    rest = bytes.slice(whole);
  }
  if (rest.byteLength > 0) yield utf8(rest.toBase64());
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.byteLength + second.byteLength);
  both.set(first);
  both.set(second, first.byteLength);
  return both;
}
