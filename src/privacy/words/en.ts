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
    holdings: {
      datasets: ["Public lists of names and of complaints about numbers", "To say who calls"],
      pages: ["What is shown about numbers, a page for each hundred", "To answer before the second ring"],
      areas: [
        "Ranges of 10 to 10,000 numbers that complaints make suspected",
        "To warn of callers who change their number",
      ],
      votes: ["Names and spam marks given for a number, without who gave them", "To say who calls"],
      standing: [
        "How long an account has voted, and how often its number today",
        "To keep made-up votes from counting",
      ],
      unlisted: ["Numbers that their owners, or operators for them, took out", "To keep them out"],
      erasures: [
        "Accounts being erased, until they are; then the receipt, without personal data",
        "To finish it, and to prove it",
      ],
      notices: ["The texts of this notice", "To show what was agreed to"],
      audit: ["What operators of the service did and why, and how much was deleted in time", "To answer for it"],
      keys: [
        "Which keys seal, how far their renewal is, and which numbers something sealed is kept of",
        "To replace a key without losing anything, and to notice a wrong one",
      ],
      work: ["Work that waits to be done", "To finish it after a failure"],
      memory: ["Pages read lately, and tokens that were checked", "To answer fast"],
      messages: ["Messages on their way: number or e-mail address, and text", "To send them, also after a failure"],
      campaigns: [
        "What operators announce to accounts, and how many got it; accounts that wait for it as keyed ids",
        "To send it once to each, also after a failure",
      ],
      "opt-outs": [
        "That messages to a number or an e-mail address were ended: by STOP, by a click, by a complaint, or because it does not exist",
        "To send it no promotion and no links to pictures",
      ],
      deliveries: [
        "What became of messages, by day, country and carrier, without the number",
        "To see why codes do not arrive",
      ],
      phonebook: [
        "Your phone book, sealed by your own devices, if you agreed to its sync",
        "To bring it to your other devices; the service cannot read it",
      ],
      quotas: [
        "What a number has used of its quotas today: how many contacts, pictures, photos and exports",
        "To keep the service from being used up, also by erasing an account and making another",
      ],
      codes: [
        "Codes that were sent, as keyed hashes, and how many were asked for",
        "To know that a number is yours, and to stop abuse",
      ],
      account: [
        "Your account: number, sessions, devices, PIN, consents and profile",
        "To know that it is you, and what you agreed to",
      ],
      ownership: [
        "What an owner said of a proved number, when it was last named, and what operators decided about it",
        "To show the owner’s name, to change it no oftener than agreed, and to keep what was taken down from coming back",
      ],
      reports: ["Reported pictures and owners’ disputes", "To look at them and to decide"],
      photo: ["The photo that you show when you call", "To show it to those you call, if you want"],
      pictures: ["Pictures sent during a call, and who may see them", "To bring them to their recipient"],
      contacts: [
        "Contacts on their way to the votes, mixed, and what is needed to withdraw them",
        "To say who calls, without who shared it",
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
      sealed: "As long as something is sealed under a key",
      known: "While anything is known of the number",
      withdrawn: "Until withdrawn; a mark two years and a name five at most",
      account: "As long as the account",
      "account-day":
        "As long as the account; what was counted today until midnight; that a number changed hands, five years",
      seconds: "Seconds",
      isolate: "Seconds to minutes",
      "expiry-day": "Until a day after they expire",
      start: "Until START is said; of an e-mail address for good",
      "days-7-400": "Seven days; counts 400 days",
      "days-90": "Receipts 90 days",
      "days-400-30": "400 days; counts 30 days",
      "days-400-wait": "400 days; who waits, until it is sent, some days at most",
      "deleted-90": "Until you delete them; that you did, 90 days",
      day: "A day",
      unsaid: "Until the owner, or an operator, takes it back; the days of the changes stay",
      decided: "Until it is decided, 180 days at most",
      replaced: "Until replaced or taken away",
      "days-7": "Until they expire, seven days at most",
      shared:
        "Some hours on the way; afterwards with the votes, until a day after you take them back; that somebody did, 60 days",
    },
  };
}
