import type { Channel, Medium } from "./message.ts";

/**
 * What an SMS to a country costs, in thousandths of a US dollar. The higher of two carriers' published prices:
 * Tencent Cloud, "Pricing for Global SMS" (2021), and Alibaba Cloud, "Announcement on billing adjustment" (28 February
 * 2025); half as much again, since prices differ from carrier to carrier and rise, and rounded up. A budget is not a bill:
 * it errs on the expensive side.
 */
const SMS = `
  AD98 AE63 AF110 AG214 AI69 AL143 AM122 AO95 AR46 AS165 AT194 AU121 AW83 AZ220 BA137 BB232 BD127 BE124 BF117
  BG111 BH35 BI58 BJ75 BM83 BN26 BO98 BQ67 BR26 BS59 BT60 BW65 BY96 BZ378 CA12 CD77 CF131 CG100 CH107 CI123 CK61
  CL102 CM83 CN23 CO63 CR105 CV131 CW74 CY51 CZ121 DE150 DJ166 DK80 DM83 DO78 DZ249 EC323 EE172 EG558 ER138 ES149
  ET51 FI209 FJ56 FK247 FM224 FO24 FR117 GA415 GB70 GD74 GE33 GF228 GH37 GI31 GL20 GM69 GN133 GP416 GQ130 GR152
  GT84 GU85 GW147 GY109 HK87 HN97 HR179 HT525 HU180 ID546 IE124 IL26 IN13 IQ92 IR508 IS50 IT124 JM57 JO605 JP113
  KE45 KG490 KH85 KI77 KM341 KN143 KR54 KW78 KY70 KZ118 LA69 LB70 LC123 LI45 LK104 LR177 LS89 LT63 LU24 LV105 LY86
  MA125 MC96 MD144 ME54 MG740 MH199 MK46 ML327 MM141 MN97 MO41 MP247 MR120 MS103 MT48 MU77 MV376 MW73 MX50 MY55
  MZ154 NA65 NC354 NE116 NG98 NI109 NL235 NO142 NP155 NR247 NU247 NZ175 OM113 PA109 PE66 PF187 PG104 PH303 PK34
  PL62 PM272 PR85 PT79 PW129 PY46 QA79 RE317 RO112 RS468 RU68 RW123 SA54 SB46 SC97 SD77 SE160 SG57 SI58 SK150 SL46
  SM89 SN108 SO292 SR75 ST173 SV87 SZ133 TC276 TD57 TG53 TH29 TJ92 TL99 TM87 TN189 TO56 TR14 TT58 TW81 TZ64 UA80
  UG117 US10 UY164 UZ212 VC93 VE31 VG72 VN60 VU92 WS117 YE43 YT239 ZA48 ZM64 ZW38
`;

/**
 * A call of a minute. No list of all countries is published; a minute to a mobile costs less than this almost anywhere,
 * and more expensive countries are seldom opted in.
 */
const VOICE = "US20 CA20 PR40";

/** An e-mail: providers ask for a third of this to nine tenths of it. */
const EMAIL = 1;

/** Where no price is known: as expensive as the most expensive, so that the budget is spent too soon rather than too late. */
const ELSEWHERE: Readonly<Record<Channel, number>> = { sms: 750, voice: 400 };

const PRICES: Readonly<Record<Channel, ReadonlyMap<string, number>>> = { sms: read(SMS), voice: read(VOICE) };

/** What a message to a country (ISO 3166 alpha-2) costs, in micro-dollars (millionths of a US dollar), rounded up. */
export function priceOf(country: string | null, channel: Medium): number {
  if (channel === "email") return 1000 * EMAIL;
  return 1000 * (PRICES[channel].get(country ?? "") ?? ELSEWHERE[channel]);
}

function read(list: string): ReadonlyMap<string, number> {
  return new Map(
    list
      .trim()
      .split(/\s+/)
      .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
  );
}
