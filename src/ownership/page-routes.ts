import * as z from "zod";
import { decodeUtf8, hasMediaType, readBounded } from "../http/body.ts";
import { endpoint, type Answer, type Call, type Endpoint } from "../http/endpoint.ts";
import { languageOf } from "../http/language.ts";
import { PageText } from "../http/fields.ts";
import { countryOf } from "../http/network.ts";
import { isOwnForm } from "../http/own-form.ts";
import { pageResponse } from "../http/page.ts";
import type { Language } from "../language/language.ts";
import type { Channel } from "../messaging/message.ts";
import { lineOf, type E164, type PhoneNumber } from "../numbers/number.ts";
import { nullIfOutage } from "../telemetry/store-failure.ts";
import type { AreaAnswer } from "../verdict/areas.ts";
import { weekOf } from "../verdict/decay.ts";
import type { BallotExplanation } from "../verdict/ballot.ts";
import type { BlockEvidence } from "../verdict/evidence.ts";
import { isForNeighbours, judgeSpam } from "../verdict/spam.ts";
import { judge } from "../verdict/verdict.ts";
import { openState, sealState, type FormState } from "./form-state.ts";
import { askingPage, callingPage, mutePage, pausePage, provingPage } from "./code-pages.ts";
import type { Markup, Step } from "./page-markup.ts";
import { owningPage, receiptPage, waitingPage, type Shown } from "./pages.ts";
import { unlistingReceipt } from "./receipt.ts";
import { isDecided, type OwnershipDeps } from "./routes.ts";
import { STALE, take, type CodeAsked, type Next, type WalkDeps } from "./walk.ts";
import { WORDS } from "./words/in-languages.ts";
import type { Fault } from "./words/words.ts";

/** A name and a text in the widest script, percent-encoded, and the state. */
const MAX_FORM_BYTES = 16_384;

/** What the page needs beside the walk. */
export interface OwnershipPageDeps extends WalkDeps, Pick<OwnershipDeps, "signer"> {
  readonly askCode: (
    number: PhoneNumber,
    asked: { readonly language: Language; readonly channel: Channel; readonly ticket: string | null },
    call: Call,
  ) => Promise<CodeAsked>;
  /** Whom people can write to: an e-mail address or an https page. */
  readonly contact: string;
  readonly evidence: (number: E164, now: number) => Promise<BlockEvidence>;
  /** What its calling code's areas say of it. */
  readonly area: (number: E164, now: number) => Promise<AreaAnswer>;
  readonly votes: (number: E164, now: number) => Promise<BallotExplanation | null>;
}

const PAGE = { description: "The next page.", schema: PageText, mediaType: "text/html", headers: ["Refresh"] } as const;
const Lang = z.string().optional().describe("en, es, fr, de, hi or ar; else Accept-Language.");
const Query = z.object({ lang: Lang });
const FirstQuery = z.object({
  lang: Lang,
  wait: z.string().optional().describe("Where a page that was waited on goes on; sealed."),
});
const Form = z
  .object({
    state: z.string().describe("From the form that was shown."),
    number: z.string().optional(),
    by: z.enum(["sms", "voice"]).optional().describe("How the code shall come: read, or said in a call."),
    code: z.string().optional(),
    do: z.enum(["show", "again", "name", "dispute", "unlist", "relist"]).optional(),
    name: z.string().optional(),
    kind: z.string().optional(),
    handOver: z.string().optional(),
    cause: z.string().optional(),
    text: z.string().optional(),
    sure: z.string().optional(),
  })
  .meta({
    id: "UnlistForm",
    examples: [{ state: "c2VhbGVk", number: "+13125550123", by: "sms" }],
  });

/** `/unlist`: number, code, what is held, choice, receipt. Without scripts, cookies or an account. */
export function ownershipPageRoutes(deps: OwnershipPageDeps): Endpoint[] {
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
        operationId: "getUnlistPage",
        method: "get",
        summary: "See, name or unlist a number (page)",
        description:
          "The first page: it asks for the number, and whether its code shall be sent or said in a call. Where nobody is configured to carry messages it says so, and whom to write to. Where many codes were asked for, a visitor waits for a minute at most: the page comes back by itself (`Refresh`), and sends nothing before they say so.",
        refusals: [],
      },
      async ({ query: { lang, wait } }, call) => {
        const opened = wait === undefined ? null : await openState(deps.vault, wait, call.now);
        if (opened?.state.at === "waiting")
          return show(deps, { at: "waiting", state: opened.state, fault: null }, lang, call);
        return show(deps, { at: "asking", fault: wait === undefined ? null : "stale" }, lang, call);
      },
    ),
    endpoint(
      {
        ...about,
        operationId: "postUnlistPage",
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
        const language = languageOf(call.request, query.lang);
        const visit = {
          now: call.now,
          country: countryOf(call),
          askCode: (number: PhoneNumber, asked: { readonly channel: Channel; readonly ticket: string | null }) =>
            deps.askCode(number, { ...asked, language }, call),
        };
        const next = isOwnForm(call) ? await take(deps, fields, visit) : STALE;
        return show(deps, next, query.lang, call);
      },
    ),
  ];
}

async function show(deps: OwnershipPageDeps, next: Next, lang: string | undefined, call: Call): Promise<Response> {
  const language = languageOf(call.request, lang);
  const words = WORDS[language]();
  const { vault, messages, contact } = deps;
  const calls = messages.configured("voice");
  const stepOf = async (state: FormState, fault: Fault | null, until?: number): Promise<Step> => {
    return { words, language, fault, state: await sealState(vault, state, call.now, until) };
  };
  const bodyOf = async (): Promise<Markup> => {
    switch (next.at) {
      case "asking":
        if (!messages.configured("sms")) return mutePage(await stepOf({ at: "asking" }, null), contact);
        return askingPage(await stepOf({ at: "asking" }, next.fault), { calls, contact }, next.typed ?? "");
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
        const held = await Promise.all([deps.owners.holdings(number, call.now), shownOf(deps, number, call)]).catch(
          nullIfOutage,
        );
        const step = await stepOf({ at: "owning", number }, held === null ? "failed" : fault, until);
        return held === null ? waitingPage(step) : owningPage(step, number, ...held, done);
      }
      case "out": {
        const { number, until } = next;
        const { owned } = await deps.owners.holdings(number, call.now);
        const receipt = await unlistingReceipt(deps.signer, number, call.now, isDecided(owned));
        return receiptPage(await stepOf({ at: "owning", number }, null, until), number, receipt);
      }
    }
  };
  const headers = next.at === "waiting" ? await refreshOf(deps, next, language, call) : {};
  const page = { title: words.title, language, body: await bodyOf(), requestId: call.requestId, forms: true };
  return pageResponse({ ...page, headers });
}

/** Brings a waiting visitor back by itself, without a script; what is waited for is sealed, and sends nothing. */
async function refreshOf(
  { vault }: OwnershipPageDeps,
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

async function shownOf({ evidence, area, votes }: OwnershipPageDeps, number: E164, { now }: Call): Promise<Shown> {
  const [block, around, explained] = await Promise.all([evidence(number, now), area(number, now), votes(number, now)]);
  const [line, week] = [lineOf(number), weekOf(now)];
  const { rule } = judgeSpam(block, line, week, around);
  return {
    verdict: judge(block, line, week, around),
    names: explained?.names ?? [],
    neighbours: isForNeighbours(rule),
  };
}
