import { decodePage } from "../../src/directory/page.ts";
import type { Vault } from "../../src/vault/vault.ts";
import type { BlockEvidence } from "../../src/verdict/evidence.ts";

/** Pages opened and decoded, by block. Throws when one does not open. */
export async function openPages(
  sealed: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  vault: Vault,
): Promise<Map<string, BlockEvidence>> {
  const pages = new Map<string, BlockEvidence>();
  for (const [block, bytes] of sealed) {
    const opened = await vault.open({ table: "pages", id: block }, bytes);
    const page = opened.ok ? decodePage(opened.plaintext) : null;
    if (page === null) throw new Error("A page does not open.");
    pages.set(block, page);
  }
  return pages;
}
