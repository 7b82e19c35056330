import type { Words } from "./words.ts";

export function de(): Words {
  return {
    title: "Datenschutz",
    language: "Sprache",
    inForceSince: "Gültig seit {day}",
    from: "Gültig ab {day}",
    upcoming: "Die kommende Erklärung",
    noNotice: "Es ist keine Erklärung veröffentlicht.",
    inForceNow: "Die jetzt gültige Erklärung",
    stored: "Was gespeichert ist",
    storedIntro:
      "Diese Tabelle entsteht aus dem Code des Dienstes selbst, und ein Test vergleicht sie mit dem, was die Speicher wirklich enthalten.",
    what: "Was",
    why: "Wozu",
    how: "Wie",
    howLong: "Wie lange",
    holdings: {
      datasets: ["Öffentliche Listen von Namen und von Beschwerden über Nummern", "Um zu sagen, wer anruft"],
      pages: ["Was über Nummern gezeigt wird, eine Seite je Hundert", "Um vor dem zweiten Klingeln zu antworten"],
      areas: [
        "Bereiche von 10 bis 10.000 Nummern, die Beschwerden verdächtig machen",
        "Um vor Anrufern zu warnen, die ihre Nummer wechseln",
      ],
      votes: ["Namen und Spam-Meldungen zu einer Nummer, ohne wer sie gegeben hat", "Um zu sagen, wer anruft"],
      standing: [
        "Seit wann ein Konto abstimmt, und wie oft seine Nummer heute",
        "Damit erfundene Stimmen nicht zählen",
      ],
      unlisted: [
        "Nummern, die ihre Inhaber oder für sie die Betreiber herausgenommen haben",
        "Damit sie draußen bleiben",
      ],
      erasures: [
        "Konten, die gerade gelöscht werden; danach die Quittung, ohne persönliche Daten",
        "Um es zu Ende zu bringen und zu belegen",
      ],
      notices: ["Die Texte dieser Erklärung", "Um zu zeigen, worin eingewilligt wurde"],
      audit: [
        "Was Betreiber des Dienstes taten und warum; wie viel fristgerecht gelöscht wurde",
        "Um dafür einzustehen",
      ],
      keys: [
        "Welche Schlüssel verschlüsseln, wie weit ihre Erneuerung ist und zu welchen Nummern Verschlüsseltes gespeichert ist",
        "Um einen Schlüssel ohne Verlust zu ersetzen und einen falschen zu bemerken",
      ],
      work: ["Arbeit, die noch zu tun ist", "Um sie nach einem Ausfall zu beenden"],
      memory: ["Kürzlich gelesene Seiten und geprüfte Zugangstoken", "Um schnell zu antworten"],
      messages: [
        "Nachrichten auf dem Weg: Nummer oder E-Mail-Adresse und Text",
        "Um sie zu senden, auch nach einem Ausfall",
      ],
      campaigns: [
        "Was Betreiber Konten mitteilen und wie viele es bekamen; wer darauf wartet, als Hash mit Schlüssel",
        "Um es jedem einmal zu senden, auch nach einem Ausfall",
      ],
      "opt-outs": [
        "Dass Nachrichten an eine Nummer oder E-Mail-Adresse beendet wurden: durch STOP, einen Klick, eine Beschwerde, oder weil es sie nicht gibt",
        "Um ihr keine Werbung und keine Bildlinks zu senden",
      ],
      deliveries: [
        "Was aus Nachrichten wurde, nach Tag, Land und Netz, ohne die Nummer",
        "Um zu sehen, warum Codes nicht ankommen",
      ],
      phonebook: [
        "Ihr Telefonbuch, von Ihren eigenen Geräten verschlüsselt, wenn Sie dem Abgleich zugestimmt haben",
        "Um es auf Ihre anderen Geräte zu bringen; der Dienst kann es nicht lesen",
      ],
      quotas: [
        "Was eine Nummer heute von ihren Kontingenten verbraucht hat: wie viele Kontakte, Bilder, Fotos und Ausgaben",
        "Damit niemand den Dienst aufbraucht, auch nicht durch Löschen und Neuanlegen von Konten",
      ],
      codes: [
        "Gesendete Codes als Hashwerte mit Schlüssel, und wie viele verlangt wurden",
        "Um zu wissen, dass eine Nummer Ihre ist, und gegen Missbrauch",
      ],
      account: [
        "Ihr Konto: Nummer, Sitzungen, Geräte, PIN, Einwilligungen und Profil",
        "Um zu wissen, dass Sie es sind, und worin Sie eingewilligt haben",
      ],
      ownership: [
        "Was der Inhaber zu einer nachgewiesenen Nummer gesagt hat, wann sie zuletzt benannt wurde, und was Betreiber zu ihr entschieden haben",
        "Um den Namen des Inhabers zu zeigen, Änderungen zu begrenzen, und damit Entferntes nicht wiederkommt",
      ],
      reports: ["Gemeldete Bilder und Einsprüche von Inhabern", "Um sie anzusehen und zu entscheiden"],
      photo: ["Das Foto, das Sie beim Anrufen zeigen", "Um es denen zu zeigen, die Sie anrufen, wenn Sie wollen"],
      pictures: [
        "Bilder, die im Gespräch gesendet wurden, und wer sie sehen darf",
        "Um sie ihrem Empfänger zu bringen",
      ],
      contacts: [
        "Kontakte auf dem Weg zu den Stimmen, gemischt, und was man braucht, um sie zurückzuziehen",
        "Um zu sagen, wer anruft, ohne wer es geteilt hat",
      ],
    },
    keeping: {
      public: "Im Klartext: es ist öffentlich",
      hashed: "Nummern als Hashwerte mit Schlüssel",
      "hashed-and-sealed": "Nummern als Hashwerte mit Schlüssel; Namen und Texte verschlüsselt",
      sealed: "Verschlüsselt",
      counts: "Zählerstände und Tage, unter einem Hashwert mit Schlüssel",
      memory: "Nur im Arbeitsspeicher",
    },
    lifetimes: {
      "for-good": "Auf Dauer",
      dataset: "Bis die Liste entfernt wird",
      sealed: "Solange etwas mit einem Schlüssel verschlüsselt ist",
      known: "Solange etwas über die Nummer bekannt ist",
      withdrawn: "Bis zum Widerruf; eine Markierung höchstens zwei Jahre, ein Name fünf",
      account: "So lange wie das Konto",
      "account-day":
        "So lange wie das Konto; was heute gezählt wurde bis Mitternacht; dass eine Nummer den Inhaber wechselte fünf Jahre",
      seconds: "Sekunden",
      isolate: "Sekunden bis Minuten",
      "expiry-day": "Bis einen Tag nach Ablauf",
      start: "Bis START gesagt wird; bei einer E-Mail-Adresse für immer",
      "days-7-400": "Sieben Tage; Zählerstände 400 Tage",
      "days-90": "Quittungen 90 Tage",
      "days-400-30": "400 Tage; Zählerstände 30 Tage",
      "days-400-wait": "400 Tage; wer wartet, bis es gesendet ist, höchstens einige Tage",
      "deleted-90": "Bis Sie sie löschen; dass Sie es taten, 90 Tage",
      day: "Ein Tag",
      unsaid: "Bis der Inhaber oder ein Betreiber es zurücknimmt; die Tage der Änderungen bleiben",
      decided: "Bis zur Entscheidung, höchstens 180 Tage",
      replaced: "Bis es ersetzt oder entfernt wird",
      "days-7": "Bis sie ablaufen, höchstens sieben Tage",
      shared:
        "Einige Stunden unterwegs; danach bei den Stimmen, bis einen Tag nachdem Sie sie zurücknehmen; dass jemand es tat, 60 Tage",
    },
  };
}
