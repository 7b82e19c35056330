import { env } from "cloudflare:workers";
import { Phonebooks, type Device } from "../../src/phonebook/phonebooks.ts";
import type { Phonebook } from "../../src/phonebook/phonebook-object.ts";
import { testVault } from "./directory.ts";
import type { Line } from "./phonebook-client.ts";

/**
 * Phonebooks over the real objects.
 * @param consented whether an account agrees, asked each time @param open whether a session goes on
 */
export function testPhonebooks(
  consented: (account: string) => boolean | Promise<boolean> = () => true,
  open: (session: string) => boolean = () => true,
): Phonebooks {
  return new Phonebooks({
    vault: testVault(),
    phonebooks: env.PHONEBOOKS,
    consented: async (account) => consented(account),
    isOpen: async (_, session) => open(session),
  });
}

export async function phonebookOf(account: string): Promise<DurableObjectStub<Phonebook>> {
  return env.PHONEBOOKS.getByName(await testVault().keyedHash("phonebook", account));
}

/** A device's line to the service, without HTTP in between. */
export function lineOf(phonebooks: Phonebooks, device: Device, now: () => number, limit = 500): Line {
  return {
    async read(since) {
      const read = await phonebooks.read(device, since, limit);
      if (read.ok) return read.page;
      if (read.code === "resync") return "resync";
      throw new Error(read.code);
    },
    async write(entries) {
      const written = await phonebooks.write(device, entries, now());
      if (!written.ok) throw new Error(written.code);
      return written;
    },
  };
}
