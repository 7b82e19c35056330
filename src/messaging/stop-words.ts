/** What a message from a recipient asks for; null for everything else. */
export type Wish = "stop" | "start" | null;

/** The words of providers' lists and what people write for them, in the languages that we write in. */
const STOP = [
  // Twilio's and AWS's own.
  "stop",
  "stop all",
  "unsubscribe",
  "cancel",
  "end",
  "quit",
  "revoke",
  "opt out",
  "remove",
  "unsub",
  "stop messages",
  "stop texting me",
  "stop stop",
  "stop stop stop",
  "unsubscribe me",
  "remove me",
  // Spanish
  "baja",
  "dar de baja",
  "darme de baja",
  "alto",
  "parar",
  "para",
  "cancelar",
  "detener",
  "no mas",
  "no mas mensajes",
  // French
  "arret",
  "arreter",
  "arretez",
  "desabonner",
  "desinscrire",
  "desinscription",
  // German
  "stopp",
  "abmelden",
  "abbestellen",
  "austragen",
  "aufhoren",
  "aufhoeren",
  "abmeldung",
  "beenden",
  // Hindi
  "बंद",
  "बन्द",
  "बंद करें",
  "बंद करो",
  "बन्द करें",
  "बन्द करो",
  "रद्द करें",
  "रोकें",
  "रोको",
  "रुकें",
  "रुको",
  "स्टॉप",
  // Arabic
  "ايقاف",
  "اوقف",
  "توقف",
  "قف",
  "الغاء",
  "الغاء الاشتراك",
  "ستوب",
];
const START = ["start", "yes", "unstop", "opt in", "subscribe"];

/** Longer than any of the words with decoration; the rest is ignored. */
const MAX_CHARS = 256;

/**
 * Reads a recipient's message the way providers do: the words of the list alone ask for it, in a sentence they do not.
 * Width, case, accents, punctuation, emoji and how the words are spaced do not matter. Where the messaging service has
 * words of its own, Twilio says itself what the word asked for.
 * @param told Twilio's `OptOutType`
 */
export function wishOf(body: string, told: string | undefined): Wish {
  if (told === "STOP") return "stop";
  if (told === "START") return "start";
  const words = body.length > MAX_CHARS ? "" : plain(body);
  if (words === "") return null;
  if (STOPS.has(words)) return "stop";
  return STARTS.has(words) ? "start" : null;
}

/**
 * Letters and digits alone, of one width and case, without marks (NFKD) and stretched Arabic. Devanagari keeps its vowels,
 * which are marks to Unicode and letters to its readers.
 */
function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/(?!\p{Script=Devanagari})[^\p{L}\p{N}]|\u0640|[\u093c\u0964\u0965]/gu, "")
    .toLowerCase();
}

const STOPS: ReadonlySet<string> = new Set(STOP.map(plain));
const STARTS: ReadonlySet<string> = new Set(START.map(plain));
