import parseByLibrary, { getCountries } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import { parseNumber } from "../../src/numbers/number.ts";

// What parsing one number costs with our own reader of the metadata, and with the library: `npm run bench:numbers`.

const ROUNDS = 7;
const SECONDS = 1;

/** One mobile number of every country, in international form. */
const numbers = getCountries().flatMap((country) => {
  const parsed = parseByLibrary(examples[country], country);
  return parsed === undefined ? [] : [parsed.number];
});

/** Microseconds a number. @param parse parses one */
function measure(parse: (number: string) => unknown): number {
  const end = performance.now() + SECONDS * 1000;
  const start = performance.now();
  let count = 0;
  while (performance.now() < end) {
    for (const number of numbers) parse(number);
    count += numbers.length;
  }
  return ((performance.now() - start) * 1000) / count;
}

const own: number[] = [];
const library: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  own.push(measure((number) => parseNumber(number)));
  // The two questions that a lookup has: is it assigned, and to what kind of line.
  library.push(measure((number) => parseByLibrary(number)?.getType()));
}
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
const [ours, theirs] = [median(own), median(library)];
console.log(`${numbers.length} numbers, one of each country; median of ${ROUNDS} rounds of ${SECONDS} s in turn`);
console.log(`own reader         ${ours.toFixed(2)} µs a number`);
console.log(`libphonenumber-js  ${theirs.toFixed(2)} µs a number, ${(theirs / ours).toFixed(1)} times as much`);
