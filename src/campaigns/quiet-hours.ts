import { DAY_MS } from "../time/days.ts";

/** Promotion leaves between these hours of the recipient's day. */
const OPENS_H = 9;
const CLOSES_H = 20;
const QUARTER_MS = 15 * 60_000;

/**
 * How far clocks of a country are ahead of UTC, in quarters of an hour: the least and the most over its time zones and the
 * year. A number does not say in which zone its holder is, so a country with several counts with all of them. Made from the
 * IANA database of 2026; a test compares it with that of the machine.
 */
const CLOCKS = `
  AC0 AD4/8 AE16 AF18 AG-16 AI-16 AL4/8 AM16 AO4 AR-12 AS-44 AT4/8 AU32/44 AW-16 AX8/12 AZ16 BA4/8 BB-16 BD24 BE4/8 BF0
  BG8/12 BH12 BI8 BJ4 BL-16 BM-16/-12 BN32 BO-16 BQ-16 BR-20/-8 BS-20/-16 BT24 BW8 BY12 BZ-24 CA-28/-10 CC26 CD4/8 CF4
  CG4 CH4/8 CI0 CK-40 CL-24/-12 CM4 CN24/32 CO-20 CR-24 CU-20/-16 CV-4 CW-16 CX28 CY8/12 CZ4/8 DE4/8 DJ12 DK4/8 DM-16
  DO-16 DZ4 EC-24/-20 EE8/12 EG8/12 EH0/4 ER12 ES0/8 ET12 FI8/12 FJ48 FK-12 FM40/44 FO0/4 FR4/8 GA4 GB0/4 GD-16 GE16
  GF-12 GG0/4 GH0 GI4/8 GL-16/0 GM0 GN0 GP-16 GQ4 GR8/12 GT-24 GU40 GW0 GY-16 HK32 HN-24 HR4/8 HT-20/-16 HU4/8 ID28/36
  IE0/4 IL8/12 IM0/4 IN22 IO24 IQ12 IR14 IS0 IT4/8 JE0/4 JM-20 JO12 JP36 KE12 KG24 KH28 KI48/56 KM12 KN-16 KP36 KR36
  KW12 KY-20 KZ20/24 LA28 LB8/12 LC-16 LI4/8 LK22 LR0 LS8 LT8/12 LU4/8 LV8/12 LY8 MA0/4 MC4/8 MD8/12 ME4/8 MF-16 MG12
  MH48 MK4/8 ML0 MM26 MN28/32 MO32 MP40 MQ-16 MR0 MS-16 MT4/8 MU16 MV20 MW8 MX-32/-20 MY32 MZ8 NA8 NC44 NE4 NF44/48 NG4
  NI-24 NL4/8 NO4/8 NP23 NR48 NU-44 NZ48/55 OM16 PA-20 PE-20 PF-40/-36 PG40/44 PH32 PK20 PL4/8 PM-12/-8 PR-16 PS8/12
  PT-4/4 PW36 PY-16/-12 QA12 RE16 RO8/12 RS4/8 RU8/48 RW8 SA12 SB44 SC16 SD8 SE4/8 SG32 SH0 SI4/8 SJ4/8 SK4/8 SL0 SM4/8
  SN0 SO12 SR-12 SS8 ST0 SV-24 SX-16 SY12 SZ8 TA0 TC-20/-16 TD4 TG0 TH28 TJ20 TK52 TL36 TM20 TN4 TO52 TR12 TT-16 TV48
  TW32 TZ12 UA8/12 UG12 US-40/-16 UY-12 UZ20 VA4/8 VC-16 VE-16 VG-16 VI-16 VN28 VU44 WF48 WS52 XK4/8 YE12 YT12 ZA8 ZM8
  ZW8
`;

/** Until when promotion may leave now, or when it may next; ms since 1970. */
export type Hours = { readonly open: true; readonly closes: number } | { readonly open: false; readonly opens: number };

/** The hours of promotion in a country (ISO 3166 alpha-2): day in all of its time zones. Null where they are not known. */
export function hoursIn(country: string | null, now: number): Hours | null {
  const clocks = CLOCKS_OF.get(country ?? "");
  if (clocks === undefined) return null;
  const [least, most] = clocks;
  // The last clock of the country opens, the first one closes.
  const opens = OPENS_H * 60 * 60_000 - least * QUARTER_MS;
  const closes = CLOSES_H * 60 * 60_000 - most * QUARTER_MS;
  const midnight = Math.floor(now / DAY_MS) * DAY_MS;
  for (const day of [-DAY_MS, 0, DAY_MS, 2 * DAY_MS]) {
    const [start, end] = [midnight + day + opens, midnight + day + closes];
    if (now < start) return { open: false, opens: start };
    if (now < end) return { open: true, closes: end };
  }
  return null;
}

/** Least and most, in quarters of an hour. */
export const CLOCKS_OF: ReadonlyMap<string, readonly [least: number, most: number]> = new Map(
  CLOCKS.trim()
    .split(/\s+/)
    .map((entry) => {
      const [least = 0, most = least] = entry.slice(2).split("/").map(Number);
      return [entry.slice(0, 2), [least, most]];
    }),
);
