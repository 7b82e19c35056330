import type { E164 } from "../numbers/number.ts";
import { fromBase64Url } from "../vault/bytes.ts";
import type { Vault } from "../vault/vault.ts";

/** Whose ballot it is: the number's keyed id, and its E.164, sealed for this ballot. */
export interface BallotPlace {
  readonly caller: string;
  readonly number: string;
}

/** What a ballot's number is sealed for. */
export function ballotSeal(caller: string): { readonly table: "ballots"; readonly id: string } {
  return { table: "ballots", id: caller };
}

/** The place of a number's ballot. */
export async function placeOf(vault: Vault, number: E164): Promise<BallotPlace> {
  const caller = await vault.numberId(number);
  return { caller, number: await vault.sealText(ballotSeal(caller), number) };
}

/** What a ballot stores of a voter's network: the first byte of a keyed hash of number and network: 256 values damp, and do not identify. */
export async function netOf(vault: Vault, number: E164, network: number): Promise<number> {
  return fromBase64Url(await vault.keyedHash("network", `${number}\u0000${network}`))?.[0] ?? 0;
}
