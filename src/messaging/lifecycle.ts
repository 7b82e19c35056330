import type { AccountData, RetentionStep, Subject } from "../lifecycle.ts";
import type { E164 } from "../numbers/number.ts";
import type { DeliveryRecords } from "./delivery-records.ts";
import type { MailAddress } from "./mail-address.ts";
import type { Messages } from "./messages.ts";
import { dayOf } from "../time/days.ts";

/**
 * Messages to an account's number and e-mail address, and whether they have ended. Erased before the account, whose profile
 * has the address.
 */
export function messageData(
  messages: Messages,
  mailboxOf: (account: string) => Promise<MailAddress | null>,
): AccountData {
  const recipients = async ({ account, number }: Subject): Promise<(E164 | MailAddress)[]> =>
    [number, await mailboxOf(account)].filter((to) => to !== null);
  return {
    erasure: {
      name: "messages",
      held: async (subject) => {
        const held = await Promise.all((await recipients(subject)).map((to) => messages.held(to)));
        return { messages: held.flatMap((one) => one.messages).length };
      },
      run: async (subject) => Promise.all((await recipients(subject)).map((to) => messages.erase(to))),
    },
    export: {
      name: "messages",
      whole: async ({ account, number }) => {
        const mailbox = await mailboxOf(account);
        return {
          number: number === null ? null : await messages.exportOf(number),
          email: mailbox === null ? null : await messages.exportOf(mailbox),
        };
      },
    },
  };
}

/** Reports of single deliveries, and their counts. */
export function deliveryRetention(deliveries: DeliveryRecords): RetentionStep {
  return { name: "deliveries", run: (now) => deliveries.forget(dayOf(now)) };
}
