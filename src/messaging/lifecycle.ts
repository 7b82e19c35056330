import type { AccountData, RetentionStep } from "../lifecycle.ts";
import type { DeliveryRecords } from "./delivery-records.ts";
import type { Messages } from "./messages.ts";
import { dayOf } from "../time/days.ts";

/** Messages to an account's number, and whether it opted out. */
export function messageData(messages: Messages): AccountData {
  return {
    erasure: {
      name: "messages",
      held: async ({ number }) => ({ messages: number === null ? 0 : (await messages.held(number)).messages.length }),
      run: async ({ number }) => number !== null && messages.erase(number),
    },
    export: {
      name: "messages",
      whole: async ({ number }) => (number === null ? null : messages.exportOf(number)),
    },
  };
}

/** Reports of single deliveries, and their counts. */
export function deliveryRetention(deliveries: DeliveryRecords): RetentionStep {
  return { name: "deliveries", run: (now) => deliveries.forget(dayOf(now)) };
}
