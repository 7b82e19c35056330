import type { Dataset } from "../import/client.ts";

/** A dataset of the demo, with its rows. */
export interface DemoDataset extends Dataset {
  readonly id: string;
  readonly rows: readonly Record<string, unknown>[];
}

/** The number that the printed request asks for. */
export const SHOWN_NUMBER = "+13125550123";

// Numbers that regulators keep free for fiction: North America's 555-0100 to 555-0199, Ofcom's drama ranges (of which
// libphonenumber considers the London, Leeds and Freephone ones assigned), Australia's and Germany's. Names are invented.
const BUSINESSES: readonly (readonly [number: string, name: string])[] = [
  [SHOWN_NUMBER, "Chicago Dental Care"],
  ["+13125550140", "Lakeview Veterinary Clinic"],
  ["+13125550187", "Wicker Park Books"],
  ["+12025550110", "Potomac General Hospital"],
  ["+12025550111", "Potomac General Hospital Emergency"],
  ["+12025550164", "Anacostia Public Library"],
  ["+14155550132", "Golden Gate Bicycle Repair"],
  ["+14155550178", "Mission Street Pharmacy"],
  ["+14165550120", "Don Valley Medical Centre"],
  ["+442079460018", "Southwark Royal Infirmary"],
  ["+442079460721", "Bloomsbury Umbrella Company"],
  ["+441134960208", "Leeds Northern Building Society"],
  ["+448081570190", "Thames Water Helpline (demo)"],
  ["+61255501234", "Harbour Street Surgery"],
  ["+493023125012", "Bäckerei Morgenrot"],
];

const COMPLAINTS: readonly Record<string, unknown>[] = [
  // Likely spam from complaints alone.
  { number: "+12135550142", complaints: 9, category: "robocall" },
  // Suspected.
  { number: "+13055550117", complaints: 3, category: "telemarketing" },
  // One complaint is not enough for a level.
  { number: "+16175550133", complaints: 1, category: "telemarketing" },
  // A neighbourhood: three reported numbers in three tens make the rest of their hundred suspected, +1 646 555 0199 too.
  { number: "+16465550104", complaints: 2, category: "fraud" },
  { number: "+16465550131", complaints: 1, category: "fraud" },
  { number: "+16465550167", complaints: 4, category: "fraud" },
];

/** The data for an empty directory in development. */
export const DEMO: readonly DemoDataset[] = [
  {
    id: "demo-complaints",
    title: "Demo complaints",
    kind: "complaints",
    licence: "CC0-1.0",
    country: "US",
    rows: COMPLAINTS,
  },
  {
    id: "demo",
    title: "Demo directory",
    kind: "directory",
    licence: "CC0-1.0",
    country: "US",
    rows: BUSINESSES.map(([number, name]) => ({ number, name })),
  },
];
