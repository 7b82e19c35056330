import { createHmac, randomUUID } from "node:crypto";

const SECRET = "s".repeat(24);

/** Settings with which Resend carries e-mail; `RESEND_API` is added by whoever knows where it is. */
export const resendAccount = {
  MAIL_PROVIDER: "resend",
  MAIL_SENDER: "Konnections <hello@k.example>",
  RESEND_API_KEY: "re_12345678_abcdefgh",
  RESEND_WEBHOOK_SECRET: `whsec_${btoa(SECRET)}`,
};

/** The header fields that Resend signs an event with. @param at seconds */
export function svixSigned(
  body: string,
  at = Math.floor(Date.now() / 1000),
  secret = SECRET,
): Readonly<Record<string, string>> {
  const id = `msg_${randomUUID()}`;
  const signature = createHmac("sha256", secret).update(`${id}.${at}.${body}`).digest("base64");
  return { "svix-id": id, "svix-timestamp": String(at), "svix-signature": `v1,${signature}` };
}

/** An event on a message to somebody. */
export const resendEvent = (type: string, to: string, more: object = {}): string =>
  JSON.stringify({ type, created_at: new Date().toISOString(), data: { email_id: randomUUID(), to: [to], ...more } });
