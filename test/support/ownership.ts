import { env } from "cloudflare:workers";
import type { Ownership } from "../../src/ownership/ownership-object.ts";
import { Owners } from "../../src/ownership/owners.ts";
import { PageReader } from "../../src/lookup/page-reader.ts";
import { Lookups } from "../../src/lookup/lookup.ts";
import { publishedPages } from "../../src/directory/page-stores.ts";
import type { E164 } from "../../src/numbers/number.ts";
import type { BlockEvidence } from "../../src/verdict/evidence.ts";
import { testDirectory, testVault } from "./directory.ts";

/** The published evidence of a number's block, read anew each time. */
export async function publishedEvidence(number: E164, now: number): Promise<BlockEvidence> {
  const lookups = new Lookups(testVault(), new PageReader(publishedPages(testDirectory())), null);
  return (await lookups.page(number, now, 4000)).evidence;
}

/** Owning over the real objects; nobody has an account. */
export function testOwners(
  evidence: (number: E164, now: number) => Promise<BlockEvidence | null> = publishedEvidence,
  handedOver: (number: E164, now: number) => Promise<void> = async () => {},
): Owners {
  return new Owners({
    vault: testVault(),
    directory: testDirectory(),
    objects: env.OWNERSHIPS,
    evidence,
    holderOf: async () => null,
    handedOver,
  });
}

/** The object of a number's owner. */
export async function ownershipOf(number: E164): Promise<DurableObjectStub<Ownership>> {
  return env.OWNERSHIPS.getByName(await testVault().numberId(number));
}
