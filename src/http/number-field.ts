import { knownCountry, parseNumber, type PhoneNumber } from "../numbers/number.ts";
import { z } from "../schema.ts";
import type { Answer } from "./endpoint.ts";

/** What goes with a number that a client wrote in national digits. */
export const CountryField = z
  .string()
  .regex(/^[A-Za-z]{2}$/)
  .describe("ISO 3166 alpha-2, for national digits. One without a numbering plan of its own is as good as none.")
  .meta({ example: "US" });

/** Answers on a number as a client wrote it, or refuses one that is none. @param country as in `CountryField` */
export async function onNumber(
  text: string,
  country: string | undefined,
  answer: (number: PhoneNumber) => Answer | Promise<Answer>,
): Promise<Answer> {
  const parsed = parseNumber(text, knownCountry(country));
  return parsed.valid ? answer(parsed.number) : { code: "number-not-valid", reason: parsed.reason };
}
