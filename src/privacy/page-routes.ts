import * as z from "zod";
import { languageOf } from "../http/language.ts";
import { endpoint, type Call, type Endpoint } from "../http/endpoint.ts";
import { PageText } from "../http/fields.ts";
import { html, pageResponse, raw, type Markup } from "../http/page.ts";
import { directionOf, LANGUAGE_NAMES, LANGUAGES, type Language } from "../language/language.ts";
import { holdings } from "./holdings.ts";
import { escape, renderMarkdown } from "./markdown.ts";
import { textIn, type Notice, type Notices } from "./notices.ts";
import { WORDS } from "./words/in-languages.ts";
import type { Words } from "./words/words.ts";
import { dateOf } from "../time/days.ts";

const Query = z.object({ lang: z.string().optional().describe("en, es, fr, de, hi or ar; else Accept-Language.") });
const PAGE = {
  description: "A page without scripts.",
  schema: PageText,
  mediaType: "text/html",
  headers: ["Vary"],
} as const;

/** `/privacy`: the current and next notice, and what is stored; `/privacy/{version}`: one notice. */
export function privacyPageRoutes(notices: Notices, contact: string): Endpoint[] {
  const readOf = async (dates: { readonly version: string } | null): Promise<Notice | null> =>
    dates === null ? null : notices.read(dates.version);
  return [
    endpoint(
      {
        operationId: "getPrivacyPage",
        method: "get",
        path: "/privacy",
        tag: "Pages",
        summary: "The privacy notice and what is stored, for people",
        description: "The notice in force, the upcoming one, and the table of everything that the service stores.",
        scopes: null,
        limit: "address",
        query: Query,
        answers: { 200: PAGE },
        refusals: ["unavailable"],
      },
      async ({ query }, call) => {
        const { language, words } = readerOf(query.lang, call);
        const current = await notices.current(call.now);
        const [inForce, upcoming] = await Promise.all([readOf(current.inForce), readOf(current.upcoming)]);
        return pageResponse({
          title: words.title,
          language,
          requestId: call.requestId,
          headers: PUBLIC,
          body: html`<h1>${words.title}</h1>
            ${languageLinks("/privacy", language, words)}
            ${inForce === null ? html`<p>${words.noNotice}</p>` : article(inForce, language, words, contact, call.now)}
            ${
              upcoming === null
                ? ""
                : html`<h2>${words.upcoming}</h2>
                    ${article(upcoming, language, words, contact, call.now)}`
            }
            ${storedTable(words)}`,
        });
      },
    ),
    endpoint(
      {
        operationId: "getNoticePage",
        method: "get",
        path: "/privacy/{version}",
        tag: "Pages",
        summary: "One privacy notice, for people",
        description: "The text of any notice: consents stay bound to the text that they were given to.",
        scopes: null,
        limit: "address",
        params: z.object({ version: z.string().meta({ examples: ["2026-11-01"] }) }),
        query: Query,
        answers: { 200: PAGE },
        refusals: ["not-found", "unavailable"],
      },
      async ({ params, query }, call) => {
        const notice = await notices.read(params.version);
        if (notice === null) return { code: "not-found" };
        const { language, words } = readerOf(query.lang, call);
        return pageResponse({
          title: words.title,
          language,
          requestId: call.requestId,
          headers: PUBLIC,
          body: html`<h1>${words.title}</h1>
            ${languageLinks(`/privacy/${notice.version}`, language, words)}
            ${article(notice, language, words, contact, call.now)}
            <p><a href="/privacy?lang=${language}">${words.inForceNow}</a></p>`,
        });
      },
    ),
  ];
}

/** The same for everybody, but it varies with Accept-Language. */
const PUBLIC = { "cache-control": "public, max-age=300", vary: "accept-language" };

function readerOf(asked: string | undefined, { request }: Call): { language: Language; words: Words } {
  const language = languageOf(request, asked);
  return { language, words: WORDS[language]() };
}

function languageLinks(path: string, current: Language, words: Words): Markup {
  return html`<nav aria-label="${words.language}">
    <p class="soft">
      ${LANGUAGES.map((language, at) => {
        const gap = at === 0 ? "" : " · ";
        return language === current
          ? html`${gap}<span lang="${language}" aria-current="true">${LANGUAGE_NAMES[language]}</span>`
          : html`${gap}<a href="${path}?lang=${language}" lang="${language}" hreflang="${language}"
                >${LANGUAGE_NAMES[language]}</a
              >`;
      })}
    </p>
  </nav>`;
}

/** A notice in the reader's language if it has it; otherwise the original, marked as such. */
function article(notice: Notice, reader: Language, words: Words, contact: string, now: number): Markup {
  const { language, title, body } = textIn(notice, reader);
  const day = dateOf(notice.effectiveAt);
  const [before = "", after = ""] = (notice.effectiveAt <= now ? words.inForceSince : words.from).split("{day}");
  const address = contact.startsWith("https:") ? contact : `mailto:${contact}`;
  const text = renderMarkdown(body, 3).replaceAll(
    "{{contact}}",
    () => `<a href="${escape(address)}">${escape(contact)}</a>`,
  );
  return html`<article>
    <div lang="${language}" dir="${directionOf(language)}"><h2>${title}</h2></div>
    <p class="soft">
      ${before}<time datetime="${day}" dir="ltr"><bdi>${day}</bdi></time
      >${after} ·
      <a href="/privacy/${notice.version}?lang=${reader}"><bdi dir="ltr">${notice.version}</bdi></a>
    </p>
    <div lang="${language}" dir="${directionOf(language)}">${raw(text)}</div>
  </article>`;
}

/** The table of everything that is stored. Places are named by store and table, so that they can be checked. */
function storedTable(words: Words): Markup {
  const { what: rows, why: reason, how, howLong } = words;
  // Explicit roles, for browsers that drop them when CSS stacks the rows on narrow screens.
  return html`<section aria-labelledby="stored">
    <h2 id="stored">${words.stored}</h2>
    <p>${words.storedIntro}</p>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="stored">
      <table class="stacks" role="table">
        <thead role="rowgroup">
          <tr role="row">
            ${[rows, reason, how, howLong].map((head) => html`<th scope="col" role="columnheader">${head}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${holdings().map(({ key, places, keeping, lifetime }) => {
            const [what, why] = words.holdings[key];
            const cells = [
              [reason, why],
              [how, words.keeping[keeping]],
              [howLong, words.lifetimes[lifetime]],
            ] as const;
            return html`<tr role="row">
              <th scope="row" role="rowheader">
                ${what}
                <code class="soft block" dir="ltr">${places.map((place) => place.split(":", 1)[0]).join(", ")}</code>
              </th>
              ${cells.map(([head, text]) => html`<td role="cell" data-head="${head}">${text}</td>`)}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  </section>`;
}
