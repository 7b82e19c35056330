import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { Service } from "../support/service.ts";
import { resendAccount, resendEvent, svixSigned } from "../support/resend-account.ts";
import { signed, twilioAccount } from "../support/twilio-account.ts";

let service: Service;
beforeAll(async () => {
  const apis = { TWILIO_API: "http://sms.example", RESEND_API: "http://api.mail.example" };
  service = await Service.start({ ...twilioAccount, ...resendAccount, ...apis });
});
afterAll(() => service.stop());

const INBOUND = "/v1/webhooks/twilio/inbound";
const today = Math.floor(Date.now() / 86_400_000);
const statusPath = (message: string, { kind = "sign-in-code", country = "US", day = today } = {}): string =>
  `/v1/webhooks/twilio/status?message=${message.padEnd(22, "-")}&kind=${kind}&country=${country}&day=${day}`;
const STATUS = { MessageSid: "SM1", MessageStatus: "delivered", To: "+13125550123", From: "+13125550100" };

function post(path: string, form: Readonly<Record<string, string>>, signature?: string | null): Promise<Answer> {
  const header = signature === undefined ? signed(twilioAccount.PUBLIC_ORIGIN + path, form) : signature;
  return service.call("POST", path, {
    as: null,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(header === null ? {} : { "x-twilio-signature": header }),
    },
    body: new URLSearchParams(form).toString(),
  });
}

interface Count {
  readonly day: string;
  readonly country: string | null;
  readonly kind: string;
  readonly carrier: string;
  readonly outcome: string;
  readonly error: number | null;
  readonly count: number;
}
async function counts(country: string): Promise<Count[]> {
  const answer = await service.call("GET", "/v1/operators/status", { as: "operator" });
  return jsonOf<{ messages: { counts: Count[] } }>(answer).messages.counts.filter((count) => count.country === country);
}

describe("the status callback", () => {
  it("counts an outcome by day, country, carrier and kind, and holds no number", async () => {
    const path = statusPath("one", { country: "DE" });
    const answer = await post(path, { ...STATUS, Mcc: "262", Mnc: "01" });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/xml"]);
    expect(await counts("DE")).toEqual([
      {
        day: new Date().toISOString().slice(0, 10),
        kind: "sign-in-code",
        channel: "sms",
        country: "DE",
        carrier: "262-01",
        outcome: "delivered",
        error: null,
        count: 1,
      },
    ]);
    const status = await service.call("GET", "/v1/operators/status", { as: "operator" });
    expect(status.text).not.toContain("5550123");
  });

  it("delivered again, and out of order, changes nothing", async () => {
    const path = statusPath("two", { country: "FR" });
    for (const MessageStatus of ["queued", "sent", "delivered", "delivered", "sent", "queued", "sending"]) {
      expect((await post(path, { ...STATUS, MessageStatus })).status).toBe(200);
    }
    expect(await counts("FR")).toMatchObject([{ outcome: "delivered", count: 1, carrier: "unknown" }]);
  });

  it("tells why a message did not arrive", async () => {
    for (const name of ["three", "four"]) {
      await post(statusPath(name, { country: "IN" }), { ...STATUS, MessageStatus: "undelivered", ErrorCode: "30003" });
    }
    expect(await counts("IN")).toMatchObject([{ outcome: "undelivered", error: 30003, count: 2 }]);
  });

  it("of a message that is counted already is dropped", async () => {
    expect((await post(statusPath("five", { country: "ES", day: today - 8 }), STATUS)).status).toBe(200);
    expect(await counts("ES")).toEqual([]);
  });

  it("refuses an address that is not ours", async () => {
    for (const path of [
      "/v1/webhooks/twilio/status",
      statusPath("six", { country: "us" }),
      statusPath("six", { kind: "x" }),
    ]) {
      problemOf(await post(path, STATUS), 400, "invalid-request");
    }
  });
});

describe("every callback", () => {
  const form = { From: "+13125550123", To: "+13125550100", Body: "STOP", MessageSid: "SM2" };

  it.each(["STOP", "START", "Hello? Who is this", ""])("of a message %j is taken", async (Body) => {
    const answer = await post(INBOUND, { ...form, Body });
    expect([answer.status, answer.text]).toEqual([200, '<?xml version="1.0" encoding="UTF-8"?><Response/>']);
  });

  it.each<[string, string | null]>([
    ["no", null],
    ["an empty", ""],
    ["somebody's", signed(twilioAccount.PUBLIC_ORIGIN + INBOUND, form, "e".repeat(32))],
    ["another address's", signed(`https://elsewhere.example${INBOUND}`, form)],
    ["another form's", signed(twilioAccount.PUBLIC_ORIGIN + INBOUND, { ...form, Body: "START" })],
  ])("with %s signature is refused", async (_, signature) => {
    problemOf(await post(INBOUND, form, signature), 403, "signature-not-valid");
    problemOf(await post(statusPath("seven", { country: "AT" }), STATUS, signature), 403, "signature-not-valid");
    expect(await counts("AT")).toEqual([]);
  });

  it("takes forms alone, of 64 KiB at most", async () => {
    problemOf(await service.call("POST", INBOUND, { as: null, json: form }), 415, "unsupported-media-type");
    problemOf(await post(INBOUND, { ...form, Body: "x".repeat(65_536) }), 413, "too-large");
  });

  it("with an operator's token instead of a signature is refused", async () => {
    const answer = await service.call("POST", INBOUND, {
      as: "operator",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form).toString(),
    });
    problemOf(answer, 403, "signature-not-valid");
  });
});

describe("Resend's events", () => {
  const RESEND = "/v1/webhooks/resend";
  const event = (body: string, headers: Readonly<Record<string, string>> = svixSigned(body)): Promise<Answer> =>
    service.call("POST", RESEND, { as: null, headers: { "content-type": "application/json", ...headers }, body });
  const tags = (name: string, day = today) => ({
    message: name.padEnd(22, "-"),
    kind: "promotional",
    day: String(day),
  });
  const mails = async (): Promise<Count[]> => {
    const answer = await service.call("GET", "/v1/operators/status", { as: "operator" });
    const all = jsonOf<{ messages: { counts: (Count & { channel: string })[] } }>(answer).messages.counts;
    return all.filter(({ channel }) => channel === "email");
  };

  it("are counted once, by their tags, whatever their order, and of the address nothing is kept", async () => {
    for (const type of ["email.sent", "email.delivered", "email.delivered", "email.sent", "email.opened"]) {
      const list = Object.entries(tags("mail-one")).map(([name, value]) => ({ name, value }));
      for (const form of [tags("mail-one"), list]) {
        expect((await event(resendEvent(type, "ann@id.example", { tags: form }))).status).toBe(204);
      }
    }
    await event(resendEvent("email.bounced", "bob@id.example", { tags: tags("mail-two") }));
    await event(resendEvent("email.delivered", "eve@id.example", { tags: tags("mail-three", today - 8) }));
    const counted = (await mails()).map(({ outcome, count }) => `${outcome} ${count}`).sort();
    expect(counted).toEqual(["delivered 1", "undelivered 1"]);
    const status = await service.call("GET", "/v1/operators/status", { as: "operator" });
    expect(status.text).not.toContain("id.example");
  });

  it.each(["", "{", "[]", "null", '{"type":"email.bounced"}', '{"type":"email.bounced","data":{"to":["nobody"]}}'])(
    "%j is taken, and changes nothing",
    async (body) => expect((await event(body)).status).toBe(204),
  );

  it("without Resend's own signature, or with an old one, are refused", async () => {
    const body = resendEvent("email.complained", "ann@id.example");
    const now = Math.floor(Date.now() / 1000);
    const wrong = [
      {},
      svixSigned(`${body} `),
      svixSigned(body, now, "x".repeat(24)),
      svixSigned(body, now - 3600),
      svixSigned(body, now + 3600),
      { ...svixSigned(body), "svix-id": "msg_other" },
    ];
    for (const headers of wrong) problemOf(await event(body, headers), 403, "signature-not-valid");
    const form = { as: null, headers: { ...svixSigned(body), "content-type": "text/plain" }, body };
    problemOf(await service.call("POST", RESEND, form), 415, "unsupported-media-type");
    problemOf(await event(JSON.stringify({ type: "x".repeat(65_536) })), 413, "too-large");
  });
});

describe("a link that ends promotion and is none of ours", () => {
  it("has a page that says so, whoever asks for it how", async () => {
    for (const token of ["x", "A".repeat(44), "A".repeat(64)]) {
      for (const method of ["GET", "POST"]) {
        const answer = await service.call(method, `/u/${token}`, {
          as: null,
          ...(method === "GET" ? {} : { body: "x" }),
        });
        expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
      }
    }
  });
});

describe("without providers", () => {
  it("there are no callbacks", async () => {
    const other = await Service.shared();
    for (const path of [INBOUND, statusPath("eight"), "/v1/webhooks/resend"]) {
      problemOf(await other.call("POST", path, { as: null, body: "" }), 404, "not-found");
    }
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
