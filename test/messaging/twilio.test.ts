import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, inject, it, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import type { TwilioAccount } from "../../src/config.ts";
import { DeliveryRecords } from "../../src/messaging/delivery-records.ts";
import type { DeliveryId, Kind, MessageId } from "../../src/messaging/message.ts";
import { Outbox } from "../../src/messaging/outbox-object.ts";
import type { Parcel } from "../../src/messaging/provider.ts";
import { outcomeOf, Twilio } from "../../src/messaging/twilio.ts";
import { e164, testVault } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";
import { twilioError, type Reply, type Sent } from "../support/fake-twilio.ts";
import { dayOf } from "../../src/time/days.ts";

// A stand-in for Twilio listens beside this workerd; requests are real ones.

const NUMBER = e164("+13125550123");
const hex = (): string => crypto.randomUUID().replaceAll("-", "");

/** An account of its own for each test: its replies and its requests meet nobody else's. */
class Account {
  readonly sid = `AC${hex()}`;
  readonly #control = `${inject("twilio")}/control/${this.sid}`;

  next(...replies: Reply[]): Promise<Response> {
    return fetch(this.#control, { method: "POST", body: JSON.stringify(replies) });
  }

  async sent(): Promise<Sent[]> {
    return (await fetch(this.#control)).json();
  }

  settings(api = inject("twilio")): TwilioAccount {
    return {
      provider: "twilio",
      api,
      accountSid: this.sid,
      apiKey: "SK1",
      apiSecret: "secret",
      sender: "+13125550100",
      caller: "+13125550101",
      authToken: "t",
      callbacks: "https://k.example",
    };
  }
}

const parcel = (changes: Partial<Parcel> = {}): Parcel => ({
  id: "m".repeat(22) as DeliveryId,
  to: NUMBER,
  body: "123456 is your code",
  language: "en",
  kind: "sign-in-code",
  channel: "sms",
  country: "US",
  day: 20_780,
  expiresAt: 600_000,
  ...changes,
});

describe("Twilio's Messages resource", () => {
  it("gets the message, the sender, where to report to, and how long it is good for", async () => {
    const account = new Account();
    expect(await new Twilio(account.settings()).send(parcel(), 0)).toEqual({ outcome: "accepted" });
    const [sent, ...more] = await account.sent();
    expect(more).toEqual([]);
    expect(sent).toEqual({
      account: account.sid,
      resource: "Messages",
      authorization: `Basic ${btoa("SK1:secret")}`,
      form: {
        To: NUMBER,
        From: "+13125550100",
        Body: "123456 is your code",
        StatusCallback: `https://k.example/v1/webhooks/twilio/status?message=${"m".repeat(22)}&kind=sign-in-code&channel=sms&country=US&day=20780`,
        ValidityPeriod: "600",
      },
    });
  });

  it("gets a messaging service as such", async () => {
    const account = new Account();
    const sender = `MG${hex()}`;
    await new Twilio({ ...account.settings(), sender }).send(parcel(), 0);
    const form = (await account.sent())[0]?.form ?? {};
    expect([form["MessagingServiceSid"], form["From"]]).toEqual([sender, undefined]);
  });

  it.each<[string, Reply, object]>([
    ["429", twilioError(429, 20429, { "retry-after": "7" }), { outcome: "not-sent", waitMs: 7000, error: 20429 }],
    ["its own 503", twilioError(503, 20503), { outcome: "not-sent", waitMs: 0, error: 20503 }],
    ["a wrong key", twilioError(401, 20003), { outcome: "not-sent", waitMs: 0, error: 20003 }],
    ["somebody else's 503", { status: 503, body: "<html>" }, { outcome: "unknown" }],
    ["500", twilioError(500, 20500), { outcome: "unknown" }],
    ["502", { status: 502 }, { outcome: "unknown" }],
    ["a redirect", { status: 307, headers: { location: "http://elsewhere.example/" } }, { outcome: "unknown" }],
    ["an impossible number", twilioError(400, 21211), { outcome: "refused", error: 21211 }],
    ["a recipient who stopped", twilioError(400, 21610), { outcome: "refused", error: 21610, ended: "said" }],
    ["nonsense", { status: 404, body: "{" }, { outcome: "refused", error: 0 }],
    ["a cut connection", "drop", { outcome: "unknown" }],
    ["no answer", "hang", { outcome: "unknown" }],
    ["an answer after the time-out", { status: 201, body: "{}", afterMs: 1500 }, { outcome: "unknown" }],
  ])("%s is told apart", async (_, reply, expected) => {
    const account = new Account();
    await account.next(reply);
    expect(await new Twilio(account.settings(), 500).send(parcel(), 0)).toEqual(expected);
    expect(await account.sent()).toHaveLength(1);
  });

  it("that is not there is found out before anything is sent", async () => {
    const away = new Account().settings("http://127.0.0.1:1");
    expect(await new Twilio(away).ready()).toBe(false);
    expect(await new Twilio(new Account().settings()).ready()).toBe(true);
  });

  it("Cloudflare's words for a host that was not reached are as good", () => {
    expect([521, 523, 525, 526, 530].map((status) => outcomeOf(status, null, null).outcome)).toEqual(
      Array.from({ length: 5 }, () => "not-sent"),
    );
    expect([520, 522, 524, 504].map((status) => outcomeOf(status, null, null).outcome)).toEqual(
      Array.from({ length: 4 }, () => "unknown"),
    );
  });
});

describe("Twilio's Calls resource", () => {
  it("is asked to ring for half a minute and say the code twice, from the number that calls", async () => {
    const account = new Account();
    const call = parcel({ channel: "voice", body: "Your code is: 123456. <&>" });
    expect(await new Twilio(account.settings()).send(call, 0)).toEqual({ outcome: "accepted" });
    const say = `<Say language="en-US" voice="Polly.Joanna">Your code is: 1, 2, 3, 4, 5, 6. &lt;&amp;&gt;</Say>`;
    expect(await account.sent()).toEqual([
      {
        account: account.sid,
        resource: "Calls",
        authorization: `Basic ${btoa("SK1:secret")}`,
        form: {
          To: NUMBER,
          From: "+13125550101",
          Twiml: `<Response><Pause length="1"/>${say}<Pause length="1"/>${say}</Response>`,
          StatusCallback: `https://k.example/v1/webhooks/twilio/status?message=${"m".repeat(22)}&kind=sign-in-code&channel=voice&country=US&day=20780`,
          Timeout: "30",
          TimeLimit: "60",
        },
      },
    ]);
  });

  it.each<[string, Reply, Awaited<ReturnType<Twilio["send"]>>]>([
    ["a country that is not permitted", twilioError(400, 21215), { outcome: "refused", error: 21215 }],
    ["too many calls", twilioError(429, 20429), { outcome: "not-sent", waitMs: 0, error: 20429 }],
    ["a cut connection", "drop", { outcome: "unknown" }],
  ])("is understood: %s", async (_, reply, expected) => {
    const account = new Account();
    await account.next(reply);
    expect(await new Twilio(account.settings()).send(parcel({ channel: "voice" }), 0)).toEqual(expected);
  });
});

describe("an outbox with Twilio", () => {
  const status = () => new DeliveryRecords(env.DB).readStatus(dayOf(Date.now()));

  beforeEach(async () => {
    await emptyStores();
  });

  /** Runs an outbox whose messages the account carries; `steps` has it and a way to run its alarm at once. */
  async function withOutbox(
    { sid }: Account,
    steps: (outbox: Outbox, run: () => Promise<void>, sql: SqlStorage) => Promise<void>,
    api = inject("twilio"),
  ): Promise<void> {
    const id = await testVault().keyedHash("recipient", NUMBER);
    await runInDurableObject(env.OUTBOXES.getByName(id), async (_, state) => {
      const vars = {
        SMS_PROVIDER: "twilio",
        PUBLIC_ORIGIN: "https://k.example",
        TWILIO_API: api,
        TWILIO_ACCOUNT_SID: sid,
        TWILIO_API_KEY: `SK${hex()}`,
        TWILIO_API_SECRET: "s".repeat(32),
        TWILIO_AUTH_TOKEN: hex(),
        TWILIO_SENDER: "Konnections",
      };
      const outbox = new Outbox(state, env, readConfig({ ...env, ...vars }));
      await steps(
        outbox,
        async () => {
          state.storage.sql.exec("UPDATE message SET due = 0 WHERE state = 'waiting'");
          await outbox.alarm();
          // Later by itself: here the test says when.
          await state.storage.deleteAlarm();
        },
        state.storage.sql,
      );
    });
  }

  async function give(
    outbox: Outbox,
    kind: Kind = "sign-in-code",
    expiresAt = Date.now() + 600_000,
    counters: readonly string[] = [],
  ): Promise<DeliveryId> {
    const vault = testVault();
    const id = (await vault.keyedHash("message", crypto.randomUUID())) as MessageId;
    const recipient = await vault.keyedHash("recipient", NUMBER);
    const letter = JSON.stringify({
      to: NUMBER,
      body: "123456",
      language: "en",
      counted: { points: counters.map((name) => ({ name, amount: 1 })), purse: "codes", at: Date.now() },
    });
    const sealed = await vault.sealText({ table: "outbox", id: `${recipient}/${id}` }, letter);
    expect(outbox.accept({ id, kind, channel: "sms", country: "US", sealed, expiresAt }, Date.now())).toEqual({
      ok: true,
      known: false,
    });
    return (await vault.keyedHash("delivery", id)) as DeliveryId;
  }

  it("keeps trying what was certainly not sent, and sends it once", async () => {
    const account = new Account();
    await account.next(twilioError(429, 20429), twilioError(503, 20503), twilioError(401, 20003));
    await withOutbox(account, async (outbox, run) => {
      await give(outbox);
      for (let time = 0; time < 3; time += 1) await run();
      expect(await status()).toMatchObject({ pending: 1, deadLetters: [] });
      for (let time = 0; time < 3; time += 1) await run();
    });
    expect(await account.sent()).toHaveLength(4);
    expect(await status()).toMatchObject({ pending: 0, deadLetters: [], counts: [{ outcome: "accepted", count: 1 }] });
  });

  it.each<[string, Reply]>([
    ["a cut connection", "drop"],
    ["a 500", twilioError(500, 20500)],
  ])("never sends a code again after %s, and tells operators", async (_, reply) => {
    const account = new Account();
    await account.next(reply);
    let id = "";
    await withOutbox(account, async (outbox, run) => {
      id = await give(outbox);
      for (let time = 0; time < 3; time += 1) await run();
    });
    expect(await account.sent()).toHaveLength(1);
    expect((await status()).deadLetters).toMatchObject([{ message: id, outcome: "unknown", kind: "sign-in-code" }]);
  });

  it("sends a link once more after an unknown outcome, and no third time", async () => {
    const account = new Account();
    await account.next("drop", "drop");
    await withOutbox(account, async (outbox, run) => {
      await give(outbox, "picture-link");
      for (let time = 0; time < 4; time += 1) await run();
    });
    expect(await account.sent()).toHaveLength(2);
    expect((await status()).deadLetters).toMatchObject([{ outcome: "unknown", kind: "picture-link" }]);
  });

  describe("whose message ends while the provider is asked", () => {
    const COUNTER = "a counter";
    const counted = async (): Promise<number> =>
      (await env.MESSAGE_COUNTERS.getByName(COUNTER).read(Math.floor(Date.now() / 86_400_000))).counted;
    const bounds = { soft: 9, hard: 9, reserve: 9 };
    const share = { limit: { hour: bounds, day: bounds }, amount: 1, purse: "codes" } as const;
    type Act = (outbox: Outbox, id: MessageId) => unknown;

    /** What was sent and what stays counted when something happens in the course of a request to the provider. */
    async function during(method: "HEAD" | "POST", act: Act, ...replies: Reply[]) {
      const account = new Account();
      await account.next(...replies);
      await env.MESSAGE_COUNTERS.getByName(COUNTER).count(share, Date.now());
      await withOutbox(account, async (outbox, run, sql) => {
        await give(outbox, "picture-link", undefined, [COUNTER]);
        const { id } = sql.exec("SELECT id FROM message").one();
        const { fetch } = globalThis;
        const spied = vi.spyOn(globalThis, "fetch").mockImplementation(async (to, how) => {
          const answer = await fetch(to, how);
          if (how?.method === method) await act(outbox, id as MessageId);
          return answer;
        });
        await run();
        spied.mockRestore();
      });
      return { sent: (await account.sent()).length, counted: await counted() };
    }

    it.each<[string, Act]>([
      ["withdrawn", (outbox, id) => outbox.withdraw(id)],
      ["erased", (outbox) => outbox.erase()],
      ["stopped", (outbox) => outbox.setEnding("said")],
    ])("whether it is there: what is %s is not sent, and counted no more", async (_, act) => {
      expect(await during("HEAD", act)).toEqual({ sent: 0, counted: 0 });
    });

    it("to send it: what is erased is counted if it was sent, or if nobody can tell", async () => {
      const erase: Act = (outbox) => outbox.erase();
      expect(await during("POST", erase)).toEqual({ sent: 1, counted: 1 });
      expect(await during("POST", erase, twilioError(500, 20500))).toEqual({ sent: 1, counted: 2 });
      expect(await during("POST", erase, twilioError(429, 20429))).toEqual({ sent: 1, counted: 2 });
      expect(await during("POST", erase, twilioError(400, 21211))).toEqual({ sent: 1, counted: 2 });
    });
  });

  it("takes a code that a dead process left behind as sent: nobody can tell", async () => {
    const account = new Account();
    await withOutbox(account, async (outbox, run, sql) => {
      await give(outbox);
      sql.exec("UPDATE message SET state = 'trying', attempts = 1");
      await run();
    });
    expect(await account.sent()).toEqual([]);
    expect((await status()).deadLetters).toMatchObject([{ outcome: "unknown" }]);
  });

  it("tells operators of a refusal with the provider's code, and does not insist", async () => {
    const account = new Account();
    await account.next(twilioError(400, 21211));
    await withOutbox(account, async (outbox, run) => {
      await give(outbox);
      await run();
      await run();
    });
    expect(await account.sent()).toHaveLength(1);
    expect((await status()).deadLetters).toMatchObject([{ outcome: "refused", error: 21211, country: "US" }]);
  });

  it("learns of a STOP from the provider", async () => {
    const account = new Account();
    await account.next(twilioError(400, 21610));
    await withOutbox(account, async (outbox, run) => {
      await give(outbox);
      await run();
      expect(outbox.ending()).toBe("said");
    });
  });

  it("does not send a link that waits when a STOP comes, and does send the code beside it", async () => {
    const account = new Account();
    await account.next(twilioError(429, 20429), twilioError(429, 20429));
    await withOutbox(account, async (outbox, run) => {
      await give(outbox);
      await give(outbox, "picture-link");
      await run();
      outbox.setEnding("said");
      await run();
    });
    expect((await account.sent()).slice(2)).toHaveLength(1);
    expect((await status()).counts.map(({ kind, outcome }) => `${kind} ${outcome}`).sort()).toEqual([
      "picture-link opted-out",
      "sign-in-code accepted",
    ]);
  });

  it("keeps trying while the provider is away, and gives up when the message would expire", async () => {
    const nobody = "http://127.0.0.1:1";
    await withOutbox(
      new Account(),
      async (outbox, run, sql) => {
        await give(outbox);
        for (let time = 0; time < 5; time += 1) await run();
        expect(sql.exec("SELECT state, attempts, doubts FROM message").one()).toEqual({
          state: "waiting",
          attempts: 5,
          doubts: 0,
        });
        sql.exec("UPDATE message SET expires = ?", Date.now() + 1000);
        await run();
      },
      nobody,
    );
    expect((await status()).deadLetters).toMatchObject([{ outcome: "expired" }]);
  });
});
