import { omittable } from "../../http/fields.ts";
import * as z from "zod";
import { endpoint, json, type Call, type Endpoint } from "../../http/endpoint.ts";
import { onNumber } from "../../http/number-field.ts";
import type { Refusal } from "../../http/problem.ts";
import { PACES } from "../../vault/signer.ts";
import type { Proved } from "../../codes/codes.ts";
import type { Sessions } from "./sessions.ts";

/** The bodies are a few fields; an issuer's token is the longest of them. */
const MAX_BODY_BYTES = 2048;
const MAX_EXTERNAL_BODY_BYTES = 6144;

/** What signing in works with. */
export interface SignInDeps {
  /** The number that a code proves, once. */
  readonly prove: (challengeId: string, code: string, now: number) => Promise<Proved>;
  readonly sessions: Sessions;
  /** The version of the notice in force, or null. */
  readonly noticeInForce: (now: number) => Promise<string | null>;
  /** The verified phone number of a configured issuer's token. */
  readonly assertedNumber: (
    token: string,
    now: number,
  ) => Promise<{ readonly ok: true; readonly number: string } | { readonly ok: false; readonly refusal: Refusal }>;
}

const words = (longest: number): z.ZodString =>
  z
    .string()
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);

const Described = {
  osVersion: omittable(words(32)),
  appVersion: omittable(words(32)),
  carrier: omittable(words(64)),
  language: omittable(z.string().regex(/^[A-Za-z0-9-]{2,35}$/)).describe("BCP 47."),
};
/** An account's PIN. */
export const PinField = z
  .string()
  .regex(/^\d{4,12}$/)
  .meta({ examples: ["271828"] });
/** What a refresh may update about a device. */
export const DeviceChangeBody = z.strictObject(Described).meta({ id: "DeviceChange" });
const DeviceBody = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9._:-]{1,64}$/)
      .describe(
        "Generated at random by the app (122 bits or more), once per installation, and kept secret: whoever has it and receives the number's codes can act as this device.",
      ),
    platform: z.string().regex(/^[a-z0-9-]{1,20}$/),
    ...Described,
  })
  .meta({ id: "DeviceInput" });
const Terms = {
  device: DeviceBody,
  over16: z.boolean().describe("Whether the person confirms to be sixteen or older; required."),
  noticeVersion: z.string().max(64).describe("The version of the notice in force, which the person was shown."),
  pin: omittable(PinField).describe("The account's PIN. A wrong one is refused, and the code is used up."),
};

const TokensAnswer = {
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresIn: z.int().describe("Lifetime of the access token, seconds."),
  pace: z.enum(PACES).describe("Lookups per minute with this access token: calm 10, burst 60."),
};
/** A pair of tokens. */
export const Tokens = z.object(TokensAnswer).meta({ id: "Tokens" });
const SignedIn = z
  .object({
    ...TokensAnswer,
    accountId: z.string(),
    newAccount: z.boolean(),
    access: z.enum(["full", "limited"]).describe("Limited: nothing personal until the device is approved."),
  })
  .meta({ id: "SignedIn" });

const TERMS_REFUSALS = [
  "too-young",
  "notice-not-in-force",
  "account-being-erased",
  "pin-not-accepted",
  "unavailable",
] as const;

/** Sign-in. */
export function signInRoutes({ prove, sessions, noticeInForce, assertedNumber }: SignInDeps): Endpoint[] {
  const begin = async (
    number: Parameters<Sessions["begin"]>[0],
    terms: z.output<z.ZodObject<typeof Terms>>,
    call: Call,
  ) => {
    const begun = await sessions.begin(number, terms, call.now);
    if (begun.ok) return json(begun.signedIn, call.requestId, 201);
    if (begun.reason === "pin") return { code: "pin-not-accepted", reason: begun.why } as const;
    return { code: "account-being-erased" } as const;
  };
  return [
    endpoint(
      {
        operationId: "signIn",
        method: "post",
        path: "/v1/sessions",
        tag: "Sessions",
        summary: "Sign in with a code",
        description:
          "Proves the number and starts a session. The first sign-in creates the account. After 45 days in which no session was used, the number is taken to have a new holder: a sign-in without the account's PIN creates a new account and erases the old one. A device that the account does not know is `limited`: it can look up numbers and vote, but sees nothing personal, until one of the account's devices approves it, it sends the PIN, or seven days have passed and none of them has ended its session. Signing in again on the same device ends its previous session; an eleventh session ends the least recently used one.",
        scopes: null,
        limit: "address",
        body: {
          schema: z
            .strictObject({
              challengeId: z.string().max(512),
              code: z
                .string()
                .regex(/^\d{6,9}$/)
                .describe("Six digits; nine where a proof was asked for."),
              ...Terms,
            })
            .meta({ id: "SignIn" }),
          limit: MAX_BODY_BYTES,
        },
        answers: { 201: { description: "The session.", schema: SignedIn } },
        refusals: ["code-not-accepted", ...TERMS_REFUSALS],
      },
      async ({ body: { challengeId, code, ...terms } }, call) => {
        // Checked before the code is spent.
        if (!terms.over16) return { code: "too-young" };
        if ((await noticeInForce(call.now)) !== terms.noticeVersion) return { code: "notice-not-in-force" };
        const proved = await prove(challengeId, code, call.now);
        return proved.ok ? begin(proved.number, terms, call) : { code: "code-not-accepted", reason: proved.reason };
      },
    ),
    endpoint(
      {
        operationId: "signInWithIssuer",
        method: "post",
        path: "/v1/sessions/external",
        tag: "Sessions",
        summary: "Sign in with an issuer's token",
        description:
          "Needs a token of an issuer that is configured for sign-in, at most ten minutes old, with `phone_number` and `phone_number_verified`. Only the number is stored.",
        scopes: null,
        limit: "address",
        body: {
          schema: z.strictObject({ token: z.string().max(4096), ...Terms }).meta({ id: "ExternalSignIn" }),
          limit: MAX_EXTERNAL_BODY_BYTES,
        },
        answers: { 201: { description: "The session.", schema: SignedIn } },
        refusals: ["assertion-not-accepted", "number-not-valid", ...TERMS_REFUSALS],
      },
      async ({ body: { token, ...terms } }, call) => {
        if (!terms.over16) return { code: "too-young" };
        if ((await noticeInForce(call.now)) !== terms.noticeVersion) return { code: "notice-not-in-force" };
        const asserted = await assertedNumber(token, call.now);
        if (!asserted.ok) return asserted.refusal;
        return onNumber(asserted.number, undefined, (number) => begin(number.e164, terms, call));
      },
    ),
  ];
}
