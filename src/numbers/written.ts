import { parsePhoneNumberFromString } from "libphonenumber-js/core";
import json from "libphonenumber-js/metadata.max";
import type { E164 } from "./number.ts";

/**
 * A number as its country groups it, with its calling code: `+44 20 7946 0000`. For people to read, never to compare: the
 * library's own layout, and the bare E.164 where it knows none.
 */
export function written(number: E164): string {
  return parsePhoneNumberFromString(number, json)?.formatInternational() ?? number;
}
