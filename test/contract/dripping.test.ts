import { connect, type Socket } from "node:net";
import { beforeAll, describe, expect, it } from "vitest";
import { problemOf } from "../support/answer.ts";
import { rawRequest } from "../support/raw-http.ts";
import { Service } from "../support/service.ts";

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

/** Begins a body and goes on with a byte a second; gives what was answered once there is an answer. */
function drip(head: readonly string[]): { answered: Promise<string>; socket: Socket } {
  const socket = connect({ host: service.url.hostname, port: Number(service.url.port), noDelay: true });
  const lines = [...head, `Host: ${service.url.host}`, "Connection: close", "Content-Length: 1000000"];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const dripping = setInterval(() => socket.write("x"), 1000);
  const answered = new Promise<string>((resolve) => {
    socket.once("data", (bytes) => resolve(bytes.toString("latin1")));
    socket.once("close", () => resolve(""));
    socket.once("error", () => resolve(""));
  });
  void answered.then(() => clearInterval(dripping));
  return { answered, socket };
}

const RECIPIENT = "X-Recipient: +13125550123";
const UPLOAD = "POST /v1/images HTTP/1.1";

describe("senders that drip", () => {
  it("hold up no upload of others, and are told that they are too slow", async () => {
    const slow = Array.from({ length: 6 }, () => drip([UPLOAD, RECIPIENT, `Authorization: Bearer ${service.app()}`]));
    const dataset = drip([
      "PUT /v1/phonebook HTTP/1.1",
      `Authorization: Bearer ${service.app()}`,
      "Content-Type: application/json",
    ]);
    await new Promise((resolve) => {
      setTimeout(resolve, 1500);
    });
    let tooSlow = 0;
    for (const { answered } of [...slow, dataset]) void answered.then(() => (tooSlow += 1));
    const answer = await rawRequest(service.url, {
      method: "POST",
      path: "/v1/images",
      headers: [RECIPIENT, `Authorization: Bearer ${service.app()}`],
      body: new Uint8Array(100_000),
    });
    if (answer === null) throw new Error("no answer");
    problemOf(answer, 415, "not-a-picture");
    expect(tooSlow, "answered before any of those that drip").toBe(0);
    for (const { answered, socket } of [...slow, dataset]) {
      expect(await answered).toMatch(/^HTTP\/1\.1 408 /);
      socket.destroy();
    }
  });
});
