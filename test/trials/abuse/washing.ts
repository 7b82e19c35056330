import { importRows, makeDataset } from "../../support/import.ts";
import { proveNumber } from "../../support/owner.ts";
import type { Service } from "../../support/service.ts";
import { freshNumber, signIn } from "../../support/sign-in.ts";
import type { Outcome } from "./attack.ts";
import { settled, shownAs } from "./settled.ts";
import { voter } from "./voter.ts";

const DATASETS = 4;
const COMPLAINTS = 500;
const MARKS = 8;
/** A name that scammers take, and one that nobody can object to. */
const NAMES = ["Chase Bank", "Quellbrook Bakery"] as const;

/** What a number that calls people to cheat them can do about what is said of it. */
export async function* washing(service: Service): AsyncGenerator<Outcome> {
  const [untouched, after, before, hollow, takenDown] = Array.from({ length: 5 }, freshNumber) as [
    string,
    string,
    string,
    string,
    string,
  ];
  await nameAll(service, before);
  await settled(service);
  await complain(service, [untouched, after, before, hollow, takenDown]);
  const given = await nameAll(service, after);
  await signIn(service, hollow);
  await proveNumber(service, hollow);
  await service.call("DELETE", `/v1/operators/callers/${takenDown}`, {
    as: "operator",
    json: { note: "trial" },
  });
  await complain(service, [takenDown], new Date(Date.now() + 86_400_000));
  await settled(service);
  const spent = "one SIM card, two codes";
  yield await shown(service, untouched, "nothing: what the number is without any of this", "-");
  yield await shown(service, after, `complained of, then proved and named (${given} names taken)`, spent);
  yield await shown(service, before, "proved and named, then complained of", spent);
  yield await shown(service, hollow, "complained of, then an account and a proof without a name", spent);
  yield await shown(
    service,
    takenDown,
    "taken down by an operator, then complained of the day after",
    "a plausible letter",
  );
}

/** Complaints from four datasets and marks of seasoned voters on four networks. */
async function complain(service: Service, numbers: readonly string[], day = new Date()): Promise<void> {
  for (let n = 0; n < DATASETS; n += 1) {
    const dataset = await makeDataset(service, "complaints");
    const rows = numbers.map((number) => ({
      number,
      complaints: COMPLAINTS,
      category: "fraud",
      day: day.toISOString().slice(0, 10),
    }));
    await importRows(service, dataset, rows);
  }
  for (let n = 0; n < MARKS; n += 1) {
    for (const number of numbers) {
      const sent = { ...voter(service, n % 4), json: { spam: true, category: "fraud" } };
      const cast = await service.call("PUT", `/v1/numbers/${number}/vote`, sent);
      if (cast.status !== 200) throw new Error(cast.text);
    }
  }
  await settled(service);
}

/** Tries every way to put a name on one's own number; how many were taken. */
async function nameAll(service: Service, number: string): Promise<number> {
  const as = { token: (await signIn(service, number)).accessToken };
  const owner = await proveNumber(service, number);
  let taken = 0;
  for (const name of NAMES) {
    const profile = { name, visibility: "everyone" };
    const answers = [
      await service.call("PATCH", "/v1/me", { as, json: profile }),
      await service.call("PUT", "/v1/ownership/number", { as: owner, json: { name, kind: "business" } }),
    ];
    taken += answers.filter(({ status }) => status === 200).length;
  }
  return taken;
}

async function shown(service: Service, number: string, attack: string, spent: string): Promise<Outcome> {
  const holds = ({ name, verified, advice }: Record<string, unknown>): boolean =>
    advice === "block" && name === null && verified === false;
  const lookup = await shownAs(service, number, holds);
  const { name, verified, spam, advice } = lookup;
  return {
    attack,
    spent,
    reached: `${String(spam)}, ${String(advice)}, name ${JSON.stringify(name)}, verified ${String(verified)}`,
    held: holds(lookup),
  };
}
