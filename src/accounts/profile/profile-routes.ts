import { omittable } from "../../http/fields.ts";
import * as z from "zod";
import { endpoint, json, type Call, type Endpoint, principalOf } from "../../http/endpoint.ts";
import type { Refusal } from "../../http/problem.ts";
import { MAIL_FORM } from "../../messaging/mail-address.ts";
import { countryOf, type E164 } from "../../numbers/number.ts";
import { policyOf, type Quota, type Quotas } from "../../quotas/quotas.ts";
import { DAY_S } from "../../time/days.ts";
import { checkOwnName } from "../../verdict/name-rules.ts";
import type { OwnProfile } from "../account-object.ts";
import type { Accounts } from "../accounts.ts";
import {
  ageOn,
  canonicalLink,
  isPlausible,
  MAX_LINKS,
  MIN_AGE,
  VISIBILITIES,
  type ProfileChange,
} from "./profile-state.ts";

const MAX_BODY_BYTES = 8192;
const SCOPES = ["app"] as const;

/** What these endpoints work with. */
export interface ProfileDeps {
  readonly accounts: Accounts;
  readonly quotas: Quotas;
  /** The number's official names: no other name may resemble one. */
  readonly vouchedNames: (number: E164, now: number) => Promise<readonly string[]>;
  /** Erases an account everywhere. */
  readonly erase: (account: string, now: number) => Promise<void>;
  /** Where a photo is. */
  readonly photoUrl: (call: Call, photo: string) => string;
}

const text = (longest: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
const NAME = z.string().max(200);
const EMAIL = z.string().max(254).regex(MAIL_FORM);

const ProfileBody = z
  .strictObject({
    name: NAME.nullish().describe("The name to show; null clears it."),
    email: EMAIL.nullish(),
    dateOfBirth: z.iso.date().nullish().describe("A date less than sixteen years ago erases the account."),
    address: text(300).nullish(),
    socialLinks: z.array(text(200)).max(MAX_LINKS).nullish().describe("HTTPS addresses."),
    visibility: omittable(z.enum(VISIBILITIES)).describe("Who sees name and photo in lookups of the number."),
  })
  .meta({ id: "ProfileChange" });

const ProfileAnswer = z
  .object({
    accountId: z.string(),
    number: z.string(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    dateOfBirth: z.iso
      .date()
      .nullable()
      .meta({ examples: ["1984-05-17"] }),
    address: z.string().nullable(),
    socialLinks: z.array(z.string()),
    visibility: z.enum(VISIBILITIES),
    photoUrl: z.string().nullable().describe("Others can open it only while it is visible."),
  })
  .meta({ id: "Profile" });

/** Changes of what a number shows, each of which is published. */
const SHOWN = { name: "profile", allows: 20, window: DAY_S } as const satisfies Quota;

/** What an account says about its holder. */
export function profileRoutes({ accounts, quotas, vouchedNames, erase, photoUrl }: ProfileDeps): Endpoint[] {
  const answer = (call: Call, account: string, profile: OwnProfile | null) => {
    if (profile === null) return { code: "session-ended" } as const;
    const { number, name, email, dateOfBirth, address, socialLinks, visibility, photo } = profile;
    const url = photo === null ? null : photoUrl(call, photo);
    return json(
      { accountId: account, number, name, email, dateOfBirth, address, socialLinks, visibility, photoUrl: url },
      call.requestId,
    );
  };
  return [
    endpoint(
      {
        operationId: "getProfile",
        method: "get",
        path: "/v1/me",
        tag: "Account",
        summary: "The account's profile",
        description:
          "The profile and the number of the account. Others see only name and photo, while they are visible.",
        scopes: SCOPES,
        limit: "calls",
        answers: { 200: { description: "The profile.", schema: ProfileAnswer } },
        refusals: ["session-ended"],
      },
      async (_, call) => {
        const { account, session } = principalOf(call);
        return answer(
          call,
          account,
          session === null ? null : await (await accounts.objectOf(account)).profile(session),
        );
      },
    ),
    endpoint(
      {
        operationId: "updateProfile",
        method: "patch",
        path: "/v1/me",
        tag: "Account",
        summary: "Change the profile",
        description:
          "Omitted fields are unchanged, null clears a field. A visible name is shown in lookups of the number, above the names that others suggest; nothing is shown without a name, or for an unlisted number. What is shown changes twenty times a day; hiding it is possible at any time. A date of birth under sixteen erases the account.",
        scopes: SCOPES,
        limit: "calls",
        body: { schema: ProfileBody, limit: MAX_BODY_BYTES },
        answers: { 200: { description: "The profile as it is now.", schema: ProfileAnswer } },
        refusals: ["session-ended", "name-not-allowed", "quota-exceeded", "too-young", "unavailable"],
      },
      async ({ body }, call) => {
        const { account, session } = principalOf(call);
        const object = await accounts.objectOf(account);
        const before = session === null ? null : await object.profile(session);
        if (session === null || before === null) return { code: "session-ended" };
        const born = body.dateOfBirth ?? null;
        if (born !== null && !isPlausible(born, call.now)) return wrong("dateOfBirth");
        if (born !== null && ageOn(born, call.now) < MIN_AGE) {
          await erase(account, call.now);
          return { code: "too-young" };
        }
        const vouched = body.name ? await vouchedNames(before.number as E164, call.now) : [];
        const change = changeOf(body, vouched, countryOf(before.number as E164));
        if ("code" in change) return change;
        const spendings = showsAnew(before, change) ? [{ quota: SHOWN, n: 1 }] : [];
        const holder = { account, number: before.number };
        const full = spendings.length > 0 ? await quotas.spend(holder, spendings, call.now) : null;
        if (full !== null) return { code: "quota-exceeded", retryAfter: full.retryAfter, policy: policyOf(full.quota) };
        const changed = quotas.during(holder, spendings, call.now, () =>
          object.changeProfile(session, change, call.now),
        );
        return answer(call, account, await changed);
      },
    ),
  ];
}

/** Whether the change shows others something else, which is published. Hiding is never limited. */
function showsAnew(before: OwnProfile, { name, visibility }: ProfileChange): boolean {
  const named = name !== undefined && name !== null && name !== before.name;
  return named || (visibility === "everyone" && before.visibility !== "everyone");
}

/** The body as a change, with name and links cleaned, or the refusal. */
function changeOf(
  body: z.output<typeof ProfileBody>,
  vouched: readonly string[],
  country: string | undefined,
): ProfileChange | Refusal {
  const { name, socialLinks, ...rest } = body;
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as ProfileChange;
  const links = socialLinks?.map(canonicalLink);
  if (links?.includes(null)) return wrong("socialLinks");
  const linked = socialLinks === undefined ? {} : { socialLinks: (links ?? []).filter((link) => link !== null) };
  if (name === undefined) return { ...said, ...linked };
  if (name === null || name.trim() === "") return { ...said, ...linked, name: null };
  const checked = checkOwnName(name, vouched, country);
  return checked.ok ? { ...said, ...linked, name: checked.name } : { code: "name-not-allowed", reason: checked.reason };
}

function wrong(field: string): Refusal {
  return { code: "invalid-request", errors: [{ field, problem: "has the wrong form" }] };
}
