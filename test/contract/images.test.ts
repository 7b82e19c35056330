import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { corners, photograph, photographs, riffChunks, tell, turned } from "../support/pictures.ts";
import { roomInHour } from "../support/clock.ts";
import { Service } from "../support/service.ts";
import { consent } from "../support/consenting.ts";
import { freshNumber as accountNumber, signIn } from "../support/sign-in.ts";

let service: Service;
beforeAll(async () => {
  await roomInHour(180_000);
  service = await Service.shared();
});

interface Sent {
  readonly id: string;
  readonly link: string;
  readonly expiresAt: string;
}

let numbers = 0;
/** A number that nobody sent anything yet. */
const freshNumber = (): string => `+1312555${String(1000 + numbers++).padStart(4, "0")}`;

interface Options {
  readonly recipient?: string;
  readonly token?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a picture, by an account of its own to a number of its own unless said. */
function send(body: Uint8Array | string, options: Options = {}): Promise<Answer> {
  const { recipient = freshNumber(), token = service.app(), query = "", headers = {} } = options;
  const path = `/v1/images${query}`;
  return service.call("POST", path, { as: { token }, body, headers: { "x-recipient": recipient, ...headers } });
}

async function sent(body: Uint8Array, options: Options = {}): Promise<Sent> {
  const answer = await send(body, options);
  expect(answer.status, answer.text).toBe(201);
  return jsonOf<Sent>(answer);
}

const pathOf = (link: string): string => new URL(link).pathname;
const onLink = (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: string) =>
  service.call(method, path, { as: null, headers, ...(body === undefined ? {} : { body }) });
const tap = (link: string): Promise<Answer> => onLink("POST", pathOf(link));

/** The picture that stands in a page. */
function pictureIn({ text }: Answer): Uint8Array | null {
  const found = /src="data:image\/webp;base64,([A-Za-z0-9+/=]*)"/.exec(text);
  return found === null ? null : Buffer.from(found[1] ?? "", "base64");
}

/** An answer without what differs from each to each. */
function alike({ status, headers, text }: Answer): object {
  const rest = [...headers].filter(([name]) => name !== "x-request-id").sort(([a], [b]) => a.localeCompare(b));
  return { status, headers: rest, text };
}

describe("a picture", () => {
  it("is sent, opened by its link, and is what was sent, upright", async () => {
    const before = Date.now();
    const picture = await sent(await turned(6, 120, 60));
    expect(Object.keys(picture)).toEqual(["id", "link", "expiresAt"]);
    expect(picture.link).toMatch(/^http:\/\/[^/]+\/i\/[A-Za-z0-9_-]{22}$/);
    const life = Date.parse(picture.expiresAt) - before;
    expect(life).toBeGreaterThan(601_198_000);
    expect(life).toBeLessThanOrEqual(601_200_000 + 60_000);

    const asking = await onLink("GET", pathOf(picture.link));
    expect([asking.status, pictureIn(asking), asking.text.includes("<img")]).toEqual([200, null, false]);
    for (let view = 0; view < 2; view += 1) {
      const shown = await tap(picture.link);
      expect(shown.status).toBe(200);
      const webp = pictureIn(shown) ?? new Uint8Array(0);
      expect(riffChunks(webp).map(({ type }) => type)).toEqual(["VP8 "]);
      expect(await corners(webp)).toBe("rgbw");
    }
  });

  it("is told to its sender: opened or not, no more", async () => {
    const token = service.app();
    const first = await sent(await tell("png"), { token });
    const second = await sent(await tell("jpeg"), { token, query: "?once=true&ttl=3600" });
    await tap(first.link);
    const list = await service.call("GET", "/v1/images?box=sent", { as: { token } });
    const images = jsonOf<{ images: object[] }>(list).images;
    expect(images).toHaveLength(2);
    expect(images).toContainEqual({ id: first.id, expiresAt: first.expiresAt, once: false, opened: true });
    expect(images).toContainEqual({ id: second.id, expiresAt: second.expiresAt, once: true, opened: false });
    expect(Date.parse(second.expiresAt) - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect(jsonOf(await service.call("GET", "/v1/images?box=inbox", { as: { token } }))).toEqual({ images: [] });
  });

  it("goes out by SMS with its link, in the language of the number's country", async () => {
    const recipient = "+491701234567";
    const { accessToken: token } = await signIn(service, accountNumber());
    const { link } = await sent(await tell("gif"), { recipient, token });
    const outbox = async (): Promise<{ body: string; kind: string }[]> =>
      jsonOf(await service.call("GET", `/dev/outbox?to=${encodeURIComponent(recipient)}`));
    await expect.poll(outbox).toHaveLength(1);
    const [message] = await outbox();
    expect(message?.kind).toBe("picture-link");
    expect(message?.body).toContain(link);
    expect(message?.body).toMatch(/Bild/);
  });

  it("goes out to nobody when its sender has proved no number: the link is theirs to pass on", async () => {
    const recipient = accountNumber();
    const { link } = await sent(await tell("gif"), { recipient });
    expect((await onLink("GET", pathOf(link))).status).toBe(200);
    const { accessToken: token } = await signIn(service, accountNumber());
    await sent(await tell("gif"), { recipient, token });
    const outbox = async (): Promise<unknown[]> =>
      jsonOf(await service.call("GET", `/dev/outbox?to=${encodeURIComponent(recipient)}`));
    await expect.poll(outbox).toHaveLength(1);
  });

  it("is deleted by its sender at once, by nobody else", async () => {
    const token = service.app();
    const picture = await sent(await tell("webp"), { token });
    problemOf(await service.call("DELETE", `/v1/images/${picture.id}`), 404, "not-found");
    expect(pictureIn(await tap(picture.link))).not.toBeNull();
    const deleted = await service.call("DELETE", `/v1/images/${picture.id}`, { as: { token } });
    expect(deleted.status).toBe(204);
    expect((await tap(picture.link)).status).toBe(404);
    problemOf(await service.call("DELETE", `/v1/images/${picture.id}`, { as: { token } }), 404, "not-found");
    expect(jsonOf(await service.call("GET", "/v1/images?box=sent", { as: { token } }))).toEqual({ images: [] });
  });

  it("of somebody else's inbox is not served", async () => {
    const token = service.app();
    const { id } = await sent(await tell("png"), { token });
    for (const as of [{ token }, "app"] as const) {
      problemOf(await service.call("GET", `/v1/images/${id}/content`, { as }), 404, "not-found");
      problemOf(await service.call("POST", `/v1/images/${id}/report`, { as }), 404, "not-found");
    }
    problemOf(await service.call("GET", `/v1/images/${"A".repeat(22)}/content`), 404, "not-found");
  });
});

describe("a recipient with an account", () => {
  it("gets the picture in the inbox and no message, and the sender is told the same", async () => {
    const [number, sender] = [accountNumber(), accountNumber()];
    const { accessToken } = await signIn(service, number);
    const { accessToken: token } = await signIn(service, sender);
    const as = { token: accessToken };
    const answer = await send(await tell("jpeg"), { recipient: number, token, query: "?once=true" });
    const toPhone = await send(await tell("jpeg"), { recipient: accountNumber(), token, query: "?once=true" });
    const shape = ({ status, headers, text }: Answer): string =>
      JSON.stringify([status, [...headers.keys()].sort(), text]).replaceAll(/[A-Za-z0-9_-]{22}|\d\d:\d\d:\d\d/g, "…");
    expect(shape(answer)).toBe(shape(toPhone));

    const { id, link, expiresAt } = jsonOf<Sent>(answer);
    const messages = jsonOf<{ kind: string }[]>(
      await service.call("GET", `/dev/outbox?to=${encodeURIComponent(number)}`, { as: null }),
    );
    expect(messages.map(({ kind }) => kind)).not.toContain("picture-link");
    expect(jsonOf(await service.call("GET", "/v1/images?box=inbox", { as }))).toEqual({
      images: [{ id, expiresAt, once: true, opened: false, from: sender }],
    });
    // Asking for the header fields uses up nothing.
    expect((await service.call("HEAD", `/v1/images/${id}/content`, { as })).status).toBe(405);
    problemOf(await service.call("GET", `/v1/images/${id}/content`, { as: { token } }), 404, "not-found");
    const response = await service.harness
      .getWorker()
      .fetch(`${service.url.origin}/v1/images/${id}/content`, { headers: { authorization: `Bearer ${accessToken}` } });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/webp"]);
    expect(await corners(new Uint8Array(await response.arrayBuffer()))).toBe("rgbw");
    problemOf(await service.call("GET", `/v1/images/${id}/content`, { as }), 404, "not-found");
    expect((await tap(link)).status).toBe(404);
  });
});

describe("GET /v1/phonebook/live", () => {
  it("tells the recipient's devices that a picture came", async () => {
    const number = accountNumber();
    const { accessToken } = await signIn(service, number);
    await consent(service, accessToken, "phonebook-sync");
    const headers = { authorization: `Bearer ${accessToken}` };
    // Node's own takes header fields, as the clients of phones do; its types follow the browsers'.
    const init = { headers } as unknown as string[];
    const socket = new WebSocket(`${service.url.origin.replace("http", "ws")}/v1/phonebook/live`, init);
    const got: unknown[] = [];
    socket.addEventListener("message", ({ data }) => got.push(JSON.parse(String(data))));
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", () => reject(new Error("the socket was refused")));
    });
    const { id } = await sent(await tell("png"), { recipient: number });
    await expect.poll(() => got).toEqual([{ type: "image", id }]);
    socket.close();
  });
});

describe("a link", () => {
  it("that is gone, deleted, spent, reported, unknown or malformed looks like any other such", async () => {
    const spent = await sent(await tell("png"), { query: "?once=true" });
    await tap(spent.link);
    const deleted = await sent(await tell("png"));
    expect((await onLink("POST", `${pathOf(deleted.link)}/delete`)).status).toBe(200);
    const reported = await sent(await tell("png"));
    expect((await onLink("POST", `${pathOf(reported.link)}/report`)).status).toBe(200);
    const paths = [spent, deleted, reported].map(({ link }) => pathOf(link));
    paths.push("/i/AAAAAAAAAAAAAAAAAAAAAA", "/i/AAAAAAAAAAAAAAAAAAAAAB", "/i/x", `/i/${"%20".repeat(9)}`);
    const answers = [];
    for (const path of paths) {
      answers.push(await onLink("GET", path), await onLink("POST", path), await onLink("POST", path, {}, "save=1"));
      answers.push(await onLink("POST", `${path}/delete`));
    }
    expect(answers[0]?.status).toBe(404);
    // The picture that was seen once could be deleted still: that is the one who tapped, and the only difference.
    const others = answers.filter((_, at) => at !== 3);
    for (const answer of others) expect(alike(answer)).toEqual(alike(answers[0] ?? answer));
  });

  it("to a picture that can be seen once shows it exactly once to two who tap at once", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { link } = await sent(await tell("jpeg"), { query: "?once=true" });
      const taps = await Promise.all(Array.from({ length: 4 }, () => tap(link)));
      expect(taps.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 404, 404, 404]);
      const shown = taps.find(({ status }) => status === 200);
      const webp = shown === undefined ? null : pictureIn(shown);
      expect(await corners(webp ?? new Uint8Array(0))).toBe("rgbw");
      // It can be saved from the page, since it cannot be asked for again.
      const saved = /download="picture.webp" href="data:image\/webp;base64,([A-Za-z0-9+/=]*)"/.exec(shown?.text ?? "");
      expect(Buffer.from(saved?.[1] ?? "", "base64").equals(webp ?? new Uint8Array(0))).toBe(true);
    }
  });

  it("shows its picture ten times a minute, and others' pictures all the same", async () => {
    const [worn, fresh] = [await sent(await tell("jpeg")), await sent(await tell("jpeg"))];
    // The platform counts from minute to minute: in one of two minutes all of them fall.
    const taps = [];
    for (let view = 0; view < 22; view += 1) taps.push(await tap(worn.link));
    const refused = taps.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(taps.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(10);
    problemOf(refused[0] as Answer, 429, "rate-limited");
    expect((await tap(fresh.link)).status).toBe(200);
    expect((await onLink("GET", pathOf(worn.link))).status).toBe(200);
  });

  it("gives the picture as a file to who saves it", async () => {
    const { link } = await sent(await tell("png"));
    const shown = pictureIn(await tap(link));
    const response = await service.harness.getWorker().fetch(link, {
      method: "POST",
      body: "save=1",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(response.headers.get("content-type")).toBe("image/webp");
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="picture.webp"');
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.from(shown ?? []));
  });

  it("shows its page without scripts, without anything from elsewhere, without a word of the picture", async () => {
    const { link } = await sent(await tell("jpeg"));
    for (const answer of [await onLink("GET", pathOf(link)), await tap(link), await onLink("GET", "/i/x")]) {
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
      expect(answer.headers.get("x-robots-tag")).toMatch(/noindex/);
      expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'/);
      expect(answer.text).not.toMatch(/<script|<iframe|<link|og:|twitter:|https?:\/\//i);
      expect(answer.text.replace(/base64,[^"]*/g, "").length).toBeLessThan(8_000);
    }
  });

  it.each([".", ")", "%5D", ",", "/", ").", "%E3%80%82"])("is the link with %j behind it", async (end) => {
    const { link } = await sent(await tell("jpeg"));
    const [plain, ended] = [await onLink("GET", pathOf(link)), await onLink("GET", pathOf(link) + end)];
    expect([ended.status, ended.text]).toEqual([200, plain.text]);
    expect(pictureIn(await onLink("POST", pathOf(link) + end))).not.toBeNull();
  });

  it("is not tapped from another site, nor by a browser that fetches ahead", async () => {
    const { link } = await sent(await tell("jpeg"), { query: "?once=true" });
    const others: Readonly<Record<string, string>>[] = [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://elsewhere.example" },
      // Anybody's: a page in a sandbox, a redirect from elsewhere.
      { origin: "null" },
      { "sec-purpose": "prefetch;prerender" },
      { purpose: "prefetch" },
      { "x-moz": "prefetch" },
    ];
    for (const headers of others) {
      for (const end of ["", "/report", "/delete"]) {
        const answer = await onLink("POST", pathOf(link) + end, headers);
        expect([answer.status, pictureIn(answer)], JSON.stringify(headers)).toEqual([200, null]);
      }
    }
    expect(
      pictureIn(await onLink("POST", pathOf(link), { "sec-fetch-site": "same-origin", origin: "null" })),
    ).not.toBeNull();
  });

  it("is written in six languages, one of them from right to left", async () => {
    const { link } = await sent(await tell("jpeg"));
    const titles = new Set<string>();
    for (const language of ["en", "es", "fr", "de", "hi", "ar"]) {
      const { text } = await onLink("GET", pathOf(link), { "accept-language": `${language};q=0.9, en;q=0.1` });
      expect(text).toContain(`<html lang="${language}" dir="${language === "ar" ? "rtl" : "ltr"}">`);
      titles.add(/<h1>([^<]+)/.exec(text)?.[1] ?? "");
      expect((await onLink("GET", "/i/x", { "accept-language": language })).text).toContain(`lang="${language}"`);
    }
    expect(titles.size).toBe(6);
  });
});

describe("a report", () => {
  interface Listed {
    readonly reports: readonly { id: string; kind: string; expiresAt: string }[];
  }
  const reports = async (): Promise<Listed["reports"]> =>
    jsonOf<Listed>(await service.call("GET", "/v1/operators/reports", { as: "operator" })).reports;
  const decide = (id: string, decision: string): Promise<Answer> =>
    service.call("POST", `/v1/operators/reports/${id}`, { as: "operator", json: { decision, note: "seen" } });

  it("hides a picture until operators, who alone see it, have decided", async () => {
    const token = service.app();
    const { id, link, expiresAt } = await sent(await tell("png"), { token });
    const shown = pictureIn(await tap(link));
    problemOf(await service.call("GET", `/v1/operators/reports/${id}/content`, { as: "operator" }), 404, "not-found");
    expect((await onLink("POST", `${pathOf(link)}/report`)).status).toBe(200);
    expect((await tap(link)).status).toBe(404);
    // Its sender is not told.
    const list = await service.call("GET", "/v1/images?box=sent", { as: { token } });
    expect(jsonOf(list)).toEqual({ images: [{ id, expiresAt, once: false, opened: true }] });
    expect(await reports()).toContainEqual({ id, kind: "picture", expiresAt });
    const response = await service.harness
      .getWorker()
      .fetch(`${service.url.origin}/v1/operators/reports/${id}/content`, {
        headers: { authorization: `Bearer ${service.operator()}` },
      });
    expect(response.headers.get("content-type")).toBe("image/webp");
    expect(Buffer.from(await response.arrayBuffer()).equals(shown ?? new Uint8Array(0))).toBe(true);

    expect(jsonOf(await decide(id, "keep"))).toEqual({ id, decision: "keep" });
    expect((await reports()).map((report) => report.id)).not.toContain(id);
    problemOf(await decide(id, "remove"), 404, "not-found");
    expect((await tap(link)).status).toBe(200);
    // What operators let stand is not hidden again.
    expect((await onLink("POST", `${pathOf(link)}/report`)).text).not.toContain("Thank you");
    expect((await tap(link)).status).toBe(200);
  });

  it("of a picture that was seen its one time is taken, and removal ends it", async () => {
    const token = service.app();
    const { id, link } = await sent(await tell("png"), { token, query: "?once=true" });
    await tap(link);
    expect((await onLink("POST", `${pathOf(link)}/report`)).status).toBe(200);
    expect((await reports()).map((report) => report.id)).toContain(id);
    expect(jsonOf(await decide(id, "remove"))).toEqual({ id, decision: "remove" });
    expect(jsonOf(await service.call("GET", "/v1/images?box=sent", { as: { token } }))).toEqual({ images: [] });
    problemOf(await decide(id, "keep"), 404, "not-found");
  });
});

describe("robots that look at links", () => {
  // Headers as each sends them; some ask for a part, some for headers, some like a browser.
  const ROBOTS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ["WhatsApp/2.24.8.78 A", {}],
    ["facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", { range: "bytes=0-524287" }],
    ["Twitterbot/1.0", { accept: "text/html" }],
    ["Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", { range: "bytes=0-32768" }],
    ["TelegramBot (like TwitterBot)", {}],
    ["Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", {}],
    ["LinkedInBot/1.0 (compatible; Mozilla/5.0; Jakarta Commons-HttpClient/3.1)", {}],
    ["SkypeUriPreview Preview/0.5", {}],
    ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", { "accept-encoding": "gzip" }],
    [
      "Mozilla/5.0 (Macintosh) AppleWebKit/601.2.4 (KHTML) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
      {},
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0.0.0 Safari/537.36",
      { "sec-purpose": "prefetch;prerender", purpose: "prefetch" },
    ],
    ["Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0) BingPreview/1.0b", { "if-none-match": "*" }],
  ];

  it("use up no view and see nothing of the picture", async () => {
    const { link } = await sent(await tell("jpeg"), { query: "?once=true" });
    for (const [agent, headers] of ROBOTS) {
      for (const method of ["HEAD", "GET", "GET"]) {
        const answer = await onLink(method, pathOf(link), { "user-agent": agent, ...headers });
        expect(answer.status, agent).toBe(200);
        expect(answer.text, agent).not.toMatch(/data:image|<img/);
      }
      // Paths that some try beside the link's own.
      for (const method of ["HEAD", "GET"]) {
        for (const end of ["/report", "/delete"]) {
          expect((await onLink(method, pathOf(link) + end, { "user-agent": agent })).status, agent).toBe(405);
        }
      }
      await onLink("OPTIONS", pathOf(link), { "user-agent": agent });
    }
    const opened = await tap(link);
    expect(pictureIn(opened)).not.toBeNull();
  });
});

describe("an upload", () => {
  it("under the same Idempotency-Key is taken once, however often and whoever of the two is first", async () => {
    const token = service.app();
    const recipient = freshNumber();
    const body = await tell("png");
    const headers = { "idempotency-key": `upload-${randomUUID()}` };
    const twins = await Promise.all(Array.from({ length: 3 }, () => send(body, { token, recipient, headers })));
    expect(twins.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(twins.map(({ text }) => text)).size).toBe(1);
    expect(twins.filter((twin) => twin.headers.get("idempotency-replayed") === "true")).toHaveLength(2);
    const list = await service.call("GET", "/v1/images?box=sent", { as: { token } });
    expect(jsonOf<{ images: object[] }>(list).images).toHaveLength(1);

    problemOf(await send(await tell("jpeg"), { token, recipient, headers }), 409, "idempotency-key-reused");
    problemOf(await send(body, { token, recipient: freshNumber(), headers }), 409, "idempotency-key-reused");
    problemOf(await send(body, { headers: { "idempotency-key": "a b" } }), 400, "idempotency-key-missing");
    // Another account's key is another key.
    expect((await sent(body, { recipient, headers })).id).not.toBe(jsonOf<Sent>(twins[0] as Answer).id);
  });

  it("that is refused may be sent again, and leaves nothing", async () => {
    const token = service.app();
    const headers = { "idempotency-key": `upload-${randomUUID()}` };
    const recipient = freshNumber();
    problemOf(await send("no picture", { token, recipient, headers }), 415, "not-a-picture");
    problemOf(await send("no picture", { token, recipient, headers }), 415, "not-a-picture");
    expect(jsonOf(await service.call("GET", "/v1/images?box=sent", { as: { token } }))).toEqual({ images: [] });
  });

  it("is held to its bounds and its fields", async () => {
    const small = await tell("png");
    problemOf(await send(new Uint8Array(10 * 1024 * 1024 + 1).fill(0xff)), 413, "too-large");
    problemOf(await send(small, { recipient: "+1" }), 422, "number-not-valid");
    // A number stands in no address: the header is the one place for it.
    const inQuery = `/v1/images?recipient=${encodeURIComponent(freshNumber())}`;
    const { errors } = problemOf(await service.call("POST", inQuery, { body: small }), 400, "invalid-request");
    expect(errors).toEqual([{ field: "X-Recipient", problem: "is required" }]);
    // Premium rate: whoever has it would earn by each message.
    problemOf(await send(small, { recipient: "+19002345678" }), 422, "number-not-served");
    for (const query of ["?ttl=59", "?ttl=601201", "?ttl=x", "?once=maybe", "?ttl=", "?country=USA"]) {
      problemOf(await send(small, { query }), 400, "invalid-request");
    }
    problemOf(await service.call("POST", "/v1/images", { body: small }), 400, "invalid-request");
    problemOf(await service.call("GET", "/v1/images?box=all"), 400, "invalid-request");
    problemOf(await send(small, { token: service.operator() }), 403, "forbidden");
    problemOf(await send(new Uint8Array(0)), 415, "not-a-picture");
    // A header decides nothing.
    expect((await send(small, { headers: { "content-type": "audio/mpeg" } })).status).toBe(201);
    problemOf(
      await send("RIFF\u0000\u0000\u0000\u0000WAVEfmt ", { headers: { "content-type": "image/jpeg" } }),
      415,
      "audio",
    );
  });

  it("is limited: 10 numbers an hour for a sender, 20 pictures a day for a number, 5 of one sender", async () => {
    const small = await sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const token = service.app();
    const known = freshNumber();
    await sent(small, { token, recipient: known });
    for (let at = 1; at < 10; at += 1) await sent(small, { token });
    const over = problemOf(await send(small, { token }), 429, "quota-exceeded");
    expect(over.retryAfter).toBeLessThanOrEqual(3600);
    for (let at = 1; at < 5; at += 1) await sent(small, { token, recipient: known });
    const sixth = await send(small, { token, recipient: known });
    problemOf(sixth, 429, "quota-exceeded");
    expect(sixth.headers.get("ratelimit-policy")).toBe('"recipient-from-you";q=5;w=86400');

    const popular = freshNumber();
    for (let at = 0; at < 20; at += 1) await sent(small, { recipient: popular });
    problemOf(await send(small, { recipient: popular }), 429, "quota-exceeded");
  });
});

describe.skipIf(photographs.length === 0)("photographs of other people", () => {
  it.each(photographs)("%s makes the round", async (name) => {
    const answer = await send(photograph(name));
    if (answer.status !== 201) {
      problemOf(answer, answer.status);
      expect([415, 422]).toContain(answer.status);
      return;
    }
    const webp = pictureIn(await tap(jsonOf<Sent>(answer).link));
    const seen = await sharp(webp ?? new Uint8Array(0)).metadata();
    expect([seen.format, seen.exif, seen.xmp, seen.icc]).toEqual(["webp", undefined, undefined, undefined]);
  });
});

describe("the document", () => {
  it("says of every answer what it was", () => {
    expect([...service.deviations]).toEqual([]);
  });
});
