import type { Call } from "./endpoint.ts";

/**
 * Whether a form was sent from one of our own pages, by what the browser says (Sec-Fetch-Site, else Origin). Our pages
 * send no referrer, so the Origin of their forms is "null" as well; alone that is anybody's, and taken for no page of
 * ours. Who sends neither header is no browser that a page could misuse.
 */
export function isOwnForm({ request, origin }: Pick<Call, "request" | "origin">): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  const from = request.headers.get("origin");
  if (from === null || from === origin || from === new URL(request.url).origin) return true;
  return from === "null" && site !== null;
}
