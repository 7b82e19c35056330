import { Random } from "./random.ts";

/** Area codes and exchanges that are assigned; of 555 only what is kept for fiction would be valid. */
const AREAS = ["212", "213", "312", "305", "415", "617", "646", "713", "202", "503", "702", "404"] as const;
const CATEGORIES = ["robocall", "telemarketing", "fraud", "debt", ""] as const;
const NUMBERS = 24_000;

/** Rows that no service should take, each wrong in its own way. Columns: number, complaints, day, category. */
const MALFORMED: readonly string[] = [
  "not a number,1,2026-11-02,fraud",
  "12,1,2026-11-02,",
  ",1,2026-11-02,robocall",
  "2125550100 ext 7,1,2026-11-02,",
  "+999123456789,1,2026-11-02,",
  "2122340100,-4,2026-11-02,",
  "2122340101,many,2026-11-02,",
  "2122340102,1,2026-02-31,",
  "2122340103,1,yesterday,fraud",
  "2122340104,1,2026-11-02,nonsense",
  "2122340105,1,2026-11-02,fraud,one cell,too many",
  '2122340106,1,2026-11-02,"never closed',
  '2122340107,1,"2026-11-02"x,fraud',
  "\uFFFD2122340108\uFFFD,1,2026-11-02,",
];

/** A made-up file of complaints: some numbers many times, most once, one row in forty malformed. */
export function complaintsFile(rows: number, seed: number): string {
  const random = new Random(seed);
  const numbers = Array.from({ length: NUMBERS }, () => {
    const exchange = 220 + random.below(300);
    return `${random.pick(AREAS)}${exchange}${String(random.below(10_000)).padStart(4, "0")}`;
  });
  const lines = ["number,complaints,day,category"];
  for (let row = 0; row < rows; row += 1) {
    if (random.chance(1 / 40)) lines.push(random.pick(MALFORMED));
    else {
      // The square makes the first numbers the busy ones.
      const number = numbers[Math.floor(random.next() ** 2 * NUMBERS)] ?? "";
      const day = new Date(Date.UTC(2026, 9, 1 + random.below(45))).toISOString().slice(0, 10);
      const complaints = random.chance(0.9) ? 1 : 1 + random.below(9);
      lines.push(`${number},${complaints},${random.chance(0.1) ? "" : day},${random.pick(CATEGORIES)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
