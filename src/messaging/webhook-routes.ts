import * as z from "zod";
import type { TwilioAccount } from "../config.ts";
import { decodeUtf8, discardBody, hasMediaType, readBounded } from "../http/body.ts";
import { endpoint, type Answer, type Call, type Endpoint } from "../http/endpoint.ts";
import { parseNumber } from "../numbers/number.ts";
import type { DeliveryRecords } from "./delivery-records.ts";
import { ROW_DAYS, UNKNOWN_CARRIER, type Outcome } from "./delivery.ts";
import { CHANNELS, KINDS, type DeliveryId } from "./message.ts";
import type { Messages } from "./messages.ts";
import { isSigned } from "./signature.ts";
import { wishOf } from "./stop-words.ts";
import { STATUS_PATH } from "./twilio.ts";
import { dayOf } from "../time/days.ts";

/** A long message of a recipient with all of Twilio's fields is some 8 kB. */
const MAX_FORM_BYTES = 64 * 1024;
const NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

const TwilioReply = z.string().meta({ id: "TwilioReply", examples: [NO_REPLY] });

/** What the address of a callback says of its message: ours, and under Twilio's signature. */
const StatusQuery = z.object({
  message: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/)
    .meta({ examples: ["kZ3vQm8sXhPbT0nRjLwYuA"] }),
  kind: z.enum(KINDS),
  channel: z.enum(CHANNELS).default("sms"),
  country: z.string().regex(/^(?:[A-Z]{2})?$/),
  day: z.coerce.number().int().min(0).max(100_000),
});

/** Twilio's callbacks. Made only where Twilio carries the messages; repeats are harmless. */
export function webhookRoutes(account: TwilioAccount, messages: Messages, deliveries: DeliveryRecords): Endpoint[] {
  const common = {
    method: "post",
    tag: "Webhooks",
    scopes: null,
    stream: {
      mediaType: "application/x-www-form-urlencoded",
      schema: z.string().meta({ id: "TwilioForm", examples: ["MessageSid=SM0&MessageStatus=delivered"] }),
      description: "Twilio's fields, 64 KiB at most.",
    },
    answers: { 200: { description: "Recorded, or ignored.", schema: TwilioReply, mediaType: "text/xml" } },
  } as const;
  return [
    endpoint(
      {
        ...common,
        operationId: "receiveTwilioStatus",
        path: STATUS_PATH,
        summary: "Delivery status of a message",
        description:
          "Twilio's status callback for a message or call, authenticated by its signature. Counts the outcome; the number is not read.",
        query: StatusQuery,
        refusals: ["signature-not-valid", "unsupported-media-type", "too-large"],
      },
      ({ query }, call) =>
        onForm(account, call, async (form) => {
          const outcome = outcomeOf(form.get("MessageStatus") ?? form.get("SmsStatus") ?? form.get("CallStatus"));
          // Later callbacks are dropped: the message is already counted.
          const late = query.day < dayOf(call.now) - ROW_DAYS;
          if (outcome !== null && !late) {
            const { message, kind, channel, country, day } = query;
            const delivery = {
              message: message as DeliveryId,
              kind,
              channel,
              country,
              day,
              outcome,
              error: errorOf(form),
            };
            await deliveries.report([delivery], carrierOf(form));
          }
        }),
    ),
    endpoint(
      {
        ...common,
        operationId: "receiveTwilioMessage",
        path: "/v1/webhooks/twilio/inbound",
        summary: "A recipient's answer",
        description:
          "A message to the service's number, authenticated by Twilio's signature. STOP and START are recorded; nothing else is read or stored.",
        refusals: ["signature-not-valid", "unsupported-media-type", "too-large"],
      },
      (_, call) =>
        onForm(account, call, async (form) => {
          const wish = wishOf(form.get("Body") ?? "", form.get("OptOutType") ?? undefined);
          const from = parseNumber(form.get("From") ?? "");
          if (wish !== null && from.number !== null) await messages.setOptedOut(from.number.e164, wish === "stop");
        }),
    ),
  ];
}

async function onForm(
  { authToken, callbacks }: TwilioAccount,
  { request, requestId }: Call,
  take: (form: URLSearchParams) => Promise<void>,
): Promise<Answer> {
  if (!hasMediaType(request, "application/x-www-form-urlencoded")) {
    await discardBody(request);
    return { code: "unsupported-media-type" };
  }
  const body = await readBounded(request, MAX_FORM_BYTES);
  if (!body.ok) return body.refusal;
  const form = new URLSearchParams(decodeUtf8(body.value) ?? "");
  const { pathname, search } = new URL(request.url);
  // The address as given to Twilio: a proxy may have changed host or scheme.
  const signature = request.headers.get("x-twilio-signature");
  if (!(await isSigned(authToken, signature, callbacks + pathname + search, form))) {
    return { code: "signature-not-valid" };
  }
  await take(form);
  return new Response(NO_REPLY, {
    headers: { "content-type": "text/xml", "cache-control": "no-store", "x-request-id": requestId },
  });
}

/** What a status means for the counts; those between acceptance and sending change nothing. */
function outcomeOf(status: string | null): Outcome | null {
  switch (status) {
    case "sent":
    case "delivered":
    case "undelivered":
    case "failed":
      return status;
    case "read":
      return "delivered";
    // Of calls: answered to the end; nobody there; and `failed`, as of messages.
    case "completed":
      return "delivered";
    case "busy":
    case "no-answer":
    case "canceled":
      return "undelivered";
    case null:
    default:
      return null;
  }
}

function errorOf(form: URLSearchParams): number {
  const code = form.get("ErrorCode") ?? "";
  return /^\d{1,6}$/.test(code) ? Number(code) : 0;
}

/** The carrier as country and network code, where Twilio tells it: a label of six digits at most. */
function carrierOf(form: URLSearchParams): string {
  const label = `${form.get("Mcc") ?? ""}-${form.get("Mnc") ?? ""}`;
  return /^\d{3}-\d{2,3}$/.test(label) ? label : UNKNOWN_CARRIER;
}
