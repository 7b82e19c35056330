import "./base64.ts";
import { readSecrets } from "../../src/vault/secrets.ts";
import { Vault } from "../../src/vault/vault.ts";
import { testSecrets } from "../support/secrets.ts";

/** The vault of the services that this run starts: their secrets are its own, made anew. */
export function trialVault(): Vault {
  const read = readSecrets(testSecrets);
  if (!read.ok) throw new Error(read.sentence);
  return new Vault(read.secrets.indexKey, read.secrets.sealKeys);
}
