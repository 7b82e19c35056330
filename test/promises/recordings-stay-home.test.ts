/**
 * Promise: no endpoint takes audio or call logs; recordings and logs stay on the device. (Privacy notice, sections 1
 * and 11.)
 *
 * Recordings in the formats that phones make are sent to every call of /openapi.json that takes bytes, under honest and
 * false names, and hidden behind, inside and after pictures: they are refused as sound, or nothing of them is left in
 * what is stored. A call log has nowhere to go: each body of the document is sent one, and no field takes it.
 *
 * Seen to fail on a copy of the sources with each of these changes: `kindOf` calling M4A a picture; the picture stored as it came instead of made anew (the tail of a polyglot stays).
 */
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf } from "../support/answer.ts";
import { tell } from "../support/pictures.ts";
import { Service } from "../support/service.ts";
import { signIn } from "../support/sign-in.ts";

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.stop());

const NUMBER = "+13125550123";
/** Stands in every recording: what of it is left anywhere is found by it. */
const VOICE = "Zyntharova said on the phone";

/** The first bytes of recordings as Android, iPhones and call recorders write them. */
const RECORDINGS: Readonly<Record<string, string>> = {
  "audio/mp4": "\u0000\u0000\u0000\u001cftypM4A \u0000\u0000\u0000\u0000M4A mp42isom",
  "audio/3gpp": "\u0000\u0000\u0000\u0018ftyp3gp4\u0000\u0000\u0000\u0000isom3gp4",
  "video/mp4": "\u0000\u0000\u0000\u0018ftypmp42\u0000\u0000\u0000\u0000isommp42",
  "video/quicktime": "\u0000\u0000\u0000\u0014ftypqt  \u0000\u0000\u0000\u0000qt  ",
  "audio/amr": "#!AMR\n",
  "audio/amr-wb": "#!AMR-WB\n",
  "audio/mpeg": "ID3\u0004\u0000\u0000\u0000\u0000\u0000\u0000",
  "audio/mpeg; without tags": "\u00ff\u00fb\u0090\u0064",
  "audio/aac": "\u00ff\u00f1\u0050\u0080\u0001\u001f\u00fc",
  "audio/ogg": "OggS\u0000\u0002\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000",
  "audio/flac": "fLaC\u0000\u0000\u0000\u0022",
  "audio/wav": "RIFF\u0024\u0008\u0000\u0000WAVEfmt \u0010\u0000\u0000\u0000",
  "audio/aiff": "FORM\u0000\u0000\u0010\u0000AIFFCOMM",
  "audio/webm": "\u001aE\u00df\u00a3\u009fB\u0086\u0081\u0001",
  "audio/x-ms-wma": "0&\u00b2u\u008ef\u00cf\u0011\u00a6\u00d9\u0000\u00aa",
  "audio/x-caf": "caff\u0000\u0001\u0000\u0000desc",
};

const bytesOf = (start: string): Uint8Array => Buffer.from(start + VOICE.repeat(20), "latin1");

/** Calls whose bodies are bytes and not JSON or rows. */
const uploads = (): { method: string; path: string }[] =>
  service.document.operations
    .filter(({ operation }) =>
      Object.keys(operation.requestBody?.content ?? {}).some((type) => type.startsWith("image/")),
    )
    .map(({ method, path }) => ({ method, path: path.replaceAll(/\{\w+\}/g, "x") }));

describe("recordings", () => {
  it("are refused as sound by every call that takes pictures, whatever they are said to be", async () => {
    expect(uploads()).toContainEqual({ method: "POST", path: "/v1/images" });
    for (const { method, path } of uploads()) {
      let accessToken = "";
      for (const [at, [type, start]] of Object.entries(RECORDINGS).entries()) {
        // Some calls are for people with a session alone, and each for twenty a minute.
        if (at % 6 === 0) ({ accessToken } = await signIn(service));
        for (const said of [type, "image/jpeg", "application/octet-stream"]) {
          const answer = await service.call(method, path, {
            as: { token: accessToken },
            headers: { "content-type": said, "x-recipient": NUMBER },
            body: bytesOf(start),
          });
          problemOf(answer, 415, "audio");
        }
      }
    }
  });

  it("have no other call: no body of the document is sound, film, or anything goes", () => {
    const types = service.document.operations.flatMap(({ operation }) =>
      Object.keys(operation.requestBody?.content ?? {}),
    );
    expect(types.filter((type) => /audio|video|multipart|octet-stream|\*\/\*/.test(type))).toEqual([]);
  });

  it("that hide in a picture are not stored: only the picture is left", async () => {
    const recording = bytesOf(RECORDINGS["audio/mp4"] ?? "");
    const png = await tell("png");
    const jpeg = await tell("jpeg");
    const segment = Buffer.concat([
      jpeg.subarray(0, 2),
      Buffer.from([0xff, 0xea, (recording.length + 2) >> 8, (recording.length + 2) & 255]),
      recording,
      jpeg.subarray(2),
    ]);
    const webp = Buffer.concat([await tell("webp"), recording]);
    const hidden = {
      after: Buffer.concat([png, recording]),
      inside: segment,
      "as a motion photo": Buffer.concat([jpeg, recording]),
      webp,
    };
    for (const [how, body] of Object.entries(hidden)) {
      expect(Buffer.from(body).includes(VOICE), how).toBe(true);
      const answer = await service.call("POST", "/v1/images", {
        as: { token: service.app() },
        headers: { "x-recipient": NUMBER },
        body,
      });
      expect(answer.status, how).toBe(201);
      const { link } = jsonOf<{ link: string }>(answer);
      const shown = await service.call("POST", new URL(link).pathname, { as: null });
      const picture = Buffer.from(/base64,([A-Za-z0-9+/=]+)/.exec(shown.text)?.[1] ?? "", "base64");
      expect((await sharp(picture).metadata()).format, how).toBe("webp");
      expect(picture.includes(VOICE), how).toBe(false);
    }
  });
});

describe("call logs", () => {
  const LOG = [{ number: NUMBER, direction: "incoming", at: "2026-11-16T09:30:00Z", seconds: 61 }];

  it("have nowhere to go: no body takes a field for one", async () => {
    const taking = service.document.operations.filter(
      ({ operation }) => operation.requestBody?.content["application/json"] !== undefined,
    );
    expect(taking.length).toBeGreaterThan(3);
    for (const { method, path } of taking) {
      const address = path.replace("{number}", encodeURIComponent(NUMBER)).replaceAll(/\{\w+\}/g, "2026-11-01");
      for (const body of [{ calls: LOG }, { callLog: LOG, number: NUMBER }]) {
        const as = path.includes("/operators/") ? "operator" : "app";
        const answer = await service.call(method, address, { as, json: body });
        expect(answer.status, `${method} ${path}`).toBeGreaterThanOrEqual(400);
        // Most say that the field is unknown; some look for what is there first.
        if (answer.status === 400) expect(["unknown-field", "invalid-request"]).toContain(problemOf(answer).code);
      }
      const list = await service.call(method, address, { json: LOG });
      expect(list.status, `${method} ${path}`).toBeGreaterThanOrEqual(400);
    }
  });
});
