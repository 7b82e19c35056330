import { askFromPage, codeRoute } from "./codes/routes.ts";
import { accountRoutes } from "./accounts/routes.ts";
import type { Hono } from "hono";
import { campaignRoutes } from "./campaigns/routes.ts";
import type { Rooms } from "./compose.ts";
import { contactRoutes } from "./contacts/routes.ts";
import { createApp } from "./http/app.ts";
import { addDocuments } from "./http/documents.ts";
import type { Known } from "./http/edge.ts";
import type { Endpoint } from "./http/endpoint.ts";
import { keyRoutes } from "./http/key-routes.ts";
import { linkRoutes } from "./images/link-routes.ts";
import { PictureReports } from "./images/reports.ts";
import { pictureRoutes } from "./images/routes.ts";
import { shownKeys } from "./keys/keys-body.ts";
import { keyRenewalRoutes } from "./keys/routes.ts";
import { LookupAnswer } from "./lookup/answer.ts";
import { lookupRoutes } from "./lookup/routes.ts";
import { devRoutes } from "./messaging/dev-routes.ts";
import { resendRoutes } from "./messaging/resend-routes.ts";
import { stopRoutes } from "./messaging/stop-routes.ts";
import { webhookRoutes } from "./messaging/webhook-routes.ts";
import { auditRoutes } from "./operators/audit-routes.ts";
import { datasetRoutes } from "./operators/dataset-routes.ts";
import { reportRoutes } from "./operators/report-routes.ts";
import { republishRoutes } from "./operators/republish-routes.ts";
import { statusRoutes } from "./operators/status-routes.ts";
import { callerRoutes } from "./ownership/caller-routes.ts";
import { heldRoutes } from "./ownership/held-routes.ts";
import { ownershipPageRoutes } from "./ownership/page-routes.ts";
import { ownershipRoutes } from "./ownership/routes.ts";
import { phonebookRoutes } from "./phonebook/routes.ts";
import { erasureRoutes } from "./privacy/erasure-routes.ts";
import { exportRoutes } from "./privacy/export-routes.ts";
import { noticeRoutes } from "./privacy/notice-routes.ts";
import { privacyPageRoutes } from "./privacy/page-routes.ts";
import type { PhoneNumber } from "./numbers/number.ts";
import { dayOf } from "./time/days.ts";
import { vouchedNames } from "./verdict/name-rules.ts";
import { explain, Explanation } from "./voting/explanation.ts";
import { voteRoutes } from "./voting/routes.ts";

/** The app with every endpoint of the service, and their documents. */
export function wholeApp(rooms: Rooms): Hono<Known> {
  const endpoints = endpointsOf(rooms);
  const app = createApp(rooms, endpoints);
  addDocuments(app, rooms, endpoints);
  return app;
}

/** Every endpoint of the service, in the order of its document. */
export function endpointsOf(rooms: Rooms): Endpoint[] {
  return [
    ...lookupRoutes(rooms.lookups),
    ...operating(rooms),
    ...voteRoutes(rooms.voting, {
      schema: LookupAnswer,
      answer: (number, part, call) => rooms.lookups.answerWith(number, part, call),
      evidence: ({ e164 }, now) => rooms.currentEvidence(e164, now),
      area: ({ e164 }, now) => rooms.lookups.area(e164, now),
    }),
    ...ofAccounts(rooms),
    ...contactRoutes(rooms.contacts),
    ...phonebookRoutes(rooms.phonebooks),
    ...ofPictures(rooms),
    ...ofOwners(rooms),
    ...noticeRoutes(rooms.notices),
    ...privacyPageRoutes(rooms.notices, rooms.config.privacyContact),
  ];
}

function operating(rooms: Rooms): Endpoint[] {
  const { version, config, directory, publishing, messages, deliveries, pictures, disputes } = rooms;
  return [
    ...statusRoutes(directory, publishing, version, {
      messages: (now) => deliveries.readStatus(dayOf(now)),
      spending: (now) => messages.spending(now),
      erasing: () => rooms.accounts.countErasing(),
      retention: (now) => rooms.retained.read(now),
      skipped: (now) => rooms.skipped.read(now),
      keys: async (now) => shownKeys(await rooms.renewal.status(now)),
      keyState: (now) => rooms.checkKeys(now),
    }),
    ...keyRenewalRoutes(rooms.renewal),
    ...keyRoutes(config),
    ...datasetRoutes(directory, publishing),
    ...republishRoutes(directory, publishing),
    ...auditRoutes(rooms.audit),
    ...reportRoutes([new PictureReports(pictures), disputes]),
    ...(config.development ? devRoutes(messages) : []),
    ...(config.sms.provider === "twilio" ? webhookRoutes(config.sms, messages, deliveries) : []),
    ...(config.mail.provider === "resend" ? resendRoutes(config.mail, messages, deliveries) : []),
    ...stopRoutes(messages),
    ...campaignRoutes(rooms.campaigns, messages),
  ];
}

function ofAccounts(rooms: Rooms): Endpoint[] {
  const { accounts, codes, erasures } = rooms;
  const numberOfSession = (account: string, session: string) => accounts.numberOfSession(account, session);
  return [
    codeRoute(codes, "sign-in", {
      operationId: "sendCode",
      path: "/v1/sessions/codes",
      tag: "Sessions",
      summary: "Send a code to a number",
    }),
    ...accountRoutes({
      accounts,
      prove: (challenge, code, now) => codes.prove("sign-in", challenge, code, now),
      sessions: rooms.sessions,
      noticeInForce: async (now) => (await rooms.notices.inForce(now))?.version ?? null,
      photos: rooms.photos,
      quotas: rooms.quotas,
      uploads: rooms.uploads,
      assertedNumber: (token, now) => rooms.authenticator.assertedNumber(token, now),
      vouchedNames: async (number, now) => vouchedNames(await rooms.lineNow(number, now)),
      erase: async (account, now) =>
        void (await erasures.begin({ account, number: await accounts.numberOf(account) }, "minor", now)),
      photoUrl: ({ origin }, photo) => `${origin}/v1/photos/${photo}`,
      withdrawing: async (account, purpose) => {
        if (purpose === "contact-sharing") await rooms.contacts.withdrawAll(account);
        if (purpose === "phonebook-sync") await rooms.phonebooks.withdraw(account);
        if (purpose === "promotional") await rooms.withdrawPromotion(account);
      },
    }),
    ...exportRoutes(rooms.sections, rooms.quotas, numberOfSession),
    ...erasureRoutes({
      erasures,
      numberOfSession,
      accountOf: async (number) => (await accounts.find(number))?.subject ?? null,
    }),
  ];
}

function ofPictures({ config, limits, pictures, uploads }: Rooms): Endpoint[] {
  return [
    ...pictureRoutes(pictures, uploads, limits.overShown),
    ...linkRoutes(pictures, { appLink: config.appLink, overShown: limits.overShown }),
  ];
}

function ofOwners(rooms: Rooms): Endpoint[] {
  const { codes, config, currentEvidence, disputes, lookups, messages, owners, signer, tokens, vault, voting } = rooms;
  const prove = (challenge: string, code: string, now: number) => codes.prove("ownership", challenge, code, now);
  const published = {
    evidence: ({ e164 }: PhoneNumber, at: number) => currentEvidence(e164, at),
    area: ({ e164 }: PhoneNumber, at: number) => lookups.area(e164, at),
  };
  const proofs = { owners, disputes, signer, prove };
  return [
    codeRoute(codes, "ownership", {
      operationId: "sendOwnershipCode",
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
        of: async (number, call) => lookups.answerOn(number, await currentEvidence(number.e164, call.now), call),
      },
      explanation: {
        schema: Explanation,
        of: (number, now) => explain(voting, published, number, now),
      },
    }),
    ...ownershipPageRoutes({
      ...proofs,
      askCode: (number, asked, call) => askFromPage(codes, "ownership", number, asked, call),
      messages,
      contact: config.privacyContact,
      vault,
      evidence: currentEvidence,
      area: (number, now) => lookups.area(number, now),
      votes: (number, now) => voting.explain(number, now),
    }),
  ];
}
