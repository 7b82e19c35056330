/**
 * Promise: nothing leaves. No outbound request but to the configured providers of SMS and e-mail and token issuers (HTTPS,
 * from configuration only); no third-party content in pages. (Privacy notice, sections 1 and 3.)
 *
 * The built Worker runs with a stand-in for the internet that records whatever it asks for and answers nothing: first
 * without issuers, through every call of its OpenAPI document, import, publishing, cron and pages; then with issuers and
 * an SMS provider, where exactly their addresses may be asked, and exactly what is to be sent goes to the provider. In the
 * life of test/support/life `npm run dev` runs with every connection of its processes written down. And the sources are
 * read: there are three places that fetch, and no address of a host in them.
 *
 * Seen to fail on a copy of the sources with each of these changes: a `fetch` of a counter's address after a lookup; an
 * image of another host in a problem page; the key fetch, or the provider's, following redirects; names sent to a host by the publisher; a
 * look for updates in `npm run dev`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemOf, type Answer } from "../support/answer.ts";
import { dropDataset, importRows, makeDataset, sendRows, untilPublished } from "../support/import.ts";
import { theLife } from "../support/life/life.ts";
import { Outside } from "../support/outbound.ts";
import { ROOT, Service } from "../support/service.ts";
import { Issuer, seconds } from "../support/tokens.ts";
import { twilioAccount } from "../support/twilio-account.ts";
import { until } from "../support/until.ts";

const outside = new Outside();
afterAll(() => outside.restore());

/** Every call that there is, as clients, operators and strangers make them; the pages among the answers. */
async function useEverything(service: Service): Promise<Answer[]> {
  const directory = await makeDataset(service, "directory");
  const complaints = await makeDataset(service, "complaints");
  await importRows(service, directory, [{ number: "+14045550142", name: "Peachtree Pharmacy" }]);
  await importRows(service, complaints, [{ number: "+14045550117", complaints: 9 }, { number: "+14045550131" }]);
  await sendRows(service, complaints, "nonsense");
  await untilPublished(service);
  await service.harness.getWorker().scheduled({ cron: "* * * * *" });
  for (const number of [
    "+14045550142",
    "+14045550117",
    "+14045550199",
    "+13345550100",
    "nonsense",
    "http://evil.example/",
  ]) {
    await service.lookup(number);
    await service.call("POST", "/v1/lookup", { json: { number } });
  }
  const key = { kty: "EC", crv: "P-256", x: "a", y: "b" };
  for (const header of [
    { jku: "https://evil.example/keys" },
    { x5u: "https://evil.example/cert" },
    { jwk: key },
    { kid: "https://evil.example" },
  ]) {
    await service.call("GET", "/v1/lookup/x", { as: { token: service.mint.token({}, header) } });
  }
  for (const iss of ["https://evil.example", "https://accounts.google.com"]) {
    await service.call("GET", "/v1/lookup/x", { as: { token: service.mint.token({ iss }) } });
  }
  await service.call("GET", "/v1/lookup/x", { as: null, headers: { "cf-access-jwt-assertion": service.operator() } });
  const answers: Answer[] = [];
  for (const { method, path } of service.document.operations) {
    const address = path.replace("{number}", "+14045550142").replace("{id}", complaints);
    answers.push(
      await service.call(method, address, { as: "operator" }),
      await service.call(method, address, { as: null }),
    );
  }
  await service.call("GET", "/healthz?deep=1", { as: "operator" });
  await dropDataset(service, directory);
  await untilPublished(service);
  const codes = service.document.problemCodes;
  for (const code of codes) answers.push(await service.call("GET", `/problems/${code}`, { as: null }));
  for (const path of ["/", "/openapi.json", "/privacy", "/unlist", "/favicon.ico", "/robots.txt"]) {
    answers.push(await service.call("GET", path, { as: null }));
  }
  return answers;
}

/** What a page would load from, or send its reader's data to, somewhere else. */
function foreignContent(html: string): string[] {
  const found = [
    ...html.matchAll(/<(?:script|iframe|object|embed|link|base|img|video|audio|source|meta[^>]+http-equiv)\b[^>]*>/gi),
  ].map(([tag]) => tag);
  const addresses = [
    ...html.matchAll(/\b(?:src|href|action|data|poster|srcset|ping|formaction|background)\s*=\s*["']?([^"'\s>]+)/gi),
    ...html.matchAll(/url\(\s*["']?([^"')]+)/gi),
    ...html.matchAll(/@import\s+["']?([^"';]+)/gi),
  ].map(([, address = ""]) => address);
  return [
    ...found,
    // Whom to write to is told to people; nothing is loaded from there.
    ...addresses.filter((address) => !/^(?:\/(?!\/)|#|mailto:[\w.+-]+@[\w.-]+$)/.test(address)),
    ...(html.match(/\bon\w+\s*=|javascript:/gi) ?? []),
  ];
}

describe("without issuers configured", () => {
  let service: Service;
  let answers: Answer[];
  beforeAll(async () => {
    service = await Service.start();
    outside.requests.length = 0;
    answers = await useEverything(service);
  });
  afterAll(() => service.stop());

  it("the service asks nobody for anything, whatever is asked of it", () => {
    expect(answers.length).toBeGreaterThan(30);
    expect(outside.requests).toEqual([]);
  });

  it("its pages load nothing, run nothing and send nothing anywhere", () => {
    const pages = answers.filter(({ headers }) => headers.get("content-type")?.startsWith("text/html"));
    expect(pages.length).toBeGreaterThan(10);
    for (const { path, text, headers } of pages) {
      expect(foreignContent(text), path).toEqual([]);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy, path).toMatch(/(?:^|;)\s*default-src 'none'/);
      expect(policy, path).not.toMatch(/https?:|\*|unsafe-|data:/);
      // A form's own address is looked at above; what it is sent to otherwise, the policy says.
      expect(policy, path).toMatch(/(?:^|;)\s*form-action '(?:none|self)'/);
      expect(headers.get("referrer-policy"), path).toBe("no-referrer");
    }
  });

  it("no answer makes a browser report or connect elsewhere", () => {
    for (const { path, headers } of answers) {
      for (const name of ["report-to", "reporting-endpoints", "nel", "link", "refresh", "location", "set-cookie"]) {
        expect(headers.has(name), `${path}: ${name}`).toBe(false);
      }
    }
  });
});

describe("with issuers and an SMS provider configured", () => {
  const issuer = new Issuer();
  const KEYS = "https://id.example/keys";
  const MOVED = "https://moved.example/keys";
  const TEAM = "https://team.cloudflareaccess.com";
  const CERTS = `${TEAM}/cdn-cgi/access/certs`;
  const API = "https://sms.example";
  const MESSAGES = `${API}/2010-04-01/Accounts/${twilioAccount.TWILIO_ACCOUNT_SID}/Messages.json`;
  const asked = (): string[] => outside.requests.map(({ method, url }) => `${method} ${url}`);
  let service: Service;
  beforeAll(async () => {
    outside.json(KEYS, issuer.jwks());
    outside.json(CERTS, issuer.jwks());
    outside.at(
      MOVED,
      () => new Response(null, { status: 307, headers: { location: "http://elsewhere.example/keys" } }),
    );
    outside.json("http://elsewhere.example/keys", issuer.jwks());
    outside.at(`${API}/`, () => new Response(null, { status: 404 }));
    outside.at(MESSAGES, () => new Response("{}", { status: 201 }));
    service = await Service.start({
      EXTERNAL_ISSUERS: JSON.stringify([
        { issuer: "https://id.example", jwks: KEYS, algorithms: ["ES256"], audience: "app", scope: "app" },
        { issuer: "https://moved.example", jwks: MOVED, algorithms: ["ES256"], audience: "app", scope: "app" },
      ]),
      ACCESS_TEAM_DOMAIN: TEAM,
      ACCESS_AUDIENCE: "operators",
      ...twilioAccount,
      PUBLIC_ORIGIN: "https://k.example",
      TWILIO_API: API,
    });
    outside.requests.length = 0;
  });
  afterAll(() => service.stop());

  it("issuers' key addresses are asked, over HTTPS, and nobody else, still", async () => {
    await useEverything(service);
    const claims = { iss: "https://id.example", aud: "app", sub: "u", exp: seconds() + 300 };
    const looked = await service.call("GET", "/v1/lookup/+14045550142", { as: { token: issuer.es256(claims) } });
    expect(looked.status).toBe(200);
    const assertion = issuer.rs256({ iss: TEAM, aud: ["operators"], sub: "o", exp: seconds() + 300 });
    const status = await service.call("GET", "/v1/operators/status", {
      as: null,
      headers: { "cf-access-jwt-assertion": assertion },
    });
    expect(status.status).toBe(200);
    expect(new Set(asked())).toEqual(new Set([`GET ${KEYS}`, `GET ${CERTS}`]));
  });

  it("the provider is asked whether it is there, and to send what was to be sent", async () => {
    outside.requests.length = 0;
    const answer = await service.call("POST", "/v1/sessions/codes", { as: null, json: { number: "+14045550142" } });
    expect(answer.status).toBe(202);
    await until("the message", () => outside.count(MESSAGES) > 0);
    expect(asked()).toEqual([`HEAD ${API}/`, `POST ${MESSAGES}`]);
  });

  it("a redirect of an issuer's leads nowhere", async () => {
    outside.requests.length = 0;
    const token = issuer.es256({ iss: "https://moved.example", aud: "app", sub: "v", exp: seconds() + 300 });
    const answer = await service.call("GET", "/v1/lookup/x", { as: { token } });
    problemOf(answer, 503, "unavailable");
    expect(asked()).toEqual([`GET ${MOVED}`]);
  });

  it("nor does one of the provider's", async () => {
    outside.requests.length = 0;
    const elsewhere = { status: 307, headers: { location: "https://elsewhere.example/messages" } };
    outside.at(MESSAGES, () => new Response(null, elsewhere));
    await service.call("POST", "/v1/sessions/codes", { as: null, json: { number: "+14045550143" } });
    const ended = async (): Promise<boolean> =>
      (await service.call("GET", "/v1/operators/status", { as: "operator" })).text.includes('"outcome":"unknown"');
    await until("the end of the message", ended);
    expect(asked()).toEqual([`HEAD ${API}/`, `POST ${MESSAGES}`]);
  });
});

describe("npm run dev", () => {
  it("connects to this machine alone, whatever is done to it", async () => {
    const { connections, shown } = await theLife();
    expect(shown.length, "it was used").toBeGreaterThan(0);
    const lines = new Set(connections.trim().split("\n"));
    expect(lines.size).toBeGreaterThan(2);
    expect(
      [...lines].filter((line) => !/^(?:connect|lookup) (?:localhost|127\.0\.0\.1|::1)(?: \d+)?$/.test(line)),
    ).toEqual([]);
  });
});

describe("the sources", () => {
  /** The Worker's sources without their comments; the operators' commands run on an operator's machine. */
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.startsWith("commands") && name !== "env.d.ts")
    .map((name) => {
      const text = readFileSync(join(ROOT, "src", name), "utf8");
      return { name, code: text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "") };
    });

  it("fetch in three places: an issuer's keys, and messages to their providers", () => {
    const fetching = sources.filter(({ code }) =>
      // A method of that name is where an object is called, and calls nobody.
      /(?<![.\w]|(?:async|override) )fetch\(|(?:globalThis|self|window)\s*(?:\.|\[\W*)fetch/.test(code),
    );
    expect(fetching.map(({ name }) => name)).toEqual([
      "http/issuer-keys.ts",
      "messaging/resend.ts",
      "messaging/twilio.ts",
    ]);
  });

  it("open no other way out", () => {
    const ways =
      /cloudflare:(?:sockets|email)|node:(?:net|tls|http|https|http2|dgram|dns|child_process)|\bconnect\(|new (?:WebSocket|EventSource|XMLHttpRequest|Request)\(|sendBeacon|importScripts|import\((?!"\.\.?\/)|createRemoteJWKSet|\bredirect\(/;
    expect(sources.filter(({ code }) => ways.test(code)).map(({ name }) => name)).toEqual([]);
  });

  it("name no host, but for examples", () => {
    const hosts = sources.flatMap(({ name, code }) =>
      [...code.matchAll(/\b(?:https?|wss?):\/\/([\w.-]+)/g)].map(([, host = ""]) => ({
        name,
        host: host.replace(/\.$/, ""),
      })),
    );
    expect(hosts.filter(({ host }) => !/(?:^|\.)example(?:\.com|\.org|\.net)?$/.test(host))).toEqual([]);
  });

  it("bind nothing that sends but the platform's e-mail: no queue, no other service, no log drain", () => {
    const toml = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
    expect(toml.match(/^\[\[send_email\]\]$/gm)).toHaveLength(1);
    expect(sources.filter(({ code }) => /\.EMAIL\b/.test(code)).map(({ name }) => name)).toEqual([
      "messaging/mail-providers.ts",
    ]);
    expect(toml).not.toMatch(
      /services|queues|tail_consumers|logpush|hyperdrive|dispatch_namespaces|\[ai\]|browser|vectorize|pipelines|remote\s*=\s*true/,
    );
  });
});

describe("this test", () => {
  it("sees foreign content in a page", () => {
    for (const html of [
      '<img src="https://tracker.example/x.gif">',
      "<script>1</script>",
      '<a href="//other.example/">x</a>',
      "<a href=https://other.example>x</a>",
      "<style>body{background:url(https://other.example/a.png)}</style>",
      '<style>@import "https://other.example/a.css"</style>',
      '<p onclick="x()">',
      '<link rel="stylesheet" href="/own.css">',
      '<form method="post" action="https://other.example/">',
    ]) {
      expect(foreignContent(html), html).not.toEqual([]);
    }
    expect(foreignContent('<a href="/openapi.json">x</a>')).toEqual([]);
  });
});
