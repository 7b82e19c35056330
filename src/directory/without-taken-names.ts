import type { Vault } from "../vault/vault.ts";
import type { BallotRow, NameRow, OwnerRow } from "./fold.ts";
import { takenName } from "./owner-part.ts";
import { numberAt } from "./place.ts";

/** Everything that names the lines of a block. */
interface Naming {
  readonly named: readonly NameRow[];
  readonly voted: readonly BallotRow[];
  readonly owned: readonly OwnerRow[];
}

/**
 * What names a block's lines, without the names that operators took down. An operator's own override ranks above that.
 * @param digits of the block
 */
export async function withoutTakenNames(
  vault: Vault,
  digits: string,
  { named, voted, owned }: Naming,
): Promise<Naming> {
  const taking = owned.filter(({ part }) => (part.taken?.names ?? []).length > 0);
  const taken = new Map(
    await Promise.all(
      taking.map(async ({ line, part }) => {
        const caller = await vault.numberId(numberAt(digits, line));
        return [line, { caller, names: part.taken?.names ?? [] }] as const;
      }),
    ),
  );
  // Most blocks have none.
  if (taken.size === 0) return { named, voted, owned };
  const isTaken = async (line: number, name: string | null | undefined): Promise<boolean> => {
    const held = taken.get(line);
    return held !== undefined && name != null && held.names.includes(await takenName(vault, held.caller, name));
  };
  const kept = await Promise.all(named.map(async (row) => ((await isTaken(row.line, row.name)) ? [] : [row])));
  return {
    named: kept.flat(),
    voted: await Promise.all(
      voted.map(async ({ line, ballot }) =>
        (await isTaken(line, ballot.name?.form)) ? { line, ballot: { ...ballot, name: null } } : { line, ballot },
      ),
    ),
    owned: await Promise.all(
      owned.map(async ({ line, part }) => {
        if (part.owner === null || !(await isTaken(line, part.owner.name))) return { line, part };
        // A photo is dropped with its name.
        return { line, part: { ...part, owner: { ...part.owner, name: null, photo: null } } };
      }),
    ),
  };
}
