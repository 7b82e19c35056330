import { describe, expect, it } from "vitest";
import { Turns } from "../../src/memory/turns.ts";

describe("turns", () => {
  it("run one after the other, and go on after one that failed, which fails for who asked alone", async () => {
    const turns = new Turns();
    const order: string[] = [];
    const piece = (name: string, fails = false) =>
      turns.run(async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const all = await Promise.allSettled([piece("a"), piece("b", true), piece("c")]);
    expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
    expect(await piece("d")).toBe("d");
  });
});
