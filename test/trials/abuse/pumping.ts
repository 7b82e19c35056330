import { jsonOf } from "../../support/answer.ts";
import { tell } from "../../support/pictures.ts";
import { askPaying } from "../../support/proof.ts";
import type { Service } from "../../support/service.ts";
import { codesTo, freshAddress, freshNumber, signIn } from "../../support/sign-in.ts";
import type { Outcome } from "./attack.ts";

/** Codes of a range an hour: those that no account's number and no proof asks for: the paid ones, and the room of what waited. */
const MOST_OF_STRANGERS = 60 + 10;

/** Messages sent so that somebody earns by them. */
export async function* pumping(service: Service): AsyncGenerator<Outcome> {
  yield await free(service);
  yield await paying(service);
  yield await pictures(service);
  yield await wrongKinds(service);
}

async function free(service: Service): Promise<Outcome> {
  const range = freshNumber().slice(0, -4);
  const requests = 200;
  let taken = 0;
  for (let n = 0; n < requests; n += 1) {
    const number = range + String(1000 + n);
    const headers = { "cf-connecting-ip": freshAddress() };
    const answer = await service.call("POST", "/v1/sessions/codes", { as: null, json: { number }, headers });
    if (answer.status === 202) taken += 1;
  }
  return {
    attack: "codes into one range of 10,000 numbers, from a network each, unpaid",
    spent: `${requests} requests`,
    reached: `${taken} messages`,
    held: taken <= 15,
  };
}

async function paying(service: Service): Promise<Outcome> {
  const range = freshNumber().slice(0, -4);
  const requests = 130;
  const sent: string[] = [];
  const began = process.cpuUsage();
  for (let n = 0; n < requests; n += 1) {
    const number = range + String(1000 + n);
    const answer = await askPaying(service, "/v1/sessions/codes", number, freshAddress());
    if (answer.status === 202) sent.push(number);
  }
  const { user } = process.cpuUsage(began);
  await new Promise((resolve) => setTimeout(resolve, 5000));
  let left = 0;
  for (const number of sent) left += Math.min(1, (await codesTo(service, number, 0)).length);
  return {
    attack: "the same, and every proof of work paid",
    spent: `${requests} requests, ${Math.round(user / 1e6)} s of a processor`,
    reached: `${sent.length} accepted, ${left} messages left`,
    held: left <= MOST_OF_STRANGERS,
  };
}

/** Links to pictures pass the same counters as codes. */
async function pictures(service: Service): Promise<Outcome> {
  const range = freshNumber().slice(0, -4);
  const picture = await tell("jpeg", 32, 24);
  const senders = 4;
  const numbers: string[] = [];
  for (let sender = 0; sender < senders; sender += 1) {
    const as = { token: (await signIn(service)).accessToken };
    for (let n = 0; n < 10; n += 1) {
      const number = range + String(1000 + 10 * sender + n);
      const headers = { "content-type": "image/jpeg", "x-recipient": number };
      const answer = await service.call("POST", "/v1/images", { as, headers, body: picture });
      if (answer.status === 201) numbers.push(number);
    }
  }
  // An account without a number may send inside the app; no message leaves for it.
  const unproved = freshNumber();
  await service.call("POST", "/v1/images", {
    as: { token: service.mint.token() },
    headers: { "content-type": "image/jpeg", "x-recipient": unproved },
    body: picture,
  });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  let left = 0;
  for (const number of numbers) {
    const answer = await service.call("GET", `/dev/outbox?to=${encodeURIComponent(number)}`, { as: null });
    left += jsonOf<unknown[]>(answer).length;
  }
  const toUnproved = await service.call("GET", `/dev/outbox?to=${encodeURIComponent(unproved)}`, { as: null });
  const without = jsonOf<unknown[]>(toUnproved).length;
  return {
    attack: "40 pictures into one range, and one from an account without a number",
    spent: `${senders} phone numbers`,
    reached: `${numbers.length} accepted, ${left} messages left; for the one without a number ${without}`,
    held: left <= 15 && without === 0,
  };
}

/** Toll-free and premium numbers earn by being called; what is only a landline reads no SMS. */
async function wrongKinds(service: Service): Promise<Outcome> {
  const numbers = ["+18005550123", "+19005550123", "+4930123456", "+448081570123", "+33899700123", "+881612345678"];
  let taken = 0;
  for (const number of numbers) {
    const headers = { "cf-connecting-ip": freshAddress() };
    const answer = await service.call("POST", "/v1/sessions/codes", { as: null, json: { number }, headers });
    if (answer.status === 202) taken += 1;
  }
  return {
    attack: "SMS to toll-free, premium, satellite and fixed lines",
    spent: `${numbers.length} requests`,
    reached: `${taken} messages`,
    held: taken === 0,
  };
}
