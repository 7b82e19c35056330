import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  changeOwned,
  nameableFrom,
  partOf,
  UNSAID,
  type Owned,
  type OwnedChange,
} from "../../src/ownership/ownership-state.ts";
import type { E164 } from "../../src/numbers/number.ts";
import type { TakenDown } from "../../src/directory/owner-part.ts";
import { KINDS } from "../../src/verdict/evidence.ts";

const DAY = 20_775;
const WEEK = 2968;
/** Within a day, ms. */
const at = (day: number): number => day * 86_400_000 + 1000;
const HELD: TakenDown = { names: ["held"], until: [{ dataset: "ftc", day: DAY }], complaintsUntil: DAY };

/** The state after changes that must all be taken. */
function after(changes: readonly (readonly [OwnedChange, number])[], from: Owned = UNSAID): Owned {
  return changes.reduce((owned, [change, day]) => {
    const changed = changeOwned(owned, change, at(day));
    if (!changed.ok) throw new Error(changed.code);
    return changed.owned;
  }, from);
}

const NUMBER = "+13125550100" as E164;
const say = (name?: string | null, handOver = false): OwnedChange => ({
  does: "say",
  name,
  kind: "business",
  handOver: handOver ? NUMBER : null,
});

describe("a name", () => {
  it("is taken once in 30 days, and the same again at any time", () => {
    const named = after([[say("Fiction Bank"), DAY]]);
    expect(partOf(named)).toEqual({
      owner: { name: "Fiction Bank", kind: "business", photo: null, carved: true },
      since: null,
      override: null,
      taken: null,
    });
    expect(changeOwned(named, say("Fiction Bank"), at(DAY + 1))).toMatchObject({ ok: true, altered: false });
    expect(changeOwned(named, say("Other Bank"), at(DAY + 29))).toEqual({
      ok: false,
      code: "changed-recently",
      quota: "name",
      until: DAY + 30,
    });
    expect(nameableFrom(named, DAY + 5)).toBe(DAY + 30);
    expect(after([[say("Other Bank"), DAY + 30]], named).name).toBe("Other Bank");
  });

  it("is taken back at any time, which does not make room for another", () => {
    const back = after([
      [say("Fiction Bank"), DAY],
      [say(null), DAY + 1],
    ]);
    expect(back.name).toBeNull();
    expect(changeOwned(back, say("Other Bank"), at(DAY + 2))).toMatchObject({ ok: false, quota: "name" });
  });

  it("of another kind is another name", () => {
    const named = after([[say("Fiction Bank"), DAY]]);
    const kind: OwnedChange = { does: "say", kind: "person", handOver: null };
    expect(changeOwned(named, kind, at(DAY + 1))).toMatchObject({ ok: false, quota: "name" });
  });

  it("left out carves the number, and no more", () => {
    const changed = changeOwned(UNSAID, { does: "say", handOver: null }, at(DAY));
    expect(changed).toMatchObject({ ok: true, altered: true, emptying: false });
    expect(changed.ok && changed.owned).toEqual({ ...UNSAID, carved: true });
  });
});

describe("a change of hands", () => {
  it("drops the former owner's name and the votes, lets the new one name it at once, and is possible once a year", () => {
    const old = after([[say("Former Owner"), DAY]]);
    const changed = changeOwned(old, say("New Owner", true), at(DAY + 1));
    expect(changed).toMatchObject({ ok: true, emptying: true });
    const owned = changed.ok ? changed.owned : UNSAID;
    expect(partOf(owned)).toEqual({
      owner: { name: "New Owner", kind: "business", photo: null, carved: true },
      since: WEEK,
      override: null,
      taken: null,
    });
    // What the former owner's account said before is still on its way.
    const profile = { name: "Former Owner", photo: null, revision: 9, said: at(DAY + 1) - 1 };
    expect(changeOwned(owned, { does: "profile", writer: "w", profile }, at(DAY + 2))).toMatchObject({
      altered: false,
    });
    expect(changeOwned(owned, say(undefined, true), at(DAY + 365))).toMatchObject({ ok: false, until: DAY + 366 });
    expect(changeOwned(owned, say(undefined, true), at(DAY + 366))).toMatchObject({ ok: true, emptying: true });
  });
});

describe("taking out", () => {
  it("leaves nothing of what was said, and every limit as it was", () => {
    const out = after([
      [say("Fiction Bank", true), DAY],
      [{ does: "unlist" }, DAY + 1],
    ]);
    expect(partOf(out)).toBeNull();
    expect(out).toEqual({ ...UNSAID, listed: false, named: DAY, handedOver: DAY, profilesSince: at(DAY + 1) });
    for (const change of [say("A"), say(undefined, true), { does: "dispute" } as const]) {
      expect(changeOwned(out, change, at(DAY + 400))).toEqual({ ok: false, code: "number-unlisted" });
    }
    // Nor is it a way around what an operator says of its calls.
    const override = { name: "Fiction Bank", kind: "business", spam: "spam" } as const;
    const overridden = after([
      [{ does: "override", override }, DAY],
      [{ does: "unlist" }, DAY + 1],
    ]);
    expect(overridden.override).toEqual({ ...override, name: null });
    const back = after([[{ does: "relist" }, DAY + 2]], out);
    expect(changeOwned(back, say("Other Bank"), at(DAY + 3))).toMatchObject({ ok: false, quota: "name" });
    expect(changeOwned(back, say(undefined, true), at(DAY + 3))).toMatchObject({ ok: false, quota: "handover" });
  });

  it("and coming back is no way to a name over a verdict: the name rests, whoever has the number now", () => {
    const back = after([
      [{ does: "unlist" }, DAY],
      [{ does: "relist" }, DAY + 100],
    ]);
    for (const handOver of [false, true]) {
      const refused = { ok: false, code: "changed-recently", quota: "name", until: DAY + 130 };
      expect(changeOwned(back, say("Fiction Bank", handOver), at(DAY + 129))).toEqual(refused);
      expect(after([[say("Fiction Bank", handOver), DAY + 130]], back).name).toBe("Fiction Bank");
    }
    expect(nameableFrom(back, DAY + 101)).toBe(DAY + 130);
    // Nor by the profile of the number's account.
    const shows = (day: number) =>
      ({
        does: "profile",
        writer: "w",
        profile: { name: "Fiction Bank", photo: null, revision: day, said: at(day) },
      }) as const;
    expect(partOf(after([[shows(DAY + 129), DAY + 129]], back))).toBeNull();
    expect(partOf(after([[shows(DAY + 130), DAY + 130]], back))?.owner?.name).toBe("Fiction Bank");
    // It can still be taken out of what is said of its neighbours.
    expect(changeOwned(back, { does: "say", handOver: null }, at(DAY + 101))).toMatchObject({ altered: true });
  });

  it("is never refused, and a number comes back once a day: each turn is work for every store", () => {
    let owned = after([
      [{ does: "unlist" }, DAY],
      [{ does: "relist" }, DAY],
    ]);
    const turns = Array.from({ length: 20 }, () => {
      const out = changeOwned(owned, { does: "unlist" }, at(DAY));
      owned = out.ok ? out.owned : owned;
      const back = changeOwned(owned, { does: "relist" }, at(DAY));
      return [out.ok, out.ok && out.altered, back.ok];
    });
    expect(turns).toEqual([[true, true, false], ...Array.from({ length: 19 }, () => [true, false, false])]);
    expect(changeOwned(owned, { does: "relist" }, at(DAY))).toEqual({
      ok: false,
      code: "changed-recently",
      quota: "relist",
      until: DAY + 1,
    });
    expect(after([[{ does: "relist" }, DAY + 1]], owned)).toMatchObject({ listed: true, relisted: DAY + 1 });
  });

  it("is taken from any state, whatever came before", () => {
    const NOTHING_HELD: TakenDown = { names: [], until: [], complaintsUntil: null };
    const days = fc.integer({ min: DAY, max: DAY + 900 });
    const change: fc.Arbitrary<OwnedChange> = fc.oneof(
      fc.record({
        does: fc.constant("say" as const),
        name: fc.option(fc.constantFrom("A", "B"), { nil: null }),
        kind: fc.constantFrom(...KINDS),
        handOver: fc.constantFrom(NUMBER, null),
      }),
      fc.constantFrom({ does: "unlist" as const }, { does: "relist" as const }, { does: "dispute" as const }),
      fc.constantFrom(
        { does: "decide" as const, decision: "keep" as const },
        { does: "decide" as const, decision: "remove" as const, held: NOTHING_HELD },
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(change, days)), (changes) => {
        let owned = UNSAID;
        for (const [one, day] of changes) {
          const changed = changeOwned(owned, one, at(day));
          if (changed.ok) owned = changed.owned;
          // A number that is out says nothing.
          if (!owned.listed) expect(partOf(owned)?.owner ?? null).toBeNull();
        }
        // Once on a day: whatever came before, there is no refusal.
        const before = owned;
        const out = changeOwned(before, { does: "unlist" }, at(DAY + 1000));
        expect(out).toMatchObject({ ok: true, altered: true, emptying: true });
        expect(changeOwned(out.ok ? out.owned : before, { does: "unlist" }, at(DAY + 1000))).toMatchObject({
          ok: true,
          altered: false,
        });
      }),
    );
  });
});

describe("an erasure", () => {
  it("forgets the name and the dispute, and refills nothing; what is out stays out", () => {
    const said = after([
      [say("Former Owner", true), DAY],
      [{ does: "dispute" }, DAY],
    ]);
    const forgotten = after([[{ does: "forget" }, DAY + 1]], said);
    const { named, handedOver, disputed, since, profilesSince } = said;
    expect(forgotten).toEqual({ ...UNSAID, named, handedOver, disputed, since, profilesSince });
    expect(changeOwned(forgotten, { does: "forget" }, at(DAY + 2))).toMatchObject({ altered: false });
    expect(changeOwned(UNSAID, { does: "forget" }, at(DAY))).toMatchObject({ altered: false });
    const out = after([[{ does: "unlist" }, DAY + 1]], said);
    expect(changeOwned(out, { does: "forget" }, at(DAY + 2))).toEqual({
      ok: true,
      owned: out,
      altered: false,
      emptying: false,
    });
  });
});

describe("a take-down", () => {
  it("takes the owner's name and dispute too, empties again when it is repeated, and refills nothing", () => {
    const said = after([
      [say("Fiction Bank"), DAY],
      [{ does: "dispute" }, DAY],
    ]);
    const down = changeOwned(said, { does: "take-down", held: HELD }, at(DAY + 1));
    // Carved by the owner's proof, which the take-down leaves, and without a `since`: complaints of later days count.
    const owned = {
      ...UNSAID,
      carved: true,
      named: DAY,
      disputed: DAY,
      profilesSince: at(DAY + 1),
      taken: HELD,
      barred: true,
    };
    expect(down).toEqual({ ok: true, owned, altered: true, emptying: true });
    expect(changeOwned(owned, { does: "take-down", held: HELD }, at(DAY + 1))).toEqual(down);
    expect(changeOwned(owned, say("Other Bank"), at(DAY + 2))).toMatchObject({ ok: false, quota: "name" });
    const out = after([[{ does: "unlist" }, DAY]]);
    expect(changeOwned(out, { does: "take-down", held: HELD }, at(DAY))).toMatchObject({ ok: true, altered: false });
  });
});

describe("a dispute", () => {
  it("that lapses is as if it had not been open, and refills nothing; one that was decided stays decided", () => {
    const open = after([[{ does: "dispute" }, DAY]]);
    expect(after([[{ does: "lapse" }, DAY + 1]], open)).toEqual({ ...UNSAID, disputed: DAY });
    const kept = after([[{ does: "decide", decision: "keep" }, DAY + 1]], open);
    for (const owned of [kept, UNSAID]) {
      expect(changeOwned(owned, { does: "lapse" }, at(DAY + 2))).toMatchObject({ ok: true, altered: false });
    }
  });

  it("is one at a time, once in 30 days", () => {
    const open = after([[{ does: "dispute" }, DAY]]);
    expect(changeOwned(open, { does: "dispute" }, at(DAY + 1))).toMatchObject({ ok: true, altered: false });
    const kept = after([[{ does: "decide", decision: "keep" }, DAY + 2]], open);
    expect(kept).toMatchObject({ dispute: "kept", taken: null, carved: false });
    expect(changeOwned(kept, { does: "dispute" }, at(DAY + 29))).toMatchObject({ ok: false, quota: "dispute" });
    expect(after([[{ does: "dispute" }, DAY + 30]], kept).dispute).toBe("open");
  });

  it("that is granted drops the votes and what was said before, and keeps the owner's name", () => {
    const open = after([
      [say("Fiction Bank"), DAY],
      [{ does: "dispute" }, DAY],
    ]);
    const granted = changeOwned(open, { does: "decide", decision: "remove", held: HELD }, at(DAY + 1));
    expect(granted).toMatchObject({ ok: true, emptying: true });
    expect(granted.ok && granted.owned).toMatchObject({ name: "Fiction Bank", taken: HELD, dispute: "removed" });
    // Decided once: a second decision finds nothing to decide.
    expect(granted.ok && changeOwned(granted.owned, { does: "decide", decision: "keep" }, at(DAY + 1))).toMatchObject({
      altered: false,
    });
  });
});
