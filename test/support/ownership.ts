import { env } from "cloudflare:workers";
import type { OwnershipObject } from "../../src/ownership/ownership-object.ts";
import { Owners } from "../../src/ownership/owners.ts";
import type { E164 } from "../../src/numbers/number.ts";
import type { BlockEvidence } from "../../src/verdict/evidence.ts";
import { testDirectory, testLookups, testVault } from "./directory.ts";
import { testVoting } from "./voting.ts";

/** The published evidence of a number's block, read anew each time. */
export async function publishedEvidence(number: E164, now: number): Promise<BlockEvidence> {
  return (await testLookups().page(number, now, 4000)).evidence;
}

/** Owning over the real objects; nobody has an account. */
export function testOwners(
  evidence: (number: E164, now: number) => Promise<BlockEvidence | null> = publishedEvidence,
): Owners {
  return new Owners({
    vault: testVault(),
    directory: testDirectory(),
    objects: env.OWNERSHIPS,
    evidence,
    holderOf: async () => null,
    votedNames: (number) => testVoting().namesOn(number),
  });
}

/** What an account tells of its profile; `revision` and `said` count up unless given. */
export interface Told {
  readonly writer?: string;
  readonly photo?: string | null;
  readonly revision?: number;
  /** ms. */
  readonly said?: number;
}
let told = 0;

/** An account shows a name as its profile's, null for nothing. Says whether it has reached the directory. */
export async function showProfile(number: E164, name: string | null, now: number, as: Told = {}): Promise<boolean> {
  told += 1;
  const { writer = "an account", photo = "photo", revision = told, said = now + told } = as;
  const profile = { name, photo: name === null ? null : photo, revision, said };
  const change = { does: "profile", writer, profile } as const;
  const answer = await (await ownershipOf(number)).change(number, change, now, true);
  return answer.ok && answer.done;
}

/** The object of a number's owner. */
export async function ownershipOf(number: E164): Promise<DurableObjectStub<OwnershipObject>> {
  return env.OWNERSHIPS.getByName(await testVault().numberId(number));
}
