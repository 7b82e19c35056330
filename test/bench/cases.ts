import { caller, mistyped, stranger } from "./callers.ts";

export const LOOKUPS = ["memory", "kv", "d1", "absent", "invalid"] as const;
export const CASES = [...LOOKUPS, "vote", "first", "import", "during-import", "storage"] as const;
export type CaseName = (typeof CASES)[number];

/** One way that a lookup can go. */
export interface Case {
  readonly name: (typeof LOOKUPS)[number];
  /** Numbers to look up, in this order, again and again. */
  readonly numbers: readonly string[];
  /** What the head of an answer that went this way holds. */
  readonly mark: string;
  /** The least share of the floor's throughput that is good enough, where one was set. */
  readonly goal: number | null;
  /** Whether it is about a KV that has all pages, as it is once `npm run republish` is through. */
  readonly kvComplete: boolean;
}

/** Pages that an isolate remembers: going round more than twice as many finds none of them in memory. */
const REMEMBERED = 2000;
const AROUND = 2 * REMEMBERED + 500;
const HOT = 20;

/** Callers that a directory needs, so that neither the KV case nor the D1 case meets the isolate's memory. */
export const LEAST_CALLERS = 2 * AROUND;

/**
 * The cases over a directory of which the first half of the callers is in KV and D1 and the second in D1 alone: the case
 * `d1` is about the KV that this is, the others about one that is said to be complete.
 */
export function casesOf(callers: number): Case[] {
  const half = Math.floor(callers / 2);
  const around = Math.min(half, 20_000);
  const list = (count: number, number: (n: number) => string): string[] =>
    Array.from({ length: count }, (_, n) => number(n));
  return [
    { name: "memory", numbers: list(HOT, caller), mark: "detail=memory", goal: 0.75, kvComplete: true },
    { name: "kv", numbers: list(around, caller), mark: "detail=kv", goal: 0.9, kvComplete: true },
    { name: "d1", numbers: list(around, (n) => caller(half + n)), mark: "detail=d1", goal: 0.9, kvComplete: false },
    { name: "absent", numbers: list(20_000, stranger), mark: "detail=kv", goal: 0.9, kvComplete: true },
    { name: "invalid", numbers: list(1000, mistyped), mark: '"valid":false', goal: null, kvComplete: true },
  ];
}
