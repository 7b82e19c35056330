import { getCountries } from "libphonenumber-js/max";
import { describe, expect, it } from "vitest";
import { CLOCKS_OF, hoursIn } from "../../src/campaigns/quiet-hours.ts";

const DAY = Date.UTC(2026, 10, 28);
const at = (hour: number, minute = 0): number => DAY + (hour * 60 + minute) * 60_000;

/** How far the clocks of a zone are ahead of UTC, in minutes. */
function aheadIn(timeZone: string, now: number): number {
  const form = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const name = form.formatToParts(now).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign = "+", hours = 0, minutes = 0] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
}
const zonesOf = (country: string): readonly string[] =>
  (new Intl.Locale(`und-${country}`) as Intl.Locale & { timeZones?: string[] }).timeZones ?? [];

describe("promotion", () => {
  it("leaves by day where a country has one clock", () => {
    expect(hoursIn("IN", at(3, 29))).toEqual({ open: false, opens: at(3, 30) });
    expect(hoursIn("IN", at(3, 30))).toEqual({ open: true, closes: at(14, 30) });
    expect(hoursIn("IN", at(14, 30))).toEqual({ open: false, opens: at(27, 30) });
  });

  it("leaves where it is day in all zones of a country, summer and winter", () => {
    // Hawaii's nine in the morning, and New York's eight in the evening in summer.
    expect(hoursIn("US", at(18, 59))).toEqual({ open: false, opens: at(19) });
    expect(hoursIn("US", at(19))).toEqual({ open: true, closes: at(24) });
    expect(hoursIn("US", at(24))).toEqual({ open: false, opens: at(43) });
    expect(hoursIn("NZ", at(20, 59))).toMatchObject({ open: false });
    expect(hoursIn("NZ", at(21))).toMatchObject({ open: true });
    expect(hoursIn("NZ", at(6, 16))).toMatchObject({ open: false });
  });

  it("leaves nowhere that is not known", () => {
    expect([hoursIn(null, DAY), hoursIn("ZZ", DAY), hoursIn("", DAY)]).toEqual([null, null, null]);
  });

  it("has hours in every country of numbers", () => {
    expect(getCountries().filter((country) => !CLOCKS_OF.has(country))).toEqual([]);
  });

  it("is at no clock of a country, by this machine's time zones, before nine or after eight", () => {
    const wrong: string[] = [];
    for (const country of getCountries()) {
      let open = 0;
      // A day of each season, by the half hour.
      for (const month of [0, 3, 6, 9]) {
        const day = Date.UTC(2027, month, 10);
        const zones = zonesOf(country).map((zone) => [zone, aheadIn(zone, day)] as const);
        for (let half = 0; half < 48; half += 1) {
          const now = day + half * 30 * 60_000;
          if (hoursIn(country, now)?.open !== true) continue;
          open += 1;
          for (const [zone, ahead] of zones) {
            const minutes = (half * 30 + ahead + 1440) % 1440;
            if (minutes < 9 * 60 || minutes >= 20 * 60) wrong.push(`${country} ${zone} ${new Date(now).toISOString()}`);
          }
        }
      }
      if (open < 4) wrong.push(`${country} hardly ever`);
    }
    expect(wrong).toEqual([]);
  });
});
