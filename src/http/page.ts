import { html, raw } from "hono/html";
import { directionOf, type Language } from "../language/language.ts";
import type { RequestId } from "../telemetry/logger.ts";

export { html, raw };
/** Markup made with `html`: what is put into it is escaped. */
export type Markup = ReturnType<typeof html>;

/** A page for people: server-rendered, without scripts, nothing from elsewhere. */
export interface Page {
  readonly title: string;
  readonly language: Language;
  /** What stands in `main`. */
  readonly body: Markup;
  readonly requestId: RequestId;
  /** 200 unless said. */
  readonly status?: number;
  /** True for a page whose forms post to this service. */
  readonly forms?: boolean;
  /** Sources of pictures, for the policy's img-src: "'self'" or "data:"; none unless said. */
  readonly pictures?: "'self'" | "data:";
  /** Header fields over the usual ones; `cache-control` is no-store unless said. */
  readonly headers?: Readonly<Record<string, string>>;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--ground:#fff;--line:#d8dee4;--mark:#0a58ca;--on:#fff;--warn:#b42318}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--ground:#0d1117;--line:#30363d;--mark:#79b8ff;--on:#0d1117;--warn:#ff8f85}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1.0625rem/1.55 system-ui,sans-serif}
main{overflow-wrap:break-word;max-width:38rem;margin:0 auto;padding:2rem 1.25rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0 1rem}
h2{font-size:1.1875rem;line-height:1.3;margin:1.75rem 0 .5rem}
.brand,.soft{color:var(--soft)}.brand{margin:0}
.warn{color:var(--warn)}
dl{display:grid;grid-template-columns:auto 1fr;gap:.35rem 1rem;border-top:1px solid var(--line);margin:1.75rem 0 0;padding-top:1rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code{font:.9375rem/1.4 ui-monospace,monospace}
a{color:var(--mark)}
form{margin:1rem 0}
label{display:block;margin:.75rem 0 .25rem}
input,select{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--soft);border-radius:.5rem;padding:.625rem .75rem;width:100%;max-width:22rem}
input[type=checkbox],input[type=radio]{width:auto}
.beside{display:inline;margin:0}
.pairs{grid-template-columns:minmax(0,2fr) minmax(0,3fr)}
.block{display:block}
button,.button{display:inline-block;font:inherit;font-weight:600;color:var(--on);background:var(--mark);border:1px solid var(--mark);border-radius:.5rem;padding:.625rem 1.125rem;min-height:2.75rem;cursor:pointer;text-decoration:none}
.choices{display:flex;flex-wrap:wrap;gap:.75rem}
button.link{font-weight:400;color:var(--mark);background:none;border:0;padding:0;min-height:0;text-decoration:underline}
.whole{white-space:nowrap}
button.quiet,.button.quiet{color:var(--mark);background:transparent}
button.warn,.button.warn{color:var(--warn);background:transparent;border-color:var(--warn)}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
img{display:block;max-width:100%;height:auto;border-radius:.5rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:start;vertical-align:top;padding:.375rem .5rem;border-bottom:1px solid var(--line)}
@media(max-width:36rem){.stacks thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}.stacks :is(tbody,tr,th,td){display:block;border:0;padding:.125rem 0}
.stacks tr{border-bottom:1px solid var(--line);padding:.75rem 0}.stacks td::before{content:attr(data-head);display:block;color:var(--soft);font-size:.9375rem}}
`;

/** The answer that shows a page. Its policy lets nothing run and nothing load but what the page says it needs. */
export async function pageResponse({
  title,
  language,
  body,
  requestId,
  status = 200,
  forms = false,
  pictures,
  headers,
}: Page): Promise<Response> {
  const page = await html`<!doctype html>
    <html lang="${language}" dir="${directionOf(language)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · Konnections</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          <p class="brand">Konnections</p>
          ${body}
        </main>
      </body>
    </html> `;
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${await styleHash()}'`,
    ...(pictures === undefined ? [] : [`img-src ${pictures}`]),
    "base-uri 'none'",
    `form-action ${forms ? "'self'" : "'none'"}`,
    "frame-ancestors 'none'",
  ].join("; ");
  return new Response(String(page), {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-language": language,
      "cache-control": "no-store",
      "content-security-policy": policy,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-robots-tag": "noindex, nofollow, noarchive, nosnippet",
      "cross-origin-resource-policy": "same-origin",
      "x-request-id": requestId,
      ...headers,
    },
  });
}

async function styleHash(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  return new Uint8Array(digest).toBase64();
}
