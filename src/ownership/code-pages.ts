import { html } from "hono/html";
import type { Channel } from "../messaging/message.ts";
import type { E164 } from "../numbers/number.ts";
import {
  about,
  alert,
  form,
  languageButtons,
  languageLinks,
  privacyLink,
  writeTo,
  type Markup,
  type Step,
} from "./page-markup.ts";

/** What a visitor can be offered, and the contact. */
export interface Offer {
  /** Whether calls are configured. */
  readonly calls: boolean;
  readonly contact: string;
}

/** The first page: the number. @param typed an invalid input, to be corrected */
export function askingPage(step: Step, { calls, contact }: Offer, typed: string): Markup {
  const { words, fault } = step;
  return html`<h1>${words.title}</h1>
    ${languageLinks(step)}
    <p>${words.intro}</p>
    ${alert(step)} ${fault === "not-served" ? writeTo(step, contact) : ""}
    ${form(
      step,
      html`<label for="number">${words.number}</label>
        <input
          id="number"
          name="number"
          type="tel"
          autocomplete="tel"
          dir="ltr"
          maxlength="40"
          value="${typed}"
          required
          aria-describedby="hint"
          ${fault === "number" ? html`aria-invalid="true"` : ""}
        />
        <p class="soft" id="hint">${words.numberHint}</p>
        <p class="choices">
          <button name="by" value="sms">${words.send}</button>
          ${calls ? callButton(words.call) : ""}
        </p>`,
    )}
    ${privacyLink(step)}`;
}

/** Replaces the first page if messages are not configured. */
export function mutePage(step: Step, contact: string): Markup {
  const { words } = step;
  return html`<h1>${words.title}</h1>
    ${languageLinks(step)}
    <p role="status"><strong>${words.mute}</strong></p>
    ${writeTo(step, contact)} ${privacyLink(step)}`;
}

/** After the first page, for a number that can only be called: it is called when the visitor submits this. */
export function callingPage(step: Step, number: E164): Markup {
  const { words } = step;
  return html`<h1>${words.title}</h1>
    ${languageButtons(step)}
    <p role="status">${about(words.mustCall, number)}</p>
    ${alert(step)} ${form(step, html`<button name="by" value="voice">${words.callNow}</button>`)} ${againLink(step)}`;
}

/** Before the second page, when many codes are requested: a wait. @param seconds that are left */
export function pausePage(step: Step, number: E164, channel: Channel, seconds: number): Markup {
  const { words } = step;
  const over = channel === "voice" ? words.pauseOverCall : words.pauseOver;
  const go = channel === "voice" ? words.callNow : words.send;
  return html`<h1>${words.title}</h1>
    ${languageButtons(step)}
    <p role="status">${seconds > 0 ? words.pause.replace("{n}", String(Math.max(2, seconds))) : about(over, number)}</p>
    ${alert(step)}
    ${form(step, seconds > 0 ? html`<button class="quiet">${words.next}</button>` : html`<button>${go}</button>`)}
    ${againLink(step)}`;
}

/** How a code is being sent. */
export interface OnItsWay {
  readonly number: E164;
  readonly channel: Channel;
  /** Minutes until it is sent at the latest, 0 for now. */
  readonly leavesIn: number;
}

/** The second page: the code. @param calls whether a call is offered beside it */
export function provingPage(step: Step, { number, channel, leavesIn }: OnItsWay, calls: boolean): Markup {
  const { words, fault } = step;
  const heard = channel === "voice";
  return html`<h1>${words.title}</h1>
    ${languageButtons(step)} ${heard ? theCall() : theMessage()} ${alert(step)}
    ${form(
      step,
      html`<label for="code">${heard ? words.heard : words.code}</label>
        <input
          id="code"
          name="code"
          inputmode="numeric"
          autocomplete="one-time-code"
          pattern="[0-9]{6,9}"
          maxlength="9"
          dir="ltr"
          required
          ${fault === "wrong" ? html`aria-invalid="true"` : ""}
        />
        <p><button>${words.next}</button></p>
        <p class="choices">
          <button class="quiet" name="do" value="again" formnovalidate>
            ${heard ? words.callAgain : words.sendAgain}
          </button>
        </p>
        ${
          calls && !heard
            ? html`<p>${about(words.noCode, number)}</p>
                ${callButton(words.callNow, "formnovalidate")}`
            : ""
        }`,
    )}
    ${againLink(step)}`;

  function theMessage(): Markup {
    const later = html`<p><strong>${words.sentLater.replace("{n}", String(leavesIn))}</strong></p>`;
    return html`<p>${about(words.sent, number)}</p>
      ${leavesIn > 0 ? later : ""}`;
  }
  function theCall(): Markup {
    if (leavesIn === 0) return html`<p>${about(words.called, number)}</p>`;
    return html`<p>
      <strong>${about(words.calledLater.replace("{n}", String(leavesIn)), number)}</strong>
    </p>`;
  }
}

/** @param skips "formnovalidate" if the form's other fields may be empty */
function callButton(text: string, skips: "formnovalidate" | "" = ""): Markup {
  return html`<button class="quiet" name="by" value="voice" ${skips}>${text}</button>`;
}

function againLink({ words, language }: Step): Markup {
  return html`<p><a href="/unlist?lang=${language}">${words.again}</a></p>`;
}
