/** An e-mail address. */
export interface MailAddress {
  /** As its holder wrote it: that is where messages go. */
  readonly address: string;
  /** Its domain, in lower case. */
  readonly domain: string;
}

/** RFC 5321: 64 octets before the @, 254 in all. */
const MAX_OCTETS = 254;
/** One @, a dot after it, no space, nothing that means something in a header field: more cannot be known without sending. */
export const MAIL_FORM = /^[^\s\p{Cc}\p{Cf}@"<>(),;:\\[\]]{1,64}@((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63})$/u;

/** An address as somebody wrote it, or null where it is none. */
export function mailAddress(text: string): MailAddress | null {
  const domain = MAIL_FORM.exec(text)?.[1];
  if (domain === undefined || new TextEncoder().encode(text).byteLength > MAX_OCTETS) return null;
  return { address: text, domain: domain.toLowerCase() };
}

/** What an address is known by: spellings that differ in case alone are one mailbox to every provider that matters. */
export function mailboxOf({ address }: MailAddress): string {
  return address.toLowerCase();
}
