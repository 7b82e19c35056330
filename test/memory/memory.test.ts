import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Memory } from "../../src/memory/memory.ts";

describe("what an isolate remembers", () => {
  it("remembers until its time, absence included, and not a moment longer", () => {
    const memory = new Memory<string, string | null>(10);
    memory.put("a", "one", 100);
    memory.put("b", null, 200);
    expect(memory.get("a", 99)).toBe("one");
    expect(memory.get("a", 100)).toBeUndefined();
    expect(memory.get("b", 100)).toBeNull();
    expect(memory.get("c", 0)).toBeUndefined();
  });

  it("drops the longest unused first and never holds more than its capacity", () => {
    const memory = new Memory<string, number>(2);
    memory.put("a", 1, 1000);
    memory.put("b", 2, 1000);
    memory.get("a", 0);
    memory.put("c", 3, 1000);
    expect([memory.get("a", 0), memory.get("b", 0), memory.get("c", 0)]).toEqual([1, undefined, 3]);
  });

  it("answers like a plain map that forgets", () => {
    const step = fc.record({ key: fc.nat(5), value: fc.nat(), until: fc.nat(50), at: fc.nat(50) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const memory = new Memory<number, number>(100);
        const model = new Map<number, { value: number; until: number }>();
        for (const { key, value, until, at } of steps) {
          const held = model.get(key);
          expect(memory.get(key, at)).toBe(held !== undefined && held.until > at ? held.value : undefined);
          if (held !== undefined && held.until <= at) model.delete(key);
          memory.put(key, value, until);
          model.set(key, { value, until });
        }
      }),
    );
  });

  it("forgets what it is told to", () => {
    const memory = new Memory<string, number>(2);
    memory.put("a", 1, 10);
    memory.forget("a");
    memory.forget("b");
    expect(memory.get("a", 0)).toBeUndefined();
  });
});
