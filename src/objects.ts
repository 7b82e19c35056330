// The classes of objects that the platform makes, but for what the wiring extends (`Erasure` and `Ownership`, in index.ts).
export { Account } from "./accounts/account-object.ts";
export { Challenge } from "./accounts/challenge-object.ts";
export { Ballot } from "./voting/ballot-object.ts";
export { MessageCounter } from "./messaging/counter-object.ts";
export { Outbox } from "./messaging/outbox-object.ts";
export { Picture } from "./images/picture-object.ts";
export { PictureRecipient } from "./images/recipient-object.ts";
export { PictureSender } from "./images/sender-object.ts";
export { VoterStanding } from "./voting/standing-object.ts";
export { DayUse } from "./quotas/use-object.ts";
export { Phonebook } from "./phonebook/phonebook-object.ts";
export { Mixer } from "./contacts/mixer-object.ts";
export { Sharing } from "./contacts/sharing-object.ts";
export { Publisher } from "./directory/publisher-object.ts";
