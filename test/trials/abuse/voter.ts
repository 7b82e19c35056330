import type { Sent, Service } from "../../support/service.ts";

/** Since when seasoned voters vote: long enough ago for the highest tier. */
const LONG_AGO = "2025-01-01";
/** Private use (RFC 6996). */
const FIRST_ASN = 64_512;

/** A voter of the highest tier, or a newcomer, on a network of its own number. */
export function voter(service: Service, network: number, fresh = false): Pick<Sent, "as" | "headers"> {
  return {
    as: { token: service.mint.token(fresh ? {} : { since: LONG_AGO }) },
    headers: { "x-dev-network": String(FIRST_ASN + network) },
  };
}
