import { html } from "hono/html";
import type { E164 } from "../numbers/number.ts";
import { KINDS } from "../verdict/evidence.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { DISPUTE_CAUSES } from "./disputes.ts";
import type { OwnerHoldings } from "./owners.ts";
import { about, alert, form, languageButtons, privacyLink, type Markup, type Step } from "./page-markup.ts";
import type { Words } from "./words/words.ts";
import { dayText } from "../time/days.ts";

/** What is shown of a number and why, as the page tells it. */
export interface Shown {
  readonly verdict: Pick<Verdict, "name" | "nameLevel" | "spam" | "reports">;
  readonly names: readonly { readonly name: string; readonly share: number }[];
  readonly neighbours: boolean;
}

/** The third page: what is held, and what can be done about it. */
export function owningPage(
  step: Step,
  number: E164,
  holdings: OwnerHoldings,
  shown: Shown,
  done: "saved" | "disputed" | "relisted" | null,
): Markup {
  const { words } = step;
  return html`<h1>${about(words.heldOn, number)}</h1>
    ${languageButtons(step)} ${alert(step)}
    ${done === null ? "" : html`<p role="status"><strong>${words[done]}</strong></p>`}
    ${holdings.listed ? html`${heldList(words, holdings, shown)}${choices(step, holdings)}` : outNow(step)}
    <p><a href="/unlist?lang=${step.language}">${words.again}</a></p>
    ${privacyLink(step)}`;
}

/** The last page: it is out, with the receipt. */
export function receiptPage(step: Step, number: E164, receipt: string): Markup {
  const { words } = step;
  return html`<h1>${words.unlisted}</h1>
    <p>${about(words.unlistedText, number)}</p>
    <h2 id="receipt">${words.receipt}</h2>
    <p>
      <code class="block" dir="ltr" tabindex="0" role="textbox" aria-readonly="true" aria-labelledby="receipt"
        >${receipt}</code
      >
    </p>
    <p><a href="/.well-known/jwks.json">jwks.json</a></p>
    ${form(step, html`<button class="quiet" name="do" value="relist">${words.relist}</button>`)}`;
}

/** In place of what is held while a store does not answer: nothing that was proved is lost. */
export function waitingPage(step: Step): Markup {
  const { words } = step;
  return html`<h1>${words.title}</h1>
    ${alert(step)} ${form(step, html`<button>${words.next}</button>`)}`;
}

function heldList(
  words: Words,
  { owned, said, account }: OwnerHoldings,
  { verdict, names, neighbours }: Shown,
): Markup {
  return html`<h2>${words.shown}</h2>
    <dl class="pairs">
      <dt>${words.name}</dt>
      <dd><bdi>${verdict.name ?? words.none}</bdi></dd>
      <dt>${words.givenBy}</dt>
      <dd>${words.levels[verdict.nameLevel]}</dd>
      <dt>${words.spam}</dt>
      <dd>${words.spamLevels[verdict.spam]}${neighbours ? html` (${words.neighbours})` : ""}</dd>
      <dt>${words.reports}</dt>
      <dd>${verdict.reports}</dd>
      <dt>${words.votes}</dt>
      <dd>
        ${joined(
          names.map(({ name, share }) => html`<bdi>${name}</bdi> (${words.share.replace("{n}", String(share))})`),
          words,
        )}
      </dd>
      <dt>${words.lists}</dt>
      <dd>
        ${joined(
          said.map(({ title, day, name, complaints }) => {
            const what = name ?? words.complaints.replace("{n}", String(complaints));
            return html`<bdi>${title}</bdi>, <bdi dir="ltr" class="whole">${dayText(day)}</bdi>: <bdi>${what}</bdi>`;
          }),
          words,
        )}
      </dd>
      <dt>${words.account}</dt>
      <dd>${account ? words.yes : words.no}</dd>
    </dl>
    ${owned.dispute === null ? "" : html`<p>${words.disputes[owned.dispute]}</p>`}`;
}

function choices(step: Step, { owned }: OwnerHoldings): Markup {
  const { words } = step;
  return html`<h2>${words.naming}</h2>
    <p>${words.namingText}</p>
    ${form(
      step,
      html`<label for="name">${words.name}</label>
        <input id="name" name="name" maxlength="100" autocomplete="off" value="${owned.name ?? ""}" />
        <label for="kind">${words.kind}</label>
        <select id="kind" name="kind">
          ${KINDS.map((kind) => html`<option value="${kind}" ${kind === owned.kind ? html`selected` : ""}>${words.kinds[kind]}</option>`)}
        </select>
        <p>
          <input id="handover" name="handOver" type="checkbox" value="1" />
          <label for="handover" class="beside">${words.handOver}</label>
        </p>
        <button name="do" value="name">${words.save}</button>`,
    )}
    <h2>${words.disputing}</h2>
    <p>${words.disputingText}</p>
    ${form(
      step,
      html`<label for="cause">${words.disputing}</label>
        <select id="cause" name="cause">
          ${DISPUTE_CAUSES.map((cause) => html`<option value="${cause}">${words.causes[cause]}</option>`)}
        </select>
        <label for="text">${words.inYourWords}</label>
        <input id="text" name="text" maxlength="500" autocomplete="off" />
        <p><button class="quiet" name="do" value="dispute">${words.dispute}</button></p>`,
    )}
    <h2>${words.unlisting}</h2>
    <p>${words.unlistingText}</p>
    ${form(
      step,
      html`<p>
          <input id="sure" name="sure" type="checkbox" value="1" required />
          <label for="sure" class="beside">${words.sure}</label>
        </p>
        <button class="warn" name="do" value="unlist">${words.unlist}</button>`,
    )}`;
}

function outNow(step: Step): Markup {
  const { words } = step;
  return html`<p>${words.out}</p>
    ${form(step, html`<button name="do" value="relist">${words.relist}</button>`)}`;
}

function joined(parts: readonly Markup[], words: Words): Markup {
  if (parts.length === 0) return html`${words.none}`;
  return html`${parts.map((part, at) => (at === 0 ? part : html`<br />${part}`))}`;
}
