/** Who carries e-mail: nobody, in development a log that can be read back, Cloudflare's binding, or Resend. */
export type Mail = { readonly provider: "none" | "log" } | CloudflareMailAccount | ResendAccount;

/** Where messages come from: a name, or none, and an address. */
export interface Sender {
  readonly name: string | null;
  readonly address: string;
}

/** Cloudflare's `send_email` binding. It takes transactional e-mail alone. */
export interface CloudflareMailAccount {
  readonly provider: "cloudflare";
  readonly sender: Sender;
}

/** An account at Resend. */
export interface ResendAccount {
  readonly provider: "resend";
  /** Origin of its API. */
  readonly api: string;
  readonly apiKey: string;
  readonly sender: Sender;
  /** Signs its callbacks; the bytes of what it calls `whsec_…`. */
  readonly webhookSecret: Uint8Array<ArrayBuffer>;
}

const SENDER = /^(?:([^<>"\r\n,;:@]{1,64}) <([^\s<>]{3,254})>|([^\s<>]{3,254}))$/u;
const ADDRESS = /^[^\s@<>"'()[\]\\,;:]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}$/;

/**
 * Reads who carries e-mail, or says in a sentence which setting is wrong and what it should be.
 * @param text the value of a setting, "" for none
 */
export function readMail(
  text: (name: string) => string,
  {
    development,
    linked,
    api,
  }: { readonly development: boolean; readonly linked: boolean; readonly api: string | null },
): { readonly ok: true; readonly mail: Mail } | { readonly ok: false; readonly sentence: string } {
  const provider = text("MAIL_PROVIDER") || (development ? "log" : "none");
  if (provider === "log" && !development) return wrong("MAIL_PROVIDER can be log in development only.");
  if (provider === "log" || provider === "none") return { ok: true, mail: { provider } };
  if (provider !== "cloudflare" && provider !== "resend") {
    return wrong("MAIL_PROVIDER must be cloudflare or resend, or log in development.");
  }
  // Links in e-mail, and the end of promotion, lead to this service; and alarms have no request whose origin could be taken.
  if (!linked) return wrong("PUBLIC_ORIGIN must be set when MAIL_PROVIDER is.");
  const [, name, named, alone] = SENDER.exec(text("MAIL_SENDER")) ?? [];
  const address = named ?? alone ?? "";
  if (!ADDRESS.test(address)) {
    return wrong("MAIL_SENDER must be an e-mail address, such as hello@id.example or Konnections <hello@id.example>.");
  }
  const sender = { name: name ?? null, address };
  if (provider === "cloudflare") return { ok: true, mail: { provider, sender } };
  if (api === null) return wrong("RESEND_API must be the https origin of Resend's API.");
  const apiKey = text("RESEND_API_KEY");
  if (!/^re_[A-Za-z0-9_]{8,128}$/.test(apiKey)) {
    return wrong("RESEND_API_KEY must be re_ and the key when MAIL_PROVIDER is resend.");
  }
  const secret = /^whsec_([A-Za-z0-9+/]{24,128}={0,2})$/.exec(text("RESEND_WEBHOOK_SECRET"))?.[1];
  if (secret === undefined) {
    return wrong("RESEND_WEBHOOK_SECRET must be whsec_ and the secret when MAIL_PROVIDER is resend.");
  }
  return { ok: true, mail: { provider, api, apiKey, sender, webhookSecret: Uint8Array.from(atob(secret), code) } };
}

function code(char: string): number {
  return char.charCodeAt(0);
}

function wrong(sentence: string): { readonly ok: false; readonly sentence: string } {
  return { ok: false, sentence };
}
