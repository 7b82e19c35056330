import type { Words } from "./words.ts";

export function en(): Words {
  return {
    title: "Privacy",
    language: "Language",
    inForceSince: "In force since {day}",
    from: "In force from {day}",
    upcoming: "The notice to come",
    noNotice: "No notice is published.",
    inForceNow: "The notice in force now",
    stored: "What is stored",
    storedIntro:
      "This table is made from the service’s own code, and a test holds it against what the stores really have.",
    what: "What",
    why: "Why",
    how: "How",
    howLong: "How long",
    where: "Where",
    holdings: {
      datasets: ["Public lists of names and of complaints about numbers", "To say who calls"],
      pages: ["What is shown about numbers, a page for each hundred", "To answer before the second ring"],
      votes: ["Names and spam marks given for a number, without who gave them", "To say who calls"],
      standing: ["How long an account has voted, and how often today", "To keep made-up votes from counting"],
      unlisted: ["Numbers that their owners took out", "To keep them out"],
      erasures: [
        "Accounts being erased, until they are; then the receipt, without personal data",
        "To finish it, and to prove it",
      ],
      notices: ["The texts of this notice", "To show what was agreed to"],
      work: ["Work that waits to be done", "To finish it after a failure"],
      memory: ["Pages read lately, and tokens that were checked", "To answer fast"],
      messages: ["Messages on their way: number and text", "To send them, also after a failure"],
      "opt-outs": ["That STOP was said for a number", "To send it no promotion and no links to pictures"],
      deliveries: [
        "What became of messages, by day, country and carrier, without the number",
        "To see why codes do not arrive",
      ],
      phonebook: [
        "Your phone book, sealed by your own devices, if you agreed to its sync",
        "To bring it to your other devices; the service cannot read it",
      ],
      codes: [
        "Codes that were sent, as keyed hashes, and how many were asked for",
        "To know that a number is yours, and to stop abuse",
      ],
      account: [
        "Your account: number, sessions, devices, consents and profile",
        "To know that it is you, and what you agreed to",
      ],
    },
    keeping: {
      public: "In clear: it is public",
      hashed: "Numbers as keyed hashes",
      "hashed-and-sealed": "Numbers as keyed hashes; names and texts encrypted",
      sealed: "Encrypted",
      counts: "Counts and days, under a keyed hash",
      memory: "In memory only",
    },
    lifetimes: {
      "for-good": "For good",
      dataset: "Until the list is dropped",
      known: "While anything is known of the number",
      withdrawn: "Until withdrawn; its weight fades with time",
      account: "As long as the account",
      seconds: "Seconds",
      isolate: "Seconds to minutes",
      "expiry-day": "Until a day after they expire",
      start: "Until START is said",
      "days-7-400": "Seven days; counts 400 days",
      "days-90": "Receipts 90 days",
      "deleted-90": "Until you delete them; that you did, 90 days",
      day: "A day",
    },
  };
}
