import { utf8 } from "../vault/bytes.ts";
import type { Vault } from "../vault/vault.ts";
import type { RecipientId } from "./message.ts";

const ID_CHARS = 22;
const TOKEN = /^[A-Za-z0-9_-]{44}$/;

/**
 * The token of a link that ends promotion: the name of its recipient's outbox, and a keyed hash of that. Nothing is stored
 * for it, it never expires, and nobody makes one without the key.
 */
export async function stopToken(vault: Vault, recipient: RecipientId): Promise<string> {
  return recipient + (await vault.keyedHash("stop-link", recipient));
}

/** Whose messages a token ends; null for what is no such token. Compared in constant time. */
export async function stoppedBy(vault: Vault, token: string): Promise<RecipientId | null> {
  if (!TOKEN.test(token)) return null;
  const recipient = token.slice(0, ID_CHARS) as RecipientId;
  const expected = await stopToken(vault, recipient);
  return crypto.subtle.timingSafeEqual(utf8(expected), utf8(token)) ? recipient : null;
}
