import { describe, expect, it } from "vitest";
import { UploadCrowd } from "../../src/images/upload-crowd.ts";

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

  it("do not shut others out for good when one is cut off and never leaves", async () => {
    let now = 0;
    const crowd = new UploadCrowd(() => now);
    for (let at = 0; at < 3; at += 1) await crowd.enter(0);
    now = 60_001;
    expect(await crowd.enter(0)).not.toBeNull();
  });
});
