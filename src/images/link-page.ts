import { html } from "hono/html";
import type { Language } from "../language/language.ts";
import { linkTexts, timeLeft } from "./link-texts.ts";
import type { LinkToken } from "./picture-keys.ts";

type Markup = ReturnType<typeof html>;

/** A page of a link: what stands in it, and its title. */
export interface LinkPage {
  readonly title: string;
  readonly body: Markup;
}

/** Stands where the picture's bytes go when the page is sent; no text has it. */
export const PICTURE_MARK = "{{picture}}";

/** What the page says of the picture that it shows. */
export interface PageOf {
  readonly token: LinkToken;
  readonly width: number;
  readonly height: number;
  readonly once: boolean;
  readonly expires: number;
  readonly now: number;
  /** Where the app can be had, or null when that is not configured. */
  readonly appLink: string | null;
}

/** Before the tap: nothing of the picture. */
export function askingPage(language: Language, token: LinkToken, once: boolean): LinkPage {
  const texts = linkTexts(language);
  return {
    title: texts.title,
    body: html`<h1>${texts.title}</h1>
      <p>${texts.intro}${once ? html` <strong>${texts.once}</strong>` : ""}</p>
      <form method="post" action="/i/${token}"><button>${texts.show}</button></form>`,
  };
}

/** After the tap. A picture that can be seen once is saved from the page: it cannot be asked for again. */
export function picturePage(
  language: Language,
  { token, width, height, once, expires, now, appLink }: PageOf,
): LinkPage {
  const texts = linkTexts(language);
  const source = `data:image/webp;base64,${PICTURE_MARK}`;
  return {
    title: texts.title,
    body: html`<h1>${texts.title}</h1>
      <img src="${source}" width="${width}" height="${height}" alt="${texts.alt}" />
      <p class="soft">${once ? texts.once : texts.left(timeLeft(language, expires - now))}</p>
      ${
        once
          ? html`<p><a class="button" download="picture.webp" href="${source}">${texts.save}</a></p>`
          : html`<form method="post" action="/i/${token}">
              <button name="save" value="1">${texts.save}</button>
            </form>`
      }
      <p>${appLink === null ? texts.app : html`<a href="${appLink}">${texts.app}</a>`}</p>
      <details>
        <summary>${texts.more}</summary>
        <form method="post" action="/i/${token}/report">
          <p>${texts.reportNote}</p>
          <button class="quiet">${texts.report}</button>
        </form>
        <form method="post" action="/i/${token}/delete">
          <p>${texts.removeNote}</p>
          <button class="warn">${texts.remove}</button>
        </form>
      </details>`,
  };
}

/** Of a picture that is gone, expired or never was: they all look alike. */
export function gonePage(language: Language): LinkPage {
  const { goneTitle, gone } = linkTexts(language);
  return saying(goneTitle, gone);
}

export function reportedPage(language: Language): LinkPage {
  const { reportedTitle, reported } = linkTexts(language);
  return saying(reportedTitle, reported);
}

export function removedPage(language: Language): LinkPage {
  const { removedTitle, removed } = linkTexts(language);
  return saying(removedTitle, removed);
}

function saying(title: string, text: string): LinkPage {
  return {
    title,
    body: html`<h1>${title}</h1>
      <p>${text}</p>`,
  };
}
