import { expect, it } from "vitest";
import { isOutage, onStore, StoreFailure } from "../../src/telemetry/store-failure.ts";

it.each([
  ["a store's failure", new StoreFailure("d1", "down"), true],
  ["an object's call that the platform broke off", Object.assign(new Error("gone"), { retryable: true }), true],
  ["an object that is overloaded", Object.assign(new Error("busy"), { overloaded: true }), true],
  ["an error of an object's own code", Object.assign(new Error("bug"), { remote: true, retryable: false }), false],
  ["a bug", new TypeError("undefined is not a function"), false],
  ["something that is no error", { retryable: true }, false],
  ["nothing", undefined, false],
])("%s: %o is the platform's fault: %s", (_, thrown, expected) => {
  expect(isOutage(thrown)).toBe(expected);
});

it("keeps what a store threw for a debugger, and says none of it", async () => {
  const thrown = new Error("no such table: +13125550123");
  const failure: unknown = await onStore("d1", () => Promise.reject(thrown)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StoreFailure);
  expect((failure as StoreFailure).cause).toBe(thrown);
  expect(String(failure)).toBe("StoreFailure: d1 failed");
});
