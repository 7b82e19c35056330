import { blockOf, lineOf, type E164 } from "../numbers/number.ts";
import { fromBase64Url } from "../vault/bytes.ts";
import type { Vault } from "../vault/vault.ts";

/** Where a ballot's number is published. `number` is the E.164, sealed for this ballot. */
export interface BallotPlace {
  readonly caller: string;
  readonly block: string;
  readonly line: number;
  readonly number: string;
}

/** The place of a number's ballot. */
export async function placeOf(vault: Vault, number: E164): Promise<BallotPlace> {
  const caller = await vault.numberId(number);
  return {
    caller,
    block: await vault.blockId(blockOf(number)),
    line: lineOf(number),
    number: await vault.sealText({ table: "ballots", id: caller }, number),
  };
}

/** What a ballot stores of a voter's network: the first byte of a keyed hash of number and network: 256 values damp, and do not identify. */
export async function netOf(vault: Vault, number: E164, network: number): Promise<number> {
  return fromBase64Url(await vault.keyedHash("network", `${number}\u0000${network}`))?.[0] ?? 0;
}
