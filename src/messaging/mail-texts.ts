import { html } from "hono/html";
import { directionOf, type Language } from "../language/language.ts";
import type { Announcement } from "./message.ts";
import type { MailParts } from "./provider.ts";

/** An e-mail: its text, and what stands beside it. */
export interface Mail extends MailParts {
  readonly body: string;
}

/** RFC 5322: a line has 998 characters at most. */
const MAX_SUBJECT_CHARS = 200;

/**
 * An e-mail that says something, as text and as plain HTML: no picture, no style from elsewhere, no link but the one that
 * ends promotion, and that leads to the service itself.
 * @param stopLink where promotion is ended
 */
export async function mailOf(
  { kind, subject, text }: Announcement,
  language: Language,
  stopLink: string,
): Promise<Mail> {
  const paragraphs = text
    .replaceAll(/\r\n?/g, "\n")
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "");
  const words = WORDS[language];
  const promotion = kind === "promotional";
  const why = promotion ? words.agreed : words.account;
  const foot = promotion ? `${why}\n${words.end} ${stopLink}` : why;
  const title = oneLine(subject);
  const page = await html`<!doctype html>
    <html lang="${language}" dir="${directionOf(language)}">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
      </head>
      <body style="font:16px/1.5 sans-serif;max-width:38em;margin:0 auto;padding:1em">
        ${paragraphs.map((paragraph) => html`<p>${paragraph.split("\n").map((line, at) => (at === 0 ? line : html`<br />${line}`))}</p>`)}
        <p style="font-size:14px;color:#57606a">
          ${why}${promotion ? html`<br />${words.end} <a href="${stopLink}">${stopLink}</a>` : ""}
        </p>
      </body>
    </html>`;
  return {
    subject: title,
    body: `${paragraphs.join("\n\n")}\n\n--\n${foot}\n`,
    html: String(page),
    // RFC 8058: both fields, over HTTPS, for providers whose users end what they no longer want with one click.
    headers: promotion
      ? { "List-Unsubscribe": `<${stopLink}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" }
      : {},
  };
}

/** What may stand in a header field: on one line, without control characters, whatever was written. */
function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return Array.from(line).slice(0, MAX_SUBJECT_CHARS).join("");
}

interface Words {
  /** Why promotion comes. */
  readonly agreed: string;
  /** Before the link. */
  readonly end: string;
  /** Why a message about the service comes, and goes on. */
  readonly account: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    agreed: "You get this because you agreed to news from Konnections in the app.",
    end: "To end it for good:",
    account:
      "You get this because you have an account with Konnections. It is about the service itself, so it comes also to those who ended promotion.",
  },
  es: {
    agreed: "Recibe este mensaje porque aceptó en la aplicación recibir novedades de Konnections.",
    end: "Para no recibir más, para siempre:",
    account:
      "Recibe este mensaje porque tiene una cuenta en Konnections. Trata del propio servicio; por eso llega también a quienes dejaron la promoción.",
  },
  fr: {
    agreed: "Vous recevez ce message parce que vous avez accepté dans l’application les nouvelles de Konnections.",
    end: "Pour y mettre fin définitivement :",
    account:
      "Vous recevez ce message parce que vous avez un compte chez Konnections. Il concerne le service lui-même et arrive donc aussi à ceux qui ont mis fin à la promotion.",
  },
  de: {
    agreed: "Sie erhalten dies, weil Sie in der App Neuigkeiten von Konnections zugestimmt haben.",
    end: "Für immer beenden:",
    account:
      "Sie erhalten dies, weil Sie ein Konto bei Konnections haben. Es betrifft den Dienst selbst und kommt deshalb auch zu denen, die Werbung beendet haben.",
  },
  hi: {
    agreed: "यह संदेश आपको इसलिए मिला क्योंकि आपने ऐप में Konnections की खबरों के लिए सहमति दी थी।",
    end: "हमेशा के लिए बंद करने के लिए:",
    account:
      "यह संदेश आपको इसलिए मिला क्योंकि Konnections पर आपका खाता है। यह सेवा के बारे में है, इसलिए यह उन्हें भी मिलता है जिन्होंने प्रचार बंद किया है।",
  },
  ar: {
    agreed: "وصلتك هذه الرسالة لأنك وافقت في التطبيق على أخبار Konnections.",
    end: "لإيقافها نهائيا:",
    account: "وصلتك هذه الرسالة لأن لديك حسابا في Konnections. وهي عن الخدمة نفسها، فتصل أيضا إلى من أوقف الترويج.",
  },
};
