import { jsonOf } from "./answer.ts";
import { device, freshNumber, noticeVersion, signIn, type SignedIn } from "./sign-in.ts";
import type { Service } from "./service.ts";

type Calls = Pick<Service, "call">;
export type Purpose = "contact-sharing" | "phonebook-sync" | "promotional" | "personalised-ads";

/** Puts a consent on record, or takes it back. */
export async function consent(service: Calls, token: string, purpose: Purpose, granted = true): Promise<void> {
  const json = granted ? { granted, noticeVersion: await noticeVersion(service) } : { granted };
  const answer = await service.call("PUT", `/v1/me/consents/${purpose}`, { as: { token }, json });
  if (answer.status !== 200 || jsonOf(answer)["granted"] !== granted) throw new Error(answer.text);
}

/** Somebody who has signed in and agreed to purposes. */
export async function consenting(
  service: Calls,
  purposes: readonly Purpose[],
  number = freshNumber(),
): Promise<SignedIn & { readonly number: string }> {
  const signedIn = await signIn(service, number, device());
  for (const purpose of purposes) await consent(service, signedIn.accessToken, purpose);
  return { ...signedIn, number };
}
