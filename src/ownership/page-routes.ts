import { decodeUtf8, hasMediaType, readBounded } from "../http/body.ts";
import { endpoint, z, type Answer, type Call, type Endpoint } from "../http/endpoint.ts";
import { pageResponse } from "../http/page.ts";
import type { Refusal } from "../http/problem.ts";
import { askedLanguage, chooseLanguage, type Language } from "../language/language.ts";
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
import {
  askingPage,
  owningPage,
  pausePage,
  provingPage,
  receiptPage,
  waitingPage,
  type Markup,
  type Shown,
  type Step,
} from "./pages.ts";
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
    asked: { readonly language: Language; readonly ticket: string | null },
    call: Call,
  ) => Promise<
    | { readonly ok: true; readonly challengeId: string; readonly expiresIn: number }
    | { readonly ok: false; readonly ticket: string; readonly notBefore: number }
    | { readonly ok: false; readonly refusal: Refusal }
  >;
  readonly vault: Vault;
  readonly evidence: (number: E164, now: number) => Promise<BlockEvidence>;
  readonly votes: (number: E164, now: number) => Promise<BallotExplanation | null>;
  /** The service's own origin, as the request sees it. */
  readonly originOf: (request: Request) => string;
}

/** Where a visitor is after a step: what the next page shows. */
type Next =
  | { readonly at: "asking"; readonly fault: Fault | null }
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
  const about = { path: "/unlist", tag: "Pages", scopes: null, query: Query, answers: { 200: PAGE } } as const;
  return [
    endpoint(
      {
        ...about,
        query: FirstQuery,
        method: "get",
        summary: "See, name or take out a number, for people",
        description:
          "The first page: it asks for the number. Where many codes were asked for, a visitor waits for a minute at most: the page comes back by itself (`Refresh`), and sends nothing before they say so.",
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
  try {
    switch (state.at) {
      case "asking":
        return await ask(site, fields.get("number") ?? "", null, languageOf(lang, call), call);
      case "waiting":
        // Too early: they are where they were.
        if (call.now < state.notBefore) return { at: "waiting", state, fault: null };
        return await ask(site, state.number, state.ticket, languageOf(lang, call), call);
      case "proving":
        return await prove(site, state, (fields.get("code") ?? "").trim(), call);
      case "owning":
        return await act(site, state.number, until, fields, call);
    }
  } catch (thrown) {
    if (!(thrown instanceof StoreFailure)) throw thrown;
    if (state.at === "asking") return { at: "asking", fault: "failed" };
    if (state.at === "waiting") return { at: "waiting", state, fault: "failed" };
    if (state.at === "proving") return { at: "proving", state, fault: "failed" };
    return { at: "owning", number: state.number, until, fault: "failed", done: null };
  }
}

async function ask(
  site: OwnershipSite,
  text: string,
  ticket: string | null,
  language: Language,
  call: Call,
): Promise<Next> {
  // National digits are of the country that the visitor is in.
  const parsed = parseNumber(text, knownCountry(call.request.cf?.["country"]));
  if (!parsed.valid) return { at: "asking", fault: "number" };
  const { e164: number } = parsed.number;
  const asked = await site.askCode(parsed.number, { language, ticket }, call);
  if (asked.ok) {
    const { challengeId, expiresIn } = asked;
    // Never "one minutes", in whatever language.
    const leavesIn = expiresIn > CODE_S ? Math.max(2, Math.ceil((expiresIn - CODE_S) / 60)) : 0;
    return { at: "proving", state: { at: "proving", number, challengeId, leavesIn }, fault: null };
  }
  if ("ticket" in asked) {
    const { notBefore } = asked;
    return { at: "waiting", state: { at: "waiting", number, ticket: asked.ticket, notBefore }, fault: null };
  }
  const { code } = asked.refusal;
  if (code === "number-not-served") return { at: "asking", fault: "not-served" };
  return { at: "asking", fault: code === "too-many-codes" ? "many" : "failed" };
}

async function prove(
  site: OwnershipSite,
  state: Extract<FormState, { at: "proving" }>,
  code: string,
  call: Call,
): Promise<Next> {
  if (!/^\d{6,9}$/.test(code)) return { at: "proving", state, fault: "wrong" };
  const proved = await site.prove(state.challengeId, code, call.now);
  if (proved.ok) return { at: "owning", number: proved.number, fault: null, done: null };
  return { at: "proving", state, fault: proved.reason === "wrong" ? "wrong" : "expired" };
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
  const { vault } = site;
  const stepOf = async (state: FormState, fault: Fault | null, until?: number): Promise<Step> => {
    return { words, language, fault, state: await sealState(vault, state, call.now, until) };
  };
  const bodyOf = async (): Promise<Markup> => {
    switch (next.at) {
      case "asking":
        return askingPage(await stepOf({ at: "asking" }, next.fault));
      case "proving":
        return provingPage(await stepOf(next.state, next.fault), next.state.number, next.state.leavesIn);
      case "waiting":
        return pausePage(await stepOf(next.state, next.fault), next.state.number, secondsUntil(next, call));
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
