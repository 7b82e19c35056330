import { jsonOf, type Answer } from "../answer.ts";
import { consent } from "../consenting.ts";
import type { Development } from "../development.ts";
import { tell } from "../pictures.ts";
import { codesTo, device, noticeVersion, requestCode, signIn, type SignedIn } from "../sign-in.ts";
import { logicalDump } from "../state.ts";
import { until } from "../until.ts";

const YOUNG = "+13095550181";
const ADULT = "+13095550182";

/** What became of somebody a day short of sixteen; rows are those of tables that are about accounts. */
export interface YoungFacts {
  /** Before and after sign-ins without the confirmation, and what they were answered. */
  readonly without: { readonly before: string[]; readonly after: string[]; readonly answers: Refusal[] };
  /** Before the account, while it was there, and after its birth date. */
  readonly before: string[];
  readonly during: string[];
  readonly after: string[];
  readonly told: Answer;
  /** Asked by the tokens of whoever is gone. */
  readonly asked: Answer;
  readonly refreshed: Answer;
  /** The neighbour's account, and what it was answered on the day of turning sixteen. */
  readonly neighbour: readonly number[];
}
export interface Refusal {
  readonly over16: unknown;
  readonly answer: Answer;
}

const years = (ago: number, days: number): string => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear() - ago, now.getUTCMonth(), now.getUTCDate() + days))
    .toISOString()
    .slice(0, 10);
};

/** Tables that are about an account, its number's lookups or its photo. */
const ABOUT = new Set([
  "accounts",
  "member",
  "session",
  "consent",
  "profile",
  "waste",
  "callers",
  "standing",
  "sharing",
]);

/** Whether a row says that lookups of a number show a profile. */
export const isShown = (row: string): boolean => /^callers .*"ownership":"/.test(row);

/** Nobody gets an account without the confirmation; then one is there whose birth date is a day short of sixteen years. */
export async function tellTooYoung(service: Development): Promise<YoungFacts> {
  const { calls } = service;
  const patch = ({ accessToken }: SignedIn, json: object): Promise<Answer> =>
    calls.call("PATCH", "/v1/me", { as: { token: accessToken }, json });

  /** Every row of those tables in every store, and every blob of the bucket, as one sorted list. */
  const rows = (): string[] =>
    Object.entries(logicalDump(service.state))
      .flatMap(([file, tables]) => {
        if (typeof tables === "string")
          return file.includes("r2") && file.includes("blobs") ? [`${file} ${tables}`] : [];
        return Object.entries(tables as Record<string, readonly string[]>)
          .filter(([name]) => ABOUT.has(name))
          .flatMap(([name, texts]) => texts.map((text) => `${name} ${text}`));
      })
      .toSorted((a, b) => a.localeCompare(b));

  /** The rows once nothing is under way: the same in two looks. */
  const settled = async (): Promise<string[]> => {
    await service.untilPublished();
    let before = rows();
    return until(
      "the stores are at rest",
      () => {
        const now = rows();
        const isSame = JSON.stringify(now) === JSON.stringify(before);
        before = now;
        return isSame && now;
      },
      700,
    );
  };

  /** Somebody who has done everything that an account can. */
  const settledIn = async (number: string): Promise<SignedIn> => {
    const shown = rows().filter(isShown).length;
    const ann = await signIn(calls, number);
    const named = await patch(ann, { name: "Zyntharova Quellbrook", visibility: "everyone", address: "Umbrella Row" });
    const photo = {
      as: { token: ann.accessToken },
      headers: { "content-type": "image/jpeg" },
      body: await tell("jpeg"),
    };
    const put = await calls.call("PUT", "/v1/me/photo", photo);
    if (named.status !== 200 || put.status !== 204) throw new Error(named.text + put.text);
    await consent(calls, ann.accessToken, "promotional");
    await consent(calls, ann.accessToken, "contact-sharing");
    await until("the profile is shown", () => rows().filter(isShown).length > shown, 250);
    await service.untilPublished();
    return ann;
  };

  const atFirst = await settled();
  const { challengeId } = jsonOf<{ challengeId: string }>(await requestCode(calls, YOUNG));
  const [code] = await codesTo(calls, YOUNG);
  const terms = { device: device(), noticeVersion: await noticeVersion(calls) };
  const answers: Refusal[] = [];
  for (const over16 of [undefined, false, null, "true", 1]) {
    for (const [path, proof] of [
      ["/v1/sessions", { challengeId, code }],
      ["/v1/sessions/external", { token: "a.b.c" }],
    ] as const) {
      const json = { ...proof, ...terms, over16 };
      answers.push({ over16, answer: await calls.call("POST", path, { as: null, json }) });
    }
  }
  const without = { before: atFirst, after: await settled(), answers };

  const adult = await settledIn(ADULT);
  const before = await settled();
  // The code of before was not spent, and another one waits its time.
  const young = await settledIn("+13095550183");
  const during = rows();
  const told = await patch(young, { dateOfBirth: years(16, 1) });
  // What is done at once, and what the last sweep finds.
  let after = await settled();
  for (let looks = 0; looks < 20 && after.length > before.length; looks += 1) after = await settled();
  const asked = await calls.call("GET", "/v1/me", { as: { token: young.accessToken } });
  const spent = { as: null, json: { refreshToken: young.refreshToken } };
  const refreshed = await calls.call("POST", "/v1/sessions/refresh", spent);
  const neighbour = [
    (await calls.call("GET", "/v1/me", { as: { token: adult.accessToken } })).status,
    (await patch(adult, { dateOfBirth: years(16, 0) })).status,
  ];
  return { without, before, during, after, told, asked, refreshed, neighbour };
}
