import { describe, expect, it } from "vitest";
import { UploadCrowd } from "../../src/imaging/upload-crowd.ts";

describe("the uploads that are in memory at once", () => {
  it("are three; others wait for their turn, and give up in the end", async () => {
    const crowd = new UploadCrowd(() => 0);
    const turns = [await crowd.enter(0), await crowd.enter(0), await crowd.enter(0)];
    expect(turns).not.toContain(null);
    expect(await crowd.enter(60)).toBeNull();
    const waiting = crowd.enter(5000);
    turns[1]?.();
    expect(await waiting).not.toBeNull();
    expect(await crowd.enter(0)).toBeNull();
  });

  it("are two on their way of one account, and 40 MiB of all: what dripped in holds no more than it sent", () => {
    const crowd = new UploadCrowd(() => 0);
    const MIB = 1024 * 1024;
    const [one, two] = [crowd.arrive("ann"), crowd.arrive("ann")];
    expect(crowd.arrive("ann")).toBeNull();
    expect(one?.grow(10 * MIB)).toBe(true);
    const others = ["b", "c", "d"].map((account) => crowd.arrive(account));
    for (const other of others) expect(other?.grow(10 * MIB)).toBe(true);
    expect(two?.grow(1)).toBe(false);
    one?.leave();
    expect(two?.grow(10 * MIB)).toBe(true);
    expect(crowd.arrive("e")).toBeNull();
  });

  it("do not shut others out for good when one is cut off and never leaves", async () => {
    let now = 0;
    const crowd = new UploadCrowd(() => now);
    for (let at = 0; at < 3; at += 1) await crowd.enter(0);
    now = 60_001;
    expect(await crowd.enter(0)).not.toBeNull();
  });
});
