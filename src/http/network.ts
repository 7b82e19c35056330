import type { Network } from "../messaging/network.ts";
import { principalOf, type Call } from "./endpoint.ts";

/** In development requests come from one machine: this header sets the network they count as. */
const DEV_HEADER = "x-dev-network";
/** AS numbers have 32 bits (RFC 6793). */
const ASN = /^\d{1,10}$/;
const MOST_ASN = 0xff_ff_ff_ff;

/** Where a request came from, as the platform tells it; `X-Dev-Network: <ASN>` overrides the network in development only. */
export function networkOf({ request, development }: Pick<Call, "request" | "development">): Network {
  const asn: unknown = request.cf?.["asn"];
  const claimed = development ? claimedAsn(request.headers.get(DEV_HEADER)) : null;
  return {
    address: request.headers.get("cf-connecting-ip"),
    asn: claimed ?? (typeof asn === "number" ? asn : null),
  };
}

/** Who votes or shares names: an account and its network (0 if unknown). */
export function voterOf(call: Call): {
  readonly account: string;
  readonly network: number;
  readonly since: number | null;
  readonly now: number;
} {
  const { account, since } = principalOf(call);
  return { account, network: networkOf(call).asn ?? 0, since, now: call.now };
}

/** The country (ISO 3166 alpha-2) of a request by the platform's estimate; undefined if unknown. */
export function countryOf({ request }: Pick<Call, "request">): string | undefined {
  const country: unknown = request.cf?.["country"];
  return typeof country === "string" ? country : undefined;
}

function claimedAsn(text: string | null): number | null {
  const asn = text !== null && ASN.test(text) ? Number(text) : null;
  return asn !== null && asn <= MOST_ASN ? asn : null;
}
