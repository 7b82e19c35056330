import type { CategoryRules } from "./categories.ts";

/** The format of a register: its columns with their names in different editions, the likeliest first. */
export interface Preset {
  readonly what: string;
  readonly kind: "complaints" | "directory";
  readonly country: string;
  readonly title: string;
  readonly licence: string;
  readonly number: readonly string[];
  readonly name?: readonly string[];
  /** A row's day is the first of these cells that is not empty. */
  readonly day?: readonly string[];
  /** A row's category is the first known one among these cells. */
  readonly category?: readonly string[];
  readonly categories?: CategoryRules;
}

const US_GOVERNMENT = "US government work, public domain";

/** Categories that the Federal Trade Commission and the Federal Communications Commission offer. */
const US_SUBJECTS: CategoryRules = [
  [/^(?:live voice|text message|unwanted calls|phone|no subject provided)$/, "none"],
  [/^telemarket/, "telemarketing"],
  [/\bdebt|\bloan|credit card/, "debt"],
  [/impost|pretend|imperson|lotter|sweepstake|\bprize|tech(?:nical)? support|\bscam|fraud|spoof/, "fraud"],
  [/dropped call|no message|abandon|hang.?up|silent/, "silent"],
  [/survey|\bpoll/, "survey"],
  [/politic|campaign|election/, "political"],
  [/charit|donation|non-?profit/, "charity"],
  [/harass|threat|abus/, "harassment"],
  [/robo.?call|prerecorded|recorded|autodial|automat/, "robocall"],
  [
    /telemarket|sales|medical|prescription|warrant|protection plan|energy|solar|utilit|home (?:improvement|security)|cleaning|alarm|vacation|timeshare|work from home|make money|insurance/,
    "telemarketing",
  ],
];

/** The known registers. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  "ftc-dnc": {
    what: "US Federal Trade Commission, Do Not Call complaints",
    kind: "complaints",
    country: "US",
    title: "FTC Do Not Call complaints",
    licence: US_GOVERNMENT,
    number: ["Company_Phone_Number"],
    day: ["Violation_Date", "Created_Date", "file_date"],
    category: ["Subject", "Recorded_Message_Or_Robocall"],
    // The last column is Y or N.
    categories: [...US_SUBJECTS, [/^y(?:es)?$/, "robocall"], [/^no?$/, "none"]],
  },
  fcc: {
    what: "US Federal Communications Commission, consumer complaints about unwanted calls",
    kind: "complaints",
    country: "US",
    title: "FCC unwanted calls complaints",
    licence: US_GOVERNMENT,
    number: ["Caller ID Number"],
    day: ["Date of Issue", "Ticket Created"],
    // The register's misspelling, and a corrected one in case it is fixed.
    category: ["Type of Call or Messge", "Type of Call or Message", "Issue"],
    categories: US_SUBJECTS,
  },
  "cms-hospitals": {
    what: "US Centers for Medicare & Medicaid Services, Hospital General Information",
    kind: "directory",
    country: "US",
    title: "CMS Hospital General Information",
    licence: US_GOVERNMENT,
    number: ["Telephone Number", "Phone Number", "phone"],
    name: ["Facility Name", "Hospital Name", "name"],
  },
};
