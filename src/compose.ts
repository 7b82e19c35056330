import { waitUntil } from "cloudflare:workers";
import { version } from "../package.json";
import { Accounts } from "./accounts/accounts.ts";
import { Campaigns, CAMPAIGNS_NAME } from "./campaigns/campaigns.ts";
import type { CampaignDeps } from "./campaigns/campaigns-object.ts";
import { campaignErasure } from "./campaigns/lifecycle.ts";
import { reach } from "./campaigns/reach.ts";
import { Codes } from "./codes/codes.ts";
import { Addressees } from "./accounts/addressees.ts";
import { accountData, accountSeals, handoverRetention } from "./accounts/lifecycle.ts";
import { NewHolders } from "./accounts/new-holder.ts";
import { PhotoRecords } from "./accounts/profile/photo-records.ts";
import { Photos } from "./accounts/profile/photos.ts";
import { AccountRecords } from "./accounts/records.ts";
import { Sessions } from "./accounts/sessions/sessions.ts";
import { Contacts } from "./contacts/contacts.ts";
import { mixers } from "./contacts/mixer-state.ts";
import { contactData } from "./contacts/lifecycle.ts";
import { areaTableList, DIRECTORY_SEALS, pageList, revocationRetention } from "./directory/lifecycle.ts";
import { publishedAreas } from "./directory/published-areas.ts";
import { publishedPages } from "./directory/published-pages.ts";
import { currentEvidence } from "./directory/publish.ts";
import { publishers } from "./directory/publishers.ts";
import { DirectoryRecords } from "./directory/records.ts";
import { RevocationRecords } from "./directory/revocation-records.ts";
import { unlistedAmong } from "./directory/unlisting.ts";
import { Authenticator } from "./http/authentication.ts";
import { Limits } from "./http/limits.ts";
import { pictureData, pictureRetention } from "./images/lifecycle.ts";
import type { PictureDeps } from "./images/deps.ts";
import { PictureRecords } from "./images/records.ts";
import { UploadCrowd } from "./imaging/upload-crowd.ts";
import { config, signer, skips, vault } from "./isolate.ts";
import { KeyRecords } from "./keys/key-records.ts";
import { keys } from "./keys/keys.ts";
import { enlisted, named } from "./keys/object-lists.ts";
import { Renewal } from "./keys/renewal.ts";
import type { ErasureStep, ExportSection, RetentionStep } from "./lifecycle.ts";
import { AreaReader } from "./lookup/area-reader.ts";
import { BUDGET_MS, Lookups } from "./lookup/lookup.ts";
import { PageReader } from "./lookup/page-reader.ts";
import { DeliveryRecords } from "./messaging/delivery-records.ts";
import { deliveryRetention, messageData } from "./messaging/lifecycle.ts";
import { Messages } from "./messaging/messages.ts";
import { lineOf, type E164 } from "./numbers/number.ts";
import { AUDIT_SEALS, auditRetention } from "./operators/lifecycle.ts";
import { AuditRecords } from "./operators/audit-records.ts";
import { Audit } from "./operators/audit.ts";
import { DisputeRecords } from "./ownership/dispute-records.ts";
import { Disputes } from "./ownership/disputes.ts";
import { DISPUTE_SEALS, disputeRetention, ownershipErasure } from "./ownership/lifecycle.ts";
import type { HandOver } from "./ownership/ownership-object.ts";
import { useSection } from "./quotas/lifecycle.ts";
import { Quotas } from "./quotas/quotas.ts";
import { OwnerTokens } from "./ownership/owner-token.ts";
import { Owners } from "./ownership/owners.ts";
import { phonebookData } from "./phonebook/lifecycle.ts";
import { Phonebooks } from "./phonebook/phonebooks.ts";
import type { ErasureObjectDeps } from "./privacy/erasure-state.ts";
import { Erasures } from "./privacy/erasures.ts";
import { reportRetention } from "./privacy/lifecycle.ts";
import { NoticeRecords } from "./privacy/notice-records.ts";
import { Notices } from "./privacy/notices.ts";
import { RetentionRecords } from "./privacy/retention-records.ts";
import { consoleLogger as logger } from "./telemetry/logger.ts";
import type { SealedList } from "./storage/renewing.ts";
import { renewColumn, type SealedD1Column } from "./storage/sealed-columns.ts";
import { SkippedRecords } from "./storage/skipped-records.ts";
import { vouchedNames } from "./verdict/name-rules.ts";
import { voterData } from "./voting/lifecycle.ts";
import { Voting } from "./voting/voting.ts";

/** The rooms, wired to each other. */
export type Rooms = ReturnType<typeof compose>;

/** Makes the rooms of an isolate. They do not know each other: what one needs of another is handed to it here. */
export function compose(env: Env) {
  const directory = { records: new DirectoryRecords(env.DB, env.PAGES), vault, logger };
  const lookups = new Lookups(
    vault,
    new PageReader(publishedPages(directory), { memoryMs: config.pageMemoryMs, background: waitUntil }),
    new AreaReader((callingCode) => publishedAreas(directory, callingCode), waitUntil),
  );
  const pageOf = (number: E164, now: number) => lookups.page(number, now, BUDGET_MS.usual);
  /** As it will be published, where something of the block is not yet. */
  const evidenceNow = (number: E164, now: number) =>
    currentEvidence(directory, number, async () => (await pageOf(number, now)).evidence);
  const lineNow = async (number: E164, now: number) => (await pageOf(number, now)).evidence.get(lineOf(number));

  const quotas = new Quotas(vault, env.DAY_USES);
  const { IMAGES: images } = env;
  const photos = new Photos({ vault, quotas, images, records: new PhotoRecords(env.PHOTOS), objects: env.ACCOUNTS });
  const accounts = new Accounts({ vault, records: new AccountRecords(env.DB), objects: env.ACCOUNTS, photos });
  const messages = new Messages({ vault, outboxes: env.OUTBOXES, counters: env.MESSAGE_COUNTERS, config });
  const addressees = new Addressees(new AccountRecords(env.DB), env.ACCOUNTS);
  const announcing: CampaignDeps = {
    accountsAfter: (account, limit) => addressees.after(account, limit),
    reach: (campaign, account, now) => reach({ messages, accounts: addressees }, campaign, account, now),
  };
  const campaigns = new Campaigns(vault, env.CAMPAIGNS);
  const codes = new Codes({ vault, challenges: env.CHALLENGES, messages, sizes: config.codeSizes });
  const phonebooks = new Phonebooks({
    vault,
    phonebooks: env.PHONEBOOKS,
    consented: (account) => accounts.consented(account, "phonebook-sync"),
    isOpen: async (account, session) => (await accounts.objectOf(account)).isOpen(session),
  });
  const tellDevices = (account: string) => phonebooks.notify(account, { type: "account" });
  const sessions = new Sessions({
    vault,
    signer,
    accounts,
    ended: (account, session) => phonebooks.disconnect(account, session),
    tell: tellDevices,
    newHolders: { begin: (...asked) => newHolders.begin(...asked) },
  });

  const voting = new Voting({
    vault,
    ballots: env.BALLOTS,
    standings: env.STANDINGS,
    known: async (number, now) => {
      const line = await lineNow(number, now);
      return { official: line?.official?.name ?? null, vouched: vouchedNames(line) };
    },
    numberOf: (account) => accounts.numberOf(account),
    // Issuers' accounts are named with their issuer, those of development's tokens are nobody's.
    mayLackNumber: (account) => config.development || account.includes(" "),
  });
  const owners = new Owners({
    vault,
    directory,
    objects: env.OWNERSHIPS,
    evidence: async (number, now) => {
      const page = await pageOf(number, now);
      return page.source === "none" ? null : page.evidence;
    },
    holderOf: (number) => accounts.holderOf(number),
    votedNames: (number) => voting.namesOn(number),
  });
  const disputes = new Disputes(vault, new DisputeRecords(env.DB), owners);
  const contacts = new Contacts({
    vault,
    mixers: env.MIXERS,
    sharings: env.SHARINGS,
    quotas,
    crowd: voting,
    consented: (account) => accounts.consented(account, "contact-sharing"),
    numberOf: (account) => accounts.numberOf(account),
    unlisted: (numbers) => unlistedAmong(directory, numbers),
    spreadMs: config.contactSpreadMs,
    random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
  });
  const pictures: PictureDeps = {
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
    notify: async (account, id) => waitUntil(phonebooks.notify(account, { type: "image", id }).catch(() => undefined)),
  };

  const data = [
    messageData(messages, (account) => accounts.mailboxOf(account)),
    accountData(accounts),
    voterData(voting),
    contactData(contacts),
    pictureData(pictures),
    phonebookData(phonebooks),
  ];
  const steps: readonly ErasureStep[] = [
    ...data.map(({ erasure }) => erasure),
    ownershipErasure(owners, disputes),
    campaignErasure(campaigns, (account) => vault.accountId(account)),
  ];
  const sections: readonly ExportSection[] = [...data.map((room) => room.export), useSection(quotas)];
  const erasing: ErasureObjectDeps = {
    close: async ({ account, number }, hold) => {
      // Without its number: that is somebody else's by now.
      await (number === null ? accounts.endSessions(account) : accounts.hold(account, hold));
      await phonebooks.disconnect(account, null);
    },
    steps,
    release: (hold) => accounts.letGo(hold),
  };
  const erasures = new Erasures({ vault, objects: env.ERASURES, close: erasing.close });
  const newHolders = new NewHolders({
    accounts,
    messages,
    owners: disputes,
    epochs: voting,
    tell: tellDevices,
    erase: async (account, now) => void (await erasures.begin({ account, number: null }, "new-holder", now)),
  });

  const sealed = (name: string, column: SealedD1Column): SealedList => ({
    name,
    renew: (after) => renewColumn(env.DB, vault, column, after),
  });
  const keyRecords = new KeyRecords(env.DB);
  const renewal = new Renewal({
    check: keys,
    records: keyRecords,
    configured: () => vault.sealKeyIds(),
    logger,
    // Whatever the vault seals and a store keeps: src/keys/README.md.
    lists: [
      ...accountSeals(env.DB, { accounts, photos, vault, logger }, [
        (account, from) => contacts.renewSeals(account, from),
        (account, from) => phonebooks.renewSeals(account, from),
      ]),
      ...Object.entries(DIRECTORY_SEALS).map(([name, column]) => sealed(name, column)),
      pageList(directory, publishers(env)),
      areaTableList(directory, publishers(env)),
      sealed("audit", AUDIT_SEALS),
      sealed("disputes", DISPUTE_SEALS),
      named("mixers", env.MIXERS, mixers(), logger),
      named("campaigns", env.CAMPAIGNS, [CAMPAIGNS_NAME], logger),
      enlisted("Ballot", env.BALLOTS, keyRecords, logger),
      enlisted("Ownership", env.OWNERSHIPS, keyRecords, logger),
    ],
  });

  const deliveries = new DeliveryRecords(env.DB);
  const audit = new Audit(vault, new AuditRecords(env.DB), logger);
  const retained = new RetentionRecords(env.DB);
  const skipped = new SkippedRecords(env.DB);
  /** Lifetimes that no alarm enforces. */
  const lifetimes: readonly RetentionStep[] = [
    deliveryRetention(deliveries),
    pictureRetention(pictures, logger),
    disputeRetention(disputes),
    handoverRetention(newHolders),
    revocationRetention(new RevocationRecords(env.DB, vault)),
    auditRetention(audit),
    reportRetention(retained, skipped),
  ];

  return {
    version,
    config,
    vault,
    signer,
    logger,
    authenticator: new Authenticator(config),
    limits: new Limits(env, vault, config.rateLimits),
    directory,
    publishing: publishers(env),
    lookups,
    currentEvidence: evidenceNow,
    lineNow,
    accounts,
    photos,
    sessions,
    codes,
    messages,
    campaigns,
    announcing,
    deliveries,
    phonebooks,
    contacts,
    voting,
    owners,
    disputes,
    tokens: new OwnerTokens(vault, signer),
    pictures,
    /** Of all kinds of pictures: they share the isolate's memory. */
    uploads: new UploadCrowd(Date.now),
    notices: new Notices(new NoticeRecords(env.DB), skips),
    erasing,
    /** Ends promotion to an account that waits to be sent. */
    withdrawPromotion: async (account: string) => {
      const [number, mailbox] = await Promise.all([accounts.numberOf(account), accounts.mailboxOf(account)]);
      for (const to of [number, mailbox]) if (to !== null) await messages.withdrawAll(to, "promotional");
    },
    hasAccount: (number: E164) => accounts.has(number),
    handedOver: ({ number, said }: HandOver, now: number) => newHolders.announce(number, said, now),
    quotas,
    erasures,
    sections,
    askSession: (account: string, session: string, now: number) => accounts.standing(account, session, now),
    audit,
    trail: audit,
    retained,
    skipped,
    lifetimes,
    renewal,
    checkKeys: (now: number) => keys.ask(now),
    hasWrongKeys: async (now: number) => (await keys.state(now)).is === "wrong",
  };
}
