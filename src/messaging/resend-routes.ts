import * as z from "zod";
import { decodeUtf8, discardBody, hasMediaType, readBounded } from "../http/body.ts";
import { empty, endpoint, type Endpoint } from "../http/endpoint.ts";
import type { ResendAccount } from "../mail-settings.ts";
import { dayOf } from "../time/days.ts";
import type { DeliveryRecords } from "./delivery-records.ts";
import { ROW_DAYS, UNKNOWN_CARRIER, type Outcome } from "./delivery.ts";
import { mailAddress } from "./mail-address.ts";
import { KINDS, type DeliveryId, type Ending } from "./message.ts";
import type { Messages } from "./messages.ts";
import { isSvixSigned } from "./svix.ts";

/** An event repeats subject and addresses; of one recipient it is a few kB. */
const MAX_EVENT_BYTES = 64 * 1024;
/** Recipients of one message: ours have one. */
const MAX_TO = 8;

/** What is read of an event; everything else in it is dropped unread. */
const Event = z.object({
  type: z.string(),
  data: z.object({
    to: z.array(z.string()).max(MAX_TO).default([]),
    bounce: z.object({ type: z.string().optional() }).optional(),
    // A list of names and values, or, as some events have it, an object of them.
    tags: z
      .union([z.array(z.object({ name: z.string(), value: z.string() })), z.record(z.string(), z.string())])
      .default([]),
  }),
});

/** The tags that we gave a message. */
const Tags = z.object({
  message: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  kind: z.enum(KINDS),
  day: z.coerce.number().int().min(0).max(100_000),
});

/** Resend's callback. Made only where Resend carries e-mail; repeats are harmless. */
export function resendRoutes(account: ResendAccount, messages: Messages, deliveries: DeliveryRecords): Endpoint[] {
  return [
    endpoint(
      {
        operationId: "receiveResendEvent",
        method: "post",
        path: "/v1/webhooks/resend",
        tag: "Webhooks",
        summary: "What became of an e-mail",
        description:
          "Resend's event, authenticated by its signature (`svix-id`, `svix-timestamp`, `svix-signature`; five minutes of tolerance). Counts the outcome. A complaint ends promotion to the address, a permanent bounce everything but codes; nothing else is read or stored.",
        scopes: null,
        stream: {
          mediaType: "application/json",
          schema: z.string().meta({ id: "ResendEvent", examples: ['{"type":"email.delivered","data":{}}'] }),
          description: "Resend's event, 64 KiB at most.",
        },
        answers: { 204: { description: "Recorded, or ignored." } },
        refusals: ["signature-not-valid", "unsupported-media-type", "too-large"],
      },
      async (_, call) => {
        const { request, now } = call;
        if (!hasMediaType(request, "application/json")) {
          await discardBody(request);
          return { code: "unsupported-media-type" };
        }
        const body = await readBounded(request, MAX_EVENT_BYTES);
        if (!body.ok) return body.refusal;
        const text = decodeUtf8(body.value) ?? "";
        if (!(await isSvixSigned(account.webhookSecret, request.headers, text, now))) {
          return { code: "signature-not-valid" };
        }
        const event = eventOf(text);
        if (event === null) return empty(call);
        const ending = endingOf(event);
        if (ending !== null) {
          const ended = event.data.to.flatMap((to) => mailAddress(bare(to)) ?? []);
          for (const address of ended) await messages.end(address, ending);
        }
        await count(deliveries, event, dayOf(now));
        return empty(call);
      },
    ),
  ];
}

/** What became of the message, if it is one of ours; late events are dropped: the message is already counted. */
async function count(deliveries: DeliveryRecords, event: z.output<typeof Event>, today: number): Promise<void> {
  const { tags } = event.data;
  const named = Array.isArray(tags) ? Object.fromEntries(tags.map(({ name, value }) => [name, value])) : tags;
  const told = Tags.safeParse(named);
  const outcome = outcomeOf(event.type);
  if (!told.success || outcome === null || told.data.day < today - ROW_DAYS) return;
  const { message, kind, day } = told.data;
  const delivery = {
    message: message as DeliveryId,
    kind,
    channel: "email",
    country: "",
    day,
    outcome,
    error: 0,
  } as const;
  await deliveries.report([delivery], UNKNOWN_CARRIER);
}

function eventOf(text: string): z.output<typeof Event> | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const event = Event.safeParse(json);
  return event.success ? event.data : null;
}

/** Why messages to the address end. A full mailbox, and what the provider could not tell apart, end nothing. */
function endingOf({ type, data }: z.output<typeof Event>): Ending | null {
  switch (type) {
    case "email.complained":
      return "said";
    case "email.suppressed":
      return "gone";
    case "email.bounced":
      return (data.bounce?.type ?? "Permanent") === "Permanent" ? "gone" : null;
    default:
      return null;
  }
}

/** What an event means for the counts; those between acceptance and sending change nothing. */
function outcomeOf(type: string): Outcome | null {
  switch (type) {
    case "email.sent":
      return "sent";
    case "email.delivered":
    case "email.complained":
      return "delivered";
    case "email.bounced":
    case "email.suppressed":
      return "undelivered";
    case "email.failed":
      return "failed";
    default:
      return null;
  }
}

/** An address without the name that may stand before it. */
function bare(text: string): string {
  return /<([^<>]+)>$/.exec(text)?.[1] ?? text;
}
