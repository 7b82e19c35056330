import { env } from "cloudflare:workers";
import { compose } from "./compose.ts";
import { CampaignsObject } from "./campaigns/campaigns-object.ts";
import { ChallengeObject } from "./codes/challenge-object.ts";
import { everyMinute } from "./every-minute.ts";
import { createApp } from "./http/app.ts";
import { lookupRoutes } from "./lookup/routes.ts";
import { OwnershipObject } from "./ownership/ownership-object.ts";
import { ErasureObject } from "./privacy/erasure-object.ts";

export { Account } from "./accounts/account-object.ts";
export { Mixer } from "./contacts/mixer-object.ts";
export { Sharing } from "./contacts/sharing-object.ts";
export { Areas } from "./directory/area-object.ts";
export { Publisher } from "./directory/publisher-object.ts";
export { Picture } from "./images/picture-object.ts";
export { PictureRecipient } from "./images/recipient-object.ts";
export { PictureSender } from "./images/sender-object.ts";
export { MessageCounter } from "./messaging/counter-object.ts";
export { Outbox } from "./messaging/outbox-object.ts";
export { DayUse } from "./quotas/use-object.ts";
export { Phonebook } from "./phonebook/phonebook-object.ts";
export { Ballot } from "./voting/ballot-object.ts";
export { VoterStanding } from "./voting/standing-object.ts";

const rooms = compose(env);
/** A phone rings while a fresh isolate starts: it starts with what lookups need, and builds the rest when it is asked. */
const app = createApp(rooms, lookupRoutes(rooms.lookups), async (request) => {
  // No promise is shared: the request that it belongs to may be cancelled.
  whole ??= (await import("./endpoints.ts")).wholeApp(rooms);
  return whole.fetch(request);
});
let whole: typeof app | undefined;

/** Announcements, with the accounts that they go to. */
export class Campaigns extends CampaignsObject {
  protected override readonly deps = rooms.announcing;
}

/** Codes, with the numbers that have an account. */
export class Challenge extends ChallengeObject {
  protected override readonly hasAccount = rooms.hasAccount;
}

/** What owners said, with the accounts that a change of hands concerns. */
export class Ownership extends OwnershipObject {
  protected override readonly tell = rooms.handedOver;
}

/** Erasures, with the steps of this service's rooms. */
export class Erasure extends ErasureObject {
  protected override readonly deps = rooms.erasing;
}

export default {
  fetch: (request) => app.fetch(request),
  scheduled: ({ scheduledTime }) => everyMinute(rooms, scheduledTime),
} satisfies ExportedHandler<Env>;
