/**
 * Promise: the raw bytes of every store show no image, and who copies them can build no link. (Privacy notice,
 * section 6.)
 *
 * The service runs as `npm run dev` starts it. Pictures are sent, seen, reported, saved and sent again under the same
 * Idempotency-Key; then the raw bytes of all that it wrote are searched, while it runs and after it was stopped, for
 * pieces of the pictures as they came and as they are kept, for what was written into them, for the numbers that they
 * were sent to, and for the tokens of their links.
 *
 * Seen to fail on a copy of the sources with each of these changes: the bytes put into R2 as they are; the id of a
 * picture made of its token as it is; the first answer kept unsealed.
 */
import { relative } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Development } from "../support/development.ts";
import { addNumber, addText, Needles } from "../support/needles.ts";
import { noise, TOLD, tell } from "../support/pictures.ts";
import { bytesOf, filesOf } from "../support/state.ts";

const service = new Development();
const needles = new Needles();
const whileRunning: (readonly [string, readonly string[]])[] = [];
let seen = 0;

const NUMBERS = [
  ["+13095550171", "3095550171"],
  ["+447400123457", "7400123457"],
] as const;

/** Pieces of a file from all over it: any one of them would tell that the file is there. */
function addPieces(file: Uint8Array, what: string): void {
  const bytes = Buffer.from(file);
  for (let at = 40; at + 24 < bytes.length; at += Math.max(24, Math.floor(bytes.length / 40))) {
    const piece = bytes.subarray(at, at + 24);
    // What every file of its kind has, or what is all the same, tells nothing.
    if (new Set(piece).size < 12) continue;
    needles.add(piece, `${what} at ${at}`);
    needles.add(piece.toString("base64").slice(0, 28), `${what} at ${at} in base64`);
  }
}

const search = (): [string, string[]][] =>
  service.files.map((path) => [relative(service.folder, path), needles.find(bytesOf(path))]);
const nothing = (results: readonly (readonly [string, readonly string[]])[]): void =>
  expect(Object.fromEntries(results.filter(([, findings]) => findings.length > 0))).toEqual({});

beforeAll(async () => {
  await service.start();
  const token = service.mint.token();
  const headers = { authorization: `Bearer ${token}`, "idempotency-key": "a-word-of-the-client" };
  for (const [n, [number, national]] of NUMBERS.entries()) {
    const picture = n === 0 ? await tell("jpeg", 300, 200) : await noise(300, 200, "png");
    addPieces(picture, `picture ${n} as it came`);
    addNumber(needles, number, national);
    const send = (): Promise<Response> =>
      fetch(`${service.origin}/v1/images`, {
        method: "POST",
        headers: { ...headers, "x-recipient": number, "idempotency-key": `${headers["idempotency-key"]}-${n}` },
        body: picture,
      });
    const { link } = await (await send()).json<{ link: string }>();
    expect((await (await send()).json<{ link: string }>()).link).toBe(link);
    const text = new URL(link).pathname.slice("/i/".length);
    addText(needles, text, `token ${n}`);
    needles.add(Buffer.from(text, "base64url"), `token ${n}, raw`);
    const saved = await fetch(link, { method: "POST", body: new URLSearchParams({ save: "1" }) });
    const webp = new Uint8Array(await saved.arrayBuffer());
    expect(saved.headers.get("content-type")).toBe("image/webp");
    seen += webp.byteLength;
    addPieces(webp, `picture ${n} as it is kept`);
    if (n === 1) expect((await fetch(`${link}/report`, { method: "POST" })).status).toBe(200);
  }
  for (const word of TOLD) addText(needles, word, word);
  whileRunning.push(...search());
  await service.stop();
});
afterAll(() => service.remove());

it("there are pictures to be found, in a bucket that is there", () => {
  expect(seen).toBeGreaterThan(5000);
  expect(needles.count).toBeGreaterThan(100);
  expect(filesOf(service.state).some((path) => path.includes("/r2/") && path.includes("/blobs/"))).toBe(true);
});

it("nothing of them stands in a copy taken while the service runs", () => nothing(whileRunning));

it("nothing of them stands in a copy taken after it was stopped", () => nothing(search()));

it("nor in its log", () => expect(needles.find(Buffer.from(service.log))).toEqual([]));
