/** The groups of the document, in its order, and what each is for. */
export const TAGS = {
  Lookup: "Who is calling, and is it spam: one number a call, and no trace of who asked.",
  Votes: "Names and spam marks that an account gives to numbers, and why a verdict is what it is.",
  Sessions: "Signing in with a code, tokens, and the devices of an account.",
  Account: "Profile, photo, PIN, consents, export and erasure of the account that calls.",
  Contacts: "Names from the address book, shared with consent and without their source, and their withdrawal.",
  Phonebook: "A contact list that the account's devices encrypt and synchronise; the service cannot read it.",
  Pictures: "Pictures shared during a call, for a week at most.",
  Links: "Pages of the links that a recipient without the app gets by SMS.",
  Ownership: "Whoever receives a number's code can see what is held about it, name it, dispute it or take it out.",
  Privacy: "The privacy notice.",
  Operators:
    "Datasets, decisions about numbers and reports, status and audit. Every call that changes or shows something is in the audit.",
  Webhooks: "Callbacks of the message providers, authenticated by their signatures.",
  Pages: "Pages for people, in six languages, without scripts or cookies.",
  Service: "Health and public keys.",
  Development: "In development only.",
} as const;

/** A group of endpoints. */
export type Tag = keyof typeof TAGS;
