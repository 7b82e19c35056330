import type { E164 } from "../numbers/number.ts";
import { TOKEN_ISSUER, type Signer } from "../vault/signer.ts";

/** `typ` of receipts: none is ever taken for a token. */
export const RECEIPT_TYPE = "receipt+jwt";

/** Days for which the platform keeps its recovery history. */
const RECOVERY_DAYS = 30;

/**
 * A receipt for a number that was taken out, signed with the service's key: anyone can verify it with the published key
 * set. It names the number, for its owner to show, and is stored nowhere. When the last copy shows it no more is not in it:
 * nobody waits for that.
 * @param now ms @param decided whether a decision of operators about the number is kept: a level, hashes of names, days
 */
export function unlistingReceipt(signer: Signer, number: E164, now: number, decided: boolean): Promise<string> {
  return signer.sign(
    {
      iss: TOKEN_ISSUER,
      iat: Math.floor(now / 1000),
      of: "unlisting",
      number,
      dropped: ["owner", "profile", "datasets", "contacts", "disputes"],
      muted: ["votes"],
      kept: decided ? ["tombstone", "operators-decision"] : ["tombstone"],
      recoveryHistoryDays: RECOVERY_DAYS,
    },
    RECEIPT_TYPE,
  );
}
