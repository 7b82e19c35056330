import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "../../support/service.ts";
import { tell } from "../../support/pictures.ts";
import { freshNumber, signIn } from "../../support/sign-in.ts";
import type { Outcome } from "./attack.ts";

const SOCKETS = 12;
const HONEST = 5;
/** Less than an app waits for an upload, ms. */
const PATIENCE_MS = 20_000;

/** Bodies that come a byte a second, to hold what an isolate has few of; and somebody who sends a picture meanwhile. */
export async function* dripping(service: Service): AsyncGenerator<Outcome> {
  const attacker = (await signIn(service)).accessToken;
  const operator = service.operator();
  yield await beside(service, "pictures", "POST /v1/images", attacker);
  yield await beside(service, "profile photos", "PUT /v1/me/photo", attacker);
  yield await beside(service, "batches of rows", "POST /v1/operators/datasets/none/rows", operator);
}

async function beside(service: Service, what: string, line: string, token: string): Promise<Outcome> {
  const drips = Array.from({ length: SOCKETS }, () => drip(service.url, line, token));
  try {
    await sleep(1500);
    const victim = (await signIn(service)).accessToken;
    const picture = await tell("jpeg");
    const took: number[] = [];
    for (let n = 0; n < HONEST; n += 1) {
      const began = performance.now();
      const answer = await service.call("POST", "/v1/images", {
        as: { token: victim },
        headers: { "content-type": "image/jpeg", "x-recipient": freshNumber() },
        body: picture,
      });
      if (answer.status === 201) took.push(performance.now() - began);
    }
    const slowest = Math.max(...took, 0);
    return {
      attack: `${SOCKETS} ${what} at a byte a second, and somebody who sends ${HONEST} pictures meanwhile`,
      spent: `${SOCKETS} sockets, ${SOCKETS} bytes a second, one account`,
      reached: `${HONEST - took.length} of ${HONEST} pictures refused, the slowest after ${(slowest / 1000).toFixed(1)} s`,
      held: took.length === HONEST && slowest < PATIENCE_MS,
    };
  } finally {
    for (const { socket, timer } of drips) {
      clearInterval(timer);
      socket.destroy();
    }
  }
}

function drip(url: URL, line: string, token: string): { socket: Socket; timer: NodeJS.Timeout } {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
  socket.on("error", () => socket.destroy());
  const head = [
    `${line} HTTP/1.1`,
    `Host: ${url.host}`,
    `Authorization: Bearer ${token}`,
    "Content-Type: image/jpeg",
    "Idempotency-Key: drip",
    "X-Recipient: +13125550123",
    "Content-Length: 1000000",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  const timer = setInterval(() => {
    if (!socket.destroyed) socket.write("x");
  }, 1000);
  return { socket, timer };
}
