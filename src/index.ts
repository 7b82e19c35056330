import { env, waitUntil } from "cloudflare:workers";
import { version } from "../package.json";
import { readConfig } from "./config.ts";
import { currentEvidence } from "./directory/publish.ts";
import { publishedPages } from "./directory/page-stores.ts";
import { publishers } from "./directory/publishers.ts";
import { DirectoryRecords } from "./directory/records.ts";
import { RevocationRecords } from "./directory/revocation-records.ts";
import { sweep } from "./directory/sweep.ts";
import { unlistedAmong } from "./directory/unlisting.ts";
import { AccountRecords } from "./accounts/records.ts";
import { Accounts } from "./accounts/accounts.ts";
import { Codes } from "./accounts/codes.ts";
import { NewHolders } from "./accounts/new-holder.ts";
import { PhotoRecords } from "./accounts/photo-records.ts";
import { Photos } from "./accounts/photos.ts";
import { Sessions } from "./accounts/sessions.ts";
import { createApp } from "./http/app.ts";
import { Authenticator } from "./http/authentication.ts";
import { Limits } from "./http/limits.ts";
import type { PictureParts } from "./images/parts.ts";
import { UploadCrowd } from "./imaging/upload-crowd.ts";
import { PictureRecords } from "./images/records.ts";
import { sweepPictures } from "./images/sweep.ts";
import { LookupAnswer } from "./lookup/answer.ts";
import { BUDGET_MS, Lookups } from "./lookup/lookup.ts";
import { PageReader } from "./lookup/page-reader.ts";
import { lookupRoutes } from "./lookup/routes.ts";
import { DeliveryRecords } from "./messaging/delivery-records.ts";
import { dayOfDelivery } from "./messaging/delivery.ts";
import { Messages } from "./messaging/messages.ts";
import { lineOf, type E164 } from "./numbers/number.ts";
import { Contacts } from "./contacts/contacts.ts";
import { DisputeRecords } from "./ownership/dispute-records.ts";
import { Disputes } from "./ownership/disputes.ts";
import { OwnershipObject, type HandOver } from "./ownership/ownership-object.ts";
import { OwnerTokens } from "./ownership/owner-token.ts";
import { Owners } from "./ownership/owners.ts";
import { Audit } from "./operators/audit.ts";
import { AuditRecords } from "./operators/audit-records.ts";
import { Phonebooks } from "./phonebook/phonebooks.ts";
import { NoticeRecords } from "./privacy/notice-records.ts";
import { Notices } from "./privacy/notices.ts";
import { ErasureObject } from "./privacy/erasure-object.ts";
import type { ErasureParts } from "./privacy/erasure-state.ts";
import { Erasures } from "./privacy/erasures.ts";
import type { ExportSection } from "./privacy/export.ts";
import { RetentionRecords } from "./privacy/retention-records.ts";
import { retain, type RetentionStep } from "./privacy/retention.ts";
import { consoleLogger as logger } from "./telemetry/logger.ts";
import { SkippedRecords } from "./telemetry/skipped-records.ts";
import { countedSkips } from "./telemetry/skips.ts";
import { Quotas } from "./quotas/quotas.ts";
import { Signer } from "./vault/signer.ts";
import { Vault } from "./vault/vault.ts";
import { vouchedNames } from "./verdict/name-rules.ts";
import { Voting } from "./voting/voting.ts";
import { StoreFailure } from "./telemetry/store-failure.ts";
import { dayOf } from "./time/days.ts";

export { Account, Ballot, Challenge, DayUse, MessageCounter, Mixer, Outbox, Phonebook } from "./objects.ts";
export { Picture, PictureRecipient, PictureSender, Publisher, Sharing, VoterStanding } from "./objects.ts";
// Read while the module loads: a deployment with a bad setting is refused with its sentence instead of answering badly.
const config = readConfig({ ...env });
const skips = countedSkips(env.DB, { waitUntil });
const vault = new Vault(config.secrets.indexKey, config.secrets.sealKeys, skips);
const directory = { records: new DirectoryRecords(env.DB, env.PAGES), vault, logger };
const publishing = publishers(env.PUBLISHERS);
const notices = new Notices(new NoticeRecords(env.DB), skips);
const quotas = new Quotas(vault, env.DAY_USES);
const signer = new Signer(config.secrets.signingKeys);
const authenticator = new Authenticator(config);
const { IMAGES: images } = env;
const photos = new Photos({ vault, quotas, images, records: new PhotoRecords(env.PHOTOS), objects: env.ACCOUNTS });
const accounts = new Accounts({ vault, records: new AccountRecords(env.DB), objects: env.ACCOUNTS, photos });
const sessions = new Sessions({
  vault,
  signer,
  accounts,
  ended: (account, session) => phonebooks.disconnect(account, session),
  tell: (account) => tellDevices(account),
  newHolders: { begin: (...asked) => newHolders.begin(...asked) },
});
const messages = new Messages({ vault, outboxes: env.OUTBOXES, counters: env.MESSAGE_COUNTERS, config });
const codes = new Codes({ vault, challenges: env.CHALLENGES, messages, sizes: config.codeSizes });
const lookups = new Lookups(vault, new PageReader(publishedPages(directory)), config.publicOrigin);
const evidence = async (number: E164, now: number) => (await lookups.page(number, now, BUDGET_MS.usual)).evidence;
const current = (number: E164, now: number) => currentEvidence(directory, number, now, () => evidence(number, now));
const voting = new Voting({
  vault,
  ballots: env.BALLOTS,
  standings: env.STANDINGS,
  known: async (number, now) => {
    const line = (await evidence(number, now)).get(lineOf(number));
    return { official: line?.official?.name ?? null, vouched: vouchedNames(line) };
  },
  numberOf: (account) => accounts.numberOf(account),
  // Issuers' accounts, named with their issuer; those of development's tokens are nobody's.
  mayLackNumber: (account) => config.development || account.includes(" "),
});
const owners = new Owners({
  vault,
  directory,
  objects: env.OWNERSHIPS,
  evidence: async (number, now) => {
    const page = await lookups.page(number, now, BUDGET_MS.usual);
    return page.source === "none" ? null : page.evidence;
  },
  holderOf: (number) => accounts.holderOf(number),
  votedNames: (number) => voting.namesOn(number),
});
const disputes = new Disputes(vault, new DisputeRecords(env.DB), owners);
const deliveries = new DeliveryRecords(env.DB);
const audit = new Audit(vault, new AuditRecords(env.DB), logger);
const retained = new RetentionRecords(env.DB);
const revocations = new RevocationRecords(env.DB, vault);
const skipped = new SkippedRecords(env.DB);
const contacts = new Contacts({
  vault,
  mixers: env.MIXERS,
  sharings: env.SHARINGS,
  quotas,
  crowd: voting,
  consented: (account) => accounts.consented(account, "contact-sharing"),
  numberOf: (account) => accounts.numberOf(account),
  unlisted: (callers) => unlistedAmong(directory, callers),
  spreadMs: config.contactSpreadMs,
  random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
});
const phonebooks = new Phonebooks({
  vault,
  phonebooks: env.PHONEBOOKS,
  consented: (account) => accounts.consented(account, "phonebook-sync"),
  isOpen: async (account, session) => (await accounts.objectOf(account)).isOpen(session),
});
const limits = new Limits(env, vault, config.rateLimits);
const uploads = new UploadCrowd(Date.now);
const pictures: PictureParts = {
  vault,
  records: new PictureRecords(env.DB, env.PICTURE_BYTES),
  pictures: env.PICTURES,
  senders: env.PICTURE_SENDERS,
  recipients: env.PICTURE_RECIPIENTS,
  images,
  quotas,
  messages,
  holderOf: (number) => accounts.holderOf(number),
  numberOf: (account) => accounts.numberOf(account),
  notify: (account, id) => phonebooks.notify(account, { type: "image", id }),
};
/** What the rooms delete when an account is erased; the rooms do not know each other. */
const erasureParts: ErasureParts = {
  close: async ({ account, number }, hold) => {
    // Without its number: that is somebody else's by now.
    await (number === null ? accounts.endSessions(account) : accounts.hold(account, hold));
    await phonebooks.disconnect(account, null);
  },
  steps: [
    {
      name: "account",
      held: ({ account }) => accounts.held(account),
      run: async ({ account }, now) => {
        const finished = await accounts.erase(account, now);
        if (!finished)
          throw new StoreFailure("d1", "a store did not answer; the account goes on by itself, and is asked again");
      },
    },
    {
      name: "pictures",
      held: async ({ account }) => (await import("./images/account-pictures.ts")).held(pictures, account),
      run: async ({ account, number }, now) =>
        (await import("./images/account-pictures.ts")).erase(pictures, account, number, now),
    },
    {
      name: "contacts",
      held: async ({ account }) => ({ shares: (await contacts.exportOf(account)).sharing ? 1 : 0 }),
      lingers: ({ account }, now) => contacts.lingers(account, now),
      run: ({ account }) => contacts.erase(account),
    },
    {
      name: "phonebook",
      held: async ({ account }) => ({ phonebookEntries: await phonebooks.size(account) }),
      run: ({ account }) => phonebooks.erase(account),
    },
    {
      name: "messages",
      held: async ({ number }) => ({ messages: number === null ? 0 : (await messages.held(number)).messages.length }),
      run: async ({ number }) => number !== null && messages.erase(number),
    },
    {
      name: "ownership",
      held: async ({ number }) => ({ ownerNames: number === null ? 0 : await owners.names(number) }),
      run: async ({ number }, now) => number !== null && disputes.forget(number, now),
    },
    {
      name: "standing",
      held: async ({ account, number }) => ({ voterStandings: (await voting.hasVoted(account, number)) ? 1 : 0 }),
      run: ({ account, number }, now) => voting.erase(account, number, now),
    },
  ],
  release: (hold) => accounts.letGo(hold),
};
/** Erasures, with the steps of this service's rooms. */
export class Erasure extends ErasureObject {
  protected override readonly parts = erasureParts;
}
const erasures = new Erasures({ vault, objects: env.ERASURES, close: erasureParts.close });
const tellDevices = (account: string): Promise<void> => phonebooks.notify(account, { type: "account" });
const newHolders = new NewHolders({
  accounts,
  messages,
  owners: disputes,
  epochs: voting,
  tell: (account) => tellDevices(account),
  erase: async (account, now) => void (await erasures.begin({ account, number: null }, "new-holder", now)),
});
/** What owners said, with the accounts that a change of hands concerns. */
export class Ownership extends OwnershipObject {
  protected override readonly tell = ({ number, said }: HandOver, now: number) =>
    newHolders.announce(number, said, now);
}
/** What the rooms hold on an account, for its export. */
const exportSections: readonly ExportSection[] = [
  { name: "account", whole: ({ account }) => accounts.exportOf(account) },
  { name: "voter", whole: ({ account, number }) => voting.exportOf(account, number) },
  { name: "contacts", whole: ({ account }) => contacts.exportOf(account) },
  { name: "messages", whole: async ({ number }) => (number === null ? null : messages.exportOf(number)) },
  {
    name: "pictures",
    whole: async ({ account }, now) => (await import("./images/account-pictures.ts")).exportOf(pictures, account, now),
  },
  { name: "used", whole: (holder, now) => quotas.held(holder, now) },
  { name: "phonebook", pages: ({ account }) => phonebooks.exportOf(account) },
];
/** Lifetimes that no alarm enforces. */
const lifetimes: readonly RetentionStep[] = [
  { name: "deliveries", run: (now) => deliveries.fold(dayOfDelivery(now)) },
  { name: "pictures", run: (now) => sweepPictures(pictures, logger, now) },
  { name: "disputes", run: (now) => disputes.lapse(now) },
  { name: "revocations", run: (now) => revocations.forget(dayOf(now)) },
  { name: "handovers", run: (now) => newHolders.sweep(now) },
  { name: "audit", run: (now) => audit.forget(now) },
  { name: "retention", run: async (now) => (await retained.forget(now)) + (await skipped.forget(now)) },
];
const originOf = (request: Request): string => config.publicOrigin ?? new URL(request.url).origin;
const respond = createApp({
  config,
  authenticator,
  limits,
  askSession: (account, session, now) => accounts.standing(account, session, now),
  trail: audit,
  logger,
  version,
  endpoints: lookupRoutes(lookups),
  later: async () => {
    const [
      { statusRoutes },
      { keyRoutes },
      { voteRoutes, explain, Explanation },
      { datasetRoutes },
      { devRoutes },
      { contactRoutes },
      { phonebookRoutes },
      { accountRoutes },
      { webhookRoutes },
      { noticeRoutes },
      { privacyPageRoutes },
      { erasureRoutes },
      { exportRoutes },
      { ownershipRoutes },
      { heldRoutes },
      { callerRoutes },
      { ownershipPageRoutes },
      { askFromPage, codeRoute },
    ] = await Promise.all([
      import("./operators/status-routes.ts"),
      import("./http/key-routes.ts"),
      import("./voting/routes.ts"),
      import("./operators/dataset-routes.ts"),
      import("./messaging/dev-routes.ts"),
      import("./contacts/routes.ts"),
      import("./phonebook/routes.ts"),
      import("./accounts/routes.ts"),
      import("./messaging/webhook-routes.ts"),
      import("./privacy/notice-routes.ts"),
      import("./privacy/page-routes.ts"),
      import("./privacy/erasure-routes.ts"),
      import("./privacy/export-routes.ts"),
      import("./ownership/routes.ts"),
      import("./ownership/held-routes.ts"),
      import("./ownership/caller-routes.ts"),
      import("./ownership/page-routes.ts"),
      import("./accounts/code-routes.ts"),
    ]);
    const [{ pictureRoutes }, { linkRoutes }, { PictureReports }, { reportRoutes }, { auditRoutes }] =
      await Promise.all([
        import("./images/routes.ts"),
        import("./images/link-routes.ts"),
        import("./images/reports.ts"),
        import("./operators/report-routes.ts"),
        import("./operators/audit-routes.ts"),
      ]);
    const tokens = new OwnerTokens(vault, signer);
    const prove = (challenge: string, code: string, now: number) => codes.prove("ownership", challenge, code, now);
    const proofs = { owners, disputes, signer, prove };
    return [
      ...statusRoutes(directory, publishing, version, {
        messages: (now) => deliveries.readStatus(dayOfDelivery(now)),
        spending: (now) => messages.spending(now),
        erasing: () => accounts.countErasing(),
        retention: (now) => retained.read(now),
        skipped: (now) => skipped.read(now),
      }),
      ...keyRoutes(config),
      ...voteRoutes(voting, {
        schema: LookupAnswer,
        answer: (number, part, call) => lookups.answerWith(number, part, call),
        evidence: ({ e164 }, now) => current(e164, now),
      }),
      ...accountRoutes({
        accounts,
        codes,
        sessions,
        noticeInForce: async (now) => (await notices.inForce(now))?.version ?? null,
        photos,
        quotas,
        uploads,
        assertedNumber: (token, now) => authenticator.assertedNumber(token, now),
        vouchedNames: async (number, now) => vouchedNames((await evidence(number, now)).get(lineOf(number))),
        erase: async (account, now) =>
          void (await erasures.begin({ account, number: await accounts.numberOf(account) }, "minor", now)),
        photoUrl: ({ request }, photo) => `${originOf(request)}/v1/photos/${photo}`,
        withdrawing: async (account, purpose) => {
          if (purpose === "contact-sharing") await contacts.withdrawAll(account);
          if (purpose === "phonebook-sync") await phonebooks.withdraw(account);
        },
      }),
      ...exportRoutes(exportSections, quotas, (account, session) => accounts.numberOfSession(account, session)),
      ...erasureRoutes({
        erasures,
        numberOfSession: (account, session) => accounts.numberOfSession(account, session),
        accountOf: async (number) => (await accounts.find(number))?.subject ?? null,
      }),
      ...datasetRoutes(directory, publishing),
      ...contactRoutes(contacts),
      ...phonebookRoutes(phonebooks),
      ...noticeRoutes(notices, config.publicOrigin),
      ...privacyPageRoutes(notices, config.privacyContact),
      ...pictureRoutes(pictures, uploads, originOf, limits.overShown),
      ...auditRoutes(audit),
      ...reportRoutes([new PictureReports(pictures), disputes]),
      ...linkRoutes(pictures, { originOf, appLink: config.appLink, overShown: limits.overShown }),
      codeRoute(codes, "ownership", {
        path: "/v1/ownership/codes",
        tag: "Ownership",
        summary: "Have a code sent to a number, to prove that it is yours",
      }),
      ...ownershipRoutes({ ...proofs, tokens }),
      ...callerRoutes(proofs),
      ...heldRoutes({
        owners,
        tokens,
        published: {
          schema: LookupAnswer,
          of: async (number, call) => lookups.answerOn(number, await current(number.e164, call.now), call),
        },
        explanation: {
          schema: Explanation,
          of: (number, now) => explain(voting, { evidence: ({ e164 }, at) => current(e164, at) }, number, now),
        },
      }),
      ...ownershipPageRoutes({
        ...proofs,
        askCode: (number, asked, call) => askFromPage(codes, "ownership", number, asked, call),
        messages,
        contact: config.privacyContact,
        vault,
        evidence: current,
        votes: (number, now) => voting.explain(number, now),
        originOf,
      }),
      ...(config.development ? devRoutes(messages) : []),
      ...(config.sms.provider === "twilio" ? webhookRoutes(config.sms, messages, deliveries) : []),
    ];
  },
});

export default {
  fetch: (request) => respond(request),
  scheduled: async (controller) => {
    // Settled, not awaited one after the other: what fails keeps nothing else from being done, and is reported at the end.
    const [swept] = await Promise.allSettled([
      sweep(directory, publishing, controller.scheduledTime),
      retain(lifetimes, retained, logger, controller.scheduledTime),
    ]);
    if (swept.status === "rejected") throw swept.reason;
  },
} satisfies ExportedHandler<Env>;
