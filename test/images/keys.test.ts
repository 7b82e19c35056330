import decrypt from "@apeleghq/rfc8188/decrypt";
import { aes128gcm } from "@apeleghq/rfc8188/encodings";
import encrypt from "@apeleghq/rfc8188/encrypt";
import { describe, expect, it } from "vitest";
import { FirstAnswer } from "../../src/images/first-answer.ts";
import {
  decryptPicture,
  encryptPicture,
  tokenOf,
  newContentKey,
  newToken,
  pictureId,
  unwrapFromLink,
  wrapForLink,
  type LinkToken,
  type PictureId,
} from "../../src/images/picture-keys.ts";
import { fromBase64Url, textOf, toBase64Url, utf8 } from "../../src/vault/bytes.ts";
import { testVault } from "../support/directory.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => fromBase64Url(text) ?? new Uint8Array(0);
const streamOf = (...parts: Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
async function allOf(stream: ReadableStream<ArrayBufferLike | Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: number[] = [];
  for await (const part of stream) parts.push(...new Uint8Array(part as ArrayBuffer));
  return Uint8Array.from(parts);
}

/** Whether a picture can be read to its end. */
const opens = (file: Uint8Array, key: Uint8Array<ArrayBuffer>): Promise<boolean> =>
  allOf(decryptPicture(streamOf(file), key)).then(
    () => true,
    () => false,
  );

describe("the records of RFC 8188, as the library makes them here", () => {
  it("are those of the RFC's section 3.1", async () => {
    const encrypted = bytes("I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg");
    const key = bytes("yqdlZ-tYemfogSmv7Ws5PQ");
    expect(textOf(await allOf(decrypt(aes128gcm, streamOf(encrypted), () => key.buffer)))).toBe("I am the walrus");
    const salt = encrypted.slice(0, 16).buffer;
    const made = await encrypt(
      aes128gcm,
      streamOf(utf8("I am the walrus")),
      4096,
      new ArrayBuffer(0),
      key.buffer,
      salt,
    );
    expect(toBase64Url(await allOf(made))).toBe(toBase64Url(encrypted));
  });

  it("are those of its section 3.2: several records, a key id, padding", async () => {
    const encrypted = bytes(
      "uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA",
    );
    const ids: string[] = [];
    const plain = decrypt(aes128gcm, streamOf(encrypted), (id) => {
      ids.push(textOf(new Uint8Array(id)));
      return bytes("BO3ZVPxUlnLORbVGMpbT1Q").buffer;
    });
    expect([textOf(await allOf(plain)), ids]).toEqual(["I am the walrus", ["a1"]]);
  });
});

describe("a picture's encryption", () => {
  it.each([0, 1, 65_518, 65_519, 65_520, 131_038, 200_000])("of %i bytes is undone in any pieces", async (length) => {
    const picture = crypto.getRandomValues(new Uint8Array(Math.min(length, 65_536)));
    const whole = new Uint8Array(length).map((_, at) => picture[at % picture.length] ?? 0);
    const key = newContentKey();
    const encrypted = await encryptPicture(whole, key);
    expect(encrypted.byteLength).toBeLessThan(length + 21 + 17 * (2 + length / 60_000));
    const cut = Math.floor(encrypted.byteLength / 3);
    const pieces = [encrypted.slice(0, 7), encrypted.slice(7, cut), encrypted.slice(cut)];
    expect(toBase64Url(await allOf(decryptPicture(streamOf(...pieces), key)))).toBe(toBase64Url(whole));
  });

  it("breaks where something was changed, cut off, swapped or opened with another key", async () => {
    const key = newContentKey();
    const encrypted = await encryptPicture(new Uint8Array(150_000).fill(7), key);
    const record = 64 * 1024;
    const swapped = encrypted.slice();
    swapped.set(encrypted.subarray(21 + record, 21 + 2 * record), 21);
    swapped.set(encrypted.subarray(21, 21 + record), 21 + record);
    const broken: Record<string, Uint8Array> = {
      "a bit": encrypted.map((byte, at) => (at === 100_000 ? byte ^ 1 : byte)),
      "the salt": encrypted.map((byte, at) => (at === 3 ? byte ^ 1 : byte)),
      "the last record": encrypted.slice(0, 21 + 2 * record),
      "the end": encrypted.slice(0, -1),
      "the order": swapped,
      "a tail": Uint8Array.from([...encrypted, ...encrypted.subarray(-40)]),
    };
    for (const [what, file] of Object.entries(broken)) {
      expect(await opens(file, key), what).toBe(false);
    }
    expect(await opens(encrypted, newContentKey())).toBe(false);
    expect(await opens(encrypted, key)).toBe(true);
  });
});

describe("a link's token", () => {
  it("opens its own picture's key, no other's", async () => {
    const [token, other] = [newToken(), newToken()];
    const id = await pictureId(testVault(), token);
    const key = newContentKey();
    const wrapped = await wrapForLink(token, id, key);
    expect(await unwrapFromLink(token, id, wrapped)).toEqual(key);
    expect(await unwrapFromLink(other, id, wrapped)).toBeNull();
    expect(await unwrapFromLink(token, await pictureId(testVault(), other), wrapped)).toBeNull();
    expect(await unwrapFromLink(token, id, wrapped.slice(0, 10))).toBeNull();
  });

  it("is 22 characters with one spelling", () => {
    const token = newToken();
    expect(tokenOf(token)).toBe(token);
    const wrong = [
      "",
      "AAAAAAAAAAAAAAAAAAAAAB",
      "A".repeat(21),
      "A".repeat(23),
      "AAAAAAAAAAAAAAAAAAAA==",
      "AAAAAAAAAAAAAAAAAAAA+/",
    ];
    for (const text of wrong) expect(tokenOf(text), text).toBeNull();
    expect(new Set(Array.from({ length: 100 }, newToken)).size).toBe(100);
  });

  it.each([".", ",", ")", "]", ">", "/", ")/.", "!", "?", "…", "»", "”", "*", "_", "-", "。", "،", "।", " "])(
    "is what stands before %j, as a sentence ends with it",
    (end) => {
      const token = newToken();
      expect(tokenOf(token + end)).toBe(token);
      expect(tokenOf(end + token)).toBeNull();
    },
  );

  it("is not in the picture's id", async () => {
    const token = "AAAAAAAAAAAAAAAAAAAAAA" as LinkToken;
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(token)));
    const id = await pictureId(testVault(), token);
    expect(id).not.toBe(toBase64Url(hash.slice(0, 16)));
    expect(id).toBe(await pictureId(testVault(), token));
  });
});

describe("a first answer", () => {
  it("opens with the same key of the same account alone", async () => {
    const vault = testVault();
    const first = new FirstAnswer(vault, "ann", "1");
    const answer = { id: "i" as PictureId, link: "the link", expiresAt: "2026-11-20T00:00:00.000Z" };
    const sealed = await first.seal(answer);
    const { stored } = vault;
    expect(await new FirstAnswer(vault, "ann", "1").open(stored, sealed)).toEqual(answer);
    expect(await new FirstAnswer(vault, "ann", "2").open(stored, sealed)).toBeNull();
    expect(await new FirstAnswer(vault, "bob", "1").open(stored, sealed)).toBeNull();
    expect(await first.open(stored, sealed.slice(0, -2))).toBeNull();
    expect(await first.open(stored, "")).toBeNull();
    expect(await first.name()).not.toBe(await new FirstAnswer(vault, "bob", "1").name());
  });
});
