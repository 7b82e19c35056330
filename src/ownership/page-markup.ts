import { html } from "hono/html";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../language/language.ts";
import { parseNumber, type E164 } from "../numbers/number.ts";
import type { Fault, Words } from "./words/words.ts";

export type Markup = ReturnType<typeof html>;

/** What a page of the walk needs beside its own: the words, the sealed state for its forms, and what went wrong. */
export interface Step {
  readonly words: Words;
  readonly language: Language;
  readonly state: string;
  readonly fault: Fault | null;
}

/** A form that leads to the next page, with how far its visitor has come. */
export function form({ state, language }: Step, fields: Markup): Markup {
  return html`<form method="post" action="/unlist?lang=${language}">
    <input type="hidden" name="state" value="${state}" />
    ${fields}
  </form>`;
}

/** What went wrong, if anything did. */
export function alert({ words, fault }: Step): Markup | string {
  return fault === null ? "" : html`<p role="alert" class="warn">${words.faults[fault]}</p>`;
}

/** The first page in each language. */
export function languageLinks(step: Step): Markup {
  return languages(
    step,
    (one) => html`<a href="/unlist?lang=${one}" lang="${one}" hreflang="${one}">${LANGUAGE_NAMES[one]}</a>`,
  );
}

/** A later page in each language: a form, since how far its visitor has come stands in no address. */
export function languageButtons(step: Step): Markup {
  return html`<form method="post" action="/unlist?lang=${step.language}">
    <input type="hidden" name="state" value="${step.state}" />
    <input type="hidden" name="do" value="${SHOW}" />
    ${languages(
      step,
      (one) =>
        html`<button class="link" formaction="/unlist?lang=${one}" lang="${one}">${LANGUAGE_NAMES[one]}</button>`,
    )}
  </form>`;
}

/** What a form asks for that wants its page again, and nothing done. */
export const SHOW = "show";

function languages({ language, words }: Step, link: (language: Language) => Markup): Markup {
  return html`<nav aria-label="${words.language}">
    <p class="soft">
      ${LANGUAGES.map((one, at) => {
        const gap = at === 0 ? "" : " · ";
        return one === language
          ? html`${gap}<span lang="${one}" aria-current="true">${LANGUAGE_NAMES[one]}</span>`
          : html`${gap}${link(one)}`;
      })}
    </p>
  </nav>`;
}

/** To the privacy notice. */
export function privacyLink({ words, language }: Step): Markup {
  return html`<p class="soft"><a href="/privacy?lang=${language}">${words.privacy}</a></p>`;
}

/** A text about a number, as it is written at home, and from left to right in every language. */
export function about(text: string, number: E164): Markup {
  const [before = "", after = ""] = text.split("{number}");
  const parsed = parseNumber(number);
  return html`${before}<bdi dir="ltr" class="whole">${parsed.valid ? parsed.number.nationalFormat : number}</bdi
    >${after}`;
}

/** Whom to write to, where a code cannot be sent. @param contact an e-mail address or an https page */
export function writeTo({ words }: Step, contact: string): Markup {
  const [before = "", after = ""] = words.write.split("{contact}");
  const address = contact.startsWith("https:") ? contact : `mailto:${contact}`;
  return html`<p>
    ${before}<a href="${address}" dir="ltr"><bdi>${contact}</bdi></a
    >${after}
  </p>`;
}
