import { html } from "hono/html";
import type { Language } from "../language/language.ts";

type Markup = ReturnType<typeof html>;

/** A page of a link that ends promotion: title and body. It names nobody. */
export interface StopPage {
  readonly title: string;
  readonly body: Markup;
}

interface Words {
  readonly title: string;
  readonly ask: string;
  readonly button: string;
  readonly ended: string;
  readonly endedText: string;
  readonly unknown: string;
  readonly unknownText: string;
}

/** Before anything is changed: asks. */
export function askingStopPage(language: Language, token: string): StopPage {
  const { title, ask, button } = WORDS[language];
  return {
    title,
    body: html`<h1>${title}</h1>
      <p>${ask}</p>
      <form method="post" action="/u/${token}"><button>${button}</button></form>`,
  };
}

/** Once it has ended. */
export function endedPage(language: Language): StopPage {
  const { ended, endedText } = WORDS[language];
  return {
    title: ended,
    body: html`<h1>${ended}</h1>
      <p>${endedText}</p>`,
  };
}

/** Of a link that none of our messages had. */
export function noStopPage(language: Language): StopPage {
  const { unknown, unknownText } = WORDS[language];
  return {
    title: unknown,
    body: html`<h1>${unknown}</h1>
      <p>${unknownText}</p>`,
  };
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: "End these messages?",
    ask: "You get no more promotion and no links to pictures, for good. Codes that you ask for, and messages about your account, still arrive.",
    button: "End them",
    ended: "Ended",
    endedText:
      "No more promotion goes to this address or number. Codes that you ask for, and messages about your account, still arrive.",
    unknown: "Unknown link",
    unknownText: "This link is not complete. Copy the whole address from the message.",
  },
  es: {
    title: "¿Dejar de recibir estos mensajes?",
    ask: "No recibirá más promoción ni enlaces a imágenes, para siempre. Los códigos que pida y los mensajes sobre su cuenta seguirán llegando.",
    button: "Dejar de recibirlos",
    ended: "Hecho",
    endedText:
      "No se envía más promoción a esta dirección o número. Los códigos que pida y los mensajes sobre su cuenta seguirán llegando.",
    unknown: "Enlace desconocido",
    unknownText: "Este enlace no está completo. Copie la dirección entera del mensaje.",
  },
  fr: {
    title: "Ne plus recevoir ces messages ?",
    ask: "Vous ne recevrez plus ni promotion ni liens vers des images, définitivement. Les codes que vous demandez et les messages sur votre compte arrivent encore.",
    button: "Y mettre fin",
    ended: "C’est fait",
    endedText:
      "Plus aucune promotion n’est envoyée à cette adresse ou à ce numéro. Les codes que vous demandez et les messages sur votre compte arrivent encore.",
    unknown: "Lien inconnu",
    unknownText: "Ce lien n’est pas complet. Copiez toute l’adresse du message.",
  },
  de: {
    title: "Diese Nachrichten beenden?",
    ask: "Sie erhalten für immer keine Werbung und keine Links zu Bildern mehr. Codes, um die Sie bitten, und Nachrichten zu Ihrem Konto kommen weiterhin an.",
    button: "Beenden",
    ended: "Beendet",
    endedText:
      "An diese Adresse oder Nummer geht keine Werbung mehr. Codes, um die Sie bitten, und Nachrichten zu Ihrem Konto kommen weiterhin an.",
    unknown: "Unbekannter Link",
    unknownText: "Dieser Link ist nicht vollständig. Kopieren Sie die ganze Adresse aus der Nachricht.",
  },
  hi: {
    title: "ये संदेश बंद करें?",
    ask: "आपको अब कभी प्रचार और तस्वीरों के लिंक नहीं मिलेंगे। आपके मांगे हुए कोड और आपके खाते के बारे में संदेश फिर भी आएंगे।",
    button: "बंद करें",
    ended: "बंद कर दिया गया",
    endedText: "इस पते या नंबर पर अब कोई प्रचार नहीं भेजा जाएगा। आपके मांगे हुए कोड और आपके खाते के बारे में संदेश फिर भी आएंगे।",
    unknown: "अज्ञात लिंक",
    unknownText: "यह लिंक पूरा नहीं है। संदेश से पूरा पता कॉपी करें।",
  },
  ar: {
    title: "إيقاف هذه الرسائل؟",
    ask: "لن يصلك بعد الآن أي ترويج ولا روابط صور، نهائيا. وستصلك الرموز التي تطلبها والرسائل المتعلقة بحسابك.",
    button: "إيقاف",
    ended: "تم الإيقاف",
    endedText: "لن يرسل أي ترويج إلى هذا العنوان أو الرقم. وستصلك الرموز التي تطلبها والرسائل المتعلقة بحسابك.",
    unknown: "رابط غير معروف",
    unknownText: "هذا الرابط غير مكتمل. انسخ العنوان كاملا من الرسالة.",
  },
};
