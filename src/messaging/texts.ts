import type { Language } from "../language/language.ts";
import type { Channel, Text } from "./message.ts";

/**
 * What an SMS or a call says. Codes fit one segment in every language: 160 characters of GSM-7 (so no á, í, ó, ú, ê or ç in
 * the languages written in it), 70 of UCS-2 for Hindi and Arabic. They do not say how long a code is valid: in a late
 * message that would be wrong.
 * @param stopLink where promotion is ended, for recipients who cannot answer: the sender is a name. Null where they can
 */
export function bodyOf(text: Text, language: Language, channel: Channel, stopLink: string | null = null): string {
  switch (text.kind) {
    case "sign-in-code":
      return channel === "voice" ? spoken(SPOKEN[language].signIn, text.code) : signInCode(text.code, language);
    case "ownership-code":
      return channel === "voice" ? spoken(SPOKEN[language].ownership, text.code) : ownershipCode(text.code, language);
    case "picture-link":
      return pictureLink(text.link, language);
    case "promotional":
      return `${text.text} ${stopLink === null ? howToStop(language) : `${STOP_AT[language]} ${stopLink}`}`;
    case "service":
      return `${text.text} ${WHY_SERVICE[language]}`;
  }
}

/** What a call says, twice; so it is short. */
const SPOKEN: Readonly<Record<Language, { readonly signIn: string; readonly ownership: string }>> = {
  en: {
    signIn: "Hello. Your code to sign in to Konnections is: {code}. Tell it to nobody.",
    ownership: "Hello. Your Konnections code to name or unlist this number is: {code}. Tell it to nobody.",
  },
  es: {
    signIn: "Hola. Su código para entrar en Konnections es: {code}. No se lo diga a nadie.",
    ownership: "Hola. Su código de Konnections para nombrar o retirar este número es: {code}. No se lo diga a nadie.",
  },
  fr: {
    signIn: "Bonjour. Votre code pour entrer dans Konnections est : {code}. Ne le dites à personne.",
    ownership: "Bonjour. Votre code Konnections pour nommer ou retirer ce numéro est : {code}. Ne le dites à personne.",
  },
  de: {
    signIn: "Guten Tag. Ihr Code für die Anmeldung bei Konnections ist: {code}. Sagen Sie ihn niemandem.",
    ownership:
      "Guten Tag. Ihr Konnections-Code, um diese Nummer zu benennen oder auszutragen, ist: {code}. Sagen Sie ihn niemandem.",
  },
  hi: {
    signIn: "नमस्ते। Konnections में साइन-इन करने का आपका कोड है: {code}। इसे किसी को न बताएं।",
    ownership: "नमस्ते। इस नंबर का नाम रखने या हटाने का आपका Konnections कोड है: {code}। इसे किसी को न बताएं।",
  },
  ar: {
    signIn: "مرحبا. رمز دخولك إلى Konnections هو: {code}. لا تخبر به أحدا.",
    ownership: "مرحبا. رمز Konnections لتسمية رقمك أو حذفه هو: {code}. لا تخبر به أحدا.",
  },
};

function spoken(words: string, code: string): string {
  return words.replace("{code}", code);
}

function signInCode(code: string, language: Language): string {
  switch (language) {
    case "en":
      return `${code} is your code to sign in to Konnections. Do not share it with anyone: we never ask for it.`;
    case "es":
      return `${code} es tu clave para entrar en Konnections. No la compartas con nadie: nunca te la pediremos.`;
    case "fr":
      return `${code} est votre code pour entrer dans Konnections. Ne le partagez avec personne : nous ne le demandons jamais.`;
    case "de":
      return `${code} ist Ihr Code für die Anmeldung bei Konnections. Geben Sie ihn niemandem: Wir fragen nie danach.`;
    case "hi":
      return `${code} आपका Konnections साइन-इन कोड है। इसे किसी को न बताएं।`;
    case "ar":
      return `${code} رمز دخولك إلى Konnections. لا تشاركه مع أحد.`;
  }
}

function ownershipCode(code: string, language: Language): string {
  switch (language) {
    case "en":
      return `${code} is your Konnections code to name or unlist this number. Share it with nobody, or they decide for you.`;
    case "es":
      return `${code} es tu clave de Konnections para nombrar o retirar este teléfono. Quien la tenga decide por ti: no la compartas.`;
    case "fr":
      return `${code} est votre code Konnections pour nommer ou retirer ce numéro. Qui l'a décide pour vous : ne le partagez pas.`;
    case "de":
      return `${code} ist Ihr Konnections-Code, um diese Nummer zu benennen oder auszutragen. Geben Sie ihn niemandem weiter.`;
    case "hi":
      return `${code}: इस नंबर का नाम रखने/हटाने का Konnections कोड। गुप्त रखें।`;
    case "ar":
      return `${code} رمز Konnections لتسمية رقمك أو حذفه. لا تشاركه مع أحد.`;
  }
}

function pictureLink(link: string, language: Language): string {
  switch (language) {
    case "en":
      return `Somebody shared a picture with you on a call: ${link} ${howToStop(language)}`;
    case "es":
      return `Alguien comparte contigo una imagen de una llamada: ${link} ${howToStop(language)}`;
    case "fr":
      return `On partage une image avec vous lors d'un appel : ${link} ${howToStop(language)}`;
    case "de":
      return `Jemand teilt bei einem Anruf ein Bild mit Ihnen: ${link} ${howToStop(language)}`;
    case "hi":
      return `किसी ने कॉल पर आपके साथ एक तस्वीर साझा की: ${link} ${howToStop(language)}`;
    case "ar":
      return `شارك أحدهم صورة معك أثناء مكالمة: ${link} ${howToStop(language)}`;
  }
}

/** Before the address where promotion is ended. */
const STOP_AT: Readonly<Record<Language, string>> = {
  en: "Stop:",
  es: "Baja:",
  fr: "Stop :",
  de: "Beenden:",
  hi: "बंद करें:",
  ar: "للإيقاف:",
};

/** Why a message comes that STOP does not end. */
const WHY_SERVICE: Readonly<Record<Language, string>> = {
  en: "(About your Konnections account.)",
  es: "(Sobre tu cuenta de Konnections.)",
  fr: "(Au sujet de votre compte Konnections.)",
  de: "(Zu Ihrem Konto bei Konnections.)",
  hi: "(आपके Konnections खाते के बारे में।)",
  ar: "(بخصوص حسابك في Konnections)",
};

/** STOP is what the provider understands in every country, whatever the language. */
function howToStop(language: Language): string {
  switch (language) {
    case "en":
      return "Reply STOP to get no more.";
    case "es":
      return "Responde STOP para no recibir otros.";
    case "fr":
      return "STOP pour ne plus en recevoir.";
    case "de":
      return "Antworten Sie STOP, um keine mehr zu erhalten.";
    case "hi":
      return "बंद करने के लिए STOP लिखें।";
    case "ar":
      return "للإيقاف أرسل STOP";
  }
}
