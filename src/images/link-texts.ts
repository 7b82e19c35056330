import type { Language } from "../language/language.ts";

/** What the page of a link says. */
export interface LinkTexts {
  readonly title: string;
  readonly intro: string;
  readonly once: string;
  readonly show: string;
  readonly alt: string;
  /** @param time such as "in 6 days" */
  readonly left: (time: string) => string;
  readonly save: string;
  readonly more: string;
  readonly reportNote: string;
  readonly report: string;
  readonly removeNote: string;
  readonly remove: string;
  readonly app: string;
  readonly goneTitle: string;
  readonly gone: string;
  readonly reportedTitle: string;
  readonly reported: string;
  readonly removedTitle: string;
  readonly removed: string;
}

/** The texts of a language; made when they are asked for. */
export function linkTexts(language: Language): LinkTexts {
  switch (language) {
    case "en":
      return {
        title: "A picture for you",
        intro: "Somebody who has your number sent you a picture with Konnections. It is shown when you ask for it.",
        once: "It can be seen one time only.",
        show: "Show the picture",
        alt: "The picture that was sent to you",
        left: (time) => `It will be deleted ${time}.`,
        save: "Save the picture",
        more: "Report or delete",
        reportNote: "The picture is hidden at once, and somebody at Konnections will look at it.",
        report: "Report the picture",
        removeNote: "Nobody will be able to open it any more, you included.",
        remove: "Delete the picture",
        app: "Get the Konnections app to answer with a picture.",
        goneTitle: "There is no picture here",
        gone: "It may have been opened, deleted or expired. Pictures are kept for seven days at the longest.",
        reportedTitle: "Thank you",
        reported: "The picture is hidden. Somebody at Konnections will look at it and decide.",
        removedTitle: "The picture is deleted",
        removed: "Nobody can open it any more.",
      };
    case "es":
      return {
        title: "Una foto para ti",
        intro: "Alguien que tiene tu número te ha enviado una foto con Konnections. Se muestra cuando tú lo pidas.",
        once: "Solo se puede ver una vez.",
        show: "Mostrar la foto",
        alt: "La foto que te han enviado",
        left: (time) => `Se borrará ${time}.`,
        save: "Guardar la foto",
        more: "Denunciar o borrar",
        reportNote: "La foto se oculta enseguida y alguien de Konnections la revisará.",
        report: "Denunciar la foto",
        removeNote: "Nadie podrá volver a abrirla, tú tampoco.",
        remove: "Borrar la foto",
        app: "Consigue la aplicación Konnections para responder con una foto.",
        goneTitle: "Aquí no hay ninguna foto",
        gone: "Puede que se haya abierto, borrado o caducado. Las fotos se guardan siete días como máximo.",
        reportedTitle: "Gracias",
        reported: "La foto está oculta. Alguien de Konnections la revisará y decidirá.",
        removedTitle: "La foto se ha borrado",
        removed: "Ya nadie puede abrirla.",
      };
    case "fr":
      return {
        title: "Une photo pour vous",
        intro:
          "Quelqu’un qui a votre numéro vous a envoyé une photo avec Konnections. Elle s’affiche quand vous le demandez.",
        once: "Elle ne peut être vue qu’une seule fois.",
        show: "Afficher la photo",
        alt: "La photo qui vous a été envoyée",
        left: (time) => `Elle sera supprimée ${time}.`,
        save: "Enregistrer la photo",
        more: "Signaler ou supprimer",
        reportNote: "La photo est masquée aussitôt et quelqu’un de Konnections l’examinera.",
        report: "Signaler la photo",
        removeNote: "Plus personne ne pourra l’ouvrir, vous non plus.",
        remove: "Supprimer la photo",
        app: "Installez l’application Konnections pour répondre avec une photo.",
        goneTitle: "Il n’y a pas de photo ici",
        gone: "Elle a peut-être été ouverte ou supprimée, ou elle a expiré. Les photos sont gardées sept jours au plus.",
        reportedTitle: "Merci",
        reported: "La photo est masquée. Quelqu’un de Konnections l’examinera et décidera.",
        removedTitle: "La photo est supprimée",
        removed: "Plus personne ne peut l’ouvrir.",
      };
    case "de":
      return {
        title: "Ein Bild für Sie",
        intro:
          "Jemand, der Ihre Nummer hat, hat Ihnen mit Konnections ein Bild geschickt. Es wird gezeigt, wenn Sie es möchten.",
        once: "Es lässt sich nur einmal ansehen.",
        show: "Bild zeigen",
        alt: "Das Bild, das Ihnen geschickt wurde",
        left: (time) => `Es wird ${time} gelöscht.`,
        save: "Bild speichern",
        more: "Melden oder löschen",
        reportNote: "Das Bild wird sofort verborgen, und jemand bei Konnections sieht es sich an.",
        report: "Bild melden",
        removeNote: "Niemand kann es dann noch öffnen, auch Sie nicht.",
        remove: "Bild löschen",
        app: "Holen Sie sich die Konnections-App, um mit einem Bild zu antworten.",
        goneTitle: "Hier ist kein Bild",
        gone: "Vielleicht wurde es geöffnet oder gelöscht, oder es ist abgelaufen. Bilder werden höchstens sieben Tage aufbewahrt.",
        reportedTitle: "Danke",
        reported: "Das Bild ist verborgen. Jemand bei Konnections sieht es sich an und entscheidet.",
        removedTitle: "Das Bild ist gelöscht",
        removed: "Niemand kann es mehr öffnen.",
      };
    case "hi":
      return {
        title: "आपके लिए एक तस्वीर",
        intro: "किसी ने, जिसके पास आपका नंबर है, Konnections से आपको एक तस्वीर भेजी है। वह आपके कहने पर ही दिखाई जाती है।",
        once: "इसे केवल एक बार देखा जा सकता है।",
        show: "तस्वीर दिखाएँ",
        alt: "आपको भेजी गई तस्वीर",
        left: (time) => `यह ${time} हटा दी जाएगी।`,
        save: "तस्वीर सहेजें",
        more: "शिकायत करें या हटाएँ",
        reportNote: "तस्वीर तुरंत छिपा दी जाती है और Konnections में कोई उसे देखेगा।",
        report: "तस्वीर की शिकायत करें",
        removeNote: "फिर इसे कोई नहीं खोल सकेगा, आप भी नहीं।",
        remove: "तस्वीर हटाएँ",
        app: "तस्वीर से जवाब देने के लिए Konnections ऐप लें।",
        goneTitle: "यहाँ कोई तस्वीर नहीं है",
        gone: "हो सकता है कि वह खोली या हटाई जा चुकी हो, या उसका समय बीत गया हो। तस्वीरें ज़्यादा से ज़्यादा सात दिन रखी जाती हैं।",
        reportedTitle: "धन्यवाद",
        reported: "तस्वीर छिपा दी गई है। Konnections में कोई उसे देखकर फ़ैसला करेगा।",
        removedTitle: "तस्वीर हटा दी गई है",
        removed: "अब इसे कोई नहीं खोल सकता।",
      };
    case "ar":
      return {
        title: "صورة لك",
        intro: "أرسل إليك شخص لديه رقمك صورةً عبر Konnections. لا تُعرض إلا عندما تطلب ذلك.",
        once: "يمكن مشاهدتها مرة واحدة فقط.",
        show: "عرض الصورة",
        alt: "الصورة المرسلة إليك",
        left: (time) => `ستُحذف ${time}.`,
        save: "حفظ الصورة",
        more: "إبلاغ أو حذف",
        reportNote: "تُخفى الصورة فورًا، وسيراجعها شخص من Konnections.",
        report: "الإبلاغ عن الصورة",
        removeNote: "لن يستطيع أحد فتحها بعد ذلك، ولا أنت.",
        remove: "حذف الصورة",
        app: "احصل على تطبيق Konnections للرد بصورة.",
        goneTitle: "لا توجد صورة هنا",
        gone: "ربما فُتحت أو حُذفت أو انتهت مدتها. تُحفظ الصور سبعة أيام على الأكثر.",
        reportedTitle: "شكرًا لك",
        reported: "أُخفيت الصورة. سيراجعها شخص من Konnections ويقرر بشأنها.",
        removedTitle: "حُذفت الصورة",
        removed: "لم يعد بإمكان أحد فتحها.",
      };
  }
}

/** Time left in the words of a language: "in 6 days", in the largest unit with at least two. */
export function timeLeft(language: Language, ms: number): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  if (minutes < 120) return format.format(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? format.format(hours, "hour") : format.format(Math.floor(hours / 24), "day");
}
