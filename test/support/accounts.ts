import { env } from "cloudflare:workers";
import { Accounts } from "../../src/accounts/accounts.ts";
import { Codes, type CodePurpose } from "../../src/codes/codes.ts";
import { NewHolders } from "../../src/accounts/new-holder.ts";
import { PhotoRecords } from "../../src/accounts/profile/photo-records.ts";
import { Photos } from "../../src/accounts/profile/photos.ts";
import { AccountRecords } from "../../src/accounts/records.ts";
import type { Device } from "../../src/accounts/sessions/session-state.ts";
import { Sessions, type SessionDeps, type SignedIn } from "../../src/accounts/sessions/sessions.ts";
import { readConfig } from "../../src/config.ts";
import type { MessageConfig } from "../../src/messaging/messages.ts";
import { parseNumber, type E164, type PhoneNumber } from "../../src/numbers/number.ts";
import { DisputeRecords } from "../../src/ownership/dispute-records.ts";
import { Disputes } from "../../src/ownership/disputes.ts";
import { Erasures } from "../../src/privacy/erasures.ts";
import { readSecrets } from "../../src/vault/secrets.ts";
import { Signer } from "../../src/vault/signer.ts";
import { testVault } from "./directory.ts";
import { testQuotas } from "./quotas.ts";
import { testVoting } from "./voting.ts";
import { testOwners } from "./ownership.ts";
import { testMessages } from "./messages.ts";

export { testMessages };

/** Accounts over the real objects, D1 and R2; what ends a former holder's account is real too. */
export function testAccounts(
  ended: SessionDeps["ended"] = async () => {},
  tell: SessionDeps["tell"] = async () => {},
): {
  accounts: Accounts;
  sessions: Sessions;
  photos: Photos;
  newHolders: NewHolders;
} {
  const read = readSecrets(env);
  if (!read.ok) throw new Error(read.sentence);
  const vault = testVault();
  const photos = new Photos({
    vault,
    records: new PhotoRecords(env.PHOTOS),
    objects: env.ACCOUNTS,
    images: env.IMAGES,
    quotas: testQuotas(),
  });
  const accounts = new Accounts({ vault, records: new AccountRecords(env.DB), objects: env.ACCOUNTS, photos });
  const erasures = new Erasures({
    vault,
    objects: env.ERASURES,
    close: async ({ account }) => accounts.endSessions(account),
  });
  const newHolders = new NewHolders({
    accounts,
    messages: testMessages(),
    owners: new Disputes(vault, new DisputeRecords(env.DB), testOwners()),
    epochs: testVoting(),
    tell,
    erase: async (account, now) => void (await erasures.begin({ account, number: null }, "new-holder", now)),
  });
  const signer = new Signer(read.secrets.signingKeys);
  return { accounts, photos, newHolders, sessions: new Sessions({ vault, accounts, signer, ended, tell, newHolders }) };
}

/** Codes over the real objects. @param config of messages, over that of the tests */
export const testCodes = (config: Partial<MessageConfig> = {}): Codes =>
  new Codes({
    vault: testVault(),
    challenges: env.CHALLENGES,
    messages: testMessages(config),
    sizes: readConfig({ ...env }).codeSizes,
  });

/** A number that must be valid. */
export function phone(text: string): PhoneNumber {
  const parsed = parseNumber(text);
  if (!parsed.valid) throw new Error(`${text} is not valid: ${parsed.reason}`);
  return parsed.number;
}

export const device = (id: string): Device => ({ id, platform: "ios", language: "fr-CA" });

/** A session that must begin. */
export async function begin(number: E164, id: string, now: number): Promise<SignedIn> {
  const begun = await testAccounts().sessions.begin(number, { device: device(id), noticeVersion: "1" }, now);
  if (!begun.ok) throw new Error(begun.reason);
  return begun.signedIn;
}

/** `sid` of an access token. */
export function sessionOf({ accessToken }: Pick<SignedIn, "accessToken">): string {
  const claims = accessToken.split(".")[1] ?? "";
  const bytes = Uint8Array.fromBase64(claims, { alphabet: "base64url" });
  return (JSON.parse(new TextDecoder().decode(bytes)) as { sid: string }).sid;
}

/** The object of a number's codes. */
export async function challengeOf(number: E164, purpose: CodePurpose = "sign-in") {
  return env.CHALLENGES.getByName(await testVault().keyedHash("challenge", `${purpose}\u0000${number}`));
}
