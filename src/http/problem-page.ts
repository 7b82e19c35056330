import type { RequestId } from "../telemetry/logger.ts";
import { html, pageResponse } from "./page.ts";
import type { ProblemCode } from "./problem.ts";
import { PROBLEMS } from "./problems.ts";

/** The page that a problem's `type` leads to: what it means and what to do about it. */
export function problemPage(code: ProblemCode, requestId: RequestId): Promise<Response> {
  const { title, status, detail, remedy } = PROBLEMS[code];
  return pageResponse({
    title,
    language: "en",
    requestId,
    headers: { "cache-control": "public, max-age=3600" },
    body: html`<h1>${title}</h1>
      <p>${detail}</p>
      <p>${remedy}</p>
      <dl>
        <dt>Code</dt>
        <dd><code>${code}</code></dd>
        <dt>Status</dt>
        <dd><code>${status}</code></dd>
        <dt>Contract</dt>
        <dd><a href="/openapi.json">openapi.json</a></dd>
      </dl>`,
  });
}
