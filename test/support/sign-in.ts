import { randomInt, randomUUID } from "node:crypto";
import { jsonOf, type Answer } from "./answer.ts";
import type { Service } from "./service.ts";
import { until } from "./until.ts";

/** What a sign-in answers. */
export interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
  readonly accountId: string;
  readonly newAccount: boolean;
  readonly access: "full" | "limited";
  readonly pace: string;
}

/** Where calls go: a `Service`, or anything that calls like one. */
type Calls = Pick<Service, "call">;

/** A number of the United States that nobody else's test has: the middle of its range of ten thousand is random. */
export const freshNumber = (): string =>
  `+1${AREAS[randomInt(AREAS.length)]}${randomInt(200, 999)}${randomInt(1000, 9999)}`;
const AREAS = [312, 614, 309, 318, 415, 206, 303, 512, 617, 702];

/** An address of the client's that shares no network with another test's. */
export const freshAddress = (): string => `${randomInt(11, 99)}.${randomInt(1, 254)}.${randomInt(1, 254)}.7`;

export const device = (id: string = randomUUID()): Record<string, string> => ({
  id,
  platform: "android",
  osVersion: "16",
  appVersion: "1.0.0",
  carrier: "Fictel",
  language: "en-US",
});

/** The version of the notice in force. */
export const noticeVersion = async (service: Calls): Promise<string> => {
  const answer = await service.call("GET", "/v1/notice", { as: null });
  return answer.status === 200 ? jsonOf<{ inForce: { version: string } }>(answer).inForce.version : "2026-11-01";
};

export const requestCode = (service: Calls, number: string, address = freshAddress()): Promise<Answer> =>
  service.call("POST", "/v1/sessions/codes", {
    as: null,
    json: { number },
    headers: { "cf-connecting-ip": address },
  });

/** Codes that went to a number, the latest last, once there are `atLeast` of them. */
export async function codesTo(service: Calls, number: string, atLeast = 1): Promise<string[]> {
  return until(`${atLeast} codes`, async () => {
    const answer = await service.call("GET", `/dev/outbox?to=${encodeURIComponent(number)}`, { as: null });
    const codes = jsonOf<{ body: string }[]>(answer).flatMap(({ body }) => /\b\d{6,9}\b/.exec(body)?.[0] ?? []);
    return codes.length >= atLeast && codes;
  });
}

/** Signs in by a code, read from the development outbox unless said. @param read waits for the codes to a number */
export async function signIn(
  service: Calls,
  number = freshNumber(),
  its = device(),
  read: (to: string) => Promise<readonly string[]> = (to) => codesTo(service, to),
): Promise<SignedIn> {
  const requested = await requestCode(service, number);
  if (requested.status !== 202) throw new Error(`${number}: ${requested.text}`);
  const { challengeId } = jsonOf<{ challengeId: string }>(requested);
  const code = (await read(number)).at(-1);
  const json = { challengeId, code, device: its, over16: true, noticeVersion: await noticeVersion(service) };
  const answer = await service.call("POST", "/v1/sessions", { as: null, json });
  if (answer.status !== 201) throw new Error(`${number}: ${answer.text}`);
  return jsonOf<SignedIn>(answer);
}
