import { html } from "hono/html";
import type { Language } from "../language/language.ts";
import { linkTexts, timeLeft } from "./link-texts.ts";
import type { LinkToken } from "./picture-keys.ts";

type Markup = ReturnType<typeof html>;

/** The page of a link: body and title. */
export interface LinkPage {
  readonly title: string;
  readonly body: Markup;
}

/** Placeholder for the picture's bytes; occurs in no text. */
export const PICTURE_MARK = "{{picture}}";

/** What the page says about the picture. */
export interface PageOf {
  readonly token: LinkToken;
  readonly width: number;
  readonly height: number;
  readonly once: boolean;
  readonly expires: number;
  readonly now: number;
  /** Where the app can be downloaded, or null if not configured. */
  readonly appLink: string | null;
}

/** Before the form is submitted: nothing of the picture. */
export function askingPage(language: Language, token: LinkToken, once: boolean): LinkPage {
  const texts = linkTexts(language);
  return {
    title: texts.title,
    body: html`<h1>${texts.title}</h1>
      <p>${texts.intro}${once ? html` <strong>${texts.once}</strong>` : ""}</p>
      <form method="post" action="/i/${token}"><button>${texts.show}</button></form>`,
  };
}

/** After the form is submitted. A picture that can be seen once is saved from the page, because it cannot be requested again. */
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

/** For a picture that was deleted, expired or never existed: they all look the same. */
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
