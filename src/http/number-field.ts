import * as z from "zod";
import { callerOf, knownCountry, parseNumber, type PhoneNumber } from "../numbers/number.ts";
import type { Answer } from "./endpoint.ts";

/** The country of a number in national format. */
export const CountryField = z
  .string()
  .regex(/^[A-Za-z]{2}$/)
  .describe("ISO 3166 alpha-2, for national digits. One without a numbering plan of its own is as good as none.")
  .meta({ examples: ["US"] });

type OnNumber = (number: PhoneNumber) => Answer | Promise<Answer>;

/** Continues with a valid number as a client wrote it, or refuses it with a reason. @param country as in `CountryField` */
export async function onNumber(text: string, country: string | undefined, answer: OnNumber): Promise<Answer> {
  const parsed = parseNumber(text, knownCountry(country));
  return parsed.valid ? answer(parsed.number) : { code: "number-not-valid", reason: parsed.reason };
}

/** The same for a number that called: unassigned ones are accepted, too. */
export async function onCaller(text: string, country: string | undefined, answer: OnNumber): Promise<Answer> {
  const parsed = parseNumber(text, knownCountry(country));
  if (parsed.valid) return answer(parsed.number);
  const caller = callerOf(parsed);
  return caller === null ? { code: "number-not-valid", reason: parsed.reason } : answer(caller);
}
