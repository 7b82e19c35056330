import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import type { PictureDeps } from "../../src/images/deps.ts";
import { pictureId, tokenOf, type LinkToken, type PictureId } from "../../src/images/picture-keys.ts";
import { PictureRecords } from "../../src/images/records.ts";
import type { Uploaded } from "../../src/images/first-answer.ts";
import { upload, type Upload, type UploadAnswer } from "../../src/images/upload.ts";
import { parseNumber, type E164, type PhoneNumber } from "../../src/numbers/number.ts";
import { testVault } from "./directory.ts";
import { freshNetwork, testMessages } from "./messages.ts";
import { testQuotas } from "./quotas.ts";

/** A month from now, on a whole second: alarms of this time do not ring by themselves while a test runs. */
export const NOW = Math.ceil(Date.now() / 1000) * 1000 + 30 * 86_400_000;
export const DAY_MS = 86_400_000;

/** A GIF of one pixel. */
export const DOT = Uint8Array.from(atob("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"), (c) =>
  c.charCodeAt(0),
);

/** Pictures over the real stores; `accounts` are numbers and the accounts that have them. */
export function testPictures(
  accounts: Readonly<Record<string, string>> = {},
): PictureDeps & { told: { account: string; id: PictureId }[] } {
  const vault = testVault();
  const told: { account: string; id: PictureId }[] = [];
  return {
    vault,
    records: new PictureRecords(env.DB, env.PICTURE_BYTES),
    pictures: env.PICTURES,
    senders: env.PICTURE_SENDERS,
    recipients: env.PICTURE_RECIPIENTS,
    images: env.IMAGES,
    quotas: testQuotas(),
    messages: testMessages(),
    holderOf: async (number) => accounts[number] ?? null,
    // Everybody has proved a number but those who are called "numberless".
    numberOf: async (account) => {
      if (account === "numberless") return null;
      const own = Object.entries(accounts).find(([, holder]) => holder === account)?.[0];
      return (own ?? "+13125550100") as E164;
    },
    notify: async (account, id) => void told.push({ account, id }),
    told,
  };
}

export function phone(text: string): PhoneNumber {
  const parsed = parseNumber(text);
  if (!parsed.valid) throw new Error(`${text}: ${parsed.reason}`);
  return parsed.number;
}

/** What a number has used of the day; "ann" has this one, unless a test gives her another. */
export const used = (number = "+13125550100"): Promise<Record<string, number>> =>
  testQuotas().held({ account: "ann", number }, NOW);

export const RECIPIENT = phone("+13125550123");

/** Sends a dot from "ann" for the longest time, unless said. */
export function sendDot(parts: PictureDeps, asked: Partial<Upload> = {}, now = NOW): Promise<UploadAnswer> {
  return upload(
    parts,
    {
      account: "ann",
      recipient: RECIPIENT,
      ttlSeconds: 601_200,
      once: false,
      bytes: DOT,
      idempotencyKey: null,
      origin: "https://id.example",
      network: freshNetwork(),
      ...asked,
    },
    now,
  );
}

/** The same, when it must be taken. */
export async function sent(
  parts: PictureDeps,
  asked: Partial<Upload> = {},
  now = NOW,
): Promise<Uploaded & { token: LinkToken; expires: number }> {
  const answer = await sendDot(parts, asked, now);
  if (!answer.ok) throw new Error(answer.code);
  const token = tokenOf(answer.uploaded.link.split("/").pop() ?? "");
  if (token === null || (await pictureId(parts.vault, token)) !== answer.uploaded.id) throw new Error("a wrong link");
  return { ...answer.uploaded, token, expires: Date.parse(answer.uploaded.expiresAt) };
}

/** What the stores hold of pictures: keys in R2, rows in D1, and what each object named has stored. */
export async function stored(ids: readonly string[]): Promise<{ bytes: string[]; rows: string[]; objects: number }> {
  const { objects } = await env.PICTURE_BYTES.list();
  const { results } = await env.DB.prepare("SELECT id FROM pictures").all<{ id: string }>();
  let alive = 0;
  for (const id of ids) {
    alive += await runInDurableObject(env.PICTURES.getByName(id), async (_, { storage }) => {
      const tables = storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'");
      return tables.toArray().length + ((await storage.getAlarm()) === null ? 0 : 1);
    });
  }
  return { bytes: objects.map(({ key }) => key), rows: results.map(({ id }) => id), objects: alive };
}

export const NOTHING = { bytes: [], rows: [], objects: 0 };
