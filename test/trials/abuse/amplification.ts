import { randomBytes } from "node:crypto";
import type { Answer } from "../../support/answer.ts";
import { consenting } from "../../support/consenting.ts";
import type { Service } from "../../support/service.ts";
import type { Outcome } from "./attack.ts";

const MIB = 1024 * 1024;
/** An answer is never longer, phonebook or not. */
const MOST_OUT = 4.5 * MIB;
/** What an account's phonebook may hold. */
const MOST_HELD = 64 * MIB;

/** Small questions with large answers. */
export async function* amplification(service: Service): AsyncGenerator<Outcome> {
  const { accessToken: token } = await consenting(service, ["phonebook-sync"]);
  const as = { token };
  const sealed = randomBytes(64 * 1024 - 16).toString("base64url");
  const id = (n: number): string => `entry-${n}`;

  // As much as it takes, forty entries of 64 KiB a call.
  let held = 0;
  let refused: Answer | null = null;
  for (let n = 0; held < 2 * MOST_HELD && refused === null; n += 40) {
    const entries = Array.from({ length: 40 }, (_, at) => ({ id: id(n + at), base: 0, sealed }));
    const answer = await service.call("PUT", "/v1/phonebook", { as, json: { entries } });
    if (answer.status === 200) held += 40 * sealed.length;
    else refused = answer;
  }
  yield {
    attack: "a phonebook filled with 64 KiB entries",
    spent: "one account with consent",
    reached: `${inMib(held)} held, then ${refused?.status ?? "no refusal"}`,
    held: refused !== null && held <= 1.4 * MOST_HELD,
  };

  const conflicts = Array.from({ length: 200 }, (_, at) => ({ id: id(at), base: 0, sealed: null }));
  const asked = JSON.stringify({ entries: conflicts }).length;
  const conflicting = await service.call("PUT", "/v1/phonebook", { as, json: { entries: conflicts } });
  const read = await service.call("GET", "/v1/phonebook?limit=1000", { as });
  yield {
    attack: "200 conflicts asked for in one call",
    spent: `${asked} bytes`,
    reached: `${inMib(conflicting.text.length)} answered`,
    held: conflicting.status < 500 && conflicting.text.length <= MOST_OUT,
  };
  yield {
    attack: "a page of 1,000 entries",
    spent: "one call",
    reached: `${inMib(read.text.length)} answered`,
    held: read.status === 200 && read.text.length <= MOST_OUT,
  };
}

function inMib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
