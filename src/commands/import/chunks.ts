import type { FileHandle } from "node:fs/promises";

const CHUNK_BYTES = 64 * 1024;

/** The bytes of `file` from `offset` on, in chunks. Never closes the file. */
export async function* readChunks(file: FileHandle, offset: number): AsyncGenerator<Buffer, void> {
  for (let position = offset; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return;
    yield chunk.subarray(0, bytesRead);
    position += bytesRead;
  }
}
