import type { PhoneNumber } from "../numbers/number.ts";
import type { Vault } from "../vault/vault.ts";
import type { BrakeKind } from "./brake-state.ts";
import type { SmsBrake } from "./brake-object.ts";

/** Where a request came from, as the platform tells it. */
export interface Network {
  /** The client's address, IPv4 or IPv6; null when unknown. */
  readonly address: string | null;
  /** Number of the autonomous system; null when unknown. */
  readonly asn: number | null;
}

/** A counter that a message must pass: what kind it is, and the name of its object. */
export interface BrakePoint {
  readonly kind: BrakeKind;
  readonly name: string;
}

export interface BrakeRefusal {
  readonly kind: BrakeKind;
  readonly window: "hour" | "day";
  readonly retryAfter: number;
}

/** The counters of a message, the narrowest first. Their names are keyed hashes: no address and no number is stored. */
export function brakePoints(vault: Vault, number: PhoneNumber, network: Network): Promise<BrakePoint[]> {
  const counted: readonly (readonly [BrakeKind, string])[] = [
    ["network", networkOf(network.address)],
    ["range", number.e164.slice(0, -4)],
    ["operator", String(network.asn ?? "unknown")],
    ["country", number.country ?? "none"],
  ];
  return Promise.all(
    counted.map(async ([kind, what]) => ({ kind, name: await vault.keyedHash("brake", `${kind}\u0000${what}`) })),
  );
}

/** Counts a message everywhere, or nowhere. */
export async function brake(
  brakes: DurableObjectNamespace<SmsBrake>,
  points: readonly BrakePoint[],
  now: number,
): Promise<{ ok: true } | { ok: false; refusal: BrakeRefusal }> {
  for (const [at, { kind, name }] of points.entries()) {
    const answer = await brakes.getByName(name).spend(kind, now);
    if (answer.ok) continue;
    await release(brakes, points.slice(0, at), now);
    return { ok: false, refusal: { kind, window: answer.window, retryAfter: answer.retryAfter } };
  }
  return { ok: true };
}

/** Takes back a message that was counted and not sent. A count that stays brakes a little early, no more. */
export async function release(
  brakes: DurableObjectNamespace<SmsBrake>,
  points: readonly BrakePoint[],
  now: number,
): Promise<void> {
  await Promise.allSettled(points.map(({ name }) => brakes.getByName(name).giveBack(now)));
}

/** The /24 of an IPv4 address, the /48 of an IPv6 address; all that is neither counts as one. */
export function networkOf(address: string | null): string {
  if (address === null) return "unknown";
  const v4 = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(address)?.[1];
  if (v4 !== undefined) return v4;
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(":")) return "unknown";
  const [head = "", tail] = address.toLowerCase().split("::", 2);
  const groups = (part: string): string[] => part.split(":").filter((group) => group !== "");
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => "0");
  const all = [...front, ...(tail === undefined ? [] : zeros), ...back];
  return all
    .slice(0, 3)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
