import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ask,
  CODE_MS,
  current,
  due,
  left,
  ROOM_MS,
  tried,
  TRIES,
  wakeAt,
  type Asked,
  type Asking,
  type ChallengeState,
  type Opened,
} from "../../src/codes/challenge-state.ts";
import { DAY_MS, dayOf } from "../../src/time/days.ts";
import type { CodeSizes } from "../../src/config.ts";

const NOW = Date.UTC(2026, 10, 18, 12);
const SIZES: CodeSizes = {
  soft: 5,
  hard: 10,
  spacing: 1800,
  asks: 8,
  ofAsker: 6,
  open: 512,
  bits: { lowest: 17, highest: 21 },
  wait: { shortest: 15, longest: 60 },
};

let made = 0;
const asking = (asker: string, more: Partial<Asking> = {}): Asking => {
  made += 1;
  const fresh = { id: `code-${made}`, hash: `right-${made}`, letter: "sealed", channel: "sms" } as const;
  return { asker, challenge: `challenge-${made}`, fresh, payment: null, fullness: 0, ...more };
};
const paying = (now: number, bits = 21): NonNullable<Asking["payment"]> => {
  made += 1;
  return { id: `payment-${made}`, bits, until: now + 300_000 };
};

/** One number, with a clock. */
class Line {
  state: ChallengeState | null = null;
  now = NOW;

  ask(asker: string, more: Partial<Asking> = {}, sizes = SIZES): Asked {
    const asked = ask(this.state, asking(asker, more), sizes, this.now);
    if (asked.kind === "opened") ({ state: this.state } = asked);
    // As the alarm does, where there is room.
    this.send();
    return asked;
  }
  open(asker: string, more: Partial<Asking> = {}): Opened {
    const asked = this.ask(asker, more);
    if (asked.kind !== "opened") throw new Error(asked.kind);
    return asked.opened;
  }
  pay(asker: string): Opened {
    return this.open(asker, { payment: paying(this.now) });
  }
  send(): void {
    if (this.state === null) return;
    this.state = current(this.state, this.now);
    for (const { id } of due(this.state, this.now)) this.state = left(this.state, id, this.now);
  }
  later(seconds: number): void {
    this.now += seconds * 1000;
    this.send();
  }
  try({ challenge, code }: Opened, digits = `right-${code.slice(5)}`): string {
    const { proof, state } = tried(this.state, challenge, digits, this.now);
    this.state = state;
    return proof;
  }
}

describe("a challenge at a number", () => {
  it("of an asker is the same until something was tried, and sends nothing before its time", () => {
    const line = new Line();
    const first = line.open("app");
    expect(first).toMatchObject({ expiresIn: 600, resendAfter: 30 });
    line.later(1);
    expect(line.open("app")).toEqual({ ...first, expiresIn: 599, resendAfter: 29 });
    expect(line.try(first, "wrong")).toBe("wrong");
    const other = line.open("app");
    expect([other.code, other.challenge === first.challenge]).toEqual([first.code, false]);
    expect(line.try(other)).toBe("right");
    expect([line.try(first), line.try(other)]).toEqual(["used-up", "used-up"]);
  });

  it("comes with another code after 30 s, 60 s, and five minutes", () => {
    const line = new Line();
    const codes = new Set<string>();
    for (const wait of [30, 60, 300, 300, 300]) {
      const opened = line.open("app");
      expect(opened.resendAfter).toBe(wait);
      codes.add(opened.code);
      line.later(wait);
    }
    expect(codes.size).toBe(5);
    expect(line.ask("app").kind).toBe("price");
  });

  it("is nobody else's: a stranger's wrong tries leave it its own", () => {
    const line = new Line();
    const stranger = line.open("stranger");
    const victim = line.open("victim");
    expect(victim.code).toBe(stranger.code);
    for (let n = 0; n < TRIES; n += 1) expect(line.try(stranger, "wrong")).toBe("wrong");
    expect(line.try(stranger)).toBe("used-up");
    expect(line.try(victim)).toBe("right");
  });

  it("is proved by its own code within ten minutes of its leaving, by no other, once", () => {
    const line = new Line();
    const first = line.open("app");
    line.later(30);
    const second = line.open("app");
    expect(second.code).not.toBe(first.code);
    expect(line.try(second, `right-${first.code.slice(5)}`)).toBe("wrong");
    line.later(570);
    expect(line.try(first)).toBe("expired");
    line.later(29);
    expect(line.try(second)).toBe("right");
    expect(line.try(second)).toBe("used-up");
    expect(line.try({ ...second, challenge: "invented" })).toBe("expired");
  });

  it("that was proved makes way for another one at once", () => {
    const line = new Line();
    expect(line.try(line.open("app"))).toBe("right");
    const next = line.open("app");
    expect(next.expiresIn).toBe(600);
    expect(line.try(next)).toBe("right");
  });

  it("by voice is not told of a message that it cannot read", () => {
    const line = new Line();
    const read = line.open("app");
    const fresh = { ...asking("app").fresh, channel: "voice" } as const;
    const heard = line.open("app", { fresh });
    expect(heard.code).not.toBe(read.code);
    // Nor kept waiting by one.
    expect(heard.expiresIn).toBe(600);
    expect(line.open("other", { fresh })).toMatchObject({ code: heard.code, resendAfter: 60 });
  });
});

describe("the price", () => {
  it("is asked above what is free, rises with what is asked for, and stays within its bounds", () => {
    const line = new Line();
    for (let n = 0; n < 8; n += 1) line.open(`free ${n}`);
    const bits: number[] = [];
    for (let n = 0; n < 100; n += 1) {
      const asked = line.ask(`payer ${n}`);
      if (asked.kind !== "price") throw new Error(asked.kind);
      bits.push(asked.bits);
      line.pay(`payer ${n}`);
    }
    expect([bits[0], bits.at(-1), Math.max(...bits)]).toEqual([17, 21, 21]);
    expect(bits).toEqual(bits.toSorted((a, b) => a - b));
  });

  it("is paid once, before it expires, and may be one bit short", () => {
    const line = new Line();
    const opened = (payment: Asking["payment"]): string => line.ask(`x${made}`, { payment, fullness: 0.01 }).kind;
    expect(opened(null)).toBe("price");
    expect(opened({ ...paying(NOW), until: NOW })).toBe("price");
    expect(opened(paying(NOW, 15))).toBe("price");
    expect(opened(paying(NOW, 16))).toBe("opened");
    const once = paying(NOW);
    expect([opened(once), opened(once)]).toEqual(["opened", "price"]);
    line.later(299);
    expect(opened(once)).toBe("price");
  });

  it("does not buy more tries at six digits: what is paid for has a code of its own", () => {
    const line = new Line();
    const free = line.open("free");
    const paid = line.open("payer", { fullness: 0.01, payment: paying(NOW) });
    expect(paid.code).not.toBe(free.code);
    // Whoever pays next has the same, and whoever asks free too.
    expect(line.open("other payer", { fullness: 0.01, payment: paying(NOW) }).code).toBe(paid.code);
    expect(line.open("free too").code).toBe(paid.code);
    expect(line.state?.live.map((code) => code.paid)).toEqual([false, true]);
  });

  it("refused counts nothing and stores nothing", () => {
    const line = new Line();
    expect(line.ask("app", { fullness: 0.01 })).toEqual({ kind: "price", bits: 17, retryAfter: 3600 });
    expect(line.state).toBeNull();
  });
});

describe("a number that strangers ask for without end", () => {
  /** Strangers of forty networks who pay whatever is asked, and try what they get, every twenty seconds; what the phone got. */
  function flooded(line: Line, seconds: number): string[] {
    const got = new Set<string>();
    for (let n = 0; n < seconds / 20; n += 1) {
      for (let k = 0; k < 4; k += 1) {
        const asked = line.ask(`stranger ${(4 * n + k) % 40}`, { payment: paying(line.now) });
        if (asked.kind === "opened") for (let t = 0; t < 6; t += 1) line.try(asked.opened, "wrong");
      }
      line.later(20);
      for (const { id, leftAt } of line.state?.live ?? []) if (leftAt !== null) got.add(id);
    }
    return [...got];
  }

  it("gets at most 60 codes a day", () => {
    const line = new Line();
    line.now = Date.UTC(2026, 10, 18);
    const got = flooded(line, 86_399);
    expect(got.length).toBeGreaterThan(40);
    expect(got.length).toBeLessThanOrEqual(60);
  });

  it("still signs in: whoever has the phone waits for half an hour at most", () => {
    for (const after of [0, 300, 1000, 5000, 20_000]) {
      const line = new Line();
      flooded(line, after);
      const victim = line.pay("victim");
      expect(victim.expiresIn).toBeLessThanOrEqual(1800 + 600);
      line.later(Math.max(0, victim.expiresIn - 600));
      // Strangers go on, and try what they have.
      flooded(line, 20);
      expect(line.try(victim)).toBe("right");
    }
  });

  it("is open to whoever has the phone, however many challenges others hold and pay for", () => {
    for (const strangers of [1, 86, 512, 2000]) {
      const line = new Line();
      // Each tries once: whoever has not is given the same challenge again, and takes no other place.
      for (let n = 0; n < 2100; n += 1) line.try(line.pay(`stranger ${n % strangers}`), "wrong");
      expect(line.state?.challenges.length).toBeLessThanOrEqual(SIZES.open);
      const victim = line.pay("victim");
      // Others who come right after the victim take places of whoever holds the most.
      for (let n = 0; n < 100 && strangers < SIZES.open; n += 1) line.pay(`late ${n}`);
      // Few with many challenges go on, and lose their own; many with one each take one of each other's.
      for (let n = 0; n < 100 && strangers < SIZES.open; n += 1) line.pay(`stranger ${n % strangers}`);
      line.later(60);
      expect(line.try(victim)).toBe("right");
    }
  });

  it("is not closed by a neighbour of the same address, whose challenges make way for one that is paid for", () => {
    const line = new Line();
    const opened: Opened[] = [];
    for (let n = 0; n < SIZES.ofAsker; n += 1) {
      const one = line.open("shared");
      line.try(one, "wrong");
      opened.push(one);
    }
    // One more is not free; paid for, it takes the place of one of theirs.
    expect(line.ask("shared")).toMatchObject({ kind: "price", bits: 17 });
    const paid = line.pay("shared");
    expect(line.state?.challenges.filter(({ asker }) => asker === "shared")).toHaveLength(SIZES.ofAsker);
    line.later(30);
    expect(line.try(paid)).toBe("right");
    // Those without tries are not counted.
    const other = new Line();
    const first = other.open("shared");
    for (let n = 0; n < TRIES; n += 1) other.try(first, "wrong");
    for (let n = 1; n < SIZES.asks; n += 1) {
      const again = other.open("shared");
      for (let t = 0; t < TRIES; t += 1) other.try(again, "wrong");
    }
    expect(other.pay("shared").expiresIn).toBeLessThanOrEqual(630);
  });

  it("gives another code once 4,096 challenges were opened at one, and leaves the others their own tries", () => {
    const line = new Line();
    for (let n = 0; n < 8; n += 1) line.open(`free ${n}`);
    line.later(30);
    const victim = line.pay("victim");
    for (let n = 1; n < 8 * SIZES.open; n += 1) {
      const opened = line.pay(`stranger ${n % 400}`);
      expect(opened.code).toBe(victim.code);
      line.try(opened, "wrong");
    }
    expect(line.pay("late").code).not.toBe(victim.code);
    line.later(30);
    expect(line.try(victim)).toBe("right");
  });
});

describe("the fullness of the room of all codes", () => {
  it("raises the price from the lowest to the highest, whatever is known of the number", () => {
    const bits = (fullness: number): number => {
      const asked = new Line().ask("app", { fullness });
      return asked.kind === "price" ? asked.bits : 0;
    };
    expect([0, 0.01, 0.25, 0.5, 0.75, 1].map((fullness) => bits(fullness))).toEqual([0, 17, 18, 19, 20, 21]);
  });
});

describe("a code that finds no room", () => {
  const first = (): { readonly opened: Opened; readonly state: ChallengeState; readonly right: string } => {
    const asked = ask(null, asking("app", { fullness: 1, payment: paying(NOW) }), SIZES, NOW);
    if (asked.kind !== "opened") throw new Error(asked.kind);
    return { ...asked, right: asked.state.live[0]?.hash ?? "" };
  };

  it("leaves within ten minutes and is good for ten from then, or is given up", () => {
    const { opened, state, right } = first();
    expect(opened.expiresIn).toBe(1200);
    const late = left(state, opened.code, NOW + 500_000);
    expect(tried(late, opened.challenge, right, NOW + 500_000 + CODE_MS - 1).proof).toBe("right");
    expect(tried(late, opened.challenge, right, NOW + 500_000 + CODE_MS).proof).toBe("expired");
    expect(due(state, NOW + ROOM_MS - 1)).toHaveLength(1);
    expect(due(state, NOW + ROOM_MS)).toEqual([]);
    // Nothing of it is kept that could still be sent.
    expect(current(state, NOW + ROOM_MS).live).toMatchObject([{ letter: null, leftAt: null }]);
    expect(current(state, NOW + ROOM_MS + CODE_MS)).toMatchObject({ asked: 1, codes: 1, live: [], challenges: [] });
  });

  it("is told from one that left at once by nothing that anybody asks or tries", () => {
    const step = fc.record({
      what: fc.constantFrom("ask", "pay", "try"),
      asker: fc.integer({ min: 0, max: 3 }),
      after: fc.integer({ min: 0, max: 400 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        /** What is answered where every code leaves at once, after five minutes, or never. */
        const told = (delay: number): string[] => {
          let state: ChallengeState | null = null;
          let now = NOW;
          const answers: string[] = [];
          const open: string[] = [];
          for (const [n, { what, asker, after }] of steps.entries()) {
            now += after * 1000;
            if (what === "try") {
              for (const id of open) {
                const tries = tried(state, id, "wrong", now);
                ({ state } = tries);
                answers.push(tries.proof);
              }
              continue;
            }
            const fresh = { id: `c${n}`, hash: "right", letter: "sealed", channel: "sms" } as const;
            const payment = what === "pay" ? { id: `p${n}`, bits: 21, until: now + 300_000 } : null;
            const more = { fresh, payment, challenge: `o${n}`, fullness: 1 };
            const asked = ask(state, asking(String(asker), more), SIZES, now);
            if (asked.kind === "opened") {
              ({ state } = asked);
              open.push(asked.opened.challenge);
              answers.push(JSON.stringify(asked.opened));
            } else answers.push(JSON.stringify(asked));
            if (state === null) continue;
            const gone = due(state, now).filter(({ dueAt }) => now >= dueAt + delay);
            for (const { id } of gone) state = left(state, id, now);
          }
          return answers;
        };
        expect(told(300_000)).toEqual(told(0));
        expect(told(Number.POSITIVE_INFINITY)).toEqual(told(0));
      }),
    );
  });
});

it("nothing is remembered of a day that is over, whatever the clock of another machine says", () => {
  const line = new Line();
  for (let n = 0; n < 8; n += 1) line.open(`free ${n}`);
  const { state } = line;
  if (state === null) throw new Error("nothing");
  const midnight = (dayOf(NOW) + 1) * DAY_MS;
  expect(current(state, midnight)).toMatchObject({ day: dayOf(midnight), asked: 0, codes: 0, live: [] });
  expect(current(current(state, midnight), midnight - 5).day).toBe(dayOf(midnight));
  const over = NOW + ROOM_MS + CODE_MS;
  expect(wakeAt(current(state, over), over)).toBe(midnight);
});

it("whoever asks, pays and tries how: a day's guesses are worth less than one in eight hundred", () => {
  const step = fc.record({
    what: fc.constantFrom("ask", "pay", "try", "try", "try"),
    asker: fc.integer({ min: 0, max: 30 }),
    after: fc.integer({ min: 0, max: 240 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
      const line = new Line();
      line.now = Date.UTC(2026, 10, 18);
      const open = new Map<string, Opened>();
      /** In thousand millionths. */
      let worth = 0;
      for (const { what, asker, after } of steps) {
        line.later(after);
        if (dayOf(line.now) !== dayOf(Date.UTC(2026, 10, 18))) break;
        if (what === "try") {
          for (const opened of open.values()) {
            const paid = line.state?.live.find(({ id }) => id === opened.code)?.paid;
            if (line.try(opened, "wrong") === "wrong") worth += paid === true ? 1 : 1000;
          }
          continue;
        }
        const asked = line.ask(String(asker), what === "pay" ? { payment: paying(line.now) } : {});
        if (asked.kind === "opened") open.set(asked.opened.challenge, asked.opened);
      }
      // 8 challenges at six digits, and 4,096 at each of 56 codes of nine.
      expect(worth).toBeLessThanOrEqual(8 * TRIES * 1000 + 56 * 4096 * TRIES);
    }),
    { numRuns: 40 },
  );
});
