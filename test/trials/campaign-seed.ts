import { env } from "cloudflare:workers";
import service from "../../src/index.ts";
import { vault } from "../../src/isolate.ts";

// The Worker of the trial `campaign`, in its own folder alone: with a way to make accounts by the hundred, which by codes
// would take hours.

export * from "../../src/index.ts";

interface Person {
  readonly number: string;
  readonly email: string;
  readonly promotional: boolean;
}

async function make({ number, email, promotional }: Person): Promise<D1PreparedStatement> {
  const subject = crypto.randomUUID();
  const [holder, account] = await Promise.all([vault.keyedHash("holder", number), vault.accountId(subject)]);
  const its = env.ACCOUNTS.getByName(account);
  const session = crypto.randomUUID();
  const device = { id: `device of ${number}`, platform: "ios", language: "en" };
  const opening = { number, noticeVersion: "1", session, token: "x", device, pin: null };
  await its.open(opening as never, Date.now());
  await its.changeProfile(session, { email }, Date.now());
  const consent = { purpose: "promotional", granted: true, noticeVersion: "1", day: 20_000 } as const;
  if (promotional) await its.recordConsent(session, consent);
  const sealed = await vault.sealText({ table: "accounts", id: holder }, subject);
  const insert = "INSERT INTO accounts (number, account, subject, state) VALUES (?, ?, ?, 'active')";
  return env.DB.prepare(insert).bind(holder, account, sealed);
}

export default {
  ...service,
  async fetch(request: Request, ...rest: unknown[]): Promise<Response> {
    if (new URL(request.url).pathname !== "/trial/accounts") {
      return (service.fetch as (request: Request, ...rest: unknown[]) => Promise<Response>)(request, ...rest);
    }
    const people = await request.json<Person[]>();
    await env.DB.batch(await Promise.all(people.map(make)));
    return new Response(null, { status: 204 });
  },
};
