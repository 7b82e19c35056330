import type { Channel } from "../messaging/message.ts";
import type { Messages } from "../messaging/messages.ts";
import { knownCountry, parseNumber, type E164, type PhoneNumber } from "../numbers/number.ts";
import { StoreFailure } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import { KINDS } from "../verdict/evidence.ts";
import { DISPUTE_CAUSES } from "./disputes.ts";
import { openState, type FormState } from "./form-state.ts";
import type { Owning } from "./owners.ts";
import { SHOW } from "./page-markup.ts";
import type { OwnershipDeps } from "./routes.ts";
import type { Fault } from "./words/words.ts";

/** Seconds that a code is good for once it has left. */
const CODE_S = 600;
/** UTF-16 units of a number as it is typed. */
const MAX_TYPED_CHARS = 40;

/** What came of asking for a code: it is on its way, or a ticket is to be waited out before, or there is none. */
export type CodeAsked =
  | { readonly ok: true; readonly challengeId: string; readonly expiresIn: number }
  | { readonly ok: false; readonly ticket: string; readonly notBefore: number }
  | { readonly ok: false; readonly refusal: { readonly code: string } };

/** One request of a visitor. */
export interface Visit {
  readonly now: number;
  /** Where the visitor is, as the platform says; national digits are of that country. */
  readonly country: unknown;
  /** Sends a code to a number, under the budget of proofs of ownership. */
  readonly askCode: (
    number: PhoneNumber,
    asked: { readonly channel: Channel; readonly ticket: string | null },
  ) => Promise<CodeAsked>;
}

/** What the walk needs beside what the calls do. */
export interface WalkDeps extends Pick<OwnershipDeps, "owners" | "disputes" | "prove"> {
  /** Who gets messages, and how. */
  readonly messages: Pick<Messages, "configured" | "never">;
  readonly vault: Vault;
}

/** Where a visitor is after a step: what the next page shows. */
export type Next =
  | {
      readonly at: "asking";
      readonly fault: Fault | null;
      /** What was typed as a number and cannot be one. */
      readonly typed?: string;
    }
  | { readonly at: "calling"; readonly state: Extract<FormState, { at: "calling" }>; readonly fault: Fault | null }
  | { readonly at: "waiting"; readonly state: Extract<FormState, { at: "waiting" }>; readonly fault: Fault | null }
  | { readonly at: "proving"; readonly state: Extract<FormState, { at: "proving" }>; readonly fault: Fault | null }
  | {
      readonly at: "owning";
      readonly number: E164;
      /** ms; how long the proof is good. */
      readonly until?: number;
      readonly fault: Fault | null;
      readonly done: "saved" | "disputed" | "relisted" | null;
    }
  | { readonly at: "out"; readonly number: E164; readonly until: number };

/** Where a form leads that is too old, or not ours. */
export const STALE: Next = { at: "asking", fault: "stale" };

/** Takes a step. A store that fails leaves the visitor where they are. */
export async function take(deps: WalkDeps, fields: URLSearchParams, visit: Visit): Promise<Next> {
  const opened = await openState(deps.vault, fields.get("state") ?? "", visit.now);
  if (opened === null) return STALE;
  const { state, until } = opened;
  if (fields.get("do") === SHOW) return shownAgain(opened, null);
  const by: Channel = fields.get("by") === "voice" && deps.messages.configured("voice") ? "voice" : "sms";
  try {
    switch (state.at) {
      case "asking": {
        // National digits are of the country that the visitor is in.
        const typed = (fields.get("number") ?? "").slice(0, MAX_TYPED_CHARS);
        const parsed = parseNumber(typed, knownCountry(visit.country));
        if (!parsed.valid) return { at: "asking", fault: "number", typed };
        const { e164 } = parsed.number;
        // A landline gets no SMS: nobody is called who has not said so.
        const mustCall =
          by === "sms" &&
          deps.messages.never(parsed.number, "sms") !== null &&
          deps.messages.never(parsed.number, "voice") === null;
        if (mustCall) return { at: "calling", state: { at: "calling", number: e164 }, fault: null };
        return await ask({ number: e164, channel: by, ticket: null, earlier: [] }, visit);
      }
      case "calling":
        return await ask({ ...state, channel: "voice", ticket: null, earlier: [] }, visit);
      case "waiting":
        // Too early: they are where they were.
        if (visit.now < state.notBefore) return { at: "waiting", state, fault: null };
        return await ask(state, visit);
      case "proving": {
        const again = fields.get("do") === "again";
        if (by === "sms" && !again) return await prove(deps, state, (fields.get("code") ?? "").trim(), visit);
        const { number, challengeIds: earlier } = state;
        const channel = again ? state.channel : by;
        const next = await ask({ number, channel, ticket: null, earlier }, visit);
        // Where there is no call, what was sent is still good.
        return next.at === "asking" ? { at: "proving", state, fault: next.fault } : next;
      }
      case "owning":
        return await act(deps, state.number, until, fields, visit);
    }
  } catch (thrown) {
    if (!(thrown instanceof StoreFailure)) throw thrown;
    return shownAgain(opened, "failed");
  }
}

/** The page of a state, with nothing done. */
function shownAgain(
  { state, until }: { readonly state: FormState; readonly until: number },
  fault: Fault | null,
): Next {
  switch (state.at) {
    case "asking":
      return { at: "asking", fault };
    case "calling":
      return { at: "calling", state, fault };
    case "waiting":
      return { at: "waiting", state, fault };
    case "proving":
      return { at: "proving", state, fault };
    case "owning":
      return { at: "owning", number: state.number, until, fault, done: null };
  }
}

/** What a visitor asks for. */
interface Asked {
  readonly number: E164;
  readonly channel: Channel;
  readonly ticket: string | null;
  /** Challenges of codes that were sent before, the latest first. */
  readonly earlier: readonly string[];
}

async function ask({ number, channel, ticket, earlier }: Asked, visit: Visit): Promise<Next> {
  const parsed = parseNumber(number);
  if (!parsed.valid) return { at: "asking", fault: "number" };
  const asked = await visit.askCode(parsed.number, { channel, ticket });
  if (asked.ok) {
    const { challengeId, expiresIn } = asked;
    // Never "one minutes", in whatever language.
    const leavesIn = expiresIn > CODE_S ? Math.max(2, Math.ceil((expiresIn - CODE_S) / 60)) : 0;
    const challengeIds = [challengeId, ...earlier].slice(0, 2);
    return { at: "proving", state: { at: "proving", number, channel, challengeIds, leavesIn }, fault: null };
  }
  if ("ticket" in asked) {
    const { ticket: next, notBefore } = asked;
    return { at: "waiting", state: { at: "waiting", number, channel, ticket: next, notBefore, earlier }, fault: null };
  }
  const { code } = asked.refusal;
  if (code === "number-not-served" || code === "messages-not-configured") return { at: "asking", fault: "not-served" };
  return { at: "asking", fault: "failed" };
}

async function prove(
  deps: WalkDeps,
  state: Extract<FormState, { at: "proving" }>,
  code: string,
  visit: Visit,
): Promise<Next> {
  if (!/^\d{6,9}$/.test(code)) return { at: "proving", state, fault: "wrong" };
  let fault: Fault = "expired";
  for (const challengeId of state.challengeIds) {
    const proved = await deps.prove(challengeId, code, visit.now);
    if (proved.ok) return { at: "owning", number: proved.number, fault: null, done: null };
    if (proved.reason === "wrong") fault = "wrong";
  }
  return { at: "proving", state, fault };
}

async function act(deps: WalkDeps, number: E164, until: number, fields: URLSearchParams, visit: Visit): Promise<Next> {
  const { owners, disputes } = deps;
  const stay = { at: "owning", number, until } as const;
  const after = (owning: Owning, done: "saved" | "disputed" | "relisted"): Next =>
    owning.ok ? { ...stay, fault: null, done } : { ...stay, fault: FAULTS[owning.code], done: null };
  switch (fields.get("do")) {
    case "name": {
      const name = (fields.get("name") ?? "").trim();
      const kind = KINDS.find((one) => one === fields.get("kind"));
      const says = { name: name === "" ? null : name, kind, handOver: fields.get("handOver") === "1" };
      const said = await owners.say(number, says, visit.now);
      if (said.ok && says.handOver) await disputes.drop(number);
      return after(said, "saved");
    }
    case "dispute": {
      const cause = DISPUTE_CAUSES.find((one) => one === fields.get("cause")) ?? "mistaken";
      const text = (fields.get("text") ?? "").trim().slice(0, 500);
      return after(await disputes.open(number, cause, text === "" ? null : text, visit.now), "disputed");
    }
    case "unlist": {
      if (fields.get("sure") !== "1") return { ...stay, fault: "sure", done: null };
      const unlisted = await owners.unlist(number, visit.now);
      if (!unlisted.ok) return { ...stay, fault: FAULTS[unlisted.code], done: null };
      await disputes.drop(number);
      return { at: "out", number, until };
    }
    case "relist":
      return after(await owners.relist(number, visit.now), "relisted");
    case null:
    default:
      return { ...stay, fault: null, done: null };
  }
}

const FAULTS: Readonly<Record<Extract<Owning, { ok: false }>["code"], Fault>> = {
  "name-not-allowed": "name",
  "number-marked-spam": "spam",
  "number-unlisted": "failed",
  "changed-recently": "recently",
  unavailable: "failed",
};
