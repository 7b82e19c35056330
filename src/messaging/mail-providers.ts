import type { Mail } from "../mail-settings.ts";
import { CloudflareMail } from "./cloudflare-mail.ts";
import { isBulk, type Kind } from "./message.ts";
import type { Provider } from "./provider.ts";
import { Resend } from "./resend.ts";

/** Who carries e-mail besides the log; null where nobody does. */
export function mailProviderOf(mail: Mail, env: Pick<Env, "EMAIL">): Provider | null {
  switch (mail.provider) {
    case "none":
    case "log":
      return null;
    case "cloudflare":
      return new CloudflareMail(env.EMAIL, mail);
    case "resend":
      return new Resend(mail);
  }
}

/** Whether a provider takes e-mail of a kind: Cloudflare's terms allow what concerns its recipient's account alone. */
export function carriesMail({ provider }: Mail, kind: Kind): boolean {
  return provider !== "none" && !(provider === "cloudflare" && isBulk(kind));
}
