import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf } from "../support/answer.ts";
import { Service } from "../support/service.ts";
import { freshNumber, requestCode } from "../support/sign-in.ts";

// The messages themselves are asked for by whoever sends them: sign-in, ownership, pictures.

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

describe("GET /dev/outbox in development", () => {
  it("is empty for a number that was sent nothing, whatever way it is written", async () => {
    for (const to of ["%2B13125550123", "+13125550123", "0013125550123"]) {
      const answer = await service.call("GET", `/dev/outbox?to=${to}`, { as: null });
      expect([answer.status, jsonOf(answer)]).toEqual([200, []]);
    }
  });

  it("refuses what is no number", async () => {
    problemOf(await service.call("GET", "/dev/outbox?to=nonsense", { as: null }), 422, "number-not-valid");
    problemOf(await service.call("GET", "/dev/outbox", { as: null }), 400, "invalid-request");
  });
});

describe("in production", () => {
  let production: Service;
  beforeAll(async () => {
    production = await Service.start({ ENVIRONMENT: "production", PRIVACY_CONTACT: "privacy@example.com" });
  });
  afterAll(() => production.stop());

  it("there is nothing at /dev/outbox, nor in the document", async () => {
    problemOf(await production.call("GET", "/dev/outbox?to=%2B13125550123", { as: null }), 404, "not-found");
    problemOf(await production.call("POST", "/dev/outbox", { as: null }), 404, "not-found");
    expect(production.document.operations.map(({ path }) => path)).not.toContain("/dev/outbox");
  });

  it("where nobody carries messages, a code is refused, and uses nothing up", async () => {
    const number = freshNumber();
    for (let n = 0; n < 8; n += 1) problemOf(await requestCode(production, number), 503, "messages-not-configured");
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});
