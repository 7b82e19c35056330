import { html, raw } from "hono/html";
import type { RequestId } from "../telemetry/logger.ts";
import { PROBLEMS, type ProblemCode } from "./problem.ts";

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--ground:#fff;--line:#d8dee4;--mark:#0a58ca}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--ground:#0d1117;--line:#30363d;--mark:#79b8ff}}
body{margin:0;background:var(--ground);color:var(--ink);font:1.0625rem/1.55 system-ui,sans-serif}
main{overflow-wrap:break-word;max-width:38rem;margin:0 auto;padding:2rem 1.25rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0 1rem}
.brand{color:var(--soft);margin:0}
dl{display:grid;grid-template-columns:auto 1fr;gap:.35rem 1rem;border-top:1px solid var(--line);margin:1.75rem 0 0;padding-top:1rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code{font:.9375rem/1.4 ui-monospace,monospace}
a{color:var(--mark)}
`;

/** The page that a problem's `type` leads to: what it means and what to do about it. No script, nothing from elsewhere. */
export async function problemPage(code: ProblemCode, requestId: RequestId): Promise<Response> {
  const { title, status, detail, remedy } = PROBLEMS[code];
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title} · Konnections</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          <p class="brand">Konnections</p>
          <h1>${title}</h1>
          <p>${detail}</p>
          <p>${remedy}</p>
          <dl>
            <dt>Code</dt>
            <dd><code>${code}</code></dd>
            <dt>Status</dt>
            <dd><code>${status}</code></dd>
            <dt>Contract</dt>
            <dd><a href="/openapi.json">openapi.json</a></dd>
          </dl>
        </main>
      </body>
    </html> `;
  return new Response(String(page), {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "public, max-age=3600",
      "content-security-policy": `default-src 'none'; style-src 'sha256-${await styleHash()}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-request-id": requestId,
    },
  });
}

async function styleHash(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  return new Uint8Array(digest).toBase64();
}
