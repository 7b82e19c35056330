import { hoursIn } from "../../src/campaigns/quiet-hours.ts";
import { jsonOf } from "./answer.ts";
import type { Service } from "./service.ts";
import { until } from "./until.ts";

/** Mobile numbers of countries round the globe, but for their last digits: at any hour it is day in one of them. */
const ROUND: Readonly<Record<string, string>> = {
  US: "+13125",
  NZ: "+64211",
  IN: "+9198765",
  GB: "+4474001",
  BR: "+551199",
};
const LEFT_MS = 15 * 60_000;
let numbers = 0;

/** A number of a country where it is day now, and stays so for a quarter of an hour. */
export function daytimeNumber(now = Date.now()): string {
  for (const [country, front] of Object.entries(ROUND)) {
    const hours = hoursIn(country, now);
    if (hours?.open !== true || hours.closes - now < LEFT_MS) continue;
    numbers += 1;
    const length = { US: 12, NZ: 12, IN: 13, GB: 13, BR: 14 }[country] ?? 12;
    return front + String(1000 + numbers).padStart(length - front.length, "2");
  }
  throw new Error("It is night everywhere.");
}

interface Campaign {
  readonly id: string;
  readonly state: string;
  readonly sent: number;
  readonly waiting: number;
  readonly skipped: Readonly<Record<string, number>>;
}

/** Begins a campaign, and waits until it is done. */
export async function campaign(service: Service, json: Readonly<Record<string, unknown>>): Promise<Campaign> {
  const begun = await service.call("POST", "/v1/operators/campaigns", { as: "operator", json });
  if (begun.status !== 202) throw new Error(begun.text);
  const { id } = jsonOf<Campaign>(begun);
  const read = async (): Promise<Campaign | undefined> =>
    jsonOf<{ campaigns: Campaign[] }>(
      await service.call("GET", "/v1/operators/campaigns", { as: "operator" }),
    ).campaigns.find((one) => one.id === id);
  await until("the end of the campaign", async () => (await read())?.state === "done");
  const done = await read();
  if (done === undefined) throw new Error("The campaign is gone.");
  return done;
}
