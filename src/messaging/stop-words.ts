/** What a message from a recipient asks for; null for everything else. */
export type Wish = "stop" | "start" | null;

/** Twilio's own list, and the words for it in the languages that we write in. */
const STOP =
  "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT OPT-OUT ARRET ARRÊT ARRETER ARRÊTER BAJA ALTO PARAR CANCELAR STOPP ABMELDEN बंद रोकें रुकें إيقاف ايقاف توقف الغاء إلغاء";
const START = "START YES UNSTOP";

/** Longer than any of the words; what comes after is not read. */
const MAX_CHARS = 64;

/**
 * Reads a recipient's message the way Twilio does: a word of the list alone, in any case, asks for it; in a sentence it
 * does not. Where the messaging service has words of its own, Twilio says itself what the word asked for.
 * @param told Twilio's `OptOutType`
 */
export function wishOf(body: string, told: string | undefined): Wish {
  if (told === "STOP") return "stop";
  if (told === "START") return "start";
  const word = body
    .slice(0, MAX_CHARS)
    .trim()
    .replaceAll(/^["'“”«».!¡]+|["'“”«».!]+$/g, "")
    .normalize("NFC")
    .toUpperCase();
  if (word === "") return null;
  if (STOP.split(" ").includes(word)) return "stop";
  return START.split(" ").includes(word) ? "start" : null;
}
