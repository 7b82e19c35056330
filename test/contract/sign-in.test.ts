import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { roomInHour } from "../support/clock.ts";
import { askPaying } from "../support/proof.ts";
import { Service } from "../support/service.ts";
import { codesTo, device, freshAddress, freshNumber, noticeVersion, requestCode, signIn } from "../support/sign-in.ts";

let service: Service;
let notice: string;
beforeAll(async () => {
  await roomInHour(180_000);
  service = await Service.shared();
  notice = await noticeVersion(service);
});

interface Requested {
  readonly challengeId: string;
  readonly expiresIn: number;
  readonly resendAfter: number;
}

const begin = (challengeId: string, code: string, more: object = {}): Promise<Answer> =>
  service.call("POST", "/v1/sessions", {
    as: null,
    json: { challengeId, code, device: device(), over16: true, noticeVersion: notice, ...more },
  });

/** A challenge and its code. */
async function challenged(number = freshNumber()): Promise<{ number: string; challengeId: string; code: string }> {
  const answer = await requestCode(service, number);
  expect(answer.status).toBe(202);
  const [code = ""] = await codesTo(service, number);
  return { number, challengeId: jsonOf<Requested>(answer).challengeId, code };
}

const byText = (a = "", b = ""): number => a.localeCompare(b);
const otherThan = (code: string, by: number): string => String((Number(code) + by) % 1_000_000).padStart(6, "0");

describe("a code", () => {
  it("signs in: to a new account first, to the same one from then on", async () => {
    const number = freshNumber();
    const first = await signIn(service, number);
    expect(first).toMatchObject({ expiresIn: 900, newAccount: true });
    const looked = await service.call("GET", "/v1/lookup/+13125550123", { as: { token: first.accessToken } });
    expect(looked.status).toBe(200);
  });

  it("comes in the language asked for, and says what it is for", async () => {
    const number = freshNumber();
    await service.call("POST", "/v1/sessions/codes", {
      as: null,
      json: { number, language: "de-CH" },
      headers: { "cf-connecting-ip": freshAddress() },
    });
    const [code] = await codesTo(service, number);
    const answer = await service.call("GET", `/dev/outbox?to=${encodeURIComponent(number)}`, { as: null });
    const [message] = jsonOf<{ body: string; kind: string }[]>(answer);
    expect(message?.kind).toBe("sign-in-code");
    expect(message?.body).toContain(code);
    expect(message?.body).toMatch(/Anmeldung/);
  });

  it("is answered with the same shape whoever has the number, and nothing that tells it", async () => {
    const known = freshNumber();
    await signIn(service, known);
    const [one, other] = [await requestCode(service, known), await requestCode(service, freshNumber())];
    for (const answer of [one, other]) {
      expect(answer.status).toBe(202);
      const { challengeId, expiresIn, resendAfter } = jsonOf<Requested>(answer);
      expect(Object.keys(jsonOf<object>(answer))).toEqual(["challengeId", "expiresIn", "resendAfter"]);
      expect(challengeId).toMatch(/^[\w-]{60,200}$/);
      expect(expiresIn).toBeGreaterThan(590);
      expect(resendAfter).toBeGreaterThan(20);
    }
  });

  it("is not sent again before its time: the one that came stands", async () => {
    const { number, challengeId, code } = await challenged();
    const again = jsonOf<Requested>(await requestCode(service, number));
    expect(again.resendAfter).toBeLessThanOrEqual(30);
    expect(await codesTo(service, number)).toEqual([code]);
    // Sealed anew, it names the same challenge: either of them proves, once.
    expect(again.challengeId).not.toBe(challengeId);
    expect((await begin(again.challengeId, code)).status).toBe(201);
    problemOf(await begin(challengeId, code), 422, "code-not-accepted");
  });

  it("asked for by fifty at once is one message, and every answer proves with it", async () => {
    const number = freshNumber();
    const address = freshAddress();
    const answers = await Promise.all(Array.from({ length: 50 }, () => requestCode(service, number, address)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const codes = await codesTo(service, number);
    expect(codes).toHaveLength(1);
    const { challengeId } = jsonOf<Requested>(answers[37] as Answer);
    expect((await begin(challengeId, codes[0] ?? "")).status).toBe(201);
  });

  it("is used up by five wrong tries: the sixth finds the right one too late", async () => {
    const { challengeId, code } = await challenged();
    for (let wrong = 1; wrong <= 5; wrong += 1) {
      const answer = await begin(challengeId, otherThan(code, wrong));
      expect(problemOf(answer, 422, "code-not-accepted").reason).toBe("wrong");
    }
    expect(problemOf(await begin(challengeId, code), 422, "code-not-accepted").reason).toBe("used-up");
  });

  it("of parallel guesses counts every one", async () => {
    const { challengeId, code } = await challenged();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => begin(challengeId, otherThan(code, n + 1))));
    const reasons = answers.map((answer) => problemOf(answer, 422, "code-not-accepted").reason).toSorted(byText);
    expect(reasons).toEqual([...Array<string>(15).fill("used-up"), ...Array<string>(5).fill("wrong")]);
    expect((await begin(challengeId, code)).status).toBe(422);
  });

  it("proves once", async () => {
    const { challengeId, code } = await challenged();
    const answers = await Promise.all([begin(challengeId, code), begin(challengeId, code), begin(challengeId, code)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 422, 422]);
  });

  it("belongs to its challenge: another one's, an invented and a mended one find nothing", async () => {
    const [one, other] = [await challenged(), await challenged()];
    expect(problemOf(await begin(one.challengeId, other.code), 422).reason).toBe("wrong");
    const last = one.challengeId.at(-1) === "A" ? "B" : "A";
    for (const id of ["", "x", "A".repeat(120), one.challengeId.slice(0, -4), one.challengeId.slice(0, -1) + last]) {
      expect(problemOf(await begin(id, one.code), 422, "code-not-accepted").reason).toBe("expired");
    }
    expect((await begin(one.challengeId, one.code)).status).toBe(201);
  });

  it("is not spent by a body that is refused", async () => {
    const { challengeId, code } = await challenged();
    problemOf(await begin(challengeId, code, { over16: false }), 422, "too-young");
    problemOf(await begin(challengeId, code, { over16: undefined }), 400, "invalid-request");
    problemOf(await begin(challengeId, code, { noticeVersion: "1999" }), 409, "notice-not-in-force");
    problemOf(await begin(challengeId, code, { birthday: "2000-01-01" }), 400, "unknown-field");
    problemOf(await begin(challengeId, code, { device: { id: "a b", platform: "android" } }), 400, "invalid-request");
    problemOf(await begin(challengeId, `${code} `), 400, "invalid-request");
    expect((await begin(challengeId, code)).status).toBe(201);
  });

  it.each([
    ["+190055501234", "number-not-valid"],
    ["abc", "number-not-valid"],
    ["+19005550123", "number-not-served"],
    ["+447012345678", "number-not-served"],
    ["+870773111632", "number-not-served"],
  ])("is not sent to %s: %s", async (number, code) => {
    problemOf(await requestCode(service, number), 422, code);
  });

  it("asked for in a body of no reasonable size is refused unread", async () => {
    const json = { number: "+13125550123", language: "x".repeat(2000) };
    problemOf(await service.call("POST", "/v1/sessions/codes", { as: null, json }), 413, "too-large");
  });

  it("is paid for when one network asks for many numbers, and waits when it pays for too many", async () => {
    const address = freshAddress();
    for (let n = 0; n < 10; n += 1) {
      const number = freshNumber();
      expect((await requestCode(service, number, address)).status).toBe(202);
      await codesTo(service, number);
    }
    const neighbour = `${address.slice(0, -1)}200`;
    problemOf(await requestCode(service, freshNumber(), neighbour), 429, "proof-required");
    // Thirty an hour; who pays for more is answered, told that it may take longer, and gets none at once.
    for (let n = 0; n < 20; n += 1) {
      const number = freshNumber();
      expect((await askPaying(service, "/v1/sessions/codes", number, address)).status).toBe(202);
      await codesTo(service, number);
    }
    const [late, member] = [freshNumber(), freshNumber()];
    const waits = jsonOf<Requested>(await askPaying(service, "/v1/sessions/codes", late, neighbour));
    expect(waits.expiresIn).toBe(1200);
    // A member of the same network is answered alike, and gets theirs.
    await signIn(service, member);
    const goes = jsonOf<Requested>(await askPaying(service, "/v1/sessions/codes", member, neighbour));
    expect(goes.expiresIn).toBe(1200);
    await codesTo(service, member, 2);
    expect(await codesTo(service, late, 0)).toEqual([]);
    expect((await requestCode(service, freshNumber())).status).toBe(202);
  });
});

it("every answer was as the document says", () => {
  expect([...service.deviations]).toEqual([]);
});
