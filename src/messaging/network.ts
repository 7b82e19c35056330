/** Where a request came from, as the platform tells it. */
export interface Network {
  /** The client's address, IPv4 or IPv6, or the network that `networkOf` makes of it; null when unknown. */
  readonly address: string | null;
  /** Number of the autonomous system; null when unknown. */
  readonly asn: number | null;
}

/** The /24 of an IPv4 address, the /48 of an IPv6 address; all that is neither counts as one. */
export function networkOf(address: string | null): string {
  return front(address, 3);
}

/** Whose address it is, as far as that can be told: an IPv4 address, the /64 of an IPv6 address. */
export function askerOf(address: string | null): string {
  return front(address, 4);
}

/** So many parts of an address, from the front: of four in IPv4, of eight in IPv6. */
function front(address: string | null, parts: 3 | 4): string {
  if (address === null) return "unknown";
  const v4 = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (v4 !== undefined) return v4.split(".").slice(0, parts).join(".");
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(":")) return "unknown";
  const [head = "", tail] = address.toLowerCase().split("::", 2);
  const groups = (part: string): string[] => part.split(":").filter((group) => group !== "");
  const before = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - back.length) }, () => "0");
  const all = [...before, ...(tail === undefined ? [] : zeros), ...back];
  return all
    .slice(0, parts)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}

/** The same place as far as it is counted: what of an address is kept where a message waits. */
export function coarse({ address, asn }: Network): Network {
  const network = networkOf(address);
  if (network === "unknown") return { address: null, asn };
  return { address: network.includes(":") ? `${network}::` : `${network}.0`, asn };
}
