import { jsonOf } from "../answer.ts";
import { consent } from "../consenting.ts";
import type { Development } from "../development.ts";
import { noise } from "../pictures.ts";
import { until } from "../until.ts";
import { codesTo, device, noticeVersion, requestCode, signIn, type SignedIn } from "../sign-in.ts";

/** Reserved for fiction; invented names. */
export const ANN = ["+13095550191", "3095550191"] as const;
export const BOB = ["+447400123961", "7400123961"] as const;
export const TOO_YOUNG = ["+13095550192", "3095550192"] as const;
export const ASKED = ["+13095550193", "3095550193"] as const;
/** Reserved for documentation. */
export const ADDRESS = "203.0.113.77";
export const DEVICE: Readonly<Record<string, string>> = { ...device("handset-of-quellbrook"), carrier: "Wroxteltel" };
export const NAMES = ["Zyntharova Quellbrook", "Thistlewyck Wroxtelby", "Formerlyname Oldenquist"] as const;
export const PROFILE = {
  name: NAMES[0],
  email: "ann@quellbrook.example",
  dateOfBirth: "1980-02-29",
  address: "12 Umbrella Menders Row",
  socialLinks: ["https://social.example/@quellbrook"],
  visibility: "everyone",
};

type Tokens = Pick<SignedIn, "accessToken" | "refreshToken" | "accountId">;
export interface AccountFacts {
  readonly challengeId: string;
  readonly tokens: readonly Tokens[];
  /** Photos as they came, and as one of them is kept. */
  readonly photos: readonly Uint8Array[];
  readonly kept: Uint8Array;
}

/**
 * People sign in, one of them wrongly first; they refresh, fill their profiles, put photos, agree and withdraw; one account
 * is hidden again, one erased by a birth date, one only asked for a code.
 */
export async function haveAccounts(service: Development): Promise<AccountFacts> {
  const { calls } = service;
  const photos: Uint8Array[] = [];
  const must = async (status: number, asked: ReturnType<typeof calls.call>) => {
    const answer = await asked;
    if (answer.status !== status) throw new Error(`${answer.method} ${answer.path}: ${answer.status} ${answer.text}`);
    return answer;
  };
  const fill = ({ accessToken }: Tokens, json: object, status = 200) =>
    must(status, calls.call("PATCH", "/v1/me", { as: { token: accessToken }, json }));
  const putPhoto = async ({ accessToken }: Tokens): Promise<void> => {
    const photo = await noise(200, 200, "png");
    photos.push(photo);
    const sent = { as: { token: accessToken }, headers: { "content-type": "image/png" }, body: photo };
    await must(204, calls.call("PUT", "/v1/me/photo", sent));
  };

  const asked = await requestCode(calls, ANN[0], ADDRESS);
  const { challengeId } = jsonOf<{ challengeId: string }>(asked);
  const [code = ""] = await codesTo(calls, ANN[0]);
  const terms = { challengeId, device: DEVICE, over16: true, noticeVersion: await noticeVersion(calls) };
  const wrong = { as: null, json: { ...terms, code: code === "000000" ? "000001" : "000000" } };
  await must(422, calls.call("POST", "/v1/sessions", wrong));
  const ann = jsonOf<SignedIn>(
    await must(201, calls.call("POST", "/v1/sessions", { as: null, json: { ...terms, code } })),
  );
  const refreshed = jsonOf<SignedIn>(
    await must(200, calls.call("POST", "/v1/sessions/refresh", { as: null, json: { refreshToken: ann.refreshToken } })),
  );
  await fill(ann, PROFILE);
  await putPhoto(ann);
  const me = jsonOf(await calls.call("GET", "/v1/me", { as: { token: ann.accessToken } }));
  const path = new URL(String(me["photoUrl"])).pathname;
  const shown = await service.fetch(path, { headers: { authorization: `Bearer ${ann.accessToken}` } });
  if (shown.status !== 200) throw new Error("the photo is not shown");
  const kept = new Uint8Array(await shown.arrayBuffer());
  await putPhoto(ann);
  await consent(calls, ann.accessToken, "promotional");
  await consent(calls, ann.accessToken, "promotional", false);

  const bob = await signIn(calls, BOB[0]);
  await fill(bob, { name: NAMES[1], visibility: "everyone" });
  await fill(bob, { visibility: "nobody" });
  const young = await signIn(calls, TOO_YOUNG[0]);
  await fill(young, { name: NAMES[2], visibility: "everyone" });
  await fill(young, { dateOfBirth: `${new Date().getUTCFullYear() - 9}-01-01` }, 422);
  await requestCode(calls, ASKED[0], ADDRESS);
  // Announced to her by e-mail, and to everybody else not at all: nobody else has an address.
  const notice = { title: "Quellbrook bulletin", kind: "service", channel: "email", texts: { en: "It changes." } };
  const asJson = { "content-type": "application/json" };
  await must(202, service.asOperator("POST", "/v1/operators/campaigns", JSON.stringify(notice), asJson));
  await until("the e-mail", async () => {
    const outbox = await calls.call("GET", `/dev/outbox?to=${encodeURIComponent(PROFILE.email)}`, { as: null });
    return outbox.text.includes("Quellbrook bulletin");
  });
  return { challengeId, tokens: [ann, { ...refreshed, accountId: ann.accountId }, bob, young], photos, kept };
}
