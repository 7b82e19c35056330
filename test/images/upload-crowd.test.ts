// What waits here waits by a scheduler that the engine has.
import "cloudflare:workers";
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

  it("are two on their way of one account, and 40 MiB of all: what dripped in holds no more than it sent", async () => {
    const crowd = new UploadCrowd(() => 0);
    const MIB = 1024 * 1024;
    const [one, two] = [await crowd.arrive("ann", 0), await crowd.arrive("ann", 0)];
    expect(await crowd.arrive("ann", 60)).toBeNull();
    const third = crowd.arrive("ann", 5000);
    expect(one?.grow(10 * MIB)).toBe(true);
    const others = await Promise.all(["b", "c", "d"].map((account) => crowd.arrive(account, 0)));
    for (const other of others) expect(other?.grow(10 * MIB)).toBe(true);
    expect(two?.grow(1)).toBe(false);
    one?.leave();
    // A third picture sent at the same moment waits for its turn instead of being refused.
    const came = await third;
    expect(came).not.toBeNull();
    expect(two?.grow(10 * MIB)).toBe(true);
    expect(await crowd.arrive("e", 0)).toBeNull();
  });

  it("do not shut others out for good when one is cut off and never leaves", async () => {
    let now = 0;
    const crowd = new UploadCrowd(() => now);
    for (let at = 0; at < 3; at += 1) await crowd.enter(0);
    now = 60_001;
    expect(await crowd.enter(0)).not.toBeNull();
  });
});
