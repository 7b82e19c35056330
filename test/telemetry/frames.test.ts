import { describe, expect, it } from "vitest";
import { framesOf } from "../../src/telemetry/frames.ts";

const NUMBER = "+14155550123";

function throwing(message: string): Error {
  try {
    throw new Error(message);
  } catch (thrown) {
    return thrown as Error;
  }
}

describe("the frames of a stack", () => {
  it("name function, file and line", () => {
    const frames = framesOf(throwing("broken"));
    expect(frames[0]).toMatch(/^throwing frames\.test\.ts:\d+:\d+$/);
    expect(frames.length).toBeLessThanOrEqual(12);
  });

  it.each([
    `no number ${NUMBER}`,
    `several lines\n${NUMBER}\n`,
    `lines that look like frames\n    at lookup (${NUMBER}.ts:1:2)\n    at 4155550123 (x.ts:4:5)`,
  ])("never hold what the message says: %s", (message) => {
    const frames = framesOf(throwing(message));
    expect(frames[0]).toMatch(/^throwing frames\.test\.ts:/);
    expect(JSON.stringify(frames)).not.toMatch(/415555|\+1/);
  });

  it("are none where the message was changed after the stack was made: nothing tells where it ends", () => {
    const error = throwing(`first\n    at lookup (${NUMBER}.ts:1:2)`);
    expect(error.stack).toContain("first");
    error.message = "second";
    expect(framesOf(error)).toEqual([]);
  });

  it("hide a function that is named by data", () => {
    const named = { [`of 14155550123`]: () => throwing("broken") };
    const frames = framesOf(named["of 14155550123"]());
    expect(frames.length).toBeGreaterThan(1);
    expect(JSON.stringify(frames)).not.toContain("4155550123");
  });

  it("are none of what is no error", () => {
    expect(framesOf(NUMBER)).toEqual([]);
    expect(framesOf(undefined)).toEqual([]);
    expect(framesOf(Object.assign(throwing("x"), { stack: 7 }))).toEqual([]);
  });
});
