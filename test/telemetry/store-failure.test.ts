import { expect, it } from "vitest";
import { isOutage, onStore, outageOf, StoreFailure } from "../../src/telemetry/store-failure.ts";

const ofObject = (error: Error, more: object = {}): Error => Object.assign(error, { remote: true, ...more });

it.each([
  ["a store's failure", new StoreFailure("d1", "down"), true],
  ["an object's call that the platform broke off", Object.assign(new Error("gone"), { retryable: true }), true],
  ["an object that is overloaded", Object.assign(new Error("busy"), { overloaded: true }), true],
  ["an object that the platform reset", Object.assign(new Error("reset"), { durableObjectReset: true }), true],
  ["an error of an object's own code", ofObject(new Error("bug"), { retryable: false }), false],
  ["a statement that an object's database does not know", ofObject(new Error("no such table: SQLITE_ERROR")), false],
  ["an object's database that is full", ofObject(new Error("database or disk is full: SQLITE_FULL")), true],
  ["a store's failure in an object", ofObject(new Error("d1 failed"), { name: "StoreFailure", store: "d1" }), true],
  ["what calls itself a store's failure and names none", ofObject(new Error("x"), { name: "StoreFailure" }), false],
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

it.each([
  ["a bug on the way to a store", new TypeError("undefined is not a function")],
  ["a bug in an object", ofObject(new Error("bug"))],
])("leaves %s a bug", async (_, thrown) => {
  const out: unknown = await onStore("objects", () => Promise.reject(thrown)).catch((error: unknown) => error);
  expect(out).toBe(thrown);
  expect(isOutage(out)).toBe(false);
});

it("says of an object whose store failed which store that was", async () => {
  const thrown = ofObject(new Error("d1 failed"), { name: "StoreFailure", store: "d1" });
  const out: unknown = await onStore("objects", () => Promise.reject(thrown)).catch((error: unknown) => error);
  expect(outageOf(out)).toBe("d1");
});
