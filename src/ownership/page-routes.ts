import { decodeUtf8, hasMediaType, readBounded } from "../http/body.ts";
import { endpoint, z, type Answer, type Call, type Endpoint } from "../http/endpoint.ts";
import { pageResponse } from "../http/page.ts";
import type { Refusal } from "../http/problem.ts";
import { askedLanguage, chooseLanguage, type Language } from "../language/language.ts";
import type { Channel } from "../messaging/message.ts";
import type { Messages } from "../messaging/messages.ts";
import { knownCountry, lineOf, parseNumber, type E164, type PhoneNumber } from "../numbers/number.ts";
import { StoreFailure } from "../telemetry/store-failure.ts";
import type { Vault } from "../vault/vault.ts";
import type { BallotExplanation } from "../verdict/ballot.ts";
import { weekOf } from "../verdict/decay.ts";
import { KINDS, type BlockEvidence } from "../verdict/evidence.ts";
import { judgeSpam } from "../verdict/spam.ts";
import { judge } from "../verdict/verdict.ts";
import { DISPUTE_CAUSES } from "./disputes.ts";
import { openState, sealState, type FormState } from "./form-state.ts";
import type { Owning } from "./owners.ts";
import { askingPage, callingPage, mutePage, pausePage, provingPage } from "./code-pages.ts";
import type { Markup, Step } from "./page-parts.ts";
import { owningPage, receiptPage, waitingPage, type Shown } from "./pages.ts";
import { unlistingReceipt } from "./receipt.ts";
import { isDecided, type OwnershipEdge } from "./routes.ts";
import { wordsIn } from "./words/in-language.ts";
import type { Fault } from "./words/words.ts";

/** Seconds that a code is good for once it has left. */
const CODE_S = 600;
/** A name and a text in the widest script, percent-encoded, and the state. */
const MAX_FORM_BYTES = 16_384;

/** What the page needs beside what the calls do. */
export interface OwnershipSite extends Pick<OwnershipEdge, "owners" | "disputes" | "signer" | "prove"> {
  /** Sends a code to a number, under the budget of proofs of ownership; or says what is to be waited out before. */
  readonly askCode: (
    number: PhoneNumber,
    asked: { readonly language: Language; readonly channel: Channel; readonly ticket: string | null },
    call: Call,
  ) => Promise<
    | { readonly ok: true; readonly challengeId: string; readonly expiresIn: number }
    | { readonly ok: false; readonly ticket: string; readonly notBefore: number }
    | { readonly ok: false; readonly refusal: Refusal }
  >;
  /** Who gets messages, and how. */
  readonly messages: Pick<Messages, "configured" | "never">;
  /** Whom people can write to: an e-mail address or an https page. */
  readonly contact: string;
  readonly vault: Vault;
  readonly evidence: (number: E164, now: number) => Promise<BlockEvidence>;
  readonly votes: (number: E164, now: number) => Promise<BallotExplanation | null>;
  /** The service's own origin, as the request sees it. */
  readonly originOf: (request: Request) => string;
}

/** Where a visitor is after a step: what the next page shows. */
type Next =
  | { readonly at: "asking"; readonly fault: Fault | null }
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

const PAGE = { description: "The next page of the walk.", schema: z.string(), mediaType: "text/html" };
const Lang = z.string().optional().describe("en, es, fr, de, hi or ar; else Accept-Language.");
const Query = z.object({ lang: Lang });
const FirstQuery = z.object({
  lang: Lang,
  wait: z.string().optional().describe("Where a page that was waited on goes on; sealed."),
});
const Form = z.object({
  state: z.string().describe("From the form that was shown."),
  number: z.string().optional(),
  by: z.enum(["sms", "voice"]).optional().describe("How the code shall come: read, or said in a call."),
  code: z.string().optional(),
  do: z.enum(["name", "dispute", "unlist", "relist"]).optional(),
  name: z.string().optional(),
  kind: z.string().optional(),
  handOver: z.string().optional(),
  cause: z.string().optional(),
  text: z.string().optional(),
  sure: z.string().optional(),
});

/** `/unlist`: number, code, what is held, choice, receipt. Without scripts, cookies or an account. */
export function ownershipPageRoutes(site: OwnershipSite): Endpoint[] {
  const about = {
    path: "/unlist",
    tag: "Pages",
    scopes: null,
    limit: "address",
    query: Query,
    answers: { 200: PAGE },
  } as const;
  return [
    endpoint(
      {
        ...about,
        query: FirstQuery,
        method: "get",
        summary: "See, name or take out a number, for people",
        description:
          "The first page: it asks for the number, and whether its code shall be sent or said in a call. Where nobody is configured to carry messages it says so, and whom to write to. Where many codes were asked for, a visitor waits for a minute at most: the page comes back by itself (`Refresh`), and sends nothing before they say so.",
        refusals: [],
      },
      async ({ query: { lang, wait } }, call) => {
        const opened = wait === undefined ? null : await openState(site.vault, wait, call.now);
        if (opened?.state.at === "waiting")
          return show(site, { at: "waiting", state: opened.state, fault: null }, lang, call);
        return show(site, { at: "asking", fault: wait === undefined ? null : "stale" }, lang, call);
      },
    ),
    endpoint(
      {
        ...about,
        method: "post",
        summary: "A step of the walk",
        description:
          "What was typed and how far the visitor has come, sealed in the form. Forms that another site sends are not taken.",
        stream: { mediaType: "application/x-www-form-urlencoded", schema: Form, description: "A form of the page." },
        refusals: ["too-large", "unsupported-media-type"],
      },
      async ({ query }, call): Promise<Answer> => {
        if (!hasMediaType(call.request, "application/x-www-form-urlencoded")) return { code: "unsupported-media-type" };
        const body = await readBounded(call.request, MAX_FORM_BYTES);
        if (!body.ok) return body.refusal;
        const fields = new URLSearchParams(decodeUtf8(body.value) ?? "");
        const next = isOwnForm(call.request, site) ? await take(site, fields, query.lang, call) : STALE;
        return show(site, next, query.lang, call);
      },
    ),
  ];
}

const STALE: Next = { at: "asking", fault: "stale" };

/** Takes a step. A store that fails leaves the visitor where they are. */
async function take(site: OwnershipSite, fields: URLSearchParams, lang: string | undefined, call: Call): Promise<Next> {
  const opened = await openState(site.vault, fields.get("state") ?? "", call.now);
  if (opened === null) return STALE;
  const { state, until } = opened;
  const language = languageOf(lang, call);
  const by: Channel = fields.get("by") === "voice" && site.messages.configured("voice") ? "voice" : "sms";
  try {
    switch (state.at) {
      case "asking": {
        // National digits are of the country that the visitor is in.
        const parsed = parseNumber(fields.get("number") ?? "", knownCountry(call.request.cf?.["country"]));
        if (!parsed.valid) return { at: "asking", fault: "number" };
        const { e164 } = parsed.number;
        // A landline gets no SMS: nobody is called who has not said so.
        const mustCall =
          by === "sms" &&
          site.messages.never(parsed.number, "sms") !== null &&
          site.messages.never(parsed.number, "voice") === null;
        if (mustCall) return { at: "calling", state: { at: "calling", number: e164 }, fault: null };
        return await ask(site, { number: e164, channel: by, ticket: null, earlier: [], language }, call);
      }
      case "calling":
        return await ask(site, { ...state, channel: "voice", ticket: null, earlier: [], language }, call);
      case "waiting":
        // Too early: they are where they were.
        if (call.now < state.notBefore) return { at: "waiting", state, fault: null };
        return await ask(site, { ...state, language }, call);
      case "proving": {
        if (by === "sms") return await prove(site, state, (fields.get("code") ?? "").trim(), call);
        const { number, challengeIds: earlier } = state;
        const next = await ask(site, { number, channel: by, ticket: null, earlier, language }, call);
        // Where there is no call, what was sent is still good.
        return next.at === "asking" ? { at: "proving", state, fault: next.fault } : next;
      }
      case "owning":
        return await act(site, state.number, until, fields, call);
    }
  } catch (thrown) {
    if (!(thrown instanceof StoreFailure)) throw thrown;
    const fault = "failed";
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
}

/** What a visitor asks for. */
interface Asked {
  readonly number: E164;
  readonly channel: Channel;
  readonly ticket: string | null;
  /** Challenges of codes that were sent before, the latest first. */
  readonly earlier: readonly string[];
  readonly language: Language;
}

async function ask(
  site: OwnershipSite,
  { number, channel, ticket, earlier, language }: Asked,
  call: Call,
): Promise<Next> {
  const parsed = parseNumber(number);
  if (!parsed.valid) return { at: "asking", fault: "number" };
  const asked = await site.askCode(parsed.number, { language, channel, ticket }, call);
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
  return { at: "asking", fault: code === "too-many-codes" ? "many" : "failed" };
}

async function prove(
  site: OwnershipSite,
  state: Extract<FormState, { at: "proving" }>,
  code: string,
  call: Call,
): Promise<Next> {
  if (!/^\d{6,9}$/.test(code)) return { at: "proving", state, fault: "wrong" };
  let fault: Fault = "expired";
  for (const challengeId of state.challengeIds) {
    const proved = await site.prove(challengeId, code, call.now);
    if (proved.ok) return { at: "owning", number: proved.number, fault: null, done: null };
    if (proved.reason === "wrong") fault = "wrong";
  }
  return { at: "proving", state, fault };
}

async function act(
  site: OwnershipSite,
  number: E164,
  until: number,
  fields: URLSearchParams,
  call: Call,
): Promise<Next> {
  const { owners, disputes } = site;
  const stay = { at: "owning", number, until } as const;
  const after = (owning: Owning, done: "saved" | "disputed" | "relisted"): Next =>
    owning.ok ? { ...stay, fault: null, done } : { ...stay, fault: FAULTS[owning.code], done: null };
  switch (fields.get("do")) {
    case "name": {
      const name = (fields.get("name") ?? "").trim();
      const kind = KINDS.find((one) => one === fields.get("kind"));
      const says = { name: name === "" ? null : name, kind, handOver: fields.get("handOver") === "1" };
      const said = await owners.say(number, says, call.now);
      if (said.ok && says.handOver) await disputes.drop(number);
      return after(said, "saved");
    }
    case "dispute": {
      const cause = DISPUTE_CAUSES.find((one) => one === fields.get("cause")) ?? "mistaken";
      const text = (fields.get("text") ?? "").trim().slice(0, 500);
      return after(await disputes.open(number, cause, text === "" ? null : text, call.now), "disputed");
    }
    case "unlist": {
      if (fields.get("sure") !== "1") return { ...stay, fault: "sure", done: null };
      const unlisted = await owners.unlist(number, call.now);
      if (!unlisted.ok) return { ...stay, fault: FAULTS[unlisted.code], done: null };
      await disputes.drop(number);
      return { at: "out", number, until };
    }
    case "relist":
      return after(await owners.relist(number, call.now), "relisted");
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

async function show(site: OwnershipSite, next: Next, lang: string | undefined, call: Call): Promise<Response> {
  const language = languageOf(lang, call);
  const words = wordsIn(language);
  const { vault, messages, contact } = site;
  const calls = messages.configured("voice");
  const stepOf = async (state: FormState, fault: Fault | null, until?: number): Promise<Step> => {
    return { words, language, fault, state: await sealState(vault, state, call.now, until) };
  };
  const bodyOf = async (): Promise<Markup> => {
    switch (next.at) {
      case "asking":
        if (!messages.configured("sms")) return mutePage(await stepOf({ at: "asking" }, null), contact);
        return askingPage(await stepOf({ at: "asking" }, next.fault), { calls, contact });
      case "calling":
        return callingPage(await stepOf(next.state, next.fault), next.state.number);
      case "proving":
        return provingPage(await stepOf(next.state, next.fault), next.state, calls);
      case "waiting": {
        const { number, channel } = next.state;
        return pausePage(await stepOf(next.state, next.fault), number, channel, secondsUntil(next, call));
      }
      case "owning": {
        const { number, until, fault, done } = next;
        const held = await Promise.all([site.owners.holdings(number, call.now), shownOf(site, number, call)]).catch(
          orNull,
        );
        const step = await stepOf({ at: "owning", number }, held === null ? "failed" : fault, until);
        return held === null ? waitingPage(step) : owningPage(step, number, ...held, done);
      }
      case "out": {
        const { number, until } = next;
        const { owned } = await site.owners.holdings(number, call.now);
        const receipt = await unlistingReceipt(site.signer, number, call.now, isDecided(owned));
        return receiptPage(await stepOf({ at: "owning", number }, null, until), number, receipt);
      }
    }
  };
  const headers = next.at === "waiting" ? await refreshOf(site, next, language, call) : {};
  const page = { title: words.title, language, body: await bodyOf(), requestId: call.requestId, forms: true };
  return pageResponse({ ...page, headers });
}

/** Brings a waiting visitor back by itself, without a script; what is waited for is sealed, and sends nothing. */
async function refreshOf(
  { vault }: OwnershipSite,
  next: Extract<Next, { at: "waiting" }>,
  language: Language,
  call: Call,
): Promise<Readonly<Record<string, string>>> {
  const seconds = secondsUntil(next, call);
  if (seconds === 0) return {};
  const wait = await sealState(vault, next.state, call.now);
  return { refresh: `${seconds}; url=/unlist?lang=${language}&wait=${wait}` };
}

function secondsUntil({ state }: Extract<Next, { at: "waiting" }>, { now }: Call): number {
  return Math.max(0, Math.ceil((state.notBefore - now) / 1000));
}

async function shownOf({ evidence, votes }: OwnershipSite, number: E164, { now }: Call): Promise<Shown> {
  const [block, explained] = await Promise.all([evidence(number, now), votes(number, now)]);
  const [line, week] = [lineOf(number), weekOf(now)];
  const { rule } = judgeSpam(block, line, week);
  return { verdict: judge(block, line, week), names: explained?.names ?? [], neighbours: NEIGHBOURS.has(rule) };
}

/** A store that fails is no bug: nothing was read. */
function orNull(thrown: unknown): null {
  if (thrown instanceof StoreFailure) return null;
  throw thrown;
}

/** Rules that suspect a number for what its neighbours do. */
const NEIGHBOURS: ReadonlySet<string> = new Set(["block", "thousand"]);

/**
 * Whether a form was sent from our own page. What it carries is proof enough of who may do what: another site cannot
 * know it; this keeps other sites from having codes sent through their visitors, too.
 */
function isOwnForm(request: Request, site: OwnershipSite): boolean {
  const from = request.headers.get("sec-fetch-site");
  if (from !== null && from !== "same-origin" && from !== "none") return false;
  // Our pages send no referrer, and so "null" as the origin of their forms.
  const origin = request.headers.get("origin");
  return origin === null || origin === "null" || origin === site.originOf(request);
}

function languageOf(lang: string | undefined, { request }: Call): Language {
  return askedLanguage(lang) ?? chooseLanguage(request.headers.get("accept-language"));
}
