import createClient from "openapi-fetch";
import type { components, paths } from "./schema.ts";

// The guide's session by a client made from the OpenAPI document: from the code to a lookup, a vote, and the end.
// Compiled against the types that the document gives, then run: node session.ts <origin> <a number to sign in with>.

const [origin = "", number = ""] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl: origin });
/** A caller whom nobody else looks up. */
const caller = "+13125550177";

/** What was answered; a refusal ends the session with its code. */
function good<Data>({ data, error }: { data?: Data; error?: components["schemas"]["Problem"] }): Data {
  if (error !== undefined) throw new Error(`${error.code} (${error.status}): ${error.detail}`);
  if (data === undefined) throw new Error("no answer");
  return data;
}

const sent = good(await api.POST("/v1/sessions/codes", { body: { number } }));

let code: string | undefined;
while (code === undefined) {
  const messages = good(await api.GET("/dev/outbox", { params: { query: { to: number } } }));
  code = messages.map(({ body }) => /\b\d{6,9}\b/.exec(body)?.[0]).at(-1);
}

const { inForce } = good(await api.GET("/v1/notice"));
const signedIn = good(
  await api.POST("/v1/sessions", {
    body: {
      challengeId: sent.challengeId,
      code,
      device: { id: crypto.randomUUID(), platform: "web" },
      over16: true,
      noticeVersion: inForce?.version ?? "",
    },
  }),
);
let token = signedIn.accessToken;
api.use({ onRequest: ({ request }) => request.headers.set("Authorization", `Bearer ${token}`) });

const looked = await api.POST("/v1/lookup", {
  params: { header: { "X-Lookup-Budget-Ms": "2000" } },
  body: { number: caller, verification: "passed" },
});
const lookup = good(looked);
// Every enum is open: a level that this client does not know yet is one more case.
const ring = ((): "silent" | "warning" | "plain" => {
  switch (lookup.advice) {
    case "block":
      return "silent";
    case "warn":
      return "warning";
    default:
      return "plain";
  }
})();

const path = { number: caller };
const voted = good(
  await api.PUT("/v1/numbers/{number}/vote", { params: { path }, body: { name: "Lakeview Clinic", spam: false } }),
);
const read = good(await api.GET("/v1/numbers/{number}/vote", { params: { path } }));
const explanation = good(await api.GET("/v1/numbers/{number}/explanation", { params: { path } }));
const profile = good(await api.PATCH("/v1/me", { body: { name: "Ada Fiction" } }));
const consent = good(
  await api.PUT("/v1/me/consents/{purpose}", {
    params: { path: { purpose: "contact-sharing" } },
    body: { granted: true, noticeVersion: inForce?.version ?? "" },
  }),
);

const refreshed = good(await api.POST("/v1/sessions/refresh", { body: { refreshToken: signedIn.refreshToken } }));
token = refreshed.accessToken;

const refused = await api.POST("/v1/lookup", { body: { number: caller, country: "Atlantis" } });
const withdrawn = await api.DELETE("/v1/numbers/{number}/vote", { params: { path } });
const ended = await api.DELETE("/v1/sessions/{id}", { params: { path: { id: "current" } } });

console.log(
  JSON.stringify({
    lookup: { number: lookup.number, valid: lookup.valid, ring, id: looked.response.headers.get("X-Request-Id") },
    vote: voted.vote?.name,
    published: voted.published.number,
    read: read.vote?.name,
    explained: explanation.number,
    profile: profile.name,
    consent: consent.granted,
    pace: refreshed.pace,
    refused: refused.error?.errors?.map(({ field }) => field),
    withdrawn: withdrawn.response.status,
    ended: ended.response.status,
  }),
);
