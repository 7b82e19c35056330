import { describe, expect, it } from "vitest";
import { wishOf } from "../../src/messaging/stop-words.ts";

describe("a recipient's word", () => {
  it.each([
    ..."STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT stop Stop ARRET arrêt baja stopp बंद إيقاف".split(" "),
    " stop \n",
    "STOP.",
    "“Stop”",
    "¡ALTO!",
    "arre\u0302t",
    "OPT OUT",
    "opt-out",
    "STOP ALL",
    "stop  all!",
    "ＳＴＯＰ",
    "stop 🙏",
    "🛑STOP🛑",
    "👩‍🦰 stop ❤️",
    "(stop)",
    "S T O P",
    "s.t.o.p.",
    "Stop\u200b",
    "\u200fإيقاف\u200f",
    "إلغاء الاشتراك.",
    "أوقف",
    "बंद करें।",
    "बन्द",
    "रोको!",
    "Désabonner",
    "désinscription",
    "DAR DE BAJA",
    "no más",
    "aufhören",
    "Abbestellen!",
    "ABMELDUNG",
    "aufhoeren",
    "Beenden",
    "Arrêtez !",
    "no más mensajes",
    "बन्द करें",
    "रद्द करें",
    "إيــقاف",
    "STOP STOP STOP",
    "Remove me",
    "Unsubscribe me.",
  ])("%j stops", (word) => expect(wishOf(word, undefined)).toBe("stop"));

  it.each("START YES UNSTOP start yes unstop".split(" "))("%j starts", (word) =>
    expect(wishOf(word, undefined)).toBe("start"),
  );

  it.each([
    "",
    " ",
    "STOP PLEASE",
    "don't stop",
    "HELP",
    "INFO",
    "STOPP IT",
    "123456",
    "Please don't stop by today",
    "stopover",
    "stop by",
    "nonstop",
    "Stop it",
    "the end",
    "weekend",
    "🙏",
    "…",
    "stop0",
    "बंद मत करो",
    "لا توقف",
    "ne pas arrêter",
    "no parar",
    "nicht abmelden",
    `STOP${" ".repeat(300)}`,
    `STOP${"x".repeat(9999)}`,
  ])("%j asks for nothing", (word) => expect(wishOf(word, undefined)).toBeNull());

  it("what Twilio says of a word of the messaging service's own counts", () => {
    expect(wishOf("fuera", "STOP")).toBe("stop");
    expect(wishOf("vuelvo", "START")).toBe("start");
    expect(wishOf("ayuda", "HELP")).toBeNull();
  });
});
