import type { Stored } from "./storage.ts";

/** Cloudflare's price list beyond what a paid plan includes, in dollars, as read on 2026-11-28. */
const PRICES = { rowsWritten: 1 / 1e6, kvWrites: 5 / 1e6, d1GigabyteMonth: 0.75, kvGigabyteMonth: 0.5 } as const;
/** The largest database of D1. */
const D1_BYTES = 10e9;
const SIZES = [1e6, 1e9] as const;

export const STORED_HEAD = [
  "stored",
  "callers",
  "rows a caller",
  "goal",
  "bytes a caller",
  "goal",
  "KV writes",
  "KV bytes",
];

export function storedRow({ kind, callers, rows, bytes, puts, putBytes, goal }: Stored): string[] {
  return [
    kind,
    callers.toLocaleString("en"),
    rows.toFixed(2),
    reached(rows, goal?.rows ?? null),
    bytes.toFixed(0),
    reached(bytes, goal?.bytes ?? null),
    puts.toFixed(2),
    putBytes.toFixed(0),
  ];
}

export const BILL_HEAD = ["stored", "callers", "rows written", "D1", "databases", "rows $", "KV writes $", "$ a month"];

/** What so many callers would cost: once for writing them, and by the month. */
export function billRows({ kind, rows, bytes, puts, putBytes }: Stored): string[][] {
  return SIZES.map((callers) => {
    const [d1, kv] = [bytes * callers, putBytes * callers];
    const monthly = (d1 / 1e9) * PRICES.d1GigabyteMonth + (kv / 1e9) * PRICES.kvGigabyteMonth;
    return [
      kind,
      callers.toLocaleString("en"),
      `${((rows * callers) / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} M`,
      `${(d1 / 1e9).toFixed(2)} GB`,
      String(Math.ceil(d1 / D1_BYTES)),
      dollars(rows * callers * PRICES.rowsWritten),
      dollars(puts * callers * PRICES.kvWrites),
      dollars(monthly),
    ];
  });
}

function reached(value: number, most: number | null): string {
  return most === null ? "" : `≤ ${most} ${value <= most ? "✓" : "✗"}`;
}

function dollars(amount: number): string {
  return amount.toLocaleString("en", { maximumFractionDigits: amount < 100 ? 2 : 0 });
}
