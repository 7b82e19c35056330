import { env, waitUntil } from "cloudflare:workers";
import { readConfig } from "./config.ts";
import { countedSkips } from "./storage/skips.ts";
import { Signer } from "./vault/signer.ts";
import { Vault } from "./vault/vault.ts";

// What the Worker and all objects of an isolate share. Read while the module loads: a deployment with a bad setting is
// refused with its sentence instead of answering badly.

/** What this deployment decides. */
export const config = readConfig({ ...env });

/** Counts what stores hold and cannot be read. */
export const skips = countedSkips(env.DB, { waitUntil });

/** Ids and seals; each key is derived once. */
export const vault = new Vault(config.secrets.indexKey, config.secrets.sealKeys, skips);

/** Signs tokens and receipts. */
export const signer = new Signer(config.secrets.signingKeys);
