import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { priceOf } from "../../src/messaging/prices.ts";
import { codeMessage as code, MESSAGE_NOW as NOW } from "../support/code-message.ts";
import { testMessages } from "../support/messages.ts";

// In a file of its own: the counter of all money counts whatever else is sent.

it("operators are told what messages cost in a day, of how much, and how often each kind of bound was met", async () => {
  const price = priceOf("US", "sms");
  const window = { soft: 4, hard: 4, reserve: 3 };
  const { messageLimits } = readConfig({ ...env });
  const messages = testMessages({ messageLimits: { ...messageLimits, range: { hour: window, day: window } } });
  const budget = 100_000_000;
  const nothing = { network: 0, operator: 0, range: 0, country: 0, domain: 0, money: 0, campaigns: 0 };
  const campaigns = { spent: 0, budget };
  expect(await messages.spending(NOW)).toEqual({ spent: 0, budget, campaigns, refused: nothing });
  const once = code();
  for (let n = 0; n < 3; n += 1) await messages.send(once, NOW);
  for (let n = 0; n < 10; n += 1) await messages.send(code(), NOW);
  // Seven found no room. This one finds its own, and is not among them; those below are.
  expect((await messages.send(code({ reserved: "owners" }), NOW)).ok).toBe(true);
  expect((await messages.weigh({ ...code(), kind: "sign-in-code" }, NOW)).ok).toBe(false);
  const link = { kind: "picture-link", link: "https://k.example/i/x" } as const;
  expect((await messages.send(code({ text: link }), NOW)).ok).toBe(false);
  const refused = { ...nothing, range: 9 };
  // What waits asks again, and is refused again: how often depends on the machine.
  const isRefused = async (): Promise<boolean> => (await messages.spending(NOW)).refused.range >= refused.range;
  await expect.poll(isRefused, { timeout: 180_000 }).toBe(true);
  expect(await messages.spending(NOW)).toMatchObject({ spent: 5 * price, budget, campaigns });
  expect(await messages.spending(NOW + 86_400_000)).toEqual({ spent: 0, budget, campaigns, refused: nothing });
});
